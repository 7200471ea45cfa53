"""`tclsmtp policy`: check a policy file, explain what it decides, and write one to begin with."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from dataclasses import fields
from pathlib import Path

from tclsmtp.errors import PolicyError
from tclsmtp.policy.finding import NAME, find, with_overrides
from tclsmtp.policy.route import AS_THE_SCRIPT_SAYS, Policy, Route

EXAMPLE = Path(__file__).with_name("example.toml")

MATCHES = ("server", "port", "originator", "recipient")


def add_arguments(parser: ArgumentParser) -> None:
    """Describe the command line."""
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    check = actions.add_parser("check", help="say whether a policy file is right", allow_abbrev=False)
    check.add_argument("file", type=Path, metavar="FILE")
    explain = actions.add_parser("explain", help="say which route applies to a message, and why", allow_abbrev=False)
    explain.add_argument("--server", default="localhost", metavar="H", help="as -servers of the script says")
    explain.add_argument("--port", default="25", metavar="P", help="as -ports of the script says")
    explain.add_argument("--from", default="", dest="originator", metavar="A", help="the originator's address")
    explain.add_argument(
        "--to", action="append", default=[], dest="recipients", metavar="B", help="a recipient; may be repeated"
    )
    explain.add_argument("--script", metavar="SCRIPT", help="the script: a policy file may be beside it")
    explain.add_argument("--policy", metavar="FILE", help="the policy file (default: as `tclsmtp run` finds it)")
    init = actions.add_parser("init", help="write a commented example", allow_abbrev=False)
    init.add_argument("file", nargs="?", type=Path, default=Path(NAME), metavar="FILE", help=f"default: {NAME}")


def main(arguments: Namespace) -> int:
    """Do it; the exit status. Raises PolicyError."""
    match arguments.action:
        case "check":
            return _check(arguments.file)
        case "explain":
            return _explain(arguments)
        case _:
            return _init(arguments.file)


def _check(path: Path) -> int:
    policy = Policy.load(path)
    for number, route in enumerate(policy.routes, 1):
        for key in ("cafile", "certfile", "keyfile"):
            file = getattr(route, key)
            if file and not os.access(file, os.R_OK):
                raise PolicyError(str(path), f"route {number}: {key}", f"{file} cannot be read")
    count = len(policy.routes)
    print(f"{path}: right, {count} route{'' if count == 1 else 's'}")
    return 0


def _explain(arguments: Namespace) -> int:
    path = arguments.policy or find(arguments.script)
    if not path:
        print("no policy file: everything is as the script says")
        return 0
    policy = with_overrides(Policy.load(path))
    print(f"policy: {path}")
    _print_for_all(policy)
    for number, route in enumerate(policy.routes, 1):
        why = route.mismatch(arguments.server, arguments.port, arguments.originator, arguments.recipients)
        print(f"route {number}{f' ({route.name})' if route.name else ''}: {why or 'applies'}")
        if not why:
            _print_decisions(route, arguments)
            break
    else:
        print("no route applies: the message goes as the script says")
    return 0


def _print_for_all(policy: Policy) -> None:
    if policy.capture:
        print(f"rehearsal: all messages go to the Maildir {policy.capture}, and nothing is sent")
    elif policy.redirect:
        print(f"redirection: all messages go to {policy.redirect} in place of their recipients")
    if policy.log:
        print(f"log: {policy.log}")


def _print_decisions(route: Route, arguments: Namespace) -> None:
    if route.servers:
        goes = ", ".join(f"{host}:{port}" for host, port in route.destinations(arguments.server, arguments.port))
        print(f"  goes to: {goes}")
    for field in fields(Route):
        value = getattr(route, field.name)
        if field.name not in ("name", "servers", "ports", *MATCHES) and value != getattr(
            AS_THE_SCRIPT_SAYS, field.name
        ):
            print(f"  {field.name}: {_shown(value)}")
    print("  all else: as the script says")


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)


def _init(path: Path) -> int:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(EXAMPLE.read_text(encoding="utf-8"))
    except FileExistsError:
        raise PolicyError(str(path), "", "it exists; nothing was written") from None
    except OSError as error:
        raise PolicyError(str(path), "", error.strerror or str(error)) from error
    print(f"{path}: written; see what it decides with: tclsmtp policy explain --policy {path}")
    return 0
