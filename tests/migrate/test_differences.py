"""What differs between two runs, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.migrate.differences import differences
from tclsmtp.migrate.model import Captured, Delivery, Dialogue, Difference, Line, Run
from tclsmtp.migrate.normal import Surroundings

BEGUN = 1795863168.0
RUN = Run("", "1.20", 0, b"", b"", BEGUN, 1.0, Captured())
HEAD = b"MIME-Version: 1.0\r\nContent-ID: <1.1795863168.1@vm>\r\nFrom: a@x.example\r\nTo: b@x.example\r\n"
TEXT = HEAD + b'Subject: hello\r\nContent-Type: text/plain; charset="utf-8"\r\n\r\nbody\r\n'


FROM, TO = b"From: a@x.example\r\n", b"To: b@x.example\r\n"


def delivered(*contents: bytes) -> Run:
    """A run whose messages went over connections of their own, all to the same."""
    deliveries = tuple(
        Delivery("a@x.example", ("b@x.example",), content, number) for number, content in enumerate(contents)
    )
    return replace(RUN, captured=Captured(tuple(map(connection, contents)), deliveries))


def connection(_: bytes) -> Dialogue:
    told = "C:EHLO vm|S:250|C:MAIL FROM:<a@x.example>|S:250|C:RCPT TO:<b@x.example>|S:250|C:DATA|S:354|S:250"
    return Dialogue(tuple(Line("C" if line[0] == "C" else "S", line[2:]) for line in told.split("|")))


def found(reference: Run, ours: Run) -> list[Difference]:
    return list(differences(reference, ours))


def ids(reference: Run, ours: Run) -> list[str]:
    return [difference.id for difference in differences(reference, ours)]


def changed(*changes: tuple[bytes, bytes]) -> list[tuple[str, str, str]]:
    """The differences of TEXT and of it with the changes."""
    content = TEXT
    for old, new in changes:
        assert old in content
        content = content.replace(old, new)
    return [(one.id, one.reference, one.ours) for one in differences(delivered(TEXT), delivered(content))]


def test_run_does_not_differ_from_itself() -> None:
    run = replace(delivered(TEXT, TEXT), stdout=b"done\n", exit_code=3)
    assert found(run, run) == []


def test_exit_code_and_output() -> None:
    ours = replace(RUN, exit_code=1, stdout=b"a\nc\n", stderr=b"\xff")
    assert found(replace(RUN, stdout=b"a\nb\n"), ours) == [
        Difference("exit-code", "0", "1"),
        Difference("stdout", "a\nb\n", "a\nc\n"),
        Difference("stderr", "", "\xff"),
    ]


def test_times_of_either_run_are_no_difference() -> None:
    later = replace(RUN, begun=BEGUN + 60, stdout=b"at 1795863228")
    assert found(replace(RUN, stdout=b"at 1795863168"), later) == []


def test_surroundings_may_be_told() -> None:
    first, second = replace(RUN, stdout=b"port 4001"), replace(RUN, stdout=b"port 4002")
    told = Surroundings(ports=(4001,)), Surroundings(ports=(4002,))
    assert list(differences(first, second, reference_around=told[0], around=told[1])) == []


def test_user_and_host_of_either_run_are_no_difference() -> None:
    first = replace(delivered(TEXT.replace(b"a@x.example", b"ann")), user="ann", hosts=("box",))
    [delivery] = first.captured.deliveries
    first = replace(first, captured=replace(first.captured, deliveries=(replace(delivery, originator="ann@box"),)))
    second = replace(delivered(TEXT.replace(b"a@x.example", b"bob")), user="bob", hosts=("crate",))
    [delivery] = second.captured.deliveries
    second = replace(second, captured=replace(second.captured, deliveries=(replace(delivery, originator="bob@crate"),)))
    assert found(first, second) == []
    assert ids(first, replace(second, user="eve")) == ["envelope.from", "header.From"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<1.1795863168.1@vm>", b"<2.1795863169.7@vm>"),
        (b"Subject: hello", b"Subject: =?utf-8?Q?hello?="),
        (b"To: b@x.example\r\n", b"To:  b@x.example\r\n"),
        (b'text/plain; charset="utf-8"', b"text/plain;\r\n\tcharset=UTF-8"),
        (b"\r\n\r\nbody\r\n", b"\r\nContent-transfer-encoding: base64\r\n\r\nYm9keQ0K\r\n"),
    ],
)
def test_what_is_decoded_is_compared(old: bytes, new: bytes) -> None:
    assert [told for told in changed((old, new)) if told[0] != "header.Content-Transfer-Encoding"] == []


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        (b"Subject: hello", b"Subject: hallo", ("header.Subject", "hello", "hallo")),
        (b"Subject: hello\r\n", b"", ("header.Subject", "hello", "(absent)")),
        (b"Subject: hello\r\n", b"Subject: hello\r\nx-a: 1\r\nX-A: 2\r\n", ("header.X-A", "(absent)", "1\n2")),
        (b"Subject: hello", b"Subject: hello\r\nSubject: hello", ("header.Subject", "hello", "hello\nhello")),
        (b"Subject: hello", b"Subject: hello\r\n;", ("header.(malformed)", "(absent)", ";")),
        (b"utf-8", b"us-ascii", ("structure", 'text/plain; charset="utf-8"', 'text/plain; charset="us-ascii"')),
        (b"body\r\n", b"body", ("body.1", "body\n", "body")),
        (b"body\r\n", b"body\r\r\n", ("body.1", "body\n", "body\u240d\n")),
    ],
)
def test_each_difference_has_its_id(old: bytes, new: bytes, difference: tuple[str, str, str]) -> None:
    assert changed((old, new)) == [difference]


def test_raw_header_differs_from_an_encoded_one() -> None:
    raw, word = b"Subject: caf\xc3\xa9", b"Subject: =?utf-8?Q?caf=C3=A9?="
    [difference] = found(
        delivered(TEXT.replace(b"Subject: hello", raw)), delivered(TEXT.replace(b"Subject: hello", word))
    )
    assert (difference.id, difference.reference, difference.ours) == (
        "header.Subject",
        "caf\xe9 (raw 8-bit)",
        "caf\xe9",
    )


def test_unlabelled_text_is_told() -> None:
    plain = HEAD + b"Content-Type: text/plain\r\n\r\ncaf\xc3\xa9"
    label = HEAD + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\xc3\xa9"
    assert [(one.id, one.reference, one.ours) for one in found(delivered(plain), delivered(label))] == [
        ("header.Content-Transfer-Encoding", "(absent) (raw 8-bit body)", "8bit (raw 8-bit body)"),
        ("structure", "text/plain (unlabelled 8-bit text)", 'text/plain; charset="utf-8"'),
    ]


def mixed(*parts: bytes) -> bytes:
    return (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
        + b"--b--"
    )


def test_parts_are_compared_by_their_number() -> None:
    png = b"Content-Type: image/png\r\nContent-Disposition: %s\r\n\r\n\x89%s"
    reference, ours = mixed(b"\r\nx", png % (b"inline", b"a")), mixed(b"\r\ny", png % (b"attachment", b"b"))
    told = found(delivered(reference), delivered(ours))
    assert [one.id for one in told] == ["header.Content-Disposition", "body.1", "body.2"]
    assert (told[0].reference, told[0].ours) == ("part 2: inline", "part 2: attachment")
    assert told[2].reference.startswith("2 octets, sha256 ")


def test_missing_part_is_one_difference() -> None:
    assert ids(delivered(mixed(b"\r\nx", b"\r\ny")), delivered(mixed(b"\r\nx"))) == ["structure"]


def test_envelope() -> None:
    run = delivered(TEXT)
    other = Delivery("c@x.example", ("b@x.example", "d@x.example"), TEXT)
    told = found(run, replace(run, captured=replace(run.captured, deliveries=(other,))))
    assert told == [
        Difference("envelope.from", "a@x.example", "c@x.example", 0),
        Difference("envelope.recipients", "b@x.example", "b@x.example\nd@x.example", 0),
    ]


def test_dropped_message_is_one_difference() -> None:
    contents = [TEXT.replace(b"hello", b"number %d" % number) for number in range(4)]
    [difference] = found(delivered(*contents), delivered(*contents[:1], *contents[2:]))
    assert (difference.id, difference.ours) == ("count", "3 messages")
    assert difference.reference == "4 messages\nonly here: message 2 to b@x.example, subject: number 1"


def test_other_order_is_one_difference() -> None:
    first, second = TEXT, TEXT.replace(b"hello", b"other")
    assert found(delivered(first, second), delivered(second, first)) == [
        Difference("count", "in the order 1, 2", "in the order 2, 1")
    ]


def test_refused_recipient_is_a_result() -> None:
    run = delivered(TEXT)
    [dialogue] = run.captured.dialogues
    refused = (*dialogue.lines[:6], Line("C", "RCPT TO:<c@x.example>"), Line("S", "550 no"), *dialogue.lines[6:])
    other = replace(run, captured=replace(run.captured, dialogues=(Dialogue(refused),)))
    told = found(run, other)
    assert [one.id for one in told] == ["result", "dialogue"]
    assert (told[0].reference, told[0].ours) == ("", "to <c@x.example>: 550 no")


HELLO, AGAIN = b"Subject: hello\r\n", b"Subject: again\r\n"
ONCE = HEAD + b"\r\nbody"


def second_of(reference: bytes, ours: bytes, first: bytes = HELLO) -> list[tuple[str, str, str]]:
    """The differences of the second of two messages with the same token, of those headers."""
    pairs = found(delivered(first + ONCE, reference + ONCE), delivered(first + ONCE, ours + ONCE))
    return [(one.id, one.reference, one.ours) for one in pairs]


def test_headers_that_were_on_the_token_already_are_marked() -> None:
    marked = ("header.Subject", "hello (left from message 1)\nagain", "again")
    assert second_of(HELLO + AGAIN, AGAIN) == [marked]
    assert second_of(HELLO, b"") == [("header.Subject", "hello (left from message 1)", "(absent)")]


def test_headers_of_the_token_itself_stay() -> None:
    own, first = b"Subject: own\r\n", b"Subject: own\r\nSubject: hello\r\n"
    assert second_of(first + AGAIN, own + AGAIN, first) == [
        ("header.Subject", "own\nhello (left from message 1)\nagain", "own\nagain")
    ]


def test_header_that_we_lose_beside_those_is_not_marked() -> None:
    assert second_of(HELLO + AGAIN, b"") == [("header.Subject", "hello\nagain", "(absent)")]
    assert second_of(HELLO + AGAIN, HELLO) == [("header.Subject", "hello\nagain", "hello")]
    assert second_of(HELLO + HELLO, b"") == [("header.Subject", "hello\nhello", "(absent)")]


def test_header_that_every_message_has_is_not_marked() -> None:
    date = b"Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"
    [difference] = second_of(date, b"", date)
    assert difference == ("header.Date", "Thu, 01 Jan 1970 00:00:00 +0000", "(absent)")


def test_header_of_another_token_is_not_marked() -> None:
    second = TEXT.replace(b"<1.1795863168.1@vm>", b"<1.1795863168.2@vm>")
    twice = second.replace(b"Subject: hello", b"Subject: hello\r\nSubject: hello")
    assert [one.reference for one in found(delivered(TEXT, twice), delivered(TEXT, second))] == ["hello\nhello"]


def test_header_that_a_failed_connection_left_is_marked() -> None:
    failed = Dialogue((Line("S", "421 busy"),))
    ours = delivered(TEXT)
    twice = delivered(TEXT.replace(b"Subject: hello", b"Subject: hello\r\nSubject: hello"))
    captured = Captured((failed, *ours.captured.dialogues), (replace(ours.captured.deliveries[0], connection=1),))
    again = replace(captured, deliveries=(replace(twice.captured.deliveries[0], connection=1),))
    [difference] = found(replace(RUN, captured=again), replace(RUN, captured=captured))
    assert difference.reference == "hello (left from a failed attempt)\nhello"


def test_headers_that_an_attempt_without_a_connection_left_are_marked() -> None:
    reference = TEXT.replace(FROM, FROM * 3).replace(TO, TO * 3).replace(HELLO, HELLO * 3)
    told = [(one.id, one.reference) for one in found(delivered(reference), delivered(TEXT))]
    mark = " (left from a failed attempt)\n"
    assert told == [
        ("header.From", f"a@x.example{mark}" * 2 + "a@x.example"),
        ("header.To", f"b@x.example{mark}" * 2 + "b@x.example"),
        ("header.Subject", f"hello{mark}" * 2 + "hello"),
    ]


@pytest.mark.parametrize(
    "reference",
    [
        TEXT.replace(FROM, FROM * 2),
        TEXT.replace(TO, TO * 2),
        TEXT.replace(FROM, FROM * 2).replace(TO, TO * 3),
        TEXT.replace(FROM, FROM * 2).replace(TO, TO + b"To: c@x.example\r\n"),
    ],
)
def test_headers_are_not_left_where_no_attempt_would_have_left_them_alone(reference: bytes) -> None:
    assert all("left" not in one.reference for one in found(delivered(reference), delivered(TEXT)))


def test_header_beside_those_of_an_attempt_without_a_connection_is_not_marked() -> None:
    reference = TEXT.replace(FROM, FROM * 2).replace(TO, TO * 2).replace(HELLO, HELLO * 3)
    assert found(delivered(reference), delivered(TEXT))[2].reference == "hello\nhello\nhello"


def test_large_bodies_take_no_time() -> None:
    lines = [b"line %d of many" % number for number in range(100_000)]
    reference = HEAD + b"\r\n" + b"\r\n".join(lines)
    ours = HEAD + b"\r\n" + b"\r\n".join(reversed(lines))
    assert ids(delivered(reference), delivered(ours)) == ["body.1"]


@given(st.binary(), st.binary(), st.binary(), st.text())
def test_any_octets_are_compared(reference: bytes, ours: bytes, output: bytes, name: str) -> None:
    first = replace(delivered(reference), stdout=output)
    second = replace(delivered(HEAD + ours), stderr=output)
    assert ids(first, first) == []
    assert {"stdout", "stderr"} & set(ids(first, second)) or not output
    odd = Captured(deliveries=(Delivery(name, (name, ""), ours, 7),))
    assert all(one.reference != one.ours for one in differences(first, replace(RUN, captured=odd)))
