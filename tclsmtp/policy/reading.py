"""Reading a policy file: TOML, checked key by key."""

from __future__ import annotations

import os
from dataclasses import replace

from tclsmtp.errors import PolicyError
from tclsmtp.policy.credentials import Credentials, Secret
from tclsmtp.policy.oauth import FLOWS, OAuth
from tclsmtp.policy.presets import PRESETS
from tclsmtp.policy.reusing import Reuse
from tclsmtp.policy.route import MINIMUM_TLS, TLS, VERIFY, Policy, Route
from tclsmtp.policy.spooling import Spool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Convert = Callable[[Any], Any]

OF_THE_WHOLE = ("capture", "redirect", "log")
"""Settings that stand before the first route, and are about all messages."""

SECRET_KINDS = ("", "_env", "_command", "_file")


def read(path: str | os.PathLike[str]) -> Policy:
    """The policy of a file. Raises PolicyError, which says where in the file and what would be allowed."""
    import tomllib

    name = os.fspath(path)
    try:
        with open(path, "rb") as file:
            given = tomllib.load(file)
    except OSError as error:
        raise PolicyError(name, "", error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(name, "", str(error)) from error
    return _Reader(name).policy(given)


class Unexpected(ValueError):
    """A value that is not what was expected, which `expected` says without it."""

    def __init__(self, what: str, value: object) -> None:
        self.expected = f"expected {what}"
        super().__init__(f"{self.expected}, not {value!r}")


class _Reader:
    """What of the file is read says where it stands, and files that it names are found from the folder it is in."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = os.path.dirname(os.path.abspath(name))

    def policy(self, given: Mapping[str, Any]) -> Policy:
        tables = given.get("route", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise PolicyError(self.name, "route", "expected tables: [[route]]")
        keys: dict[str, Convert] = {"capture": self._path, "redirect": read_address, "log": self._path}
        plain = {key: value for key, value in given.items() if key != "route"}
        values = self._values("", plain, keys, more=("route",))
        routes = tuple(self._route(number, table) for number, table in enumerate(tables, 1))
        return Policy(routes=routes, path=self.name, **values)

    def _route(self, number: int, table: Mapping[str, Any]) -> Route:
        where = f"route {number}"
        keys: dict[str, Convert] = {
            "name": _text,
            "preset": _one_of(tuple(PRESETS)),
            "server": _patterns,
            "port": _patterns,
            "originator": _patterns,
            "recipient": _patterns,
            "servers": _texts,
            "ports": _ports,
            "connect_to": _host_and_port,
            "tls": _one_of(TLS),
            "verify": _one_of(VERIFY),
            "cafile": self._path,
            "certfile": self._path,
            "keyfile": self._path,
            "minimum_tls": _one_of(MINIMUM_TLS),
            "client": _text,
            "connect_seconds": _seconds,
            "reply_seconds": _seconds,
            "auth": _mechanisms,
        }
        tables: dict[str, Callable[[str, Mapping[str, Any]], Any]] = {
            "credentials": self._credentials,
            "oauth": self._oauth,
            "spool": self._spool,
            "reuse": self._reuse,
        }
        for key in OF_THE_WHOLE:
            if key in table:
                why = "it is about all messages, and stands before the first [[route]]"
                raise PolicyError(self.name, f"{where}: {key}", why)
        inner = {key: table[key] for key in tables if key in table}
        values = self._values(where, {key: table[key] for key in table if key not in inner}, keys, more=tuple(tables))
        base = PRESETS[values.pop("preset")] if "preset" in values else Route()
        for key, value in inner.items():
            if not isinstance(value, dict):
                raise PolicyError(self.name, f"{where}: {key}", f"expected a table: [route.{key}]")
            given = tables[key](f"{where}: {key}", value)
            values[key] = _merged(base.oauth, given) if key == "oauth" else given
        route = replace(base, **values)
        self._check(where, route)
        return route

    def _check(self, where: str, route: Route) -> None:
        """What each setting allows, but not together with another."""
        wrong = {
            "verify": route.tls == "none" and route.verify == "always" and "there is no certificate without TLS",
            "keyfile": route.keyfile and not route.certfile and "it needs a certfile",
            "ports": route.ports and not route.servers and "they are those of servers, and there are none",
            "oauth": route.oauth
            and not (route.oauth.token_command or route.oauth.flow)
            and (f"expected token_command, or flow: one of {', '.join(FLOWS)}"),
        }
        for key, why in wrong.items():
            if why:
                raise PolicyError(self.name, f"{where}: {key}", why)

    def _credentials(self, where: str, table: Mapping[str, Any]) -> Credentials:
        found = self._secrets(where, table, ("username", "password"), keyring="password")
        return Credentials(**found)

    def _oauth(self, where: str, table: Mapping[str, Any]) -> OAuth:
        secrets = ("client_secret", "refresh_token")
        keys: dict[str, Convert] = {
            "token_command": _words,
            "flow": _one_of(FLOWS),
            "token_url": _url,
            "client_id": _text,
            "scope": _text,
        }
        plain = {key: value for key, value in table.items() if not key.startswith(secrets)}
        rest = {key: value for key, value in table.items() if key not in plain}
        values = self._values(where, plain, keys, more=secrets, with_secrets=True)
        return OAuth(**values | self._secrets(where, rest, secrets))

    def _reuse(self, where: str, table: Mapping[str, Any]) -> Reuse:
        return Reuse(**self._values(where, table, {"messages": _count, "idle_seconds": _seconds}))

    def _spool(self, where: str, table: Mapping[str, Any]) -> Spool:
        keys: dict[str, Convert] = {
            "path": self._path,
            "url": _redis_url,
            "first_retry_seconds": _seconds,
            "last_retry_seconds": _seconds,
            "give_up_hours": _hours,
        }
        spool = Spool(**self._values(where, table, keys))
        if bool(spool.path) == bool(spool.url):
            raise PolicyError(self.name, where, "expected either path, an SQLite file, or url, a Redis server")
        if spool.first_retry_seconds > spool.last_retry_seconds:
            raise PolicyError(self.name, f"{where}: first_retry_seconds", "it is more than last_retry_seconds")
        return spool

    def _secrets(
        self, where: str, table: Mapping[str, Any], names: tuple[str, ...], keyring: str = ""
    ) -> dict[str, Any]:
        """Each of the names as it stands, or from NAME_env, NAME_command or NAME_file; only one of them."""
        kinds: dict[str, tuple[str, Any]] = {
            f"{name}{kind}": (name, kind.removeprefix("_") or "value") for name in names for kind in SECRET_KINDS
        }
        if keyring:
            kinds["keyring"] = (keyring, "keyring")
        converts = {
            key: _words if kind == "command" else self._path if kind == "file" else _text
            for key, (_, kind) in kinds.items()
        }
        found: dict[str, Any] = {}
        for key, value in self._values(where, table, converts, with_secrets=True).items():
            name, kind = kinds[key]
            if name in found:
                raise PolicyError(self.name, f"{where}: {key}", f"the {name} is said already")
            found[name] = Secret(kind, value if isinstance(value, tuple) else (value,))
        return found

    def _values(
        self,
        where: str,
        table: Mapping[str, Any],
        keys: Mapping[str, Convert],
        more: tuple[str, ...] = (),
        *,
        with_secrets: bool = False,
    ) -> dict[str, Any]:
        """The values of a table; no error tells one of a table with secrets, wherever in it that is."""
        values = {}
        for key, value in table.items():
            place = f"{where}: {key}" if where else key
            if key not in keys:
                raise PolicyError(self.name, place, f"no such key; known: {', '.join((*keys, *more))}")
            wrong = ""
            try:
                values[key] = keys[key](value)
            except Unexpected as error:
                wrong = error.expected if with_secrets else str(error)
            except ValueError as error:
                wrong = str(error)
            if wrong:
                # Not raised while the other one is handled, which holds the value.
                raise PolicyError(self.name, place, wrong)
        return values

    def _path(self, value: object) -> str:
        return os.path.join(self.folder, os.path.expanduser(_text(value)))


def _merged(preset: OAuth | None, given: OAuth) -> OAuth:
    """What is given, and the preset's for the rest."""
    if preset is None:
        return given
    return replace(preset, **{key: value for key in OAuth.__slots__ if (value := getattr(given, key))})


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise Unexpected("a string", value)
    if not value.isprintable():
        raise ValueError("a control character in it")
    return value


def read_address(value: object) -> str:
    """An address as it stands, of a mailbox with a domain. Raises ValueError for what is none."""
    text = _text(value)
    if not all(text.partition("@")) or any(character in text for character in ' <>,;"'):
        raise Unexpected("an address, such as me@example.com", value)
    return text


def _texts(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    if not given:
        raise ValueError("expected a string or a list of strings")
    return tuple(map(_text, given))


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError('expected the words of a command: ["program", "argument"]')
    return tuple(map(_text, value))


def _patterns(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    if not given or not all(isinstance(pattern, str | int) and not isinstance(pattern, bool) for pattern in given):
        raise ValueError("expected a pattern or a list of patterns")
    return tuple(str(pattern) for pattern in given)


def _ports(value: object) -> tuple[int, ...]:
    given = value if isinstance(value, list) else [value]
    if not given or not all(type(port) is int and 0 < port < 65536 for port in given):
        raise ValueError("expected a port number or a list of them, 1 to 65535")
    return tuple(given)


def _host_and_port(value: object) -> tuple[str, int]:
    host, colon, port = value.rpartition(":") if isinstance(value, str) else ("", "", "")
    if not (host and colon and port.isdecimal() and 0 < int(port) < 65536):
        raise Unexpected('"HOST:PORT"', value)
    return host.strip("[]"), int(port)


def _mechanisms(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    return tuple(_one_of(MECHANISMS)(name.upper() if isinstance(name, str) else name) for name in given)


MECHANISMS = (
    *("SCRAM-SHA-512-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1"),
    *("DIGEST-MD5", "CRAM-MD5", "NTLM", "LOGIN", "PLAIN", "OAUTHBEARER", "XOAUTH2"),
)


def _seconds(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < float("inf"):
        raise Unexpected("a number of seconds", value)
    return float(value)


def _count(value: object) -> int:
    if type(value) is not int or value < 1:
        raise Unexpected("a number of messages, 1 or more", value)
    return value


def _hours(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < float("inf"):
        raise Unexpected("a number of hours", value)
    return float(value)


def _redis_url(value: object) -> str:
    # It may hold a password, which no error tells.
    text = _text(value) if isinstance(value, str) and value.isprintable() else ""
    if not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("expected an address that begins with redis://, rediss:// or unix://")
    if not text.startswith("unix://") and not _is_well_formed(text):
        raise ValueError(
            "it is no address of a server: / ? # @ and % in a password must be written as %2F %3F %23 %40 %25"
        )
    return text


def _is_well_formed(url: str) -> bool:
    """Whether what stands for the port is one, and the password has nothing in it that ends it before its time."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        return parts.port != 0 and "@" not in f"{parts.path}{parts.query}{parts.fragment}"
    except ValueError:
        return False


def _url(value: object) -> str:
    text = _text(value)
    loopback = ("http://127.0.0.1", "http://localhost", "http://[::1]")
    if not text.startswith(("https://", *loopback)):
        raise ValueError("expected an https:// address: secrets go there")
    if "@" in text.split("/")[2]:
        raise ValueError("a user or password in it: client_id and client_secret are for that")
    return text


def _one_of(allowed: tuple[str, ...]) -> Callable[[object], str]:
    def check(value: object) -> str:
        if value not in allowed:
            raise Unexpected(f"one of {', '.join(allowed)}", value)
        return str(value)

    return check
