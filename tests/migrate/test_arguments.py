"""What the command lines have in common."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

from tclsmtp.migrate.arguments import add_arguments, cores, read_setup
from tclsmtp.migrate.script import Setup


def parse(*words: str, rest: tuple[str, ...] = ()) -> Namespace:
    parser = ArgumentParser(allow_abbrev=False)
    add_arguments(parser)
    arguments = parser.parse_args(words)
    arguments.rest = list(rest)
    return arguments


def test_without_options_a_script_runs_as_usual() -> None:
    arguments = parse("a.tcl", "dir")
    assert read_setup(arguments) == Setup()
    assert (arguments.scripts, arguments.reference, arguments.jobs) == ([Path("a.tcl"), Path("dir")], "tclsh", cores())


def test_options_say_how_scripts_run() -> None:
    words = ("--offer", "auth,starttls", "a.tcl", "--offer=size", "--refuse", "a=550 no", "--refuse", "b=450 later")
    more = ("--rules", "r.toml", "--timeout", "2.5")
    assert read_setup(parse(*words, *more, rest=("-x", "y"))) == Setup(
        args=("-x", "y"),
        offer=("auth", "starttls", "size"),
        refuse=("a=550 no", "b=450 later"),
        rules=Path("r.toml"),
        timeout=2.5,
    )


WRONG = {
    ("--timeout", "0"): "argument --timeout: expected a number of seconds, not '0'",
    ("--timeout", "x"): "argument --timeout: expected a number of seconds, not 'x'",
    ("--offer", "size,tea"): "argument --offer: nothing to offer is named 'tea': known are ",
    ("--jobs", "0"): "argument --jobs: expected a number, 1 or more, not '0'",
    ("--jobs", "-1"): "argument --jobs: expected a number, 1 or more, not '-1'",
    ("--dialect", "1.21"): "argument --dialect: invalid choice: '1.21'",
}


@pytest.mark.parametrize(("words", "message"), WRONG.items(), ids=map(" ".join, WRONG))
def test_wrong_values_are_told(words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse("a.tcl", *words)
    assert message in capsys.readouterr().err
