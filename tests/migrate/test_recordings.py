from __future__ import annotations

import json
from pathlib import Path

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.model import Call, Connection, Line, Message, Run
from tclsmtp.migrate.recordings import Recordings
from tclsmtp.migrate.reference import Reference
from tclsmtp.migrate.script import Script, Settings

REFERENCE = Reference(("tclsh", "-x"), "8.6.13", "1.5.1", "1.7.0")
SCRIPT = Script(Path("folder/sub/report.tcl"), "sub/report.tcl")
MESSAGE = Message("a@x.example", ("b@x.example", "c@x.example"), "SIZE=5", b"S: \xff\r\n\r\na\r\nb\0\rc\n\xc3\xa4\r\n")
RUN = Run(
    exit_code=-9,
    stdout="out \u20ac\n",
    stderr="",
    calls=(Call(0, "{b@x.example 550 no}"), Call(1, "failed", "SMTP 550 no")),
    connections=(
        Connection((Line("S", "220 ready: yes"), Line("C", "EHLO x")), (MESSAGE,), tls=True, mechanism="PLAIN"),
        Connection((), ()),
    ),
    seconds=0.25,
)


def test_what_was_saved_is_answered(tmp_path: Path) -> None:
    settings = Settings(args=("a",), timeout=5)
    Recordings.create(tmp_path / "new", REFERENCE).save(SCRIPT, settings, RUN)
    recordings = Recordings.open(tmp_path / "new")
    assert recordings.reference == REFERENCE
    assert recordings.run(SCRIPT, settings) == RUN


def test_a_script_that_never_ended_is_kept_as_such(tmp_path: Path) -> None:
    recordings = Recordings.create(tmp_path, REFERENCE)
    recordings.save(SCRIPT, Settings(), Run(None, "", "", (), (), 60.0))
    assert recordings.run(SCRIPT, Settings()).exit_code is None


def test_a_message_is_kept_line_by_line(tmp_path: Path) -> None:
    Recordings.create(tmp_path, REFERENCE).save(SCRIPT, Settings(), RUN)
    kept = json.loads((tmp_path / "sub/report.json").read_text(encoding="utf-8"))
    assert kept["run"]["connections"][0]["messages"][0]["content"][:2] == ["S: ÿ\r\n", "\r\n"]


def test_a_script_that_was_not_recorded_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MigrateError, match="not recorded"):
        Recordings.create(tmp_path, REFERENCE).run(SCRIPT, Settings())


@pytest.mark.parametrize(
    "other", [Settings(args=("b",)), Settings(stdin="x"), Settings(offer=("auth",)), Settings(env={"A": "b"})]
)
def test_a_recording_with_other_settings_is_an_error(tmp_path: Path, other: Settings) -> None:
    recordings = Recordings.create(tmp_path, REFERENCE)
    recordings.save(SCRIPT, Settings(), RUN)
    with pytest.raises(MigrateError, match="recorded with other settings"):
        recordings.run(SCRIPT, other)


def test_other_rules_in_the_same_file_are_other_settings(tmp_path: Path) -> None:
    rules = tmp_path / "rules.json"
    rules.write_text("{}")
    recordings = Recordings.create(tmp_path, REFERENCE)
    recordings.save(SCRIPT, Settings(rules=rules), RUN)
    rules.write_text('{"banner": "220 x"}')
    with pytest.raises(MigrateError, match="recorded with other settings"):
        recordings.run(SCRIPT, Settings(rules=rules))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}'])
def test_a_folder_without_recordings_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "reference.json").write_text(text)
    with pytest.raises(MigrateError, match=r"reference\.json"):
        Recordings.open(tmp_path)
    with pytest.raises(MigrateError, match="No such file"):
        Recordings.open(tmp_path / "missing")


@pytest.mark.parametrize("text", ['{"run": 1}', '{"settings": {}, "run": {}}', "x"])
def test_a_damaged_recording_is_an_error(tmp_path: Path, text: str) -> None:
    recordings = Recordings.create(tmp_path, REFERENCE)
    recordings.save(SCRIPT, Settings(), RUN)
    (tmp_path / "sub/report.json").write_text(text)
    with pytest.raises(MigrateError, match=r"report\.json"):
        recordings.run(SCRIPT, Settings())
