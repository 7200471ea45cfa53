"""A script to be compared: where it is, and how it is run, from the command line and from a file beside it."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.offers import OFFERS

DEFAULT_TIMEOUT = 60.0
"""Seconds that a script may take."""

NOT_COPIED = frozenset((".git", ".hg", ".svn", ".venv", "__pycache__", "node_modules"))
"""What in a folder is neither searched for scripts nor copied."""
NO_SCRIPTS = frozenset(("pkgIndex.tcl",))


@dataclass(frozen=True, slots=True)
class Setup:
    """How a script is run.

    `args` are its arguments and `stdin` what it reads, `env` the variables that it finds besides those of this
    process. `offer` is what the capture server offers, `refuse` what it refuses ("PATTERN=REPLY") and `rules` a file
    of rules for it. `timeout` is in seconds. With `display` the script is shown the X server.
    `skip` is why it is not to be run by itself, as a library is not, and else empty. `marks` are those of its test in
    pytest.
    """

    args: tuple[str, ...] = ()
    stdin: str = ""
    env: tuple[tuple[str, str], ...] = ()
    offer: tuple[str, ...] = ()
    refuse: tuple[str, ...] = ()
    rules: Path | None = None
    timeout: float = DEFAULT_TIMEOUT
    display: bool = False
    skip: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """A script, by its path inside of the folder that is copied for each run; `name` is what it is called."""

    name: str
    folder: Path
    path: Path
    setup: Setup = Setup()

    @property
    def key(self) -> str:
        """The name of its recording: the path in the folder without `.tcl`."""
        return self.path.with_suffix("").as_posix()

    def for_recordings(self) -> Script:
        """It with the zone and locale of any recording, so that they are not those of a machine.

        Where its settings have some, those stay.
        """
        own = dict(self.setup.env)
        zone = {} if "TZ" in own else {"TZ": "UTC"}
        locale = {} if any(name == "LANG" or name.startswith("LC_") for name in own) else {"LC_ALL": "C.UTF-8"}
        return replace(self, setup=replace(self.setup, env=(*zone.items(), *locale.items(), *self.setup.env)))

    def digest(self) -> str:
        """Changes with the script's text and with what it is given to read. Raises MigrateError."""
        setup = self.setup
        hashed = hashlib.sha256(_read(self.folder / self.path))
        given = [setup.args, setup.stdin, sorted(setup.env), sorted(setup.offer), setup.refuse]
        hashed.update(json.dumps(given).encode())
        if setup.rules:
            hashed.update(_read(setup.rules))
        return f"sha256:{hashed.hexdigest()}"


def find_scripts(paths: Sequence[Path], setup: Setup) -> tuple[Script, ...]:
    """The scripts of these paths: of a folder each `*.tcl` below it but package indexes, in order of their names.

    Those that are to be skipped are among them, with their reason; one that is named itself is not to be. `setup` holds
    for what no file beside the script says otherwise. Raises MigrateError for a path that is not there, a
    folder without scripts, and a settings file that is wrong.
    """
    return tuple(script for given in paths for script in _scripts(given, setup))


def _scripts(given: Path, setup: Setup) -> Iterator[Script]:
    for name, folder, path in _find(given):
        script = _script(name, folder, path, setup)
        yield script if given.is_dir() else replace(script, setup=replace(script.setup, skip=""))


def _find(given: Path) -> Iterator[tuple[str, Path, Path]]:
    if not given.is_dir():
        if not given.is_file():
            raise MigrateError(f"{given}: there is no such script or folder")
        yield str(given), given.parent, Path(given.name)
        return
    found = sorted(path.relative_to(given) for path in given.rglob("*.tcl") if path.is_file())
    scripts = [path for path in found if NOT_COPIED.isdisjoint(path.parts) and path.name not in NO_SCRIPTS]
    if not scripts:
        raise MigrateError(f"{given}: no *.tcl in it")
    yield from ((str(given / path), given, path) for path in scripts)


def _script(name: str, folder: Path, path: Path, setup: Setup) -> Script:
    beside = (folder / path).with_suffix(".compare.toml")
    if beside.is_file():
        setup = read_setup(beside, setup)
    return Script(name, folder, path, setup)


def read_setup(path: Path, base: Setup) -> Setup:
    """What `NAME.compare.toml` says, and `base` for the rest; a file of rules is found from the folder it is in.

    What it refuses is added to `base`, and arguments on the command line win. Raises MigrateError, which names the file
    and the key.
    """
    try:
        given = tomllib.loads(_read(path).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MigrateError(f"{path}: {error}") from error
    values = dict(_values(path, given))
    values["refuse"] = (*base.refuse, *values.get("refuse", ()))
    if base.args:
        values["args"] = base.args
    if "rules" in values:
        values["rules"] = path.parent / values["rules"]
    return replace(base, **values)


def _values(path: Path, given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in given.items():
        if key not in _KEYS:
            raise MigrateError(f"{path}: {key}: no such key; known: {', '.join(_KEYS)}")
        try:
            yield key, _KEYS[key](value)
        except ValueError as error:
            raise MigrateError(f"{path}: {key}: {error}") from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MigrateError(f"{path}: {error.strerror or error}") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a string, not {value!r}")
    return value


def _word(value: object) -> str:
    if "\0" in _text(value):
        raise ValueError("a NUL in it")
    return _text(value)


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"expected a list of strings, not {value!r}")
    return tuple(map(_word, value))


def _offers(value: object) -> tuple[str, ...]:
    for name in _words(value):
        if name not in OFFERS:
            raise ValueError(f"nothing to offer is named {name!r}: known are {', '.join(OFFERS)}")
    return _words(value)


def _table(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise ValueError("expected a table: [env]")
    for name in value:
        if not name or "=" in name:
            raise ValueError(f"no variable can be called {name!r}")
    return tuple((_word(name), _word(text)) for name, text in value.items())


def _seconds(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < float("inf"):
        raise ValueError(f"expected a number of seconds, not {value!r}")
    return float(value)


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, not {value!r}")
    return value


def _reason(value: object) -> str:
    if isinstance(value, bool):
        return "skip = true" if value else ""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"expected true or a reason, not {value!r}")
    return value


def _marks(value: object) -> tuple[str, ...]:
    for name in _words(value):
        if not (name.isidentifier() and name.isascii()) or name.startswith("_"):
            raise ValueError(f"no mark can be called {name!r}")
    return _words(value)


_KEYS: dict[str, Callable[[object], Any]] = {
    "args": _words,
    "stdin": _text,
    "env": _table,
    "offer": _offers,
    "refuse": _words,
    "rules": _word,
    "timeout": _seconds,
    "display": _boolean,
    "skip": _reason,
    "marks": _marks,
}
