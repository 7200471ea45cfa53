"""The policy: what the operator decides in place of the script.

A policy is a list of routes, read from a TOML file:

    [[route]]
    server = "mailhost*"               # which messages it is for: what the script says
    connect_to = "127.0.0.1:2525"      # what happens to them
    verify = "never"

The first route that fits a message and the server that the script names decides; what a route does not say, and
everything where none fits, stays as the script says.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields, replace

from tclsmtp.errors import PolicyError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

VERIFY = ("never", "when-authenticating", "always")


@dataclass(frozen=True, slots=True)
class Route:
    """Which messages a rule is for, and what it decides for them.

    `server`, `port`, `originator` and `recipient` are patterns as for files (`*`, `?`, `[a-z]`), several of each
    allowed, matched without regard to case; none fits everything. `recipient` fits when every recipient does.

    `connect_to` is the address, as "HOST:PORT", at which each server is reached, whatever its name: the name still is
    what the dialogue and certificates are about. `verify` tells when a server's certificate must be good: "never",
    "when-authenticating" or "always"; None is "when-authenticating", and what the script asked of tls::init.
    """

    server: tuple[str, ...] = ()
    port: tuple[str, ...] = ()
    originator: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    connect_to: tuple[str, int] | None = None
    verify: str | None = None

    def fits(self, server: str, port: str | int, originator: str, recipients: Iterable[str]) -> bool:
        """Whether the route is for a message of that envelope, to that server and port as the script names them."""
        return (
            _fits(self.server, server)
            and _fits(self.port, str(port))
            and _fits(self.originator, originator)
            and all(_fits(self.recipient, recipient) for recipient in recipients)
        )


AS_THE_SCRIPT_SAYS = Route()


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator decided: the routes, in the order in which they are tried."""

    routes: tuple[Route, ...] = ()

    def find(self, server: str, port: str | int, originator: str, recipients: Iterable[str]) -> Route:
        """The first route that fits; one that decides nothing where none does."""
        for route in self.routes:
            if route.fits(server, port, originator, recipients):
                return route
        return AS_THE_SCRIPT_SAYS

    @property
    def connects_elsewhere(self) -> bool:
        """Whether a route has a `connect_to`."""
        return any(route.connect_to for route in self.routes)

    def where_the_name_says(self) -> Policy:
        """This policy without any `connect_to`: for what a script sends to a server of its own."""
        return Policy(tuple(replace(route, connect_to=None) for route in self.routes))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Policy:
        """Read a policy file.

        Raises PolicyError, which names the file and the line or the key, for a file that cannot be read, is not TOML,
        or holds a key or a value that there is not.
        """
        import tomllib

        name = os.fspath(path)
        try:
            with open(path, "rb") as file:
                given = tomllib.load(file)
        except OSError as error:
            raise PolicyError(name, "", error.strerror or str(error)) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise PolicyError(name, "", str(error)) from error
        return cls(tuple(_route(name, number, table) for number, table in enumerate(_tables(name, given), 1)))


def _tables(name: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    for key in given:
        if key != "route":
            raise PolicyError(name, key, "no such key; known: route")
    tables = given.get("route", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise PolicyError(name, "route", "expected tables: [[route]]")
    return tables


def _route(name: str, number: int, table: Mapping[str, Any]) -> Route:
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _KEYS:
            raise PolicyError(name, f"route {number}: {key}", f"no such key; known: {', '.join(_KEYS)}")
        try:
            values[key] = _KEYS[key](value)
        except ValueError as error:
            raise PolicyError(name, f"route {number}: {key}", str(error)) from None
    return Route(**values)


def _patterns(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    if not all(isinstance(pattern, str | int) and not isinstance(pattern, bool) for pattern in given):
        raise ValueError("expected a pattern or a list of patterns")
    return tuple(str(pattern) for pattern in given)


def _host_and_port(value: object) -> tuple[str, int]:
    host, colon, port = value.rpartition(":") if isinstance(value, str) else ("", "", "")
    if not (host and colon and port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError(f'expected "HOST:PORT", not {value!r}')
    return host.strip("[]"), int(port)


def _one_of(allowed: tuple[str, ...]) -> Callable[[object], str]:
    def check(value: object) -> str:
        if value not in allowed:
            raise ValueError(f"expected one of {', '.join(allowed)}, not {value!r}")
        return str(value)

    return check


_KEYS: dict[str, Callable[[object], Any]] = {
    "server": _patterns,
    "port": _patterns,
    "originator": _patterns,
    "recipient": _patterns,
    "connect_to": _host_and_port,
    "verify": _one_of(VERIFY),
}
assert _KEYS.keys() == {field.name for field in fields(Route)}


def _fits(patterns: tuple[str, ...], text: str) -> bool:
    if not patterns:
        return True
    from fnmatch import fnmatchcase

    return any(fnmatchcase(text.lower(), pattern.lower()) for pattern in patterns)
