"""Finding scripts and how they are run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.script import Script, Setup, find_scripts

ALL = """
args = ["-v", "two words"]
stdin = "line\\n"
offer = ["starttls", "auth"]
refuse = ["bad*=550 no"]
rules = "rules.toml"
timeout = 2.5
display = true
skip = "a library"
marks = ["slow", "net"]
[env]
NAME = "value"
"""


def write(path: Path, text: str = "puts x\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_script_is_called_as_it_was_asked_for_and_found_in_its_folder(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tcl")
    assert find_scripts([path], Setup()) == (Script(str(path), tmp_path, Path("a.tcl")),)


def test_a_folder_gives_the_scripts_below_it_in_order_and_is_the_folder_of_each(tmp_path: Path) -> None:
    for name in ("b.tcl", "a/z.tcl", "a/c.txt", "c.compare.toml", ".git/x.tcl", "a/.venv/lib/y.tcl", "a/pkgIndex.tcl"):
        write(tmp_path / name, "")
    found = find_scripts([tmp_path], Setup())
    assert [(script.folder, script.path.as_posix(), script.key) for script in found] == [
        (tmp_path, "a/z.tcl", "a/z"),
        (tmp_path, "b.tcl", "b"),
    ]
    assert [script.name for script in found] == [str(tmp_path / "a/z.tcl"), str(tmp_path / "b.tcl")]


def test_a_missing_path_is_told(tmp_path: Path) -> None:
    with pytest.raises(MigrateError, match=r"no\.tcl: there is no such script or folder$"):
        find_scripts([tmp_path / "no.tcl"], Setup())


def test_a_folder_without_scripts_is_told(tmp_path: Path) -> None:
    with pytest.raises(MigrateError, match=r": no \*\.tcl in it$"):
        find_scripts([tmp_path], Setup())


def test_the_file_beside_a_script_says_how_it_is_run(tmp_path: Path) -> None:
    write(tmp_path / "a.tcl")
    write(tmp_path / "a.compare.toml", ALL)
    (script,) = find_scripts([tmp_path], Setup())
    assert script.setup == Setup(
        args=("-v", "two words"),
        stdin="line\n",
        env=(("NAME", "value"),),
        offer=("starttls", "auth"),
        refuse=("bad*=550 no",),
        rules=tmp_path / "rules.toml",
        timeout=2.5,
        display=True,
        skip="a library",
        marks=("slow", "net"),
    )


def test_a_script_that_is_named_itself_is_not_to_be_skipped(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tcl")
    write(tmp_path / "a.compare.toml", "skip = true")
    assert [script.setup.skip for script in find_scripts([tmp_path, path], Setup())] == ["skip = true", ""]


def test_arguments_of_the_command_line_win_and_refusals_are_added(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tcl")
    write(tmp_path / "a.compare.toml", 'args = ["file"]\nrefuse = ["b=550 no"]\noffer = ["size"]\n')
    (script,) = find_scripts([path], Setup(args=("line",), refuse=("a=450 later",), offer=("auth",)))
    assert script.setup == Setup(args=("line",), refuse=("a=450 later", "b=550 no"), offer=("size",))


WRONG = {
    "colour = 1": r"colour: no such key; known: args, stdin, env, offer, refuse, rules, timeout, display, skip, marks$",
    "args = 1": r"args: expected a list of strings, not 1$",
    "args = [1]": r"args: expected a string, not 1$",
    'args = ["\\u0000"]': r"args: a NUL in it$",
    "env = []": r"env: expected a table: \[env\]$",
    'env = {"a=b" = "c"}': r"env: no variable can be called 'a=b'$",
    "timeout = 0": r"timeout: expected a number of seconds, not 0$",
    "timeout = true": r"timeout: expected a number of seconds, not True$",
    'offer = ["tea"]': r"offer: nothing to offer is named 'tea': known are ",
    "display = 1": r"display: expected true or false, not 1$",
    "skip = 1": r"skip: expected true or a reason, not 1$",
    'skip = " "': r"skip: expected true or a reason, not ' '$",
    'marks = ["not slow"]': r"marks: no mark can be called 'not slow'$",
    'marks = ["_x"]': r"marks: no mark can be called '_x'$",
    "x": r"Expected '=' after a key",
}


@pytest.mark.parametrize(("text", "message"), WRONG.items(), ids=WRONG)
def test_a_wrong_file_is_told_with_its_key(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path / "a.tcl")
    write(tmp_path / "a.compare.toml", text)
    with pytest.raises(MigrateError, match=r"a\.compare\.toml: ") as caught:
        find_scripts([path], Setup())
    assert caught.match(message)


@pytest.mark.parametrize(
    ("own", "more"),
    [
        ((), (("TZ", "UTC"), ("LC_ALL", "C.UTF-8"))),
        ((("TZ", "CET"),), (("LC_ALL", "C.UTF-8"),)),
        ((("LANG", "C"),), (("TZ", "UTC"),)),
        ((("TZ", "CET"), ("LC_CTYPE", "C")), ()),
    ],
)
def test_zone_and_locale_of_a_recording_are_those_of_no_machine(
    own: tuple[tuple[str, str], ...], more: tuple[tuple[str, str], ...]
) -> None:
    script = Script("a", Path(), Path("a.tcl"), Setup(args=("x",), env=own))
    assert script.for_recordings().setup == Setup(args=("x",), env=(*more, *own))


@pytest.mark.parametrize("other", [Setup(args=("x",)), Setup(stdin="x"), Setup(refuse=("a=550 b",))], ids=str)
def test_the_digest_changes_with_what_the_script_is_given(tmp_path: Path, other: Setup) -> None:
    write(tmp_path / "a.tcl")
    digests = {Script("a", tmp_path, Path("a.tcl"), setup).digest() for setup in (Setup(), Setup(timeout=1), other)}
    assert len(digests) == 2


def test_the_digest_changes_with_the_text(tmp_path: Path) -> None:
    script = Script("a", tmp_path, Path("a.tcl"))
    write(tmp_path / "a.tcl", "one")
    before = script.digest()
    write(tmp_path / "a.tcl", "two")
    assert script.digest() != before
