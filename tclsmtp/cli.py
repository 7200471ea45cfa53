"""The commands `tclsmtp` and `tclsmtpsh`: argparse only, but for the command lines that are tclsh's.

Each subcommand imports what it needs, when it needs it.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence
    from typing import NoReturn

DIALECT_VARIABLE = "TCLSMTP_DIALECT"

COMMANDS = {
    "run": ("", "run a Tcl script as tclsh would"),
    "policy": ("policy.command", "check, explain or begin a policy file: what the operator decides for scripts"),
    "queue": ("spool.queue_command", "list, send and drop messages that wait for a server"),
    "capture": ("migrate.capture_command", "take mail on this machine and save it, with the dialogue"),
    "compare": ("migrate.compare_command", "run scripts under tcllib and under tclsmtp, and tell what differs"),
    "record": ("migrate.record_command", "keep what scripts send under tcllib, to compare with it elsewhere"),
}
"""Each command's module, which has `add_arguments(parser)` and `main(arguments) -> exit status`, and its summary."""

FOR_SCRIPTS = ("compare", "record")
"""Commands for which words after `--` are arguments of scripts: `arguments.rest`."""


class RunLine:
    """The command line of a run: what to run and how. `script` is None for the commands on stdin."""

    __slots__ = ("args", "dialect", "encoding", "help", "overrides", "policy", "script")

    def __init__(self) -> None:
        self.help = False
        self.dialect: str | None = None
        self.policy: str | None = None
        self.overrides: dict[str, str] = {}
        self.encoding: str | None = None
        self.script: str | None = None
        self.args: Sequence[str] = ()


def main() -> int:
    """Run the command `tclsmtp`; its exit status. `tclsmtp run` ends the process itself."""
    words = sys.argv[1:]
    if words[:1] == ["run"]:
        # Not argparse, which takes 6 ms of the 30 a run needs, and mistakes options of the script for its own.
        try:
            line = read_run_line(words[1:])
        except ValueError as error:
            make_parsers("run")["run"].error(str(error))
        if line.help:
            make_parsers("run")["run"].print_help()
            return 0
        run(line, _find_shell())
    return _run_command(words)


def _run_command(words: Sequence[str]) -> int:
    from importlib import import_module

    from tclsmtp.errors import TclsmtpError

    name = words[0] if words and words[0] in COMMANDS else ""
    # Not argparse, which makes no difference between what is before `--` and what follows it.
    end = words.index("--") if name in FOR_SCRIPTS and "--" in words else len(words)
    try:
        arguments = make_parsers(name)[""].parse_args(words[:end])
        arguments.rest = words[end + 1 :]
        return int(import_module(f"tclsmtp.{COMMANDS[name][0]}").main(arguments))
    except TclsmtpError as error:
        print(f"tclsmtp {name}: {error}", file=sys.stderr)
    return 2


def tclsmtpsh() -> NoReturn:
    """Run the command `tclsmtpsh`, which takes tclsh's command line."""
    run(read_shell_line(sys.argv[1:]), sys.argv[0])


def make_parsers(command: str = "") -> dict[str, ArgumentParser]:
    """The parser of all that `tclsmtp` takes, under "", and those of its commands, of which only one is complete."""
    import argparse
    from importlib import import_module

    from tclsmtp import __version__

    parser = argparse.ArgumentParser(
        prog="tclsmtp",
        description="Run Tcl programs written for tcllib's smtp and mime packages, with Python delivering the mail.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    parsers = {"": parser}
    for name, (module, summary) in COMMANDS.items():
        parsers[name] = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        if name == "run":
            _describe_run(parsers[name])
        elif name == command:
            import_module(f"tclsmtp.{module}").add_arguments(parsers[name])
    return parsers


def _describe_run(parser: ArgumentParser) -> None:
    from tclsmtp.dialect import DEFAULT, DIALECTS

    parser.usage = (
        "tclsmtp run [-h] [--dialect DIALECT] [--policy FILE] [--capture DIR] [--redirect ADDRESS] [--log FILE]\n"
        "                   [-encoding NAME] [SCRIPT|-] [ARG ...]"
    )
    parser.description = (
        "Run a Tcl script as tclsh would. `package require smtp` and `package require mime` are answered by this "
        "program; all else is Tcl's own. The exit status is the script's."
    )
    parser.epilog = (
        "Scripts can start with `#!/usr/bin/env -S tclsmtp run` or `#!/usr/bin/env tclsmtpsh`; tclsmtpsh is the same "
        f"with tclsh's own command line, and takes its dialect from {DIALECT_VARIABLE} in the environment."
    )

    parser.add_argument(
        "--dialect",
        choices=tuple(DIALECTS),
        help="the release of tcllib that the script was written for, also for the scripts that it starts "
        f"(default: {DIALECT_VARIABLE} in the environment, else {DEFAULT.name})",
    )
    parser.add_argument(
        "--policy",
        metavar="FILE",
        help="what the operator decides in place of the script, also for the scripts that it starts "
        "(default: TCLSMTP_POLICY in the environment, else tclsmtp.toml beside the script or in your configuration)",
    )
    parser.add_argument(
        "--capture",
        metavar="DIR",
        help="rehearse: write each message to a Maildir, with its envelope, and send nothing, in the scripts that it "
        "starts neither",
    )
    parser.add_argument(
        "--redirect",
        metavar="ADDRESS",
        help="send all messages to this address in place of their recipients, which a header then tells",
    )
    parser.add_argument("--log", metavar="FILE", help="add a line of JSON to this file for each message")
    parser.add_argument("-encoding", metavar="NAME", help="Tcl's name of the encoding of the script file")
    parser.add_argument(
        "script",
        nargs="?",
        metavar="SCRIPT",
        help="the script file; without one, or with -, commands come from stdin, at a prompt where that is a terminal",
    )
    parser.add_argument("args", nargs="*", metavar="ARG", help="the script's arguments: argv")


def read_run_line(words: Sequence[str]) -> RunLine:
    """Read what follows `tclsmtp run`: options, then the script, then words that are all the script's.

    Raises ValueError where it is not that.
    """
    line = RunLine()
    rest = list(words)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        option, equals, value = rest.pop(0).partition("=")
        if option in ("-h", "--help"):
            line.help = True
            return line
        if option not in ("--dialect", "--policy", "--capture", "--redirect", "--log", "-encoding"):
            raise ValueError(f"unknown option {option}")
        if not equals:
            if not rest:
                raise ValueError(f"{option} needs a value")
            value = rest.pop(0)
        if option == "-encoding":
            line.encoding = value
        elif option == "--policy":
            line.policy = value
        elif option != "--dialect":
            line.overrides[option.removeprefix("--")] = _nonempty(option, value)
        else:
            line.dialect = _known_dialect(value)
    if rest and rest[0] != "-":
        line.script = rest[0]
    elif line.encoding is not None:
        raise ValueError("-encoding is that of a script file, and there is none")
    line.args = rest[1:]
    return line


def read_shell_line(words: Sequence[str]) -> RunLine:
    """Read tclsh's own command line, `?-encoding name? ?file arg ...?`. A file cannot begin with `-`."""
    line = RunLine()
    if len(words) > 2 and words[0] == "-encoding" and not words[2].startswith("-"):
        line.encoding, line.script, line.args = words[1], words[2], words[3:]
    elif words and not words[0].startswith("-"):
        line.script, line.args = words[0], words[1:]
    else:
        line.args = words
    return line


def run(line: RunLine, shell: str) -> NoReturn:
    """Be tclsh for that command line; `shell` is the tclsmtpsh that scripts see. Ends the process."""
    from tclsmtp.bridge.process import undo_python
    from tclsmtp.dialect import DEFAULT
    from tclsmtp.errors import OptionError, PolicyError, TclUnavailableError

    undo_python()
    # Scripts that the script starts are of the same kind, and under the same policy.
    if line.dialect:
        os.environ[DIALECT_VARIABLE] = line.dialect
    if line.policy:
        os.environ["TCLSMTP_POLICY"] = os.path.abspath(line.policy)
    if line.overrides:
        _override(line.overrides)
    try:
        from tclsmtp.bridge.interpreter import Interpreter
        from tclsmtp.policy.finding import in_force

        policy = in_force(line.script)
        interpreter = Interpreter(dialect=os.environ.get(DIALECT_VARIABLE) or DEFAULT, policy=policy)
    except (TclUnavailableError, PolicyError) as error:
        sys.exit(f"tclsmtp: {error}")
    except OptionError as error:
        sys.exit(f"tclsmtp: {DIALECT_VARIABLE}: {error}")
    from tclsmtp.bridge.shell import start

    start(interpreter, shell, line.script, line.args, line.encoding)


def _override(given: dict[str, str]) -> None:
    """Put settings of the policy where the scripts that this one starts find them too."""
    from tclsmtp.policy.finding import OVERRIDES

    for key, value in given.items():
        os.environ[OVERRIDES[key]] = value if key == "redirect" else os.path.abspath(value)
    if "capture" in given:
        print(f"tclsmtp: rehearsal: messages go to {given['capture']}, and to nobody else", file=sys.stderr)


def _nonempty(option: str, value: str) -> str:
    if not value:
        raise ValueError(f"{option} needs a value")
    return value


def _known_dialect(name: str) -> str:
    from tclsmtp.dialect import get_dialect

    return get_dialect(name).name


def _find_shell() -> str:
    """The path of tclsmtpsh: beside the program that was started, or beside Python; "" where it is in neither place."""
    for neighbour in (sys.argv[0], sys.executable):
        path = os.path.join(os.path.dirname(os.path.abspath(neighbour)), "tclsmtpsh")
        if os.access(path, os.X_OK):
            return path
    return ""
