"""Connections that serve several messages, and those that turn out to be gone."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tclsmtp import Interpreter
from tclsmtp.dialect import DEFAULT
from tclsmtp.errors import RefusedError, TclError, UnknownOutcomeError
from tclsmtp.policy.reusing import Reuse
from tclsmtp.policy.route import Policy, Route
from tclsmtp.smtp.envelope import prepare
from tclsmtp.smtp.options import Options, Refusal, TlsSettings
from tclsmtp.smtp.pool import Pool
from tclsmtp.smtp.submit import submit
from tclsmtp.smtp.waiting import SelectorWaiter
from tests.smtp.sending import DATA, EHLO, HEADERS, MAIL, SENT, A, text
from tests.smtp.server import ScriptedServer, Step, read_line, read_to_end_of_data
from tests.support.certificates import authority_file, server_context
from tests.support.sink import Auth, Rules, Sink
from tests.support.tclsh import TCLSMTP_RUN, Shell

REUSE = Policy((Route(reuse=Reuse()),))
CHUNKING = ("PIPELINING", "CHUNKING")


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool() as pool:
        yield pool


def send(pool: Pool, port: int, policy: Policy = REUSE, **options: Any) -> list[Refusal]:
    given = Options(servers=("127.0.0.1",), ports=(port,), headers=HEADERS, host="client.example", max_seconds=30)
    plan = prepare(replace(given, **options))
    return submit(plan, text(), SelectorWaiter(), DEFAULT, policy, pool=pool)


def verbs(sink: Sink, number: int = 0) -> list[str]:
    return [command.split()[0] for command in sink.sessions[number].commands]


@pytest.mark.parametrize("ehlo", [(), ("PIPELINING",), CHUNKING])
def test_messages_share_a_connection_that_is_left_at_the_end(pool: Pool, ehlo: tuple[str, ...]) -> None:
    with Sink(Rules(ehlo=ehlo)) as sink:
        assert [send(pool, sink.port) for _ in range(3)] == [[], [], []]
        pool.close()
    [session] = sink.sessions
    assert len(session.messages) == 3
    assert verbs(sink).count("EHLO") == verbs(sink).count("QUIT") == 1
    assert verbs(sink)[-1] == "QUIT"


def test_without_the_policys_word_each_has_its_own(pool: Pool) -> None:
    with Sink() as sink:
        for _ in range(2):
            send(pool, sink.port, Policy((Route(),)))
    assert [len(session.messages) for session in sink.sessions] == [1, 1]


def test_a_connection_serves_so_many_messages_and_no_more(pool: Pool) -> None:
    with Sink() as sink:
        for _ in range(5):
            send(pool, sink.port, Policy((Route(reuse=Reuse(messages=2)),)))
    assert [len(session.messages) for session in sink.sessions] == [2, 2, 1]
    assert verbs(sink)[-1] == "QUIT"


def test_a_message_with_a_digest_is_two(pool: Pool) -> None:
    with Sink() as sink:
        send(pool, sink.port, Policy((Route(reuse=Reuse(messages=2)),)))
        send(pool, sink.port, Policy((Route(reuse=Reuse(messages=2)),)), headers=(*HEADERS, ("Bcc", "x@example.com")))
    assert [len(session.messages) for session in sink.sessions] == [1, 2]


@pytest.mark.parametrize("ehlo", [(), CHUNKING])
def test_the_last_message_of_a_connection_takes_leave(pool: Pool, ehlo: tuple[str, ...]) -> None:
    with Sink(Rules(ehlo=ehlo)) as sink:
        for _ in range(2):
            send(pool, sink.port, Policy((Route(reuse=Reuse(messages=2)),)))
    assert len(sink.sessions[0].messages) == 2
    assert verbs(sink)[-1] == "QUIT"


def test_a_connection_that_was_idle_for_too_long_is_left(pool: Pool) -> None:
    with Sink() as sink:
        for _ in range(2):
            send(pool, sink.port, Policy((Route(reuse=Reuse(idle_seconds=1e-9)),)))
    assert [len(session.messages) for session in sink.sessions] == [1, 1]
    assert verbs(sink)[-1] == "QUIT"


def test_a_message_and_its_digest_go_over_the_same(pool: Pool) -> None:
    with Sink() as sink:
        for _ in range(2):
            send(pool, sink.port, headers=(*HEADERS, ("Bcc", "x@example.com")))
    assert [len(session.messages) for session in sink.sessions] == [4]


def test_a_refused_recipient_does_not_end_it(pool: Pool) -> None:
    with Sink(Rules(replies={f"RCPT TO:<{A}": "550 no"})) as sink:
        assert [send(pool, sink.port) for _ in range(2)] == [[Refusal(A, 550, "no")]] * 2
        assert send(pool, sink.port, recipients="c@example.com") == []
    assert [len(session.messages) for session in sink.sessions] == [1]


def test_a_refused_message_ends_it(pool: Pool) -> None:
    with Sink(Rules(replies={".": "552 full"})) as sink:
        for _ in range(2):
            with pytest.raises(RefusedError):
                send(pool, sink.port)
    assert len(sink.sessions) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"client": "a.example"}, {"client": "b.example"}),
        ({"username": "joe", "password": "a"}, {"username": "joe", "password": "b"}),
        ({"username": "joe", "password": "a"}, {}),
        ({"use_tls": True}, {"use_tls": False}),
    ],
)
def test_what_was_agreed_on_for_one_message_is_not_for_another(
    pool: Pool, first: dict[str, Any], second: dict[str, Any]
) -> None:
    with Sink(Rules(auth=Auth("PLAIN", "joe", "a"))) as sink:
        send(pool, sink.port, **first)
        send(pool, sink.port, **second)
    assert [len(session.messages) for session in sink.sessions] == [1, 1]


def test_a_connection_with_other_tls_is_left(pool: Pool, tmp_path: Path) -> None:
    with Sink(Rules(tls=server_context())) as sink:
        send(pool, sink.port)
        send(pool, sink.port, tls=lambda: TlsSettings(verify=True, cafile=authority_file(tmp_path)))
        pool.close()
    assert [(session.tls, len(session.messages)) for session in sink.sessions] == [(True, 1), (True, 1)]


def test_a_pool_tells_no_password(pool: Pool) -> None:
    with Sink(Rules(auth=Auth("PLAIN", "joe", "open sesame"))) as sink:
        send(pool, sink.port, username="joe", password="open sesame")
        assert "sesame" not in repr(vars(pool))
        pool.close()


def test_tls_and_auth_stay(pool: Pool, tmp_path: Path) -> None:
    settings = TlsSettings(cafile=authority_file(tmp_path))
    with Sink(Rules(tls=server_context(), auth=Auth("PLAIN", "joe", "a"))) as sink:
        for _ in range(2):
            send(pool, sink.port, username="joe", password="a", tls=lambda: settings)
        pool.close()
    [session] = sink.sessions
    assert session.tls
    assert len(session.messages) == 2
    assert verbs(sink).count("AUTH") == 1


def test_a_connection_whose_auth_failed_is_not_kept(pool: Pool) -> None:
    with Sink(Rules(auth=Auth("PLAIN", "joe", "right"))) as sink:
        for _ in range(2):
            send(pool, sink.port, username="joe", password="wrong")
    assert len(sink.sessions) == 2


def test_what_a_tlspolicy_allowed_is_allowed_once(pool: Pool) -> None:
    rules = Rules(tls=server_context(), replies={"STARTTLS": "454 not now"})
    with Sink(rules) as sink:
        for _ in range(2):
            send(pool, sink.port, tls_policy=lambda code, why: "insecure")
    assert len(sink.sessions) == 2


def hang_up(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_WR)


OTHERS: list[Step] = SENT
FIRST = [*DATA, read_to_end_of_data, b"250 queued\r\n"]
AT_MAIL = [*FIRST, read_line]
AT_RCPT = [*AT_MAIL, b"250 ok\r\n", read_line]
AT_DATA = [*AT_RCPT, b"250 ok\r\n", read_line, b"250 ok\r\n", read_line]
AT_END = [*AT_DATA, b"354 go\r\n", read_to_end_of_data]


@pytest.mark.parametrize(
    "script",
    [
        [*FIRST, hang_up],
        [*FIRST, b"421 idle for too long\r\n", hang_up],
        [*AT_MAIL, hang_up],
        [*AT_MAIL, b"421 enough\r\n", hang_up],
        [*AT_RCPT, hang_up],
        [*AT_RCPT, b"421 enough\r\n", hang_up],
        [*AT_DATA, hang_up],
        [*AT_DATA, b"421 enough\r\n", hang_up],
    ],
    ids=["closed", "421", "closed-MAIL", "421-MAIL", "closed-RCPT", "421-RCPT", "closed-DATA", "421-DATA"],
)
def test_a_connection_that_has_ended_is_replaced(pool: Pool, script: list[Step]) -> None:
    """The second server script takes a message from the beginning, and would not understand anything else."""
    with ScriptedServer(script, OTHERS) as server:
        assert send(pool, server.port) == []
        assert send(pool, server.port) == []
        pool.close()
    assert server.received[1] == b"QUIT\r\n"


@pytest.mark.parametrize("reply", [b"", b"25"], ids=["nothing", "half a reply"])
def test_a_message_that_the_server_may_have_is_not_sent_again(pool: Pool, reply: bytes) -> None:
    with ScriptedServer([*AT_END, reply, hang_up], OTHERS) as server:
        assert send(pool, server.port) == []
        with pytest.raises(UnknownOutcomeError):
            send(pool, server.port)
    assert len(server.received) == 1


def test_a_chunk_waits_for_the_server_to_show_that_it_is_there(pool: Pool) -> None:
    """A new connection gets all at once; the next message is named first."""
    hello: list[Step] = [*EHLO[:-1], b"250-hello\r\n250-CHUNKING\r\n250 PIPELINING\r\n"]

    def read_message(connection: socket.socket) -> None:
        seen = b""
        while not seen.endswith(b"\r\nHello.\r\n"):
            seen += connection.recv(1)

    one: dict[str, Any] = {"headers": HEADERS, "recipients": A}
    taken = [*hello, read_message, b"250 ok\r\n250 ok\r\n250 queued\r\n"]
    with ScriptedServer([*taken, read_line, read_line, hang_up], taken) as server:
        assert send(pool, server.port, **one) == []
        assert send(pool, server.port, **one) == []
        pool.close()
    assert server.received == [b"", b"QUIT\r\n"]


def test_a_refused_originator_over_an_old_connection_is_the_error(pool: Pool) -> None:
    script = [*AT_MAIL, b"550 not you\r\n"]
    with ScriptedServer(script, MAIL) as server:
        assert send(pool, server.port) == []
        with pytest.raises(RefusedError, match="550: not you"):
            send(pool, server.port)
    assert server.received == [b"RSET\r\nQUIT\r\n"]


SCRIPT = """
package require smtp
foreach to {a b c} {
    set t [mime::initialize -canonical text/plain -string hello]
    puts [smtp::sendmessage $t -servers mailhost -originator me@example.com -recipients $to@example.com]
    mime::finalize $t
}
"""


def policy_file(folder: Path, port: int) -> Path:
    path = folder / "tclsmtp.toml"
    path.write_text(f"[[route]]\nservers = '127.0.0.1'\nports = {port}\n[route.reuse]\n")
    return path


@pytest.mark.parametrize("end", ["", "exit 0", "error lost", "after 1 {exit 3}; vwait forever"])
def test_a_script_leaves_its_connection_when_it_ends(tmp_path: Path, end: str) -> None:
    shell = Shell(TCLSMTP_RUN, tmp_path)
    with Sink() as sink:
        policy_file(tmp_path, sink.port)
        told = shell.run(SCRIPT + end)
    assert told.out == "\n\n\n"
    [session] = sink.sessions
    assert len(session.messages) == 3
    assert verbs(sink)[-1] == "QUIT"


def test_an_interpreter_leaves_its_connections_when_it_is_closed() -> None:
    with Sink() as sink:
        route = Route(servers=("127.0.0.1",), ports=(sink.port,), reuse=Reuse())
        with Interpreter(policy=Policy((route,))) as tcl:
            tcl.eval(SCRIPT.replace("puts", "set refused"))
            assert verbs(sink)[-1] != "QUIT"
        assert len(sink.sessions) == 1
    assert verbs(sink)[-1] == "QUIT"


def test_an_idle_connection_ends_while_the_script_waits_for_events() -> None:
    with Sink() as sink:
        route = Route(servers=("127.0.0.1",), ports=(sink.port,), reuse=Reuse(idle_seconds=0.05))
        with Interpreter(policy=Policy((route,))) as tcl:
            tcl.eval(SCRIPT.replace("puts", "set refused"))
            tcl.eval("after 10000 {set ended late}")
            while verbs(sink)[-1] != "QUIT":
                tcl.eval("after 10 {set tick 1}; vwait tick")
                assert tcl.eval("info exists ended") == "0"
            assert len(tcl.split(tcl.eval("after info"))) == 1
    assert len(sink.sessions[0].messages) == 3


def test_only_connections_that_were_idle_for_too_long_expire(pool: Pool) -> None:
    with Sink() as sink, Sink() as other:
        send(pool, sink.port, Policy((Route(reuse=Reuse(idle_seconds=1e-9)),)))
        send(pool, other.port, Policy((Route(reuse=Reuse(idle_seconds=60)),)))
        left = pool.expire()
        assert left is not None
        assert 0 < left <= 60
        send(pool, other.port, Policy((Route(reuse=Reuse(idle_seconds=60)),)))
        pool.close()
        assert pool.expire() is None
    assert verbs(sink)[-1] == "QUIT"
    assert len(other.sessions[0].messages) == 2


def test_a_message_sent_while_another_waits_has_a_connection_of_its_own() -> None:
    with Sink() as sink:
        route = Route(servers=("127.0.0.1",), ports=(sink.port,), reuse=Reuse())
        with Interpreter(policy=Policy((route,))) as tcl:
            tcl.eval(SCRIPT.replace("puts", "set refused"))
            tcl.eval("""
                set t [mime::initialize -canonical text/plain -string first]
                proc nested {} {
                    set u [mime::initialize -canonical text/plain -string second]
                    smtp::sendmessage $u -servers mailhost -originator me@example.com -recipients d@example.com
                }
                after 0 nested
                smtp::sendmessage $t -servers mailhost -originator me@example.com -recipients e@example.com
                update
            """)
    assert sum(len(session.messages) for session in sink.sessions) == 5


def test_a_policy_without_reuse_makes_no_pool() -> None:
    with Interpreter(policy=Policy((Route(),))) as tcl, pytest.raises(TclError):
        tcl.eval("package require smtp; smtp::sendmessage none -originator a@b -recipients c@d")
