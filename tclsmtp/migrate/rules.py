"""What a capture server is to answer in place of its usual replies: rules, from a TOML file or the command line."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Final, Literal, Self, get_args

from tclsmtp.errors import MigrateError

BANNER: Final = "BANNER"
MESSAGE: Final = "MESSAGE"
"""What stands in place of a command line at the start of a connection, and at the end of a message's content."""

Action = Literal["reply", "close"]
KEYS: Final = ("match", "reply", "times", "action")

# The first "=" with a reply after it: the pattern may have others, as in `MAIL * SIZE=*`.
REFUSAL = re.compile(r"(.+?)=(\d{3}(?: .*)?)")
REPLY_LINE = re.compile(r"([2-5]\d\d)(?:[ -]([\t -~]*))?")


@dataclass(frozen=True, slots=True)
class Rule:
    """One answer. `match` is a pattern (`*`, `?`, `[...]`, any case) of the whole command line, or BANNER or MESSAGE.

    `reply` has the reply's lines as they go out, without their line breaks. One of 4xx or 5xx stands in place of the
    command, which has no effect; one of 2xx or 3xx is only said where the command succeeds. `action` "close" ends the
    connection, after the reply if there is one. The rule holds for the first `times` times, over all connections; 0 is
    always.
    """

    match: str
    reply: tuple[str, ...] = ()
    times: int = 0
    action: Action = "reply"

    @property
    def refuses(self) -> bool:
        """Whether the command is to have no effect."""
        return self.action == "close" or self.reply[0] >= "4"

    def fits(self, line: str) -> bool:
        """Whether it is for that command line; BANNER and MESSAGE are matched by their names alone."""
        pattern = self.match.upper()
        if BANNER in (pattern, line) or MESSAGE in (pattern, line):
            return pattern == line
        return fnmatchcase(line.upper(), pattern)


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules in their order: the first that fits decides."""

    rules: tuple[Rule, ...] = ()

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """The rules of a TOML file: tables `[[rule]]` with the keys match, reply, times and action.

        Raises MigrateError, which says where in the file and what would be allowed.
        """
        name = os.fspath(path)
        try:
            with open(path, "rb") as file:
                given = tomllib.load(file)
        except OSError as error:
            raise MigrateError(f"{name}: {error.strerror or error}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise MigrateError(f"{name}: {error}") from error
        try:
            return cls(_read_rules(given))
        except ValueError as error:
            raise MigrateError(f"{name}: {error}") from None


def rules_of(refusals: Iterable[str], file: str | os.PathLike[str] | None) -> Rules:
    """What a server is to answer: the refusals, as `parse_refusal` takes them, then the rules of a file.

    Raises MigrateError.
    """
    return Rules((*map(parse_refusal, refusals), *(Rules.load(file).rules if file else ())))


class RulesInForce:
    """Rules as one server uses them up."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules.rules
        self._used = [0] * len(self._rules)

    def take(self, line: str) -> Rule | None:
        """The rule that decides about a command line, BANNER or MESSAGE, and count its use; None without one."""
        for index, rule in enumerate(self._rules):
            if (not rule.times or self._used[index] < rule.times) and rule.fits(line):
                self._used[index] += 1
                return rule
        return None


def parse_refusal(text: str) -> Rule:
    """The rule of `PATTERN=REPLY`, as in `RCPT TO:<bad@*>=550 no such user`. Raises MigrateError."""
    found = REFUSAL.fullmatch(text)
    if not found:
        raise MigrateError(f"expected PATTERN=REPLY, as in 'RCPT TO:<bad@*>=550 no such user', not {text!r}")
    try:
        return Rule(found[1], _reply(found[2]))
    except ValueError as error:
        raise MigrateError(f"{text!r}: {error}") from None


def _read_rules(given: Mapping[str, object]) -> tuple[Rule, ...]:
    """Raises ValueError, for what is wrong in the file."""
    for key in given:
        if key != "rule":
            raise ValueError(f"{key}: no such key; known: rule")
    tables = given.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ValueError("rule: expected tables: [[rule]]")
    return tuple(_read_rule(f"rule {number}", table) for number, table in enumerate(tables, 1))


def _read_rule(where: str, table: Mapping[str, object]) -> Rule:
    rule = Rule("")
    for key, value in table.items():
        try:
            rule = _with(rule, key, value)
        except ValueError as error:
            raise ValueError(f"{where}: {key}: {error}") from None
    if not rule.match:
        raise ValueError(f"{where}: match: expected the pattern of a command line, {BANNER} or {MESSAGE}")
    if not rule.reply and rule.action == "reply":
        raise ValueError(f'{where}: reply: expected one, as in reply = "550 no such user", or action = "close"')
    return rule


def _with(rule: Rule, key: str, value: object) -> Rule:
    match key:
        case "match":
            if not isinstance(value, str) or not value:
                raise ValueError(f"expected the pattern of a command line, {BANNER} or {MESSAGE}, not {value!r}")
            return replace(rule, match=value)
        case "reply":
            return replace(rule, reply=_reply(value))
        case "times":
            if type(value) is not int or value < 1:
                raise ValueError(f"expected how often the rule holds, 1 or more, not {value!r}")
            return replace(rule, times=value)
        case "action":
            for action in get_args(Action):
                if value == action:
                    return replace(rule, action=action)
            raise ValueError(f"expected one of {', '.join(get_args(Action))}, not {value!r}")
    raise ValueError(f"no such key; known: {', '.join(KEYS)}")


def _reply(value: object) -> tuple[str, ...]:
    """The lines of a reply, with `-` after the code of all but the last (RFC 5321 section 4.2.1)."""
    lines = value if isinstance(value, list) else [value]
    found = [REPLY_LINE.fullmatch(line) if isinstance(line, str) else None for line in lines]
    parts = [(line[1], line[2] or "") for line in found if line]
    if not parts or len(parts) < len(lines):
        raise ValueError(f'expected a code of 2xx to 5xx and text in ASCII, as "550 no such user", not {value!r}')
    if len({code for code, _ in parts}) > 1:
        raise ValueError(f"expected the same code on each line, not {value!r}")
    *first, (code, last) = parts
    return (*(f"{code}-{text}" for code, text in first), f"{code} {last}")
