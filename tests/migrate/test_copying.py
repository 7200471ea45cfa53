"""The copy of a folder, made once and put back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate import copying
from tclsmtp.migrate.copying import FolderCopy, remove


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "below" / "deep").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "a").write_text("first")
    (folder / "below" / "b").write_text("second")
    (folder / "below" / "deep" / "c").write_text("third")
    (folder / "link").symlink_to("a")
    for path in (folder / "a", folder / "below" / "deep", folder / "below", folder):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    return folder


@pytest.fixture
def copy(tmp_path: Path, source: Path) -> FolderCopy:
    made = FolderCopy(tmp_path / "area" / "work")
    made.target.parent.mkdir()
    made.prepare(source)
    return made


def held(folder: Path) -> dict[str, tuple[int, float, str]]:
    """What a program can learn of a folder: mode, time of change, and what is in each."""
    told = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        status = path.lstat()
        content = os.readlink(path) if path.is_symlink() else "" if path.is_dir() else path.read_text()
        told[path.relative_to(folder).as_posix()] = (status.st_mode, status.st_mtime, content)
    return told


def test_a_copy_holds_what_the_folder_does(source: Path, copy: FolderCopy) -> None:
    assert held(copy.target) == held(source)


def same_size_and_time(work: Path) -> None:
    before = (work / "a").stat()
    with (work / "a").open("r+") as file:
        file.write("FIRST")
    os.utime(work / "a", ns=(before.st_atime_ns, before.st_mtime_ns))


def replaced(work: Path) -> None:
    (work / "new").write_text("FIRST")
    shutil.copystat(work / "a", work / "new")
    (work / "new").rename(work / "a")


def hidden(work: Path) -> None:
    before = (work / "below").stat()
    (work / "below" / "new").write_text("")
    os.utime(work / "below", ns=(before.st_atime_ns, before.st_mtime_ns))


def file_for_folder(work: Path) -> None:
    shutil.rmtree(work / "below")
    (work / "below").write_text("file")


def folder_for_file(work: Path) -> None:
    (work / "a").unlink()
    (work / "a" / "b").mkdir(parents=True)


def link_for_folder(work: Path) -> None:
    (work / "below").rename(work / "away")
    (work / "below").symlink_to("away")


def removed(work: Path) -> None:
    shutil.rmtree(work)


def shut(work: Path) -> None:
    (work / "below").chmod(0)


def pipe(work: Path) -> None:
    (work / "a").unlink()
    os.mkfifo(work / "a")


CHANGES = [
    same_size_and_time, replaced, hidden, file_for_folder, folder_for_file, link_for_folder, removed, shut, pipe
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_was_done_to_a_copy_is_undone(source: Path, copy: FolderCopy, change: Callable[[Path], None]) -> None:
    change(copy.target)
    copy.prepare(source)
    assert held(copy.target) == held(source)
    change(copy.target)
    copy.prepare(source)
    assert held(copy.target) == held(source)


def test_what_nobody_changed_is_not_copied_again(source: Path, copy: FolderCopy) -> None:
    kept = (copy.target / "a").stat()
    (copy.target / "below" / "b").write_text("other")
    copy.prepare(source)
    assert (copy.target / "a").stat() == kept


def test_all_is_copied_again_where_a_file_system_keeps_whole_seconds_only(
    source: Path, copy: FolderCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "SECOND", 1)
    kept = (copy.target / "a").stat()
    copy.prepare(source)
    assert (copy.target / "a").stat().st_ctime_ns > kept.st_ctime_ns


def test_what_changed_in_the_folder_itself_is_copied(source: Path, copy: FolderCopy, tmp_path: Path) -> None:
    (source / "below" / "b").write_text("other")
    (source / "more").write_text("")
    copy.prepare(source)
    assert held(copy.target) == held(source)
    (tmp_path / "second").mkdir()
    copy.prepare(tmp_path / "second")
    assert held(copy.target) == held(tmp_path / "second")


def test_what_holds_on_to_a_discarded_copy_does_not_meet_the_next(source: Path, copy: FolderCopy) -> None:
    with (copy.target / "a").open("a") as file:
        copy.discard()
        copy.prepare(source)
        file.write("late")
    assert held(copy.target) == held(source)


def test_a_folder_that_is_too_large_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "MAX_FILES", 1)
    source = tmp_path / "source"
    (source / ".git").mkdir(parents=True)
    (source / ".git" / "config").write_text("")
    (source / "a").write_text("")
    copy = FolderCopy(tmp_path / "copy")
    copy.prepare(source)
    assert [path.name for path in copy.target.iterdir()] == ["a"]
    (source / "b").write_text("")
    with pytest.raises(MigrateError, match="or 1 files, which is too much to copy"):
        copy.prepare(source)


def test_links_lead_where_they_led_and_pipes_stay_behind(tmp_path: Path) -> None:
    source, copy = tmp_path / "source", FolderCopy(tmp_path / "deep")
    source.mkdir()
    (tmp_path / "outside").write_text("out")
    (source / "inside").write_text("in")
    (source / "here").symlink_to("inside")
    (source / "there").symlink_to("../outside")
    os.mkfifo(source / "pipe")
    copy.prepare(source)
    assert sorted(path.name for path in copy.target.iterdir()) == ["here", "inside", "there"]
    assert (os.readlink(copy.target / "here"), (copy.target / "there").read_text()) == ("inside", "out")


def test_a_copy_can_be_in_the_folder_itself(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    copy = FolderCopy(tmp_path / f"{copying.SCRATCH}1" / "work")
    copy.target.parent.mkdir()
    copy.prepare(tmp_path)
    assert [path.name for path in copy.target.iterdir()] == ["a"]


def test_a_folder_that_cannot_be_copied_is_told(tmp_path: Path) -> None:
    with pytest.raises(MigrateError, match="source: cannot be copied: "):
        FolderCopy(tmp_path / "copy").prepare(tmp_path / "source")


def test_what_was_made_unreadable_is_removed(source: Path) -> None:
    (source / "below" / "deep").chmod(0)
    (source / "below").chmod(0)
    remove(source)
    assert not source.exists()
