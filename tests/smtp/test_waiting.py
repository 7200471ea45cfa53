"""Ctrl-C ends a send at once, wherever it waits."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.smtp.sending import DATA, send, text
from tests.smtp.server import ScriptedServer, Step, read_line

TCLSMTP = Path(sys.executable).with_name("tclsmtp")


def interrupt(_: socket.socket) -> None:
    """The last step of a server's script: Ctrl-C for the main thread, which waits for the server, or is about to."""
    main = threading.main_thread().ident
    assert main is not None
    signal.pthread_kill(main, signal.SIGINT)


@pytest.mark.parametrize(
    ("script", "size"), [([], 1), ([b"220 hello\r\n", read_line], 1), (DATA, 500_000)], ids=["banner", "EHLO", "body"]
)
def test_ctrl_c_ends_a_send_from_python(script: list[Step], size: int) -> None:
    descriptors = len(os.listdir("/proc/self/fd"))
    with ScriptedServer([*script, interrupt, hold]) as server, pytest.raises(KeyboardInterrupt):
        send(server.port, part=text("0123456789\n" * size))
    assert len(os.listdir("/proc/self/fd")) <= descriptors


def hold(connection: socket.socket) -> None:
    """Read nothing of a message, so that its sender waits."""
    connection.recv(1, socket.MSG_PEEK)


@pytest.mark.parametrize("script", [[], [b"220 hello\r\n", read_line]], ids=["banner", "EHLO"])
def test_ctrl_c_ends_a_script(tmp_path: Path, script: list[Step]) -> None:
    path = tmp_path / "send.tcl"
    path.write_text("""
        package require smtp; package require mime
        set token [mime::initialize -canonical text/plain -string x]
        smtp::sendmessage $token -servers 127.0.0.1 -ports [lindex $argv 0] -originator me@example.com -recipients a@b
    """)
    running: list[subprocess.Popen[bytes]] = []

    def stop(_: socket.socket) -> None:
        running[0].send_signal(signal.SIGINT)

    with ScriptedServer([*script, stop]) as server:
        running.append(subprocess.Popen([TCLSMTP, "run", path, str(server.port)]))
        assert running[0].wait(60) == -signal.SIGINT
