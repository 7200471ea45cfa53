from __future__ import annotations

from pathlib import Path

import pytest

from tclsmtp.dialect import DEFAULT
from tclsmtp.errors import SpoolError
from tclsmtp.mime.part import Part
from tclsmtp.policy import Route
from tclsmtp.smtp.content import Content
from tclsmtp.smtp.keeping import Unsent
from tclsmtp.spool.keeper import Spooler, new_id, wait_seconds
from tclsmtp.spool.store import open_store
from tests.spool.spooling import entries, octets, plan, spool_in


def unsent(*recipients: str, name: str = "<1@x>") -> Unsent:
    part = Part.create("text/plain", headers=[("Message-ID", name)], data="Hello.\n")
    return Unsent("me@example.com", recipients, Content(part, DEFAULT))


def test_messages_are_kept_with_all_that_another_attempt_needs(tmp_path: Path) -> None:
    route = Route(name="relay", spool=spool_in(tmp_path, first_retry_seconds=100, last_retry_seconds=100))
    messages = [unsent("a@example.com", "b@example.com"), unsent("c@example.com", name="<2@x>")]
    names = Spooler().keep(route, plan(), messages, "421 later")
    assert route.spool
    first, second = sorted(entries(route.spool), key=lambda entry: names.index(entry.id))
    assert (first.originator, first.recipients, first.message_id) == (
        "me@example.com",
        ("a@example.com", "b@example.com"),
        "<1@x>",
    )
    assert (second.recipients, second.message_id) == (("c@example.com",), "<2@x>")
    assert (first.route, first.error, first.attempts, first.call.servers) == ("relay", "421 later", 1, ("localhost",))
    assert first.due
    assert first.last_attempt == first.created
    assert 50 <= first.due - first.created <= 100
    with open_store(route.spool) as store:
        assert octets(store, first.id).endswith(b"\r\n\r\nHello.\r\n")


def test_a_queue_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    route = Route(spool=spool_in(tmp_path / "file"))
    with pytest.raises(SpoolError):
        Spooler().keep(route, plan(), [unsent("a@example.com")], "421 later")


def test_a_message_whose_file_is_gone_by_now_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(b"x" * 1_000_000)
    content = Content(Part.create("application/octet-stream", path=str(file)), DEFAULT)
    file.unlink()
    route = Route(spool=spool_in(tmp_path))
    with pytest.raises(SpoolError, match="no such file or directory"):
        Spooler().keep(route, plan(), [Unsent("me@example.com", ("a@example.com",), content)], "421 later")
    assert route.spool
    assert entries(route.spool) == []


def test_names_sort_by_time_and_are_never_the_same() -> None:
    assert new_id(0) < new_id(1) < new_id(1e9)
    assert len({new_id(0) for _ in range(1000)}) == 1000


def test_chance_keeps_those_apart_that_failed_together(tmp_path: Path) -> None:
    spool = spool_in(tmp_path, first_retry_seconds=10, last_retry_seconds=30)
    waits = [wait_seconds(spool, 2) for _ in range(100)]
    assert len(set(waits)) > 90
    assert all(10 <= wait <= 20 for wait in waits)
