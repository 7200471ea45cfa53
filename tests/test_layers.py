"""Which room may import from which."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tclsmtp

PACKAGE = Path(tclsmtp.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

MAY_LOOK_AT: dict[str, set[str]] = {
    "errors": set(),
    "dialect": {"errors"},
    "policy": {"policy", "dialect", "errors"},
    "mime": {"mime", "dialect", "errors"},
    "smtp": {"smtp", "mime", "policy", "dialect", "errors"},
    "spool": {"spool", "smtp", "mime", "policy", "dialect", "errors"},
    "bridge": {"bridge", "spool", "smtp", "mime", "policy", "dialect", "errors"},
    "migrate": {"migrate", "bridge", "smtp", "mime", "policy", "dialect", "errors"},
    "cli": {"migrate", "bridge", "spool", "smtp", "mime", "policy", "dialect", "errors", ""},
    "__main__": {"cli"},
    "": {"bridge", "spool", "smtp", "mime", "policy", "dialect", "errors"},
}
"""Room to the rooms below it; "" is the package itself, which re-exports the public names."""

ONLY_IN = {
    "tkinter": ("bridge/",),
    "_tkinter": ("bridge/",),
    "socket": ("smtp/transport.py", "migrate/"),
    "ssl": ("smtp/secure_transport.py", "migrate/"),
}


def room(module: str) -> str:
    """The room of a dotted name below tclsmtp."""
    return module.split(".")[1] if "." in module else ""


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it; `from tclsmtp import x` counts as tclsmtp.x if that is one."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield str(node.module)
            yield from (
                f"{node.module}.{alias.name}"
                for alias in node.names
                if node.module == "tclsmtp" and is_module(alias.name)
            )


def is_module(name: str) -> bool:
    return (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()


def own_room(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    seen = {room(name) for name in imports(path) if name.split(".")[0] == "tclsmtp" and name != "tclsmtp"}
    assert seen <= MAY_LOOK_AT[own_room(path)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_tkinter_and_sockets_stay_in_their_rooms(path: Path) -> None:
    name = path.relative_to(PACKAGE).as_posix()
    for imported in {module.split(".")[0] for module in imports(path)} & ONLY_IN.keys():
        assert name.startswith(ONLY_IN[imported]), f"{name} imports {imported}"


def test_every_room_of_the_package_is_known() -> None:
    assert {own_room(path) for path in MODULES} <= MAY_LOOK_AT.keys()
