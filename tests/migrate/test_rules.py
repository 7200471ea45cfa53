"""Rules of a capture server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.rules import BANNER, MESSAGE, Rule, Rules, RulesInForce, parse_refusal, rules_of


def load(folder: Path, text: str) -> Rules:
    path = folder / "rules.toml"
    path.write_text(text)
    return Rules.load(path)


REFUSALS = {
    "RCPT TO:<bad@*>=550 no such user": Rule("RCPT TO:<bad@*>", ("550 no such user",)),
    "DATA=451": Rule("DATA", ("451 ",)),
    "MAIL * SIZE=*=552 a=550 b": Rule("MAIL * SIZE=*", ("552 a=550 b",)),
    "banner=554 no": Rule("banner", ("554 no",)),
}


@pytest.mark.parametrize(("text", "rule"), REFUSALS.items())
def test_a_refusal_is_a_pattern_and_a_reply(text: str, rule: Rule) -> None:
    assert parse_refusal(text) == rule


@pytest.mark.parametrize("text", ["", "DATA", "=550 no", "DATA=no", "DATA=5500", "DATA=650 no", "DATA=550 é"])
def test_what_is_no_refusal_is_told_so(text: str) -> None:
    with pytest.raises(MigrateError, match=r"expected .*550 no such user"):
        parse_refusal(text)


def test_a_file_has_rules_in_their_order(tmp_path: Path) -> None:
    text = """
    [[rule]]
    match = "RCPT TO:<late@*>"
    reply = ["450-wait", "450 please"]
    times = 2
    [[rule]]
    match = "MESSAGE"
    action = "close"
    """
    late = Rule("RCPT TO:<late@*>", ("450-wait", "450 please"), times=2)
    assert load(tmp_path, text) == Rules((late, Rule("MESSAGE", action="close")))


def test_the_dashes_of_a_reply_of_several_lines_need_not_be_given(tmp_path: Path) -> None:
    [rule] = load(tmp_path, '[[rule]]\nmatch = "NOOP"\nreply = ["250 a", "250 b"]').rules
    assert rule.reply == ("250-a", "250 b")


FAULTS = {
    "[[rules]]": "rules: no such key; known: rule",
    "rule = 1": "rule: expected tables: [[rule]]",
    "[[rule]]\nto = 1": "rule 1: to: no such key; known: match, reply, times, action",
    '[[rule]]\nreply = "550 no"': "rule 1: match: expected the pattern of a command line, BANNER or MESSAGE",
    "[[rule]]\nmatch = 1": "rule 1: match: expected the pattern of a command line, BANNER or MESSAGE, not 1",
    '[[rule]]\nmatch = "DATA"': 'rule 1: reply: expected one, as in reply = "550 no such user", or action = "close"',
    '[[rule]]\nmatch = "DATA"\nreply = []': (
        'rule 1: reply: expected a code of 2xx to 5xx and text in ASCII, as "550 no such user", not []'
    ),
    '[[rule]]\nmatch = "DATA"\nreply = ["250 a", "550 b"]': (
        "rule 1: reply: expected the same code on each line, not ['250 a', '550 b']"
    ),
    '[[rule]]\nmatch = "DATA"\ntimes = 0': "rule 1: times: expected how often the rule holds, 1 or more, not 0",
    '[[rule]]\nmatch = "DATA"\naction = "drop"': "rule 1: action: expected one of reply, close, not 'drop'",
}


@pytest.mark.parametrize(("text", "why"), FAULTS.items(), ids=FAULTS.values())
def test_a_wrong_file_is_told_with_the_place_and_what_is_allowed(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(MigrateError) as caught:
        load(tmp_path, text)
    assert str(caught.value) == f"{tmp_path / 'rules.toml'}: {why}"


@pytest.mark.parametrize("text", ["[[rule", "\udcff"])
def test_a_file_that_is_no_toml_is_told_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(MigrateError, match=r"rules\.toml: "):
        Rules.load(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(MigrateError, match=r"none\.toml: No such file or directory"):
        Rules.load(tmp_path / "none.toml")


FITS = [
    ("RCPT TO:<bad@*>", "rcpt to:<BAD@example.com>", True),
    ("RCPT TO:<bad@*>", "RCPT TO:<good@example.com>", False),
    ("MAIL", "MAIL FROM:<a@example.com>", False),
    ("banner", BANNER, True),
    ("*", BANNER, False),
    ("*", MESSAGE, False),
    ("*", "NOOP", True),
    ("MESSAGE", "message", False),
]


@pytest.mark.parametrize(("pattern", "line", "fits"), FITS)
def test_a_pattern_is_for_the_whole_line_in_any_case(pattern: str, line: str, fits: bool) -> None:
    assert Rule(pattern, ("550 no",)).fits(line) is fits


def test_the_first_rule_that_fits_decides_until_it_is_used_up() -> None:
    once, always = Rule("D*", ("451 later",), times=1), Rule("DATA", ("550 no",))
    rules = RulesInForce(Rules((once, always)))
    assert [rules.take("NOOP"), rules.take("DATA"), rules.take("DATA"), rules.take("DOT")] == [
        None,
        once,
        always,
        None,
    ]


def test_only_a_reply_of_4xx_or_5xx_and_a_close_refuse() -> None:
    assert [Rule("X", (reply,)).refuses for reply in ("250 x", "354 x", "451 x", "550 x")] == [False, False, True, True]
    assert Rule("X", ("250 x",), action="close").refuses


def test_refusals_come_before_the_rules_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text('[[rule]]\nmatch = "RCPT *"\nreply = "450 later"\n')
    rules = rules_of(("RCPT*=550 no",), tmp_path / "rules.toml")
    assert [rule.reply for rule in rules.rules] == [("550 no",), ("450 later",)]
