"""Messages built in three ways, by a Tcl script, as a Part and as an EmailMessage, and sent.

What identifies a message is given by the test, so that what a server received can be compared with what was built.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tclsmtp import Part, Refusal, SmtpError, TlsSettings, sendmessage
from tests.interop.received import DOMAIN
from tests.support.tclsh import TCLSMTP_RUN

SCRIPT = Path(__file__).with_name("send.tcl")
SUBJECT = "A message with = signs, and a . dot"
NOTE = "See the attachment.\n"
ATTACHED = "some data.bin"
BOUNDARY = "=_a boundary"
BODIES = {
    "text": b".\n..\n.a line that begins with a dot\nRSET\n.\nQUIT\n\n"
    + b"one long line " * 400
    + b"\nblanks at the end  \t\n\n.\nthe last line has no end",
    "utf-8": (
        "Grüße aus Köln — 日本語, 🎉\n.\n" + "ein langer Absatz ohne Zeilenumbruch, größer; " * 60 + "\n"
    ).encode(),
    "8bit": "Grüße — 日本語\n.\nWas gelesen wurde, geht hinaus, wie es kam.\n".encode(),
    "attachment": random.Random(4).randbytes(1 << 20),
}
"""Kind of message to what is in it."""

TCL_OPTIONS = {
    "username": "-username",
    "password": "-password",
    "at_least_one": "-atleastone",
    "use_tls": "-usetls",
    "tls_import": "-tlsimport",
}


@dataclass(frozen=True)
class Letter:
    """What to send, to whom in the domain, and how: the arguments of sendmessage that are not the default."""

    kind: str
    recipients: tuple[str, ...]
    port: int
    blind: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    cafile: str = ""
    tls_package: str = "installed"
    domain: str = DOMAIN

    @property
    def headers(self) -> list[tuple[str, str]]:
        pairs = [
            ("From", "Sender <me@client.example>"),
            ("To", _addresses(self.recipients, self.domain)),
            ("Subject", SUBJECT),
            ("Date", "Mon, 02 Mar 2020 10:00:00 +0000"),
            ("Message-ID", f"<{self.recipients[0]}@client.example>"),
        ]
        return [*pairs, ("Bcc", _addresses(self.blind, self.domain))] if self.blind else pairs

    @property
    def shown_headers(self) -> list[tuple[str, str]]:
        return [pair for pair in self.headers if pair[0] != "Bcc"]


@dataclass(frozen=True)
class Sent:
    """The message as it was built, with LF for CRLF, and the recipients that were refused."""

    built: bytes
    refusals: list[Refusal]


class NotSentError(Exception):
    """The message was not sent. `errorcode` is what a Tcl script sees."""

    def __init__(self, errorcode: tuple[str, ...]) -> None:
        super().__init__(errorcode)
        self.errorcode = errorcode


def send_from_tcl(letter: Letter, folder: Path) -> Sent:
    """Run send.tcl. Raises NotSentError."""
    body, built = folder / "body", folder / "built"
    body.write_bytes(BODIES[letter.kind])
    words = ["-servers", "127.0.0.1", "-ports", str(letter.port)]
    words += [word for name, value in letter.headers for word in ("-header", f"{name} {{{value}}}")]
    words += [word for name, value in letter.options.items() for word in (TCL_OPTIONS[name], str(value))]
    trust = {"CAFILE": letter.cafile, "TLS_PACKAGE": letter.tls_package} if letter.cafile else {}
    run = subprocess.run(
        [*TCLSMTP_RUN, SCRIPT, letter.kind, body, built, *words],
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **trust},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    if run.returncode:
        raise NotSentError(tuple(run.stderr.removesuffix("\n").split("\t")))
    refused = [line.split("\t") for line in run.stdout.splitlines()]
    refusals = [Refusal(address, int(code), text) for address, code, text in refused]
    return Sent(_with_lf(built.read_bytes()), refusals)


def send_part(letter: Letter, folder: Path) -> Sent:
    """Send a Part. Raises NotSentError."""
    part = build_part(letter.kind, folder)
    refusals = _submit(part, letter, letter.headers)
    for name, value in letter.shown_headers:
        part.headers.add(name, value)
    return Sent(_with_lf(bytes(part)), refusals)


def send_email(letter: Letter, folder: Path) -> Sent:
    """Send an EmailMessage. Raises NotSentError."""
    message = build_email(letter.kind)
    for name, value in letter.headers:
        message[name] = value
    refusals = _submit(message, letter)
    del message["Bcc"]
    return Sent(_with_lf(bytes(Part.from_email(message))), refusals)


SENDERS: dict[str, Callable[[Letter, Path], Sent]] = {
    "tcl": send_from_tcl,
    "part": send_part,
    "email": send_email,
}


def build_part(kind: str, folder: Path) -> Part:
    body = BODIES[kind]
    if kind == "text":
        return Part.create("text/plain", data=body)
    if kind == "utf-8":
        return Part.create("text/plain", params=[("charset", "utf-8")], data=body)
    if kind == "8bit":
        return Part.create("text/plain", params=[("charset", "utf-8")], encoding="8bit", data=body)
    path = folder / ATTACHED
    path.write_bytes(body)
    file = Part.create(
        "application/octet-stream",
        params=[("name", ATTACHED)],
        encoding="base64",
        headers=[("Content-Disposition", f'attachment; filename="{ATTACHED}"')],
        path=str(path),
    )
    note = Part.create("text/plain", data=NOTE)
    return Part.create("multipart/mixed", params=[("boundary", BOUNDARY)], parts=[note, file])


def build_email(kind: str) -> EmailMessage:
    message = EmailMessage()
    message.set_content(NOTE if kind == "attachment" else BODIES[kind].decode())
    if kind == "attachment":
        message.add_attachment(BODIES[kind], "application", "octet-stream", filename=ATTACHED)
        message.set_boundary(BOUNDARY)
    return message


def _submit(message: Part | EmailMessage, letter: Letter, headers: Sequence[tuple[str, str]] = ()) -> list[Refusal]:
    tls = TlsSettings(verify=bool(letter.cafile), cafile=letter.cafile)
    try:
        return sendmessage(message, servers="127.0.0.1", ports=letter.port, headers=headers, tls=tls, **letter.options)
    except SmtpError as error:
        raise NotSentError(tuple(error.errorcode)) from error


def _addresses(names: tuple[str, ...], domain: str) -> str:
    return ", ".join(f"{name}@{domain}" for name in names)


def _with_lf(message: bytes) -> bytes:
    """As a server stores it, with the line break at its end that SMTP cannot do without."""
    return message.replace(b"\r\n", b"\n").removesuffix(b"\n") + b"\n"
