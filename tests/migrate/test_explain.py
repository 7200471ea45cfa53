"""Differences and what explains them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.explain import Explanations
from tclsmtp.migrate.model import Difference, Explanation
from tclsmtp.migrate.rewrites import REWRITES
from tclsmtp.migrate.showing import LIMIT, cut

DEVIATIONS = r"""
[[deviation]]
id = "first"
tcllib = "A"
here = "B"

[[deviation.differs]]
id = "body.*"
reference = 'one'
reference_as = 'eins'

[[deviation]]
id = "second"
tcllib = "C"
here = "D"

[[deviation.differs]]
id = "body.*"
reference = 'two'
ours = '(z)wei'
ours_as = 't\1wo'
why = "counting"

[[deviation.differs]]
id = "body.*"
reference = 'two'
reference_as = 'tzwo'

[[deviation.differs]]
id = "exit-code"
beside = "stderr"

[[deviation.differs]]
id = "stderr"
reference = '\A\Z'
reference_as = 'oh'
"""


@pytest.fixture
def deviations(tmp_path: Path) -> Explanations:
    return Explanations.load(write(tmp_path / "deviations.toml", DEVIATIONS))


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def accept(folder: Path, *entries: str) -> Path:
    return write(folder / "accept.toml", "\n".join(f"[[accept]]\n{entry}" for entry in entries))


def explanation(explanations: Explanations, difference: Difference, script: str = "a.tcl") -> Explanation | None:
    [explained] = explanations.explain(script, [difference])
    return explained.explanation


def test_deviation_explains_what_it_turns_into_ours(deviations: Explanations) -> None:
    told = explanation(deviations, Difference("body.1", "one\nx", "eins\nx"))
    assert told == Explanation("first", "tcllib: A; here: B", "deviations.toml")


def test_defect_beside_a_deviation_stays_a_difference(deviations: Explanations) -> None:
    assert explanation(deviations, Difference("body.1", "one\nx", "eins\ny")) is None


def test_deviation_is_for_its_differences_alone(deviations: Explanations) -> None:
    assert explanation(deviations, Difference("stdout", "one", "eins")) is None


def test_deviations_come_together(deviations: Explanations) -> None:
    told = explanation(deviations, Difference("body.1.2", "one two", "eins zwei"))
    assert told is not None
    assert (told.id, told.text) == ("first + second", "tcllib: A; here: B; counting; tcllib: C; here: D")


def test_what_is_cut_is_not_explained(deviations: Explanations) -> None:
    assert explanation(deviations, Difference("body.1", cut("one" * LIMIT), cut("eins" * LIMIT))) is None


def test_exit_code_goes_with_what_explains_the_error(deviations: Explanations) -> None:
    code = Difference("exit-code", "0", "1")
    assert deviations.explain("a.tcl", [code, Difference("stderr", "", "oh")])[0].explanation is not None
    assert deviations.explain("a.tcl", [code, Difference("stderr", "", "ah")])[0].explanation is None


def test_user_accepts_a_difference(tmp_path: Path) -> None:
    file = accept(tmp_path, 'id = "stdout"\nwhy = "new banner"')
    explanations = Explanations.load(accept=[file])
    told = explanation(explanations, Difference("stdout", "a", "b"))
    assert told == Explanation("accept 1", "new banner", str(file))
    assert explanation(explanations, Difference("stderr", "a", "b")) is None


@pytest.mark.parametrize(
    ("more", "matches"),
    [
        ('script = "mail/*.tcl"', True),
        ('script = "other/*.tcl"', False),
        ("reference = '^two$'", True),
        ("reference = '^three$'", False),
        ("ours = 'tw.'", True),
        ("ours = 'three'\nreference = 'two'", False),
    ],
)
def test_patterns_narrow_what_is_accepted(tmp_path: Path, more: str, matches: bool) -> None:
    explanations = Explanations.load(accept=[accept(tmp_path, f'id = "std*"\nwhy = "w"\n{more}')])
    told = explanation(explanations, Difference("stdout", "one\ntwo", "two"), "mail/a.tcl")
    assert (told is not None, explanations.stale() == ()) == (matches, matches)


def test_entries_that_matched_nothing_are_stale(tmp_path: Path) -> None:
    file = accept(tmp_path, 'id = "stdout"\nwhy = "w"', 'id = "body.*"\nwhy = "w"')
    explanations = Explanations.load(accept=[file])
    explanations.explain("a.tcl", [Difference("stdout", "a", "b")])
    assert explanations.stale() == (f"{file}: accept 2 (body.*)",)


def test_deviation_explains_before_the_user_whose_entry_is_used_all_the_same(tmp_path: Path) -> None:
    own = write(tmp_path / "deviations.toml", DEVIATIONS)
    explanations = Explanations.load(own, [accept(tmp_path, 'id = "body.1"\nwhy = "w"')])
    told = explanation(explanations, Difference("body.1", "one", "eins"))
    assert told is not None
    assert (told.id, explanations.stale()) == ("first", ())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x = 1", "unknown key 'x'; expected accept"),
        ("accept = 1", "accept: expected tables: [[accept]]"),
        ('[[accept]]\nid = "a"', "accept 1: why is missing"),
        ('[[accept]]\nwhy = "a"', "accept 1: id is missing"),
        ('[[accept]]\nid = "a"\nwhy = ""', "accept 1: why is empty"),
        ('[[accept]]\nid = "a"\nwhy = 1', "accept 1: why: expected text"),
        ('[[accept]]\nid = "a"\nwhy = "b"\nextra = 1', "accept 1: unknown key 'extra'; expected id, why, script"),
        ('[[accept]]\nid = "a"\nwhy = "b"\nours = "("', "accept 1: ours: missing ), unterminated subpattern"),
        ("[[accept", "Expected"),
    ],
)
def test_mistake_in_a_file_is_told(tmp_path: Path, text: str, complaint: str) -> None:
    file = write(tmp_path / "mine.toml", text)
    with pytest.raises(MigrateError, match=re.escape(f"{file}: {complaint}")):
        Explanations.load(accept=[file])


def test_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MigrateError, match=r"none\.toml: No such file or directory"):
        Explanations.load(accept=[tmp_path / "none.toml"])


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ('id = "a"', "d: differs 1: expected rewrite, reference_as, ours_as or beside"),
        ('id = "a"\nrewrite = "none"', "d: differs 1: rewrite: 'none' is none of "),
    ],
)
def test_mistake_in_the_deviations_is_told(tmp_path: Path, table: str, complaint: str) -> None:
    file = write(tmp_path / "d.toml", f'[[deviation]]\nid = "d"\n[[deviation.differs]]\n{table}')
    with pytest.raises(MigrateError, match=re.escape(f"{file}: {complaint}")):
        Explanations.load(file)


OWN = Explanations.load()
X = "x" * 997
CTE = "Content-Transfer-Encoding: base64"
TYPE = "Content-Type: text/plain;"

EXPLAINED = [
    ("headers-restored", "header.To", "a@x (left from message 1)\nb@x", "b@x"),
    ("headers-restored", "header.X-Count", "1 (left from message 1)", "(absent)"),
    ("headers-restored", "header.To", "a@x (left from a failed attempt)\na@x", "a@x"),
    ("refusal-code", "stdout", "7\nrc 7\nNONE\n7 apples", "1\nrc 1\nSMTP 550 no\n7 apples"),
    ("refusal-code", "stdout", "errorCode: NONE", "errorCode: SMTP 550 no"),
    ("refusal-code", "stderr", "command returned bad code: 7\n    while", "diagnostic no args {} code 550\n    while"),
    ("connect-error", "stderr", 'error reading "sockN": socket is not connected', "h:25: connect: connection refused"),
    ("connect-error", "stdout", "go away\nNONE", "h.x:25: banner: 554 go away\nSMTP CONNECT h.x 25 {554 go away}"),
    ("connect-error", "stdout", "mail: premature end-of-file from server", "mail: h:25: banner: premature end-of-file"),
    ("connect-error", "stdout", "mail: localhost ESMTP", "mail: h:25: EHLO: 421 closing"),
    ("no-recipient", "stdout", "0\n", "1\nno recipient: the recipients given name no mailbox\n"),
    ("no-recipient", "dialogue", "banner 220\nEHLO 250\nMAIL 250\nRSET 250\nQUIT", "(no connection)"),
    ("empty-group", "envelope.recipients", "\nb@x", "b@x"),
    ("empty-group", "result", "to <>: 501 no\nto <b@x>: 550 no", "to <b@x>: 550 no"),
    ("empty-group", "count", "2 messages\nonly here: message 1 to , subject: x", "1 message"),
    ("injection", "header.Subject", "Hello", "Hello Bcc: everybody@x"),
    ("injection", "header.Subject", "a\u240d b", "a b"),
    ("maxsecs", "dialogue", "MAIL 250\nmessage 250\nRSET 250\nQUIT", "MAIL 250\nmessage 250\nQUIT"),
    (
        "secrets",
        "stderr",
        "<-- 334 PDE+\n--> am9l (wait upto 3 seconds)",
        "<-- 334 PDE+\n--> <redacted> (wait upto 3 seconds)",
    ),
    ("bcc-outcome", "dialogue", "message 250\nMAIL 250\nRSET 250\nQUIT", "message 250\nQUIT"),
    ("bcc-leak", "header.Bcc", "b@x\n", ""),
    ("bcc-leak", "header.Dcc", "part 1.1: b@x", "part 1.1: (absent)"),
    ("names", "body.1", "in Sepember", "in September"),
    ("raw-header", "header.Subject", "caf\xe9 (raw 8-bit)", "caf\xe9"),
    ("long-header", "header.Subject", "a b (a line of more than 998 octets)", "a b"),
    ("long-header", "header.X-A", f"{X}y (a line of more than 998 octets)", f"{X} y"),
    ("param-order", "structure", 'm\n  t; b="1"; a="2"', 'm\n  t; a="2"; b="1"'),
    ("qp-dot", "body.1", "a.\nb", "a\n.\nb"),
    ("cte-once", "header.Content-Transfer-Encoding", "part 2: base64\nbase64", "part 2: base64"),
    ("cte-once", "header.(malformed)", ';              boundary="----- =_BOUNDARY"', "(absent)"),
    ("cte-once", "stdout", f"x\n| {CTE}\n| {TYPE}\n|  a\n| {CTE}\ny", f"x\n| {CTE}\n| {TYPE}\n|  a\ny"),
    ("crlf-body", "body.1", "a\u240d\nb\u240d\n", "a\nb\n"),
    ("qp-dot + crlf-body", "body.1", "a.\nb\u240d\n", "a\n.\nb\n"),
    ("eight-bit", "structure", "text/plain (unlabelled 8-bit text)", 'text/plain; charset="utf-8"'),
    ("eight-bit", "header.Content-Transfer-Encoding", "(absent) (raw 8-bit body)", "base64"),
    ("eight-bit", "header.Content-Transfer-Encoding", "quoted-printable", "(absent)"),
    ("cte-once + eight-bit", "header.Content-Transfer-Encoding", "8bit\n8bit (raw 8-bit body)", "quoted-printable"),
    ("eight-bit", "body.1", "emoji \xfd and -\x87", "emoji \ufffd and \u4e2d\u6587"),
    ("eight-bit", "body.1", "caf\xc3\xa9\n", "caf\xe9\n"),
    ("eight-bit", "body.1", "GrÃ¼Ã\x9fe", "Gr\xfc\xdfe"),
    ("eight-bit", "body.1", "\xe4\xb8\xad\n", "\u4e2d\n"),
    ("eight-bit", "body.1", "ц╟ц▓ц┴\n", "При\n"),
    ("pipelined", "dialogue", "MAIL 550\nRSET 250", "MAIL 550\nRCPT 503\nRCPT 503\nmessage 503\nRSET 250"),
    ("pipelined", "dialogue", "MAIL 250\nRCPT 550\nRSET 250", "MAIL 250\nRCPT 550\nmessage 503\nRSET 250"),
    ("auth-told", "stdout", "530: no", "530: no (AUTH LOGIN failed: 535 bad)"),
    ("auth-told", "stdout", "diagnostic no args", "diagnostic {no (AUTH LOGIN failed: 535 bad)} args"),
    (
        "unknown-outcome",
        "stdout",
        "{premature end-of-file from server} code 400",
        "{premature end-of-file from server (h:25: .: it is not known whether the message was delivered)} code 400",
    ),
    ("timeout-error", "stdout", "read from server timed out", "read from server timed out (127.0.0.1:PORT: RCPT)"),
]


@pytest.mark.parametrize(("deviation", "name", "reference", "ours"), EXPLAINED)
def test_what_a_deviation_causes_is_explained(deviation: str, name: str, reference: str, ours: str) -> None:
    told = explanation(OWN, Difference(name, reference, ours, 0))
    assert told is not None
    assert told.id == deviation


@pytest.mark.parametrize(("deviation", "name", "reference", "ours"), EXPLAINED)
def test_defect_beside_what_a_deviation_causes_is_not(deviation: str, name: str, reference: str, ours: str) -> None:
    assert explanation(OWN, Difference(name, reference, f"{ours}\ndefect", 0)) is None, deviation
    assert explanation(OWN, Difference(name, reference, f"defect\n{ours}", 0)) is None, deviation


@pytest.mark.parametrize(("deviation", "name", "reference", "ours"), EXPLAINED)
def test_deviation_on_our_side_is_not_explained(deviation: str, name: str, reference: str, ours: str) -> None:
    if deviation != "param-order":
        assert explanation(OWN, Difference(name, ours, reference, 0)) is None, deviation


@pytest.mark.parametrize(
    ("name", "reference", "ours"),
    [
        ("stdout", "sent 7 messages", "sent 1 messages"),
        ("stdout", "failed 7 of 10", "failed 1 of 10"),
        ("stdout", "failed: 7", "failed: 1"),
        ("count", "2 messages\nonly here: message 1 to a@x, subject: x", "1 message"),
        ("header.Subject", "Hello", "Hello world"),
        ("body.1", "caf\xe9", "caf\xc3\xa9"),
        ("stderr", "--> MAIL FROM:<a@x> (wait upto 3 seconds)", "--> <redacted> (wait upto 3 seconds)"),
        ("stdout", "0\n", "1\nno route to host\n"),
        ("exit-code", "0", "1"),
        ("header.Content-Transfer-Encoding", "base64\n8bit", "base64"),
        ("header.Content-Transfer-Encoding", "quoted-printable", "(absent) (a line of more than 998 octets body)"),
        ("header.Content-Transfer-Encoding", "base64", "(absent)"),
        ("header.Content-Transfer-Encoding", "quoted-printable\nquoted-printable", "(absent)"),
        ("header.Content-Transfer-Encoding", "base64", "(absent) (raw 8-bit body)"),
        ("header.Bcc", "", "(absent)"),
        ("header.Bcc", "b@x", "c@x"),
        ("header.To", "a@x\na@x", "a@x"),
        ("header.Subject", "caf\xe9 (raw 8-bit)", "caf"),
        ("header.Subject", "cafe", "caf\xe9"),
        ("structure", "text/plain", 'text/plain; charset="utf-8"'),
        ("structure", 'text/plain; charset="utf-8"', 'text/plain; charset="iso-8859-1"'),
        ("structure", "text/plain (unlabelled 8-bit text)", 'text/html; charset="utf-8"'),
        ("body.1", "a\nb", "a\n\nb"),
        ("body.1", "a\u240db", "ab"),
        ("body.1", "caf\xe9", "caf\ufffd"),
        ("dialogue", "MAIL 250\nmessage 250", "MAIL 250\nmessage 503"),
        ("dialogue", "MAIL 250\nRCPT 250\nRSET 250", "MAIL 250\nRCPT 250\nmessage 552\nRSET 250"),
        ("result", "to <b@x>: 550 no", ""),
        ("envelope.recipients", "a@x\nb@x", "b@x"),
        ("count", "2 messages", "1 message"),
        ("stdout", "premature end-of-file from server", "h:25: RCPT: premature end-of-file from server"),
        ("header.Subject", "a\u240db", "ab"),
        ("dialogue", "MAIL 250\nmessage 250\nRSET 250\nMAIL 250", "MAIL 250\nmessage 250\nMAIL 250"),
        ("dialogue", "MAIL 250\nmessage 550\nRSET 250\nQUIT", "MAIL 250\nmessage 550\nQUIT"),
        ("body.1", "ц╟ц▓ц┴", "Пре"),
    ],
)
def test_what_looks_like_a_deviation_is_not_explained(name: str, reference: str, ours: str) -> None:
    assert explanation(OWN, Difference(name, reference, ours, 0)) is None


def test_transfer_encoding_for_the_sake_of_carriage_returns_goes_with_them() -> None:
    header = Difference("header.Content-Transfer-Encoding", "quoted-printable\nquoted-printable", "(absent)", 0)
    body = Difference("body.1", "a\u240d\n", "a\n", 0)
    told = [one.explanation and one.explanation.id for one in OWN.explain("a.tcl", [header, body])]
    assert told == ["cte-once + crlf-body", "crlf-body"]


def test_every_rewrite_is_used() -> None:
    used = {table.get("rewrite") for entry in entries() for table in entry.get("differs", [])}
    assert used >= REWRITES.keys()


def entries() -> list[dict[str, Any]]:
    path = Path(__file__).parents[2] / "compat" / "deviations.toml"
    found: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["deviation"]
    return found
