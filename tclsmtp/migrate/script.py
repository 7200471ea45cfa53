"""The scripts to compare, and what the file NAME.compare.toml beside NAME.tcl says of each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tclsmtp.errors import MigrateError

SECONDS = 60.0
"""How long a script may run on one side, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a script is run.

    `args` are its arguments and `stdin` is what it reads there; `env` is added to its environment. `offer`, `refuse`
    and `rules` are those of the capture server (see `Rules.of`). It may take `timeout` seconds on each side. With
    `display` it is one that needs an X display.
    """

    args: tuple[str, ...] = ()
    stdin: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    offer: tuple[str, ...] = ()
    refuse: tuple[str, ...] = ()
    rules: Path | None = None
    timeout: float = SECONDS
    display: bool = False

    def overridden(
        self,
        *,
        args: tuple[str, ...] = (),
        offer: tuple[str, ...] = (),
        refuse: tuple[str, ...] = (),
        rules: Path | None = None,
        timeout: float | None = None,
    ) -> Settings:
        """These settings with what a command line says instead; offers and refusals are added, in front."""
        return replace(
            self,
            args=args or self.args,
            offer=(*offer, *self.offer),
            refuse=(*refuse, *self.refuse),
            rules=rules or self.rules,
            timeout=self.timeout if timeout is None else timeout,
        )


@dataclass(frozen=True, slots=True)
class Script:
    """A script file; `name` is what reports call it: its path below the folder that was given, or its file name."""

    path: Path
    name: str

    @property
    def settings(self) -> Settings:
        """What the file beside the script says, the defaults where there is none. Raises MigrateError."""
        path = self.path.with_suffix(".compare.toml")
        return load_settings(path) if path.exists() else Settings()


def find_scripts(paths: Iterable[Path]) -> list[Script]:
    """The scripts of these files and, in the order of their names, of these folders and the folders in them: *.tcl.

    In a folder a file is left out where NAME.compare.toml says `script = false`: it is a part of another script. Raises
    MigrateError for a path that does not exist, and where there is none in a folder.
    """
    return [script for path in paths for script in _find(path)]


def script_below(folder: Path, path: Path) -> Script | None:
    """The script that a file in a folder is; None where it is none, or a part of another."""
    beside = path.with_suffix(".compare.toml")
    if path.suffix != ".tcl" or path.name == "pkgIndex.tcl" or (beside.exists() and _is_part(beside)):
        return None
    return Script(path, path.relative_to(folder).as_posix())


def _is_part(path: Path) -> bool:
    return _read(path).get("script", True) is False


def _find(path: Path) -> Iterator[Script]:
    if path.is_file():
        yield Script(path, path.name)
    elif not path.is_dir():
        raise MigrateError(f"{path}: no such file or folder")
    else:
        found = [script_below(path, file) for file in sorted(path.rglob("*.tcl"))]
        scripts = [script for script in found if script is not None]
        if not scripts:
            raise MigrateError(f"{path}: no script (*.tcl) in it")
        yield from scripts


def load_settings(path: Path) -> Settings:
    """Read a NAME.compare.toml. Raises MigrateError, which names the file and the key."""
    given = _read(path)
    values = {}
    for key, value in given.items():
        if key == "script":
            continue
        expected = _TYPES.get(key)
        if expected is None:
            raise MigrateError(f"{path}: {key}: no such key; known: {', '.join(['script', *_TYPES])}")
        if not expected.fits(value):
            raise MigrateError(f"{path}: {key}: expected {expected.name}, not {value!r}")
        values[key] = tuple(value) if isinstance(value, list) else value
    if "rules" in values:
        values["rules"] = path.parent / values["rules"]
    return Settings(**values)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MigrateError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MigrateError(f"{path}: {error}") from error


@dataclass(frozen=True, slots=True)
class _Type:
    name: str
    of: type | tuple[type, ...]
    items: bool = False

    def fits(self, value: object) -> bool:
        if isinstance(value, dict) and self.of is dict:
            return all(isinstance(word, str) for word in value.values())
        if self.items:
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        return isinstance(value, self.of) and (self.of is bool or not isinstance(value, bool))


_TYPES = {
    "args": _Type("a list of strings", list, items=True),
    "stdin": _Type("a string", str),
    "env": _Type("a table of strings", dict),
    "offer": _Type("a list of strings", list, items=True),
    "refuse": _Type("a list of strings", list, items=True),
    "rules": _Type("the name of a file", str),
    "timeout": _Type("a number of seconds", (int, float)),
    "display": _Type("true or false", bool),
}
