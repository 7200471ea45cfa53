"""What Postfix offers is used: PIPELINING, CHUNKING and SIZE. Services without them get the same messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tclsmtp.smtp.transaction import MOST_AT_ONCE
from tests.interop.messages import SENDERS, Letter, NotSentError, send_part
from tests.interop.postfix import Postfix
from tests.interop.received import DOMAIN, Server

HANDED_OVER_BY = {"plain": "bdat", "no-pipelining": "bdat", "no-chunking": "data", "bare": "data"}
"""Service to the command that hands a small message over."""


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("service", HANDED_OVER_BY)
def test_a_small_message_is_one_chunk(
    postfix_server: Postfix, service: str, sender: str, recipient: str, tmp_path: Path
) -> None:
    options = {"use_tls": False}
    letter = Letter("text", (recipient,), postfix_server.ports[service], options=options)
    sent = SENDERS[sender](letter, tmp_path)
    assert postfix_server.received(recipient) == sent.built
    expected = dict.fromkeys(("ehlo", "mail", "rcpt", HANDED_OVER_BY[service], "quit"), "1")
    assert postfix_server.commands(recipient) == expected | {"commands": "5"}


@pytest.mark.parametrize("service", HANDED_OVER_BY)
def test_a_large_message_is_streamed(
    postfix_server: Postfix, service: str, sender: str, recipient: str, tmp_path: Path
) -> None:
    sent = SENDERS[sender](Letter("attachment", (recipient,), postfix_server.ports[service]), tmp_path)
    assert postfix_server.received(recipient) == sent.built
    assert postfix_server.commands(recipient)["data"] == "1"


@pytest.mark.parametrize("service", HANDED_OVER_BY)
def test_refused_recipients_change_nothing_for_the_others(
    postfix_server: Postfix, service: str, sender: str, recipient: str, tmp_path: Path
) -> None:
    names = (f"refused-{recipient}", recipient, f"refused2-{recipient}")
    letter = Letter("text", names, postfix_server.ports[service], options={"at_least_one": True})
    sent = SENDERS[sender](letter, tmp_path)
    refused = [f"{name}@{DOMAIN}" for name in names if name != recipient]
    assert [refusal.address for refusal in sent.refusals] == refused
    assert postfix_server.received(recipient) == sent.built
    assert postfix_server.commands(recipient)["rcpt"] == "1/3"


@pytest.mark.parametrize("service", HANDED_OVER_BY)
def test_more_recipients_than_are_named_at_once(
    postfix_server: Postfix, service: str, recipient: str, tmp_path: Path
) -> None:
    count = 2 * MOST_AT_ONCE + 1
    names = tuple(f"{recipient}-{number}" for number in range(count))
    sent = send_part(Letter("text", names, postfix_server.ports[service]), tmp_path)
    assert sent.refusals == []
    assert postfix_server.received(names[0]) == postfix_server.received(names[-1]) == sent.built
    assert postfix_server.commands(names[0])["rcpt"] == str(count)


def test_a_message_over_the_limit_is_not_sent(server: Server, sender: str, recipient: str, tmp_path: Path) -> None:
    with pytest.raises(NotSentError) as caught:
        SENDERS[sender](Letter("text", (recipient,), server.ports["small"]), tmp_path)
    word, code, text = caught.value.errorcode
    assert (word, code) == ("SMTP", "552")
    assert text.endswith("the server takes 4096")
    assert server.never_received(recipient)
