"""Messages that no server took at first, and what a worker makes of them, with real servers on this machine."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tclsmtp.errors import SpoolError
from tclsmtp.mime.part import Part
from tclsmtp.policy import Policy, Route
from tclsmtp.policy.credentials import Credentials, Secret
from tclsmtp.smtp.session import Session
from tclsmtp.smtp.waiting import SelectorWaiter
from tclsmtp.spool.store import open_store
from tclsmtp.spool.worker import INTERRUPTED, Worker
from tests.smtp.sending import DATA, HEADERS, A, B, text
from tests.smtp.server import ScriptedServer, read_to_end_of_data, reset
from tests.spool.spooling import entries, queue, send, spool_in, through, to, work
from tests.support.certificates import server_context
from tests.support.sink import Auth, Rules, Sink


def test_a_message_is_delivered_as_it_would_have_been_at_once(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    assert queue(spool, part=text("A line.\n..\nAnother.\n"), headers=(*HEADERS, ("Message-ID", "<1@x>"))) == []
    [entry] = entries(spool)
    with Sink() as sink:
        told = work(spool, to(spool, sink.port))
    [message] = sink.sessions[0].messages
    assert told == [f"{entry.id}: delivered to {A}, {B}"]
    assert message.sender.startswith("MAIL FROM:<me@example.com>")
    assert message.recipients == [f"RCPT TO:<{A}>", f"RCPT TO:<{B}>"]
    assert message.content.endswith(b"\r\n\r\nA line.\r\n..\r\nAnother.\r\n")
    assert b"Message-ID: <1@x>\r\n" in message.content
    assert entries(spool) == []
    assert os.listdir(f"{spool.path}.messages") == []


def test_the_message_id_stays_the_same(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    queue(spool)
    [entry] = entries(spool)
    with Sink() as sink:
        work(spool, to(spool, sink.port))
    assert f"Message-ID: {entry.message_id}\r\n".encode() in sink.sessions[0].messages[0].content


def test_to_and_bcc_recipients_are_two_entries(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    queue(spool, headers=(*HEADERS, ("Bcc", "x@example.com")))
    with Sink() as sink:
        work(spool, to(spool, sink.port))
    messages = [message for session in sink.sessions for message in session.messages]
    assert sorted(message.recipients for message in messages) == [
        [f"RCPT TO:<{A}>", f"RCPT TO:<{B}>"],
        ["RCPT TO:<x@example.com>"],
    ]


def test_a_large_message_is_streamed_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(b"0123456789abcde\n" * 200_000)
    spool = spool_in(tmp_path)
    queue(spool, part=Part.create("text/plain", path=str(file)))
    file.unlink()
    [entry] = entries(spool)
    with Sink() as sink:
        work(spool, to(spool, sink.port))
    content = sink.sessions[0].messages[0].content
    assert len(content) == entry.size > 3_400_000
    assert content.count(b"\r\n0123456789abcde") == 200_000


def test_where_nobody_takes_it_yet_it_waits_longer_each_time(tmp_path: Path) -> None:
    spool = spool_in(tmp_path, first_retry_seconds=100, last_retry_seconds=400)
    queue(spool)
    with open_store(spool) as store:
        for attempts, longest in ((2, 200), (3, 400), (4, 400)):
            with store.hold(store.entries()[0].id) as held:
                held.replace(replace(held.entry, due=1.0))
            Worker(store, spool, through(spool), SelectorWaiter(), lambda line: None).run()
            [entry] = store.entries()
            assert entry.attempts == attempts
            assert entry.error == "127.0.0.1:1: connect: connection refused"
            assert entry.due
            assert entry.last_attempt
            assert longest / 2 <= entry.due - entry.last_attempt <= longest + 5


def test_what_is_not_due_is_not_tried(tmp_path: Path) -> None:
    spool = spool_in(tmp_path, first_retry_seconds=1000, last_retry_seconds=1000)
    queue(spool)
    assert work(spool, through(spool)) == []


def test_what_is_tried_in_vain_is_tried_once_a_pass(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    queue(spool)
    assert len(work(spool, through(spool))) == 1


def test_after_its_time_it_is_kept_as_failed(tmp_path: Path) -> None:
    spool = spool_in(tmp_path, give_up_hours=1e-9)
    queue(spool)
    [line] = work(spool, through(spool))
    [entry] = entries(spool)
    assert entry.failed
    assert line == f"{entry.id}: failed: {entry.error}"
    assert entry.error.startswith("given up after 1e-09 hours: 127.0.0.1:1: connect: ")
    assert work(spool, through(spool)) == []


def test_those_who_have_it_do_not_get_it_again(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    queue(spool)
    with Sink(Rules(replies={f"RCPT TO:<{A}": "450 later"})) as sink:
        work(spool, to(spool, sink.port))
    [entry] = entries(spool)
    assert (entry.recipients, entry.error, entry.failed) == ((A,), f"{A}: 450 later", False)
    with Sink() as sink:
        work(spool, to(spool, sink.port))
    assert sink.sessions[0].messages[0].recipients == [f"RCPT TO:<{A}>"]
    assert entries(spool) == []


def test_those_refused_for_good_are_kept_to_be_seen(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    queue(spool)
    with Sink(Rules(replies={f"RCPT TO:<{A}": "550 never"})) as sink:
        work(spool, to(spool, sink.port))
    [entry] = entries(spool)
    assert (entry.recipients, entry.failed, entry.error) == ((), True, f"{A}: 550 never")
    assert [message.recipients for message in sink.sessions[0].messages] == [[f"RCPT TO:<{B}>"]]


@pytest.mark.parametrize("replies", [{"MAIL": "550 never"}, {"DATA": "554 never"}, {".": "554 never"}])
def test_a_message_refused_for_good_has_failed(tmp_path: Path, replies: dict[str, str]) -> None:
    spool = spool_in(tmp_path)
    queue(spool)
    with Sink(Rules(replies=replies)) as sink:
        work(spool, to(spool, sink.port))
    [entry] = entries(spool)
    assert (entry.recipients, entry.failed, "never" in entry.error) == ((A, B), True, True)


@pytest.mark.parametrize("replies", [{"MAIL": "451 later"}, {"DATA": "451 later"}, {".": "451 later"}])
def test_a_message_refused_for_now_is_tried_again(tmp_path: Path, replies: dict[str, str]) -> None:
    spool = spool_in(tmp_path)
    queue(spool)
    with Sink(Rules(replies=replies)) as sink:
        work(spool, to(spool, sink.port))
    [entry] = entries(spool)
    assert (entry.recipients, entry.failed, entry.error) == ((A, B), False, "451: later")


def test_a_message_that_the_server_may_have_is_not_sent_again(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    queue(spool)
    with ScriptedServer([*DATA, read_to_end_of_data, reset]) as server:
        work(spool, to(spool, server.port))
    [entry] = entries(spool)
    assert entry.failed
    assert "it is not known whether the message was delivered" in entry.error


def test_the_policy_counts_as_it_is_now(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    queue(spool)
    with Sink(Rules(auth=Auth("PLAIN", "relay", "sesame"))) as sink:
        credentials = Credentials(Secret("value", ("relay",)), Secret("value", ("sesame",)))
        work(spool, to(spool, sink.port, credentials=credentials))
    assert (sink.sessions[0].authed, len(sink.sessions[0].messages)) == (True, 1)
    assert b"sesame" not in b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


@pytest.mark.parametrize(
    "route",
    [
        {"tls": "required", "verify": "always"},
        {"credentials": Credentials(Secret("env", ("NOT_THERE",)), Secret("env", ("NOT_THERE",)))},
    ],
)
def test_what_the_operator_can_put_right_is_tried_again(tmp_path: Path, route: dict[str, Any]) -> None:
    spool = spool_in(tmp_path)
    queue(spool)
    rules = Rules(tls=server_context(self_signed=True), auth=Auth("PLAIN", "relay", "sesame"))
    with Sink(rules) as sink:
        work(spool, to(spool, sink.port, **route))
    assert [entry.failed for entry in entries(spool)] == [False]
    assert [message for session in sink.sessions for message in session.messages] == []


def test_the_route_is_that_of_the_whole_call_also_for_those_that_are_left(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    with Sink(Rules(replies={f"RCPT TO:<{A}": "450 later"})) as sink:
        send(sink.port, through(spool), at_least_one=True)
    with Sink() as sink:
        wrong = Route(recipient=(A,), servers=("127.0.0.1",), ports=(1,))
        work(spool, Policy((wrong, *to(spool, sink.port).routes)))
    assert len(sink.sessions[0].messages) == 1


def test_addresses_beyond_ascii_are_as_the_server_can_have_them(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    queue(spool, headers=(HEADERS[0], ("To", "j\u00f6rg@example.com")))
    with Sink(Rules(ehlo=("SMTPUTF8", "8BITMIME"))) as sink:
        work(spool, to(spool, sink.port))
    [message] = sink.sessions[0].messages
    assert "SMTPUTF8" in message.sender
    assert "To: j\u00f6rg@example.com\r\n".encode() in message.content


def test_what_a_killed_worker_was_at_says_so(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    queue(spool)
    with open_store(spool) as store:
        worker = Worker(store, spool, through(spool), SelectorWaiter(), lambda line: None)
        taken = store.take(1e11, worker._begun)
        assert taken
        assert (store.entries()[0].attempts, store.entries()[0].error) == (2, INTERRUPTED)
        taken.__exit__()


def test_a_message_that_cannot_be_read_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = spool_in(tmp_path)
    queue(spool)

    def read(name: str) -> bytes:
        raise SpoolError("queue", "Input/output error")

    with open_store(spool) as store:
        monkeypatch.setattr(store, "read", read)
        Worker(store, spool, through(spool), SelectorWaiter(), lambda line: None).run()
        [entry] = store.entries()
    assert (entry.failed, entry.error) == (False, "the message cannot be read: Input/output error")


@pytest.mark.parametrize("octets", [b"Hello", b"0123456789abcde\n" * 200_000])
def test_a_message_that_lost_its_end_is_not_sent(tmp_path: Path, octets: bytes) -> None:
    spool = spool_in(tmp_path)
    queue(spool, part=Part.create("application/octet-stream", encoding="8bit", data=octets))
    [entry] = entries(spool)
    os.truncate(f"{spool.path}.messages/{entry.id}.eml", entry.size - 2)
    with Sink() as sink:
        work(spool, to(spool, sink.port))
    assert [message for session in sink.sessions for message in session.messages] == []
    [entry] = entries(spool)
    assert (entry.failed, entry.error) == (
        False,
        f"the message cannot be read: the message has not the {entry.size} octets that it had",
    )


def test_a_server_that_cannot_be_reached_is_asked_once_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = spool_in(tmp_path)
    for _ in range(3):
        queue(spool)
    asked: list[str] = []
    connect = Session.connect

    def count(session: Session) -> None:
        asked.append(session.server)
        connect(session)

    monkeypatch.setattr(Session, "connect", count)
    assert len(work(spool, through(spool))) == 3
    assert len(asked) == 1
    assert {(entry.attempts, entry.error) for entry in entries(spool)} == {
        (2, "127.0.0.1:1: connect: connection refused")
    }
    work(spool, through(spool))
    assert len(asked) == 2


def test_it_stops_between_two_messages_when_it_is_asked_to(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    queue(spool)
    queue(spool)
    with Sink() as sink, open_store(spool) as store:
        told: list[str] = []
        Worker(store, spool, to(spool, sink.port), SelectorWaiter(), told.append).run(lambda: bool(told))
        assert len(store.entries()) == 1
