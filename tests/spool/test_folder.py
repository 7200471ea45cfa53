from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tclsmtp.errors import SpoolError
from tclsmtp.spool.folder import Folder, check_private, check_surroundings


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(str(tmp_path / "messages"))


def test_a_file_is_written_for_this_user_alone(folder: Folder) -> None:
    fd, size = folder.write("1", [b"one ", b"message"])
    os.close(fd)
    assert (size, b"".join(folder.read("1"))) == (11, b"one message")
    assert os.stat(os.path.join(folder.path, "1.eml")).st_mode & 0o777 == 0o600


def test_a_file_is_locked_until_its_descriptor_is_closed(folder: Folder) -> None:
    fd, _ = folder.write("1", [b"x"])
    assert folder.lock("1") is None
    os.close(fd)
    fd = folder.lock("1") or -1
    assert fd > 0
    os.close(fd)


def test_a_file_is_not_written_twice(folder: Folder) -> None:
    os.close(folder.write("1", [b"x"])[0])
    with pytest.raises(FileExistsError):
        folder.write("1", [b"y"])


def test_the_file_of_a_message_that_cannot_be_had_is_removed(folder: Folder) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half a "
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output error"):
        folder.write("1", broken())
    assert os.listdir(folder.path) == []


def test_a_file_that_is_cleaned_away_before_it_is_locked_is_made_anew(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleaned: list[bool] = []
    create = os.open

    def open_and_clean(path: str, flags: int, mode: int = 0o777) -> int:
        fd = create(path, flags, mode)
        if not cleaned and flags & os.O_CREAT:
            cleaned.append(True)
            os.unlink(path)
        return fd

    monkeypatch.setattr(os, "open", open_and_clean)
    fd, _ = folder.write("1", [b"x"])
    os.close(fd)
    assert os.listdir(folder.path) == ["1.eml"]


def test_what_is_known_or_not_a_message_is_not_cleaned_away(folder: Folder) -> None:
    for name in ("known", "unknown"):
        os.close(folder.write(name, [b"x"])[0])
    Path(folder.path, "README").touch()
    folder.clean(lambda name: name == "known")
    assert sorted(os.listdir(folder.path)) == ["README", "known.eml"]


def test_two_threads_can_make_a_folder_at_once(tmp_path: Path) -> None:
    made: list[Folder] = []
    threads = [threading.Thread(target=lambda: made.append(Folder(str(tmp_path / "x")))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_can_get_at_is_not_private(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "file"
    file.touch()
    file.chmod(mode)
    with pytest.raises(SpoolError, match="others can read or write it"):
        check_private(str(file))
    file.chmod(0o600)
    check_private(str(file))


def test_a_folder_where_others_can_write_is_no_place_for_it_but_one_like_tmp_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(SpoolError, match="others can write to the folder"):
        check_surroundings(str(tmp_path))
    tmp_path.chmod(0o1777)
    check_surroundings(str(tmp_path))
    tmp_path.chmod(0o755)
    check_surroundings(str(tmp_path))
