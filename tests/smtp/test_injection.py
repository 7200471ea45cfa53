"""Whatever is put into a message or an option, the server hears one message, and no command or header but ours.

Lines are looked at as the laxest server would: CR, LF and CRLF all end one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tclsmtp
from tclsmtp import Interpreter, Part, TclError, TclsmtpError
from tclsmtp.smtp.content import without_false_ends
from tclsmtp.smtp.protocol import stuff
from tests.support.sink import Message, Rules, Sink

LINE_BREAK = re.compile(rb"\r\n|\r|\n")
ENDS = ["\n.\n", "\n.\r\n", "\r.\r", "\r.\r\n", "\r\n.\n", "\r\n.\r", "\r\n.\r\n", "\n.\r", "\r\n\0.\r\n", "\n\0.\n"]
BREAKS = ["\r\n", "\n", "\r", "\r\n\r\n", "\n\n", "\r\r", "\0\r\n", "\r\n\0", "\0", *ENDS]
EVIL = "X-Evil: evil\r\nMAIL FROM:<evil@example.com>"
BODY = "the body"
EHLO = [(), ("PIPELINING", "CHUNKING")]


def lines(message: Message) -> list[bytes]:
    return LINE_BREAK.split(message.text)


def check(sink: Sink, sent: bool) -> None:
    """There is one message if it was sent, in its own lines, and nothing evil among the commands."""
    commands = [command for session in sink.sessions for command in session.commands]
    messages = [message for session in sink.sessions for message in session.messages]
    assert len(messages) == sent
    assert not [command for command in commands if "evil" in command.lower()]
    for message in messages:
        assert not [line for line in lines(message) if line.startswith(b"X-Evil")]
        assert b"\0" not in message.text
        header = lines(message)[: lines(message).index(b"")]
        assert all(b":" in line or line[:1] in (b" ", b"\t") for line in header)
        assert lines(message)[len(header) + 1].startswith(BODY.encode())
        assert b"." not in lines(message)


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Interpreter]:
    with Interpreter() as interpreter:
        interpreter.eval("package require smtp; package require mime")
        yield interpreter


def send_from_tcl(interpreter: Interpreter, port: int, part: tuple[Any, ...], options: tuple[Any, ...] = ()) -> bool:
    """Whether it was sent: an error is as good an answer."""
    given = ("-header", ("From", "me@example.com"), "-header", ("To", "a@example.com"))
    try:
        token = interpreter.call("mime::initialize", *part)
        interpreter.call("smtp::sendmessage", token, "-servers", "127.0.0.1", "-ports", port, *given, *options)
    except TclError:
        return False
    return True


TEXT = ("-canonical", "text/plain")
STRING = ("-string", BODY)

IN_TCL: dict[str, Callable[[str], tuple[tuple[Any, ...], tuple[Any, ...]]]] = {
    "header value": lambda evil: ((*TEXT, *STRING), ("-header", ("Subject", evil))),
    "header name": lambda evil: ((*TEXT, *STRING), ("-header", (evil, "x"))),
    "display name": lambda evil: ((*TEXT, *STRING), ("-header", ("Cc", f'"{evil}" <b@example.com>'))),
    "-originator": lambda evil: ((*TEXT, *STRING), ("-originator", f"me@example.com{evil}")),
    "-recipients": lambda evil: ((*TEXT, *STRING), ("-recipients", f"a@example.com{evil}")),
    "quoted local part": lambda evil: ((*TEXT, *STRING), ("-recipients", f'"{evil}"@example.com')),
    "domain literal": lambda evil: ((*TEXT, *STRING), ("-recipients", f"a@[{evil}]")),
    "-client": lambda evil: ((*TEXT, *STRING), ("-client", evil)),
    "-username": lambda evil: ((*TEXT, *STRING), ("-username", evil, "-password", evil)),
    "filename": lambda evil: ((*TEXT, "-param", ("name", evil), *STRING), ()),
    "name of a parameter": lambda evil: ((*TEXT, "-param", (evil, "x"), *STRING), ()),
    "charset": lambda evil: ((*TEXT, "-param", ("charset", evil), *STRING), ()),
    "disposition": lambda evil: (
        (*TEXT, "-header", ("Content-Disposition", f'attachment; filename="{evil}"'), *STRING),
        (),
    ),
    "Content-ID": lambda evil: ((*TEXT, "-header", ("Content-ID", f"<{evil}>"), *STRING), ()),
    "name of a part's header": lambda evil: ((*TEXT, "-header", (evil, "x"), *STRING), ()),
    "content type": lambda evil: (("-canonical", f"text/plain{evil}", *STRING), ()),
    "encoding": lambda evil: ((*TEXT, "-encoding", f"7bit{evil}", *STRING), ()),
}


@pytest.mark.parametrize("line_break", BREAKS, ids=repr)
@pytest.mark.parametrize("where", IN_TCL)
def test_options_of_a_script(interpreter: Interpreter, where: str, line_break: str) -> None:
    with Sink(Rules(ehlo=("AUTH PLAIN LOGIN CRAM-MD5",))) as sink:
        sent = send_from_tcl(interpreter, sink.port, *IN_TCL[where](f"x{line_break}{EVIL}"))
    check(sink, sent)


@pytest.mark.parametrize("where", [where for where in IN_TCL if where != "encoding"])
def test_the_same_options_carry_what_is_harmless(interpreter: Interpreter, where: str) -> None:
    with Sink(Rules(ehlo=())) as sink:
        assert send_from_tcl(interpreter, sink.port, *IN_TCL[where]("harmless"))


def email(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in headers.items():
        message[name] = value
    message.set_content(BODY)
    return message


IN_PYTHON: dict[str, Callable[[str], tuple[Part | EmailMessage, dict[str, Any]]]] = {
    "header value": lambda evil: (text(), {"headers": [("Subject", evil)]}),
    "header name": lambda evil: (text(), {"headers": [(evil, "x")]}),
    "originator": lambda evil: (text(), {"originator": f"me@example.com{evil}"}),
    "recipients": lambda evil: (text(), {"recipients": [f"a@example.com{evil}"]}),
    "client": lambda evil: (text(), {"client": evil}),
    "parameter": lambda evil: (Part.create("text/plain", params=[("name", evil)], data=BODY), {}),
    "part's header": lambda evil: (Part.create("text/plain", headers=[("Subject", evil)], data=BODY), {}),
    "EmailMessage": lambda evil: (email(Subject=evil), {}),
}


def text() -> Part:
    return Part.create("text/plain", data=BODY)


@pytest.mark.parametrize("line_break", BREAKS, ids=repr)
@pytest.mark.parametrize("where", IN_PYTHON)
def test_arguments_from_python(where: str, line_break: str) -> None:
    with Sink(Rules(ehlo=())) as sink:
        given: dict[str, Any] = {"originator": "me@example.com", "recipients": "a@example.com"}
        try:
            message, options = IN_PYTHON[where](f"x{line_break}{EVIL}")
            tclsmtp.sendmessage(message, servers="127.0.0.1", ports=sink.port, **(given | options))
        except (TclsmtpError, ValueError):
            sent = False
        else:
            sent = True
    check(sink, sent)


@pytest.mark.parametrize("where", IN_PYTHON)
def test_the_same_arguments_carry_what_is_harmless(where: str) -> None:
    message, options = IN_PYTHON[where]("harmless")
    given: dict[str, Any] = {"originator": "me@example.com", "recipients": "a@example.com"}
    with Sink(Rules(ehlo=())) as sink:
        assert tclsmtp.sendmessage(message, servers="127.0.0.1", ports=sink.port, **(given | options)) == []


BODIES: dict[str, tuple[Any, ...]] = {
    "text": TEXT,
    "7bit": (*TEXT, "-encoding", "7bit"),
    "8bit": (*TEXT, "-encoding", "8bit"),
    "quoted-printable": (*TEXT, "-encoding", "quoted-printable"),
    "base64": ("-canonical", "image/png", "-encoding", "base64"),
    "no type": ("-canonical", "application/octet-stream", "-encoding", "7bit"),
}
PARSED = {
    "parsed text": "Subject: x\r\n\r\n{}",
    "parsed binary": "Content-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n\r\n{}",
    "parsed quoted-printable": "Content-Transfer-Encoding: quoted-printable\r\n\r\n{}",
    "parsed base64": "Content-Transfer-Encoding: base64\r\n\r\n{}",
    "parsed multipart": "Content-Type: multipart/mixed; boundary=B\r\n\r\n{0}\r\n--B\r\n\r\n{0}\r\n--B--\r\n{0}",
    "parsed message": "Content-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\n{}",
}


@pytest.mark.parametrize("ehlo", EHLO, ids=["DATA", "BDAT"])
@pytest.mark.parametrize("end", ENDS, ids=repr)
@pytest.mark.parametrize("kind", [*BODIES, *PARSED])
def test_bodies(interpreter: Interpreter, kind: str, end: str, ehlo: tuple[str, ...]) -> None:
    body = f"{BODY}{end}MAIL FROM:<evil@example.com>\r\nRCPT TO:<evil@example.com>\r\nDATA\r\n"
    part = (
        (*BODIES[kind], "-string", body)
        if kind in BODIES
        else ("-string", PARSED[kind].replace("{0}", "{}").replace("{}", body))
    )
    with Sink(Rules(ehlo=ehlo)) as sink:
        assert send_from_tcl(interpreter, sink.port, part)
    [session] = sink.sessions
    assert not [command for command in session.commands if "evil" in command]
    [message] = session.messages
    if not ehlo:
        assert b"." not in lines(message)


def test_the_file_of_a_part(interpreter: Interpreter, tmp_path: Path) -> None:
    path = tmp_path / "body"
    path.write_bytes(b"".join(b"x%s" % end.encode() for end in ENDS) * 20_000)
    with Sink(Rules(ehlo=())) as sink:
        assert send_from_tcl(interpreter, sink.port, (*TEXT, "-encoding", "8bit", "-file", str(path)))
    [message] = sink.sessions[0].messages
    assert b"." not in lines(message)


@pytest.mark.parametrize("line_break", BREAKS, ids=repr)
def test_a_boundary(interpreter: Interpreter, line_break: str) -> None:
    leaf = interpreter.call("mime::initialize", *TEXT, *STRING)
    part = ("-canonical", "multipart/mixed", "-param", ("boundary", f"b{line_break}{EVIL}"), "-parts", (leaf,))
    with Sink(Rules(ehlo=())) as sink:
        sent = send_from_tcl(interpreter, sink.port, part)
    messages = [message for session in sink.sessions for message in session.messages]
    assert len(messages) == sent
    for message in messages:
        header = lines(message)[: lines(message).index(b"")]
        assert not [line for line in header if line.startswith(b"X-Evil")]
        assert b"." not in lines(message)
    assert not [command for session in sink.sessions for command in session.commands if "evil" in command]


@given(st.lists(st.text("\r\n.\0x", max_size=6), max_size=8))
def test_however_a_message_is_cut_it_has_one_end(pieces: list[str]) -> None:
    sent = b"".join(stuff(without_false_ends(piece.encode() for piece in pieces)))
    ends = [number for number, line in enumerate(LINE_BREAK.split(sent)) if line == b"."]
    assert ends == [len(LINE_BREAK.split(sent)) - 2]
