"""Running scripts with a capture server each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.capturing import Areas, Recorder, run_all
from tclsmtp.migrate.processes import Running
from tclsmtp.migrate.script import Script, Setup

SEND = """
package require smtp
set token [mime::initialize -canonical text/plain -string hello]
puts [smtp::sendmessage $token -servers mail.invalid -originator a@example.com -atleastone 1 \
    -recipients b@example.com,c@example.com]
"""


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    return Recorder("tclsh", None)


def script(folder: Path, text: str, setup: Setup | None = None, name: str = "a.tcl") -> Script:
    (folder / name).write_text(text)
    return Script(name, folder, Path(name), setup or Setup())


def test_a_run_has_what_the_script_sent_and_said(tmp_path: Path, recorder: Recorder) -> None:
    run = recorder.run(script(tmp_path, SEND, Setup(offer=("size",), refuse=("RCPT TO:<c@*=550 no",))))
    assert (run.error, run.exit_code, run.stdout, run.stderr) == ("", 0, b"{c@example.com 550 no}\n", b"")
    assert (run.shell, run.dialect) == ("tclsh, tcllib 1.21: mime 1.7.0, smtp 1.5.1", "2.0")
    [delivery] = run.captured.deliveries
    assert (delivery.originator, delivery.recipients) == ("a@example.com", ("b@example.com",))
    [dialogue] = run.captured.dialogues
    assert any(line.text.startswith("250 SIZE") or "SIZE" in line.text for line in dialogue.lines)


def test_runs_know_nothing_of_each_other(tmp_path: Path, recorder: Recorder) -> None:
    quiet = script(tmp_path, "puts x", name="b.tcl")
    runs = run_all(recorder.run, [script(tmp_path, SEND), quiet], 2, recorder.interrupt, quiet=True)
    assert [len(run.captured.deliveries) for run in runs] == [1, 0]


def test_areas_are_lent_again_and_rather_with_the_copy_of_the_folder(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    areas = Areas((), Running())
    with areas.lend(first) as one, areas.lend(second) as other:
        assert one is not other
        for area, folder in ((one, first), (other, second)):
            folder.mkdir()
            area.copy.prepare(folder)
    with areas.lend(second) as again, areas.lend(tmp_path) as another:
        assert (again, another) == (other, one)


def test_areas_are_gone_when_nobody_lends_them(tmp_path: Path) -> None:
    areas = Areas((), Running())
    with areas.lend(tmp_path) as area:
        area.copy.prepare(tmp_path)
    del areas
    assert not area.folder.exists()


def test_what_the_server_cannot_offer_is_told(tmp_path: Path, recorder: Recorder) -> None:
    with pytest.raises(MigrateError, match="nothing to offer is named 'tea'"):
        recorder.run(script(tmp_path, "puts x", Setup(offer=("tea",))))


def test_a_shell_that_would_let_mail_out_is_refused(tmp_path: Path) -> None:
    command = tmp_path / "shell"
    command.write_text('#!/bin/sh\nunset TCL_LIBRARY\nexec tclsh "$@"\n')
    command.chmod(0o755)
    with pytest.raises(MigrateError, match="so its mail cannot be captured"):
        Recorder(os.fspath(command))


def test_results_are_in_the_order_of_the_scripts(tmp_path: Path) -> None:
    scripts = [Script(str(number), tmp_path, Path("x")) for number in range(9)]
    names = run_all(lambda script: script.name, scripts, 3, lambda: None, quiet=True)
    assert names == [str(number) for number in range(9)]


def test_an_interrupt_ends_the_others(tmp_path: Path) -> None:
    interrupted = []

    def work(script: Script) -> None:
        raise KeyboardInterrupt

    with pytest.raises(MigrateError, match=r"^interrupted$"):
        run_all(work, [Script("a", tmp_path, Path("x"))], 1, lambda: interrupted.append(True), quiet=True)
    assert interrupted == [True]
