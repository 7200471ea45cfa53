"""One more attempt at a message, with real servers on this machine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tclsmtp.dialect import DEFAULT
from tclsmtp.mime.part import Part
from tclsmtp.policy import Policy, Route
from tclsmtp.smtp.content import Content
from tclsmtp.smtp.options import Refusal
from tclsmtp.smtp.waiting import SelectorWaiter
from tclsmtp.spool.delivery import Result, attempt
from tclsmtp.spool.entry import Call
from tests.smtp.sending import A, B
from tests.spool.spooling import NOBODY, entry, plan
from tests.support.sink import Rules, Sink


def deliver(*ports: int, policy: Policy | None = None) -> Result:
    call = Call.of(plan(servers=("127.0.0.1",) * len(ports), ports=ports))
    given = replace(entry(), call=call, recipients=(A, B))
    content = Content(Part.create("text/plain", data="Hello.\n"), DEFAULT)
    return replace(attempt(given, content, policy, SelectorWaiter()), session=None)


def with_rules(**replies: str) -> Result:
    names = {"a": f"RCPT TO:<{A}", "end": "."}
    with Sink(Rules(replies={names.get(key, key): reply for key, reply in replies.items()})) as sink:
        return deliver(sink.port)


def test_nobody_is_left_where_the_server_takes_it() -> None:
    assert with_rules() == Result()


def test_the_next_server_is_tried_where_one_cannot_be_reached() -> None:
    with Sink() as sink:
        assert deliver(NOBODY, sink.port) == Result()
    assert len(sink.sessions[0].messages) == 1


def test_the_policy_says_where_it_goes() -> None:
    with Sink() as sink:
        policy = Policy((Route(servers=("127.0.0.1",), ports=(sink.port,)),))
        assert deliver(NOBODY, policy=policy) == Result()


def test_all_are_left_where_no_server_can_be_reached() -> None:
    assert deliver(NOBODY) == Result((A, B), (), "127.0.0.1:1: connect: connection refused", unreachable=True)


@pytest.mark.parametrize("code", [421, 554])
def test_a_server_that_does_not_want_to_talk_may_do_so_later(code: int) -> None:
    with Sink(Rules(banner=f"{code} no")) as sink:
        result = deliver(sink.port)
    assert result == Result((A, B), (), f"127.0.0.1:{sink.port}: banner: {code} no")


def test_those_refused_for_now_are_left() -> None:
    assert with_rules(a="450 later") == Result((A,), (), f"{A}: 450 later")


def test_those_refused_for_good_are_told() -> None:
    assert with_rules(a="550 never") == Result((), (Refusal(A, 550, "never"),), f"{A}: 550 never")


def test_a_refused_sender_says_nothing_of_the_recipients() -> None:
    assert with_rules(MAIL="451 later") == Result((A, B), (), "451: later")


def test_a_message_refused_for_now_keeps_those_who_may_have_it() -> None:
    assert with_rules(a="550 never", end="451 later") == Result((B,), (Refusal(A, 550, "never"),), "451: later")


def test_a_message_refused_for_good_is_not_to_be_tried_again() -> None:
    assert with_rules(end="554 never") == Result((A, B), (), "554: never", final=True)


def test_neither_is_one_that_the_server_may_have() -> None:
    with Sink(Rules(faults={".": "close"})) as sink:
        result = deliver(sink.port)
    assert (result.left, result.final) == ((A, B), True)
    assert "it is not known whether the message was delivered" in result.error
