"""Recordings: written, read, and refused where they are of something else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.model import Captured, Delivery, Dialogue, Line, Run
from tclsmtp.migrate.recordings import LARGE, load, save
from tclsmtp.migrate.script import Script, Setup
from tclsmtp.migrate.settling import settled
from tests.migrate.test_settling import UNSETTLED

RUN = Run(
    shell="tclsh, tcllib 1.21",
    dialect="2.0",
    exit_code=3,
    stdout="häl\r\nlo\n".encode(),
    stderr=b"\xff\0",
    begun=1000.25,
    seconds=0.5,
    captured=Captured(
        (Dialogue((Line("S", "220 x"), Line("C", "EHLO y"), Line("*", "TLSv1.3")), "TLSv1.3", "PLAIN"), Dialogue(())),
        (Delivery("a@x", ("b@x", "c@x"), b"Subject: \xe9\r\n\r\n", 0), Delivery("", (), b"", 1)),
    ),
)


@pytest.fixture
def script(tmp_path: Path) -> Script:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.tcl").write_text("puts x\n")
    return Script("sub/a.tcl", tmp_path, Path("sub/a.tcl"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recorded"


def test_a_run_is_read_as_it_was_written(folder: Path, script: Script) -> None:
    assert save(folder, script, RUN) == folder / "sub" / "a"
    assert load(folder, script) == settled(RUN) != RUN


def test_a_run_that_cannot_be_settled_is_kept_as_it_was(folder: Path, script: Script) -> None:
    run = replace(UNSETTLED, user="ann", hosts=("box", "box.example"))
    save(folder, script, run)
    assert load(folder, script) == run


def test_a_large_message_is_packed(folder: Path, script: Script) -> None:
    large = replace(RUN, captured=Captured((), (Delivery("a@x", ("b@x",), b"x" * (LARGE + 1), -1),)))
    place = save(folder, script, large)
    assert sorted(path.name for path in place.iterdir()) == ["0001.eml.gz", "run.json"]
    assert load(folder, script) == settled(large)
    save(folder, script, RUN)
    assert sorted(path.name for path in place.iterdir()) == ["0001.eml", "0002.eml", "run.json"]
    save(folder, script, large)
    (place / "0001.eml.gz").write_bytes(b"x")
    with pytest.raises(MigrateError, match=r"run\.json: "):
        load(folder, script)


def test_a_recording_is_files_that_can_be_read(folder: Path, script: Script) -> None:
    place = save(folder, script, RUN)
    assert sorted(path.name for path in place.iterdir()) == ["0001.eml", "0002.eml", "run.json"]
    assert (place / "0001.eml").read_bytes() == b"Subject: \xe9\r\n\r\n"
    text = (place / "run.json").read_text()
    assert '\n   "häl\\r",\n   "lo",\n   ""\n' in text
    assert '\n     "C EHLO y",\n' in text


def test_a_run_is_written_alike_each_time(folder: Path, script: Script) -> None:
    first = (save(folder, script, RUN) / "run.json").read_bytes()
    later = replace(
        RUN.captured.dialogues[0], lines=tuple(replace(line, at=7.0) for line in RUN.captured.dialogues[0].lines)
    )
    captured = replace(RUN.captured, dialogues=(later, *RUN.captured.dialogues[1:]))
    run = replace(RUN, captured=captured, begun=7.0, user="ann", hosts=("box",))
    assert (save(folder, script, run) / "run.json").read_bytes() == first


def test_messages_of_an_earlier_recording_go(folder: Path, script: Script) -> None:
    save(folder, script, RUN)
    place = save(folder, script, replace(RUN, captured=Captured()))
    assert [path.name for path in place.iterdir()] == ["run.json"]


def test_a_run_that_does_not_count_is_not_recorded(folder: Path, script: Script) -> None:
    with pytest.raises(MigrateError, match=r"^sub/a\.tcl: took too long$"):
        save(folder, script, replace(RUN, error="took too long"))
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_told(folder: Path, script: Script) -> None:
    folder.write_text("a file")
    with pytest.raises(MigrateError, match="recorded/sub/a: Not a directory"):
        save(folder, script, RUN)


def test_without_a_recording_that_is_told(folder: Path, script: Script) -> None:
    with pytest.raises(MigrateError, match=r"run\.json: no recording of this script$"):
        load(folder, script)


def test_a_missing_message_is_told(folder: Path, script: Script) -> None:
    (save(folder, script, RUN) / "0002.eml").unlink()
    with pytest.raises(MigrateError, match=r"run\.json: 0002\.eml is missing$"):
        load(folder, script)


def test_a_recording_of_another_text_is_stale(folder: Path, script: Script) -> None:
    save(folder, script, RUN)
    (script.folder / script.path).write_text("puts y\n")
    with pytest.raises(MigrateError, match=r"run\.json: stale: the script or how it is run has changed since"):
        load(folder, script)


def test_a_recording_of_other_arguments_is_stale(folder: Path, script: Script) -> None:
    save(folder, script, RUN)
    with pytest.raises(MigrateError, match=r": stale: "):
        load(folder, replace(script, setup=Setup(args=("x",))))


WRONG = {
    "{": "no recording: JSONDecodeError",
    "[]": "no recording: TypeError",
    "{}": "no recording: KeyError: 'version'",
    '{"version": 2}': "a recording of version 2; this is read: 1",
}


@pytest.mark.parametrize(("text", "message"), WRONG.items(), ids=WRONG)
def test_what_is_no_recording_is_told(folder: Path, script: Script, text: str, message: str) -> None:
    (save(folder, script, RUN) / "run.json").write_text(text)
    with pytest.raises(MigrateError, match=rf"run\.json: {message}"):
        load(folder, script)


def test_a_line_of_nobody_is_told(folder: Path, script: Script) -> None:
    path = save(folder, script, RUN) / "run.json"
    data = json.loads(path.read_text())
    data["run"]["dialogues"][0]["lines"] = ["X hello"]
    path.write_text(json.dumps(data))
    with pytest.raises(MigrateError, match="no recording: ValueError: nobody says 'X hello'"):
        load(folder, script)
