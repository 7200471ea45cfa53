"""`tclsmtp capture`: a server that takes mail and saves it, until it is told to end."""

from __future__ import annotations

import signal
from argparse import ArgumentParser, Namespace
from pathlib import Path

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.capture import CaptureServer
from tclsmtp.migrate.offers import OFFERS
from tclsmtp.migrate.rules import rules_of
from tclsmtp.migrate.saving import Folder

ENDS = (signal.SIGINT, signal.SIGTERM)


def add_arguments(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.description = (
        "Take mail on this machine, deliver none of it, and save each message and each dialogue. It says where it "
        "listens, and runs until SIGINT or SIGTERM."
    )
    parser.epilog = (
        "DIR gets NNNN.eml and NNNN.json for each message, dialogue-N.txt for each connection, and with TLS "
        "authority.pem, which clients that verify have to trust."
    )
    parser.add_argument("--port", type=int, default=0, metavar="P", help="default: one that the system chooses")
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="H", help="the address to listen on (default: %(default)s)"
    )
    parser.add_argument("--save", type=Path, required=True, metavar="DIR", help="where to; it is made if need be")
    parser.add_argument(
        "--offer",
        action="append",
        default=[],
        metavar="A,B",
        help=f"what the server offers, of {', '.join(OFFERS)} (default: nothing)",
    )
    parser.add_argument(
        "--refuse",
        action="append",
        default=[],
        metavar="PATTERN=REPLY",
        help="answer command lines like that with a reply, as in 'RCPT TO:<bad@*>=550 no such user', 'DATA=451 later'; "
        "BANNER and MESSAGE are the start of a connection and the end of a message; may be repeated",
    )
    parser.add_argument(
        "--rules",
        metavar="FILE",
        help="a TOML file with tables [[rule]]: match, reply, times, action (after what --refuse says)",
    )


def main(arguments: Namespace) -> int:
    """Serve until a signal; the exit status. Raises MigrateError."""
    if not 0 <= arguments.port < 65536:
        raise MigrateError(f"--port: expected a port number, not {arguments.port}")
    offer = frozenset(name for names in arguments.offer for name in names.split(",") if name)
    rules = rules_of(arguments.refuse, arguments.rules)
    folder = Folder(arguments.save)
    server = CaptureServer(offer=offer, rules=rules, port=arguments.port, host=arguments.host, keeper=folder)
    # Blocked in all threads, the signals wait for sigwait, whenever they come.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    try:
        with server:
            if server.authority:
                folder.keep_authority(server.authority)
            host = f"[{server.host}]" if ":" in server.host else server.host
            print(f"listening on {host}:{server.port}", flush=True)
            signal.sigwait(ENDS)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return 0
