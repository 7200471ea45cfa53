"""`tclsmtp capture`."""

from __future__ import annotations

import json
import signal
import smtplib
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tclsmtp.migrate.offers import OFFERS
from tests.support.tclsh import BIN, Outcome, Shell


@contextmanager
def capturing(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The command as a process, saving to that folder, and its port. Leaving the block ends it with SIGTERM."""
    command = [str(BIN / "tclsmtp"), "capture", "--save", str(folder), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            said = process.stdout.readline()
            assert said.startswith("listening on 127.0.0.1:")
            yield process, int(said.rpartition(":")[2])
        finally:
            process.terminate()
            out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")


def send(port: int, *recipients: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="me") as client:
        client.sendmail("a@example.com", recipients, b"Subject: x\r\n\r\ny\r\n")


def test_messages_and_dialogues_are_saved_as_they_come(tmp_path: Path) -> None:
    with capturing(tmp_path) as (_, port):
        send(port, "b@example.com")
        assert (tmp_path / "0001.eml").read_bytes() == b"Subject: x\r\n\r\ny\r\n"
        send(port, "c@example.com")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("0001.eml", "0001.json", "0002.eml", "0002.json", "dialogue-1.txt", "dialogue-2.txt"),
    ]
    envelope = {"from": "a@example.com", "to": ["c@example.com"], "dialogue": "dialogue-2.txt"}
    assert json.loads((tmp_path / "0002.json").read_bytes()) == envelope
    lines = [line[9:] for line in (tmp_path / "dialogue-2.txt").read_text().splitlines()]
    assert lines[:3] == ["S: 220 localhost ESMTP", "C: ehlo me", "S: 250 localhost"]
    assert lines[-1] == "S: 221 Bye"


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_status_0_and_open_dialogues_are_saved(tmp_path: Path, ending: signal.Signals) -> None:
    with capturing(tmp_path) as (process, port), smtplib.SMTP("127.0.0.1", port) as client:
        process.send_signal(ending)
        process.wait(timeout=30)
        client.close()
    assert (tmp_path / "dialogue-1.txt").read_text().endswith("*: closed by the server\n")


def test_refusals_come_before_the_rules_of_a_file(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\nmatch = "RCPT *"\nreply = "450 later"\n')
    words = ("--refuse", "RCPT TO:<bad@*>=550 no", "--refuse", "RSET=251 ok", "--rules", str(rules))
    with capturing(tmp_path, *words) as (_, port), smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo()
        client.mail("a@example.com")
        assert client.rcpt("bad@example.com") == (550, b"no")
        assert client.rcpt("b@example.com") == (450, b"later")
        assert client.rset() == (251, b"ok")


def test_what_is_offered_can_be_said(tmp_path: Path) -> None:
    with (
        capturing(tmp_path, "--offer", "size,starttls", "--offer", "auth") as (_, port),
        smtplib.SMTP("localhost", port) as client,
    ):
        client.starttls(context=ssl.create_default_context(cafile=str(tmp_path / "authority.pem")))
        client.ehlo()
        assert sorted(client.esmtp_features) == ["auth", "size"]


FAULTS: dict[tuple[str, ...], str] = {
    ("--offer", "tls"): f"nothing to offer is named 'tls': known are {', '.join(OFFERS)}",
    ("--refuse", "DATA"): "expected PATTERN=REPLY, as in 'RCPT TO:<bad@*>=550 no such user', not 'DATA'",
    ("--rules", "none.toml"): "none.toml: No such file or directory",
    ("--port", "70000"): "--port: expected a port number, not 70000",
    ("--host", "192.0.2.1"): "cannot listen on 192.0.2.1:0: ",
    ("--save", "old"): "old: an earlier capture is in it (0001.eml); empty it, or name another folder",
}


@pytest.mark.parametrize(("words", "why"), FAULTS.items(), ids=[words[0] for words in FAULTS])
def test_what_cannot_be_is_told_in_one_line_with_status_2(tmp_path: Path, words: tuple[str, ...], why: str) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "0001.eml").touch()
    told = Shell((str(BIN / "tclsmtp"),), tmp_path).start("capture", "--save", "new", *words)
    assert (told.status, told.out, told.err.count("\n")) == (2, "", 1)
    assert told.err.startswith(f"tclsmtp capture: {why}")


def test_without_the_extra_the_error_says_what_to_install(tmp_path: Path) -> None:
    shell = Shell((str(BIN / "tclsmtp"),), tmp_path)
    shell.write("aiosmtpd.py", "raise ModuleNotFoundError('No module named aiosmtpd')\n")
    told = shell.start("capture", "--save", "new", env=shell.environment(PYTHONPATH=str(tmp_path)))
    why = "the capture server needs aiosmtpd: pip install 'tclsmtp[migrate]'"
    assert told == Outcome(2, "", f"tclsmtp capture: {why}\n")
