"""Every fault of a server, at every step, from Python and from Tcl: what is told, and what is left behind."""

from __future__ import annotations

import _tkinter
import os
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from tclsmtp import Interpreter
from tclsmtp.errors import (
    ConnectError,
    ConnectTimeoutError,
    MalformedReplyError,
    RefusedError,
    ReplyTimeoutError,
    TclsmtpError,
    TlsError,
    TlsTimeoutError,
    UnknownOutcomeError,
)
from tclsmtp.smtp import security, session
from tclsmtp.smtp.options import TlsSettings
from tclsmtp.smtp.reply import PREMATURE_EOF, TIMED_OUT, TOO_LONG, UNASKED
from tests.smtp.fault_table import MODES, REASONS, Case, cases, cells
from tests.smtp.sending import send, text
from tests.support import faults
from tests.support.certificates import authority_file, server_context
from tests.support.faults import FaultyServer

SECONDS = 0.1
"""How long the client waits where the server will be silent."""

MORE_SECONDS = 0.3
"""The same, where it waits no longer for replies that do come."""

NAMES = {faults.RCPT_FIRST: "RCPT", faults.RCPT_LAST: "RCPT", faults.BODY: ".", faults.END: "."}
STEPS = {faults.EHLO_AGAIN: "EHLO", faults.HANDSHAKE: "STARTTLS"} | dict.fromkeys(faults.AUTH_STEPS, "AUTH")
VERBS = NAMES | {faults.EHLO_AGAIN: "EHLO", faults.USERNAME: "SASL response", faults.PASSWORD: "SASL response"}
RECIPIENTS = {"a": "a@example.com", "b": "b@example.com"}
CREDENTIALS = {"username": "joe", "password": "open sesame"}

EXCEPTIONS = {
    "tls": TlsError,
    "refuse": RefusedError,
    "lost": RefusedError,
    "timeout": ReplyTimeoutError,
    "protocol": MalformedReplyError,
    "unknown": UnknownOutcomeError,
}
PASSED_OVER = ("connect", "tls")


@dataclass
class Outcome:
    """What a call of sendmessage came to: the refused recipients, or an error's words in Tcl."""

    refused: list[tuple[str, int, str]]
    message: str = ""
    errorcode: tuple[str, ...] = ()


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Interpreter]:
    with Interpreter() as interpreter:
        interpreter.eval("package require smtp; package require mime")
        interpreter.eval("after 1 {set ::begun 1}; vwait ::begun")  # Tcl's notifier has descriptors of its own
        yield interpreter


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> str:
    return authority_file(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def spare() -> Iterator[FaultyServer]:
    """A server without a fault, which stands second in the list."""
    with FaultyServer(extensions=("PIPELINING", "AUTH LOGIN")) as server:
        yield server


@cache
def context(fault: str) -> ssl.SSLContext:
    return server_context(
        "other.example" if fault == "wrong host" else "127.0.0.1",
        expired=fault == "expired",
        self_signed=fault == "self signed",
    )


@cache
def body(large: bool) -> str:
    """A small one, or one that no socket buffers whole."""
    return "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n" * (65_000 if large else 1)


def arrange(case: Case, authority: str) -> tuple[FaultyServer, dict[str, Any]]:
    """The server of a case, and the options with which a client comes to that step."""
    mode = MODES[case.mode]
    extensions = list(mode.extensions)
    options = dict(mode.options)
    if case.step in (faults.STARTTLS, faults.HANDSHAKE, faults.EHLO_AGAIN):
        extensions.append("STARTTLS")
    if case.step in faults.AUTH_STEPS:
        extensions.append("AUTH LOGIN")
        options |= CREDENTIALS
    if case.step == faults.QUIT and case.mode != "chunk-riding":
        options["debug"] = True  # nobody else waits for the reply
    if case.fault in ("silence", "trickle") and case.step in (faults.END, faults.BDAT):
        options["max_seconds"] = SECONDS
    if case.step == faults.HANDSHAKE:
        options["tls"] = TlsSettings(verify=True, cafile=authority)
    refused = (RECIPIENTS["b"],) if case.step == faults.RSET else ()
    tls = context(case.fault) if "STARTTLS" in extensions else None
    return FaultyServer(case.step, case.fault, extensions=tuple(extensions), refused=refused, tls=tls), options


def hurry(case: Case, monkeypatch: pytest.MonkeyPatch, *, alone: bool = True) -> None:
    """Let the client's patience end soon, at the step where the server will be silent."""
    if case.fault not in ("silence", "trickle"):
        return
    if case.step in (faults.CONNECT, faults.BODY):
        monkeypatch.setattr(session, "LONGEST_WAIT", MORE_SECONDS)
    elif case.step == faults.HANDSHAKE:
        monkeypatch.setattr(security, "HANDSHAKE_SECONDS", SECONDS)
    elif (verb := VERBS.get(case.step, case.step)) in session.SECONDS:
        shared = not alone or case.step in (faults.RCPT_LAST, faults.PASSWORD, faults.EHLO_AGAIN)
        monkeypatch.setitem(session.SECONDS, verb, MORE_SECONDS if shared else SECONDS)


def told(case: Case) -> tuple[int, str]:
    """The code and text with which the fault is told, at the step where it shows."""
    if case.step == faults.QUIT:
        return 500, UNASKED  # it may as well be the reply to the message, and that one's to a command before
    early = {faults.BODY: ("250", "queued")}.get(case.step)
    number = faults.WRONG_CODES.get(case.step, b"354").decode()
    reply = GOOD_REPLIES.get(case.step, "250 ok")
    return {
        "closed in code": (500, f"response too short: {reply[:2]}"),
        "silence": (400, TIMED_OUT),
        "trickle": (400, TIMED_OUT),
        "4xx": (450, "not now"),
        "5xx": (550, "not here"),
        "wrong code": (250, "queued") if early else (int(number), reply[4:]),
        "garbage": (500, "unrecognizable code: \xff\xfe hello"),
        "long line": (500, TOO_LONG),
        "endless": (500, TOO_LONG),
        "extra": (500, UNASKED),
    }.get(case.fault, (400, PREMATURE_EOF))


GOOD_REPLIES = {
    faults.BANNER: "220 hello",
    faults.EHLO: "250 hello",
    faults.HELO: "250 hello",
    faults.EHLO_AGAIN: "250 hello",
    faults.STARTTLS: "220 go",
    faults.DATA: "354 go",
    faults.BDAT: "250 queued",
    faults.END: "250 queued",
}


def from_python(ports: tuple[int, ...], case: Case, options: dict[str, Any]) -> Outcome:
    given = options | {"servers": ("127.0.0.1",) * len(ports), "ports": ports}
    if "tls" in given:
        given["tls"] = lambda: options["tls"]
    if "debug" in given:
        given["debug"] = lambda line: None
    try:
        refusals = send(*ports, part=text(body(case.step == faults.BODY)), **given)
    except TclsmtpError as error:
        check_fields(error, case, ports[0])
        return Outcome([], error.message, error.errorcode)
    return Outcome([(refusal.address, refusal.code, refusal.text) for refusal in refusals])


def check_fields(error: TclsmtpError, case: Case, port: int) -> None:
    """The exception's type and fields say what the table says."""
    step = NAMES.get(case.told_at, STEPS.get(case.told_at, case.told_at))
    if case.outcome == "connect":
        kind = ConnectTimeoutError if case.fault in ("silence", "trickle") else ConnectError
        assert type(error) is kind
        assert isinstance(error, ConnectError)
        # A reset right after the connection stands may reach the client before it has seen that it does.
        steps = (step, faults.CONNECT) if (case.step, case.fault) == (faults.BANNER, "reset") else (step,)
        assert (error.host, error.port) == ("127.0.0.1", port)
        assert error.step in steps
        return
    silent = case.fault in ("silence", "trickle")
    assert type(error) is (TlsTimeoutError if case.outcome == "tls" and silent else EXCEPTIONS[case.outcome])
    assert isinstance(error, TimeoutError) == (case.outcome == "timeout" or type(error) is TlsTimeoutError)
    assert isinstance(error, RefusedError | TlsError)
    assert (error.host, error.port, error.step) == ("127.0.0.1", port, step)
    if isinstance(error, RefusedError) and not is_shifted(case):
        assert (error.code, error.text) == told(case)


def is_shifted(case: Case) -> bool:
    """Whether the line too many, or the lost one, makes each later reply that of another command."""
    return (case.fault == "extra" and case.mode in ("riding", "pipelined")) or case.told_at not in (
        case.step,
        faults.BDAT,
    )


def from_tcl(interpreter: Interpreter, ports: tuple[int, ...], case: Case, options: dict[str, Any]) -> Outcome:
    words: list[str | int] = ["-servers", "127.0.0.1 " * len(ports), "-ports", " ".join(map(str, ports))]
    words += ["-header", "From me@example.com", "-header", "To {a@example.com, b@example.com}"]
    names = {"at_least_one": "-atleastone", "max_seconds": "-maxsecs"}
    for name, value in options.items():
        if name == "tls":
            interpreter.call(
                "namespace", "eval", "::tls", ("variable", "defaults", ("-cafile", value.cafile, "-require", "1"))
            )
        else:
            words += [names.get(name, f"-{name}"), int(value) if value is True else str(value)]
    token = interpreter.call("mime::initialize", "-canonical", "text/plain", "-string", body(case.step == faults.BODY))
    interpreter.call("set", "::words", (token, *words))
    code, result, errorcode = interpreter.split(
        interpreter.eval("""
            set ::errorCode NONE
            set code [catch {smtp::sendmessage {*}$::words} result]
            list $code $result $::errorCode
        """)
    )
    interpreter.call("mime::finalize", token)
    interpreter.eval("unset -nocomplain ::tls::defaults")
    if code == "1":
        return Outcome([], result, interpreter.split(errorcode))
    refused = [interpreter.split(refusal) for refusal in interpreter.split(result)]
    return Outcome([(address, int(number), words) for address, number, words in refused])


Driver = Callable[[tuple[int, ...], Case, dict[str, Any]], Outcome]


@pytest.fixture(params=["python", "tcl"])
def driver(request: pytest.FixtureRequest, interpreter: Interpreter, spare: FaultyServer) -> Iterator[Driver]:
    """Sends from plain Python, or from a Tcl script; nothing is left of it but its outcome."""
    descriptors, threads = len(os.listdir("/proc/self/fd")), threading.enumerate()
    if request.param == "python":
        yield from_python
    else:
        yield lambda *given: from_tcl(interpreter, *given)
        interpreter.eval("update")
        assert interpreter.app.dooneevent(_tkinter.DONT_WAIT) == 0
        assert interpreter.eval("after info") == ""
    assert spare.idle.wait(faults.PATIENCE)
    # Fewer are fine: what an earlier test left to the garbage collection may go now.
    assert len(os.listdir("/proc/self/fd")) <= descriptors
    assert threading.enumerate() == threads


def expected_errorcode(case: Case, port: int) -> tuple[str, ...]:
    """The words of errorCode that do not depend on the fault's wording."""
    place = ("127.0.0.1", str(port))
    step = NAMES.get(case.told_at, case.told_at)
    return {
        "connect": ("SMTP", "CONNECT", *place),
        "tls": ("SMTP", "TLS", *place),
        "timeout": ("SMTP", "TIMEOUT", *place, step),
        "protocol": ("SMTP", "PROTOCOL", *place, step),
        "unknown": ("SMTP", "UNKNOWN", *place),
        "refuse": ("SMTP", *map(str, told(case))),
        "lost": ("SMTP", "400", PREMATURE_EOF),
    }[case.outcome]


def expected_refusals(case: Case) -> list[tuple[str, int, str]]:
    """The first of the refused is told of the fault, the others of what it led to."""
    if case.step == faults.RSET:
        return [(RECIPIENTS["b"], 550, "no")]
    first = told(case)
    later = (400, PREMATURE_EOF) if case.fault == "closed in code" else first
    named = [name for name in case.outcome if name in RECIPIENTS]
    return [(RECIPIENTS[name], *(later if number else first)) for number, name in enumerate(named)]


def check(case: Case, outcome: Outcome, server: FaultyServer) -> None:
    if case.outcome in EXCEPTIONS or case.outcome == "connect":
        words = expected_errorcode(case, server.port)
        assert outcome.errorcode[: len(words)] == words or (words[-1] == PREMATURE_EOF and "AUTH" in outcome.message)
        recorded = case.outcome in ("refuse", "lost", "protocol") or (case.step, case.fault) in RECORDED
        assert recorded or f"127.0.0.1:{server.port}: " in outcome.message
        assert server.taken == 0 or case.outcome == "unknown"
        if case.outcome == "unknown":
            assert recorded or "not known whether the message was delivered" in outcome.message
    else:
        assert outcome.errorcode == ()
        assert outcome.refused == expected_refusals(case)
        assert server.taken == (1 if case.outcome == "ok" or "+" in case.outcome else 0)


RECORDED = {(faults.END, "garbage"), (faults.END, "closed in code")}
"""Where the recordings have tcllib's words, which do not say that the outcome is unknown; the errorcode does."""


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_fault(
    case: Case, driver: Driver, spare: FaultyServer, authority: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(case, monkeypatch)
    before = spare.begun, spare.taken
    server, options = arrange(case, authority)
    with server:
        if case.outcome not in PASSED_OVER:
            outcome = driver((server.port, spare.port), case, options)
        else:
            outcome = driver((server.port,), case, options)
    assert not server.impatient
    check(case, outcome, server)
    assert (spare.begun, spare.taken) == before


@pytest.mark.parametrize("case", [case for case in cases() if case.outcome in PASSED_OVER], ids=str)
def test_a_server_that_was_not_told_of_the_message_is_passed_over(
    case: Case, driver: Driver, spare: FaultyServer, authority: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(case, monkeypatch, alone=False)
    before = spare.taken
    server, options = arrange(case, authority)
    with server:
        outcome = driver((server.port, spare.port), case, options)
    assert outcome == Outcome([])
    assert (server.taken, spare.taken) == (0, before + 1)


def test_each_combination_is_in_the_table_or_said_to_be_impossible() -> None:
    known = cells()
    faults_ = {fault for _, _, fault in known}
    columns = {(mode, step) for mode, step, _ in known}
    assert not [(*column, fault) for column in columns for fault in faults_ if (*column, fault) not in known]
    assert {cell[1:] for cell in known.values() if cell.startswith("-")} == set(REASONS)
