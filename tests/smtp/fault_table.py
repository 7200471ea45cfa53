"""What each fault of a server comes to, at each step of a conversation.

A cell says the outcome:

    ok        the message is delivered, nobody refused
    connect   ConnectError, and the next server gets the message; with credentials or TLS at stake likewise
    tls       TlsError, a TlsTimeoutError where the server is silent, and the next server gets the message
    refuse    RefusedError: the server said no
    lost      RefusedError by 400: the connection is gone, and the message was not handed over
    timeout   ReplyTimeoutError: the server is silent, and the message was not handed over
    protocol  MalformedReplyError: what the server says makes no sense, and the message was not handed over
    unknown   UnknownOutcomeError: the message was handed over, and only the server knows what it did with it
    a b ab    the recipients that are in the result as refused; nobody got the message
    a+ b+     the same, but the others got it

`@STEP` names the step that the error tells of, where that is not the column's. `-x` is a combination that cannot be;
REASONS[x] says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

REASONS = {
    "c": "only a connection can be refused, or hang, before it stands",
    "b": "what a server does once it is connected is a fault of its banner",
    "r": "no reply is due at this step, so none can be cut, wrong or too long",
    "t": "there is no TLS yet, or no certificate any more",
    "d": "the message goes with DATA or with BDAT, one of them",
    "p": "by then nothing else is under way, and it is as in the plain mode",
    "q": "a recipient that is left makes a RSET impossible in this mode",
    "h": "a handshake is not answered in the numbers and lines of SMTP",
}

GREETING = """
                connect  banner        EHLO           HELO
refused         connect  -c            -c             -c
closed_before   -b       connect       connect        connect
closed_in_code  -b       connect       connect@HELO   connect
closed_in_text  -b       connect@EHLO  connect@MAIL   connect@MAIL
reset           -b       connect       connect        connect
silence         connect  connect       connect        connect
drip            -b       ok            ok             ok
trickle         -b       connect       connect        connect
4xx             -b       connect       connect        connect
5xx             -b       connect       ok             connect
wrong_code      -b       connect       connect        connect
garbage         -b       connect       ok             connect
long_line       -b       connect       connect        connect
endless         -b       connect       connect        connect
extra           -b       connect@EHLO  connect@MAIL   connect@MAIL
alert           -b       -t            -t             -t
TLS_closed      -b       -t            -t             -t
expired         -b       -t            -t             -t
wrong_host      -b       -t            -t             -t
self_signed     -b       -t            -t             -t
"""

SECURING = """
                STARTTLS      handshake     EHLO-in-TLS   AUTH          user-name     password
refused         -c            -c            -c            -c            -c            -c
closed_before   connect       tls           connect       connect       connect       connect
closed_in_code  connect@MAIL  tls           connect@HELO  connect@MAIL  connect@MAIL  connect@MAIL
closed_in_text  tls           -h            connect@MAIL  connect@AUTH  connect@AUTH  connect@MAIL
reset           connect       tls           connect       connect       connect       connect
silence         connect       tls           connect       connect       connect       connect
drip            ok            ok            ok            ok            ok            ok
trickle         connect       tls           connect       connect       connect       connect
4xx             ok            -h            connect       ok            ok            ok
5xx             ok            -h            ok            ok            ok            ok
wrong_code      ok            -h            connect       ok            ok            ok
garbage         ok            tls           ok            ok            ok            ok
long_line       connect       -h            connect       connect       connect       connect
endless         connect       -h            connect       connect       connect       connect
extra           tls           connect@EHLO  connect@MAIL  connect@AUTH  connect@AUTH  connect@MAIL
alert           -t            tls           connect       -t            -t            -t
TLS_closed      -t            -h            connect       -t            -t            -t
expired         -t            tls           -t            -t            -t            -t
wrong_host      -t            tls           -t            -t            -t            -t
self_signed     -t            tls           -t            -t            -t            -t
"""

NEVER = """
                MAIL  RCPT-first  RCPT-last  DATA  BDAT  body  end-of-data  RSET  QUIT
refused         -c    -c          -c         -c    -c    -c    -c           -c    -c
alert           -t    -t          -t         -t    -t    -t    -t           -t    -t
TLS_closed      -t    -t          -t         -t    -t    -t    -t           -t    -t
expired         -t    -t          -t         -t    -t    -t    -t           -t    -t
wrong_host      -t    -t          -t         -t    -t    -t    -t           -t    -t
self_signed     -t    -t          -t         -t    -t    -t    -t           -t    -t
"""

PLAIN = """
                MAIL      RCPT-first    RCPT-last      DATA      body     end-of-data  RSET  QUIT
closed_before   lost      ab            b              lost      lost     unknown      b     ok
closed_in_code  protocol  ab            b              protocol  -r       unknown      b     ok
closed_in_text  ab        b             lost@DATA      lost@body lost     ok           b     ok
reset           lost      ab            b              lost      lost     unknown      b     ok
silence         timeout   ab            b              timeout   timeout  unknown      b     ok
drip            ok        ok            ok             ok        ok       ok           b     ok
trickle         timeout   ab            b              timeout   -r       unknown      b     ok
4xx             refuse    a             b              refuse    refuse   refuse       b     ok
5xx             refuse    a             b              refuse    refuse   refuse       b     ok
wrong_code      protocol  a             b              protocol  unknown  unknown      b     ok
garbage         protocol  a             b              protocol  protocol unknown      b     ok
long_line       protocol  ab            b              protocol  -r       unknown      b     ok
endless         protocol  ab            b              protocol  -r       unknown      b     ok
extra           ab        b             protocol@DATA  protocol@body -r   ok           b     ok
"""

IN_TLS = """
                MAIL      RCPT-first    RCPT-last      DATA      body     end-of-data  RSET  QUIT
alert           lost      ab            b              lost      -r       unknown      b     ok
TLS_closed      lost      ab            b              lost      -r       unknown      b     ok
"""

PIPELINED = """
                MAIL           RCPT-first     RCPT-last      DATA           end-of-data  RSET  QUIT
closed_before   lost           ab             b              lost           unknown      b     ok
closed_in_code  protocol       ab             b              protocol       unknown      b     ok
closed_in_text  ab             b              lost@DATA      lost@body      ok           b     ok
reset           lost           ab             b              lost           unknown      b     ok
silence         timeout        ab             b              timeout        unknown      b     ok
drip            ok             ok             ok             ok             ok           b     ok
trickle         timeout        ab             b              timeout        unknown      b     ok
4xx             refuse         a              b              refuse         refuse       b     ok
5xx             refuse         a              b              refuse         refuse       b     ok
wrong_code      protocol       a              b              protocol       unknown      b     ok
garbage         protocol       a              b              protocol       unknown      b     ok
long_line       protocol       ab             b              protocol       unknown      b     ok
endless         protocol       ab             b              protocol       unknown      b     ok
extra           protocol@DATA  protocol@DATA  protocol@DATA  protocol@body  ok           b     ok
"""

RIDING = """
                MAIL           RCPT-first     RCPT-last      DATA           end-of-data  QUIT
closed_before   lost           ab             lost@DATA      lost           unknown      ok
closed_in_code  protocol       ab             lost@DATA      protocol       unknown      ok
closed_in_text  ab             lost@DATA      lost@DATA      lost@body      ok           ok
reset           lost           ab             lost@DATA      lost           unknown      ok
silence         timeout        ab             timeout@DATA   timeout        unknown      ok
drip            ok             ok             ok             ok             ok           ok
trickle         timeout        ab             timeout@DATA   timeout        unknown      ok
4xx             refuse         a+             b+             refuse         refuse       ok
5xx             refuse         a+             b+             refuse         refuse       ok
wrong_code      protocol       a+             b+             protocol       unknown      ok
garbage         protocol       a+             b+             protocol       unknown      ok
long_line       protocol       ab             protocol@DATA  protocol       unknown      ok
endless         protocol       ab             protocol@DATA  protocol       unknown      ok
extra           protocol@DATA  protocol@DATA  protocol@DATA  protocol@body  ok           ok
"""

CHUNKED = """
                MAIL      RCPT-first    RCPT-last      BDAT
closed_before   lost      ab            b              unknown
closed_in_code  protocol  ab            b              unknown
closed_in_text  ab        b             lost@BDAT      ok
reset           lost      ab            b              unknown
silence         timeout   ab            b              unknown
drip            ok        ok            ok             ok
trickle         timeout   ab            b              unknown
4xx             refuse    a             b              refuse
5xx             refuse    a             b              refuse
wrong_code      protocol  a             b              unknown
garbage         protocol  a             b              unknown
long_line       protocol  ab            b              unknown
endless         protocol  ab            b              unknown
extra           ab        b             protocol@BDAT  ok
"""

CHUNK_RIDING = """
                MAIL          RCPT-first     RCPT-last      BDAT     QUIT
closed_before   unknown@BDAT  unknown@BDAT   unknown@BDAT   unknown  ok
closed_in_code  unknown@BDAT  unknown@BDAT   unknown@BDAT   unknown  ok
closed_in_text  unknown@BDAT  unknown@BDAT   unknown@BDAT   ok       ok
reset           unknown@BDAT  unknown@BDAT   unknown@BDAT   unknown  ok
silence         unknown@BDAT  unknown@BDAT   unknown@BDAT   unknown  ok
drip            ok            ok             ok             ok       ok
trickle         unknown@BDAT  unknown@BDAT   unknown@BDAT   unknown  ok
4xx             refuse        a+             b+             refuse   unknown@BDAT
5xx             refuse        a+             b+             refuse   unknown@BDAT
wrong_code      unknown@BDAT  unknown@BDAT   unknown@BDAT   unknown  unknown@BDAT
garbage         unknown@BDAT  unknown@BDAT   unknown@BDAT   unknown  unknown@BDAT
long_line       unknown@BDAT  unknown@BDAT   unknown@BDAT   unknown  ok
endless         unknown@BDAT  unknown@BDAT   unknown@BDAT   unknown  ok
extra           unknown@BDAT  unknown@BDAT   unknown@BDAT   unknown  unknown@BDAT
"""


@dataclass(frozen=True)
class Mode:
    """What the server offers and the client asks for, and the tables that say what comes of it; a later one wins.

    `never` are the steps that there are not in this mode, with the reason.
    """

    tables: tuple[str, ...]
    never: dict[str, str] = field(default_factory=dict)
    extensions: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


CHUNKS = {"DATA": "d", "body": "d", "end-of-data": "d", "RSET": "p"}

MODES = {
    "greeting": Mode((GREETING, SECURING)),
    "plain": Mode((NEVER, PLAIN), {"BDAT": "d"}),
    "in-TLS": Mode((NEVER, PLAIN, IN_TLS), {"BDAT": "d"}, ("STARTTLS",)),
    "pipelined": Mode((NEVER, PIPELINED), {"BDAT": "d", "body": "p"}, ("PIPELINING",)),
    "riding": Mode((NEVER, RIDING), {"BDAT": "d", "body": "p", "RSET": "q"}, ("PIPELINING",), {"at_least_one": True}),
    "chunked": Mode((NEVER, CHUNKED), CHUNKS | {"QUIT": "p"}, ("CHUNKING",)),
    "chunk-riding": Mode((NEVER, CHUNK_RIDING), CHUNKS, ("PIPELINING", "CHUNKING"), {"at_least_one": True}),
}


@dataclass(frozen=True)
class Case:
    """One cell: the outcome, and the step that it is told of."""

    mode: str
    step: str
    fault: str
    outcome: str
    told_at: str

    def __str__(self) -> str:
        return f"{self.mode}-{self.step}-{self.fault.replace(' ', '-')}"


def read(table: str) -> dict[tuple[str, str], str]:
    """Step and fault to the cell."""
    head, *rows = [line.split() for line in table.strip().splitlines()]
    assert all(len(row) == len(head) + 1 for row in rows), table
    return {(step, row[0].replace("_", " ")): cell for row in rows for step, cell in zip(head, row[1:], strict=True)}


def cells() -> dict[tuple[str, str, str], str]:
    """Every cell of every mode, those that cannot be too."""
    found = {
        (mode, *key): cell
        for mode, given in MODES.items()
        for table in given.tables
        for key, cell in read(table).items()
    }
    faults = {fault for _, _, fault in found}
    for mode, given in MODES.items():
        found |= {(mode, step, fault): f"-{why}" for step, why in given.never.items() for fault in faults}
    return found


def cases() -> Iterator[Case]:
    """The cells that can be."""
    for (mode, step, fault), cell in cells().items():
        if not cell.startswith("-"):
            outcome, _, told_at = cell.partition("@")
            yield Case(mode, step, fault, outcome, told_at or step)


def describe() -> str:
    """How large the table is."""
    known = cells()
    steps, faults = {step for _, step, _ in known}, {fault for _, _, fault in known}
    impossible = sum(cell.startswith("-") for cell in known.values())
    possible = len(known) - impossible
    return (
        f"{len(steps)} steps x {len(faults)} faults in {len(MODES)} modes, "
        f"{possible} combinations ({impossible} impossible, with reasons)"
    )
