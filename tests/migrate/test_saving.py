"""Captured mail as files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.model import Delivery, Dialogue, Line
from tclsmtp.migrate.saving import Folder

DELIVERY = Delivery("a@example.com", ("jörg@example.com",), b"\xff\r\n", connection=1)


def test_a_message_is_saved_with_its_octets_and_its_envelope(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "new" / "folder")
    folder.keep_delivery(DELIVERY)
    assert (folder.path / "0001.eml").read_bytes() == b"\xff\r\n"
    assert json.loads((folder.path / "0001.json").read_bytes()) == {
        "from": "a@example.com",
        "to": ["jörg@example.com"],
        "dialogue": "dialogue-2.txt",
    }


def test_messages_are_counted(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.keep_delivery(DELIVERY)
    folder.keep_delivery(DELIVERY)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0001.eml", "0001.json", "0002.eml", "0002.json"]


def test_a_dialogue_is_saved_line_by_line(tmp_path: Path) -> None:
    Folder(tmp_path).keep_dialogue(1, Dialogue((Line("S", "220 x"), Line("C", "EHLO é", 12.3456))))
    text = (tmp_path / "dialogue-2.txt").read_text(encoding="utf-8")
    assert text == "   0.000 S: 220 x\n  12.346 C: EHLO é\n"


@pytest.mark.parametrize("name", ["0001.eml", "10000.json", "dialogue-1.txt", "authority.pem"])
def test_a_folder_with_an_earlier_capture_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(MigrateError) as caught:
        Folder(tmp_path)
    assert str(caught.value) == (f"{tmp_path}: an earlier capture is in it ({name}); empty it, or name another folder")


def test_other_files_may_be_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    assert Folder(tmp_path).path == tmp_path


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(MigrateError, match=r"file: File exists"):
        Folder(path)


def test_of_a_message_that_cannot_be_saved_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "0001.json.d").mkdir()
    folder = Folder(tmp_path)
    (tmp_path / "0001.json").symlink_to(tmp_path / "0001.json.d")
    with pytest.raises(IsADirectoryError):
        folder.keep_delivery(DELIVERY)
    assert [path.name for path in tmp_path.iterdir()] == ["0001.json.d"]


def test_a_dialogue_that_cannot_be_saved_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Folder(tmp_path)
    (tmp_path / "dialogue-1.txt").mkdir()
    folder.keep_dialogue(0, Dialogue(()))
    assert capsys.readouterr().err == f"tclsmtp capture: {tmp_path / 'dialogue-1.txt'}: Is a directory\n"
