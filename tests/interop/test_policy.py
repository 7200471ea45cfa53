"""What the operator decided, with real servers: connections that are kept, and messages that had to wait."""

from __future__ import annotations

from pathlib import Path

import pytest

from tclsmtp.mime.part import Part
from tclsmtp.policy import Policy, Route
from tclsmtp.policy.reusing import Reuse
from tclsmtp.smtp.pool import Pool
from tclsmtp.smtp.submit import sendmessage
from tests.interop.postfix import Postfix
from tests.interop.received import DOMAIN, Server
from tests.spool.spooling import entries, queue, spool_in, to, work

SERVICES = ["plain", "no-pipelining", "no-chunking", "bare"]


def send(pool: Pool, port: int, names: list[str], use_tls: bool) -> None:
    policy = Policy((Route(reuse=Reuse()),))
    for name in names:
        refused = sendmessage(
            Part.create("text/plain", data=f"To {name}.\n"),
            servers="127.0.0.1",
            ports=port,
            originator="me@example.com",
            recipients=[f"{name}@{DOMAIN}"],
            use_tls=use_tls,
            policy=policy,
            pool=pool,
        )
        assert refused == []


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("use_tls", [False, True], ids=["plain", "tls"])
def test_postfix_takes_several_messages_over_one_connection(
    postfix_server: Postfix, service: str, use_tls: bool, recipient: str
) -> None:
    names = [f"{recipient}-{number}" for number in range(3)]
    with Pool() as pool:
        send(pool, postfix_server.ports[service], names, use_tls)
    for name in names:
        assert f"To {name}.".encode() in postfix_server.received(name)
    commands = postfix_server.commands(names[-1])
    assert (commands["mail"], commands["rcpt"], commands["quit"]) == ("3", "3", "1")


def test_each_server_takes_them(server: Server, recipient: str) -> None:
    names = [f"{recipient}-{number}" for number in range(3)]
    with Pool() as pool:
        send(pool, server.ports["plain"], names, False)
    for name in names:
        assert f"To {name}.".encode() in server.received(name)


def test_a_message_that_had_to_wait_arrives(server: Server, recipient: str, tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    headers = (("From", "me@example.com"), ("To", f"{recipient}@{DOMAIN}"))
    assert queue(spool, headers=headers) == []
    [entry] = entries(spool)
    assert work(spool, to(spool, server.ports["plain"])) == [f"{entry.id}: delivered to {recipient}@{DOMAIN}"]
    assert f"Message-ID: {entry.message_id}".encode() in server.received(recipient)
    assert entries(spool) == []
