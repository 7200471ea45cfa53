"""Run a legacy script against an SMTP server on this machine, and show the dialogue and the message that arrives."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

SCRIPT = Path(__file__).with_name("report.tcl")
SECONDS = 60


class Mailbox:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.arrived: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.arrived.append(envelope)
        return "250 kept"


async def run_script(command: str, folder: str) -> tuple[int, str, list[Envelope]]:
    """Start a server on a port that the system picks, run the script against it, stop the server.

    The answer is the script's exit status, what it printed on both channels, and what arrived.
    """
    mailbox = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, hostname="mailhost.example"), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        process = await asyncio.create_subprocess_exec(
            command,
            "run",
            str(SCRIPT),
            cwd=folder,
            env=os.environ | {"MAILHOST": "127.0.0.1", "MAILPORT": str(port)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await asyncio.wait_for(process.communicate(), SECONDS)
    return process.returncode or 0, printed.decode(), mailbox.arrived


def show(title: str, text: str) -> None:
    print(f"--- {title}\n")
    print("".join(f"    {line}\n" for line in text.rstrip().splitlines()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", default=str(Path(sys.executable).with_name("tclsmtp")), help="the tclsmtp to run")
    command = parser.parse_args().command
    with tempfile.TemporaryDirectory() as folder:
        status, printed, arrived = asyncio.run(run_script(command, folder))
    show(f"the script, {SCRIPT.name}", SCRIPT.read_text())
    show(f"what it printed: the SMTP dialogue of its -debug 1, then its result; exit status {status}", printed)
    for envelope in arrived:
        assert isinstance(envelope.content, bytes)
        show(f"what arrived from {envelope.mail_from} for {', '.join(envelope.rcpt_tos)}", envelope.content.decode())
    if status or len(arrived) != 1:
        print(f"FAILED: exit status {status}, {len(arrived)} messages arrived", file=sys.stderr)
        return 1
    print("The script is unchanged, and its mail arrived.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
