"""`tclsmtp queue`, and the whole way from a Tcl script through the queue to a server."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tclsmtp import cli
from tclsmtp.policy import Policy
from tests.smtp.sending import DATA, A, B
from tests.smtp.server import ScriptedServer, read_line, read_to_end_of_data
from tests.spool.spooling import entries, queue
from tests.support.sink import Rules, Sink
from tests.support.tclsh import BIN


class Queue:
    """A policy with a spool, and the command line for it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.policy = folder / "tclsmtp.toml"
        self.to(1)
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def to(self, port: int, hours: float = 120) -> None:
        """Have all mail go to a port of this machine."""
        lines = ["[[route]]", 'name = "relay"', 'servers = ["127.0.0.1"]', f"ports = [{port}]"]
        lines += ["[route.spool]", 'path = "queue.sqlite"', f"give_up_hours = {hours}"]
        lines += ["first_retry_seconds = 0.000001", "last_retry_seconds = 0.000001"]
        self.policy.write_text("\n".join(lines))

    def fill(self) -> str:
        """Queue a message; what it is called there."""
        [spool] = Policy.load(self.policy).spools
        before = {entry.id for entry in entries(spool)}
        assert queue(spool) == []
        [name] = {entry.id for entry in entries(spool)} - before
        return name

    def __call__(self, *words: str) -> str:
        """What the command prints."""
        assert self.status(*words) == 0
        return self._capsys.readouterr().out

    def status(self, *words: str) -> int:
        self._capsys.readouterr()
        self._monkeypatch.setattr("sys.argv", ["tclsmtp", "queue", words[0], "--policy", str(self.policy), *words[1:]])
        return cli.main()

    def error(self, *words: str) -> str:
        """What it prints where it fails."""
        assert self.status(*words) == 2
        return self._capsys.readouterr().err

    def listed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self("list", "--json"))
        return found


@pytest.fixture
def tclsmtp_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Queue:
    return Queue(tmp_path, monkeypatch, capsys)


def test_an_empty_queue_has_no_entries_and_is_not_even_made(tclsmtp_queue: Queue) -> None:
    assert tclsmtp_queue("list") == ""
    assert tclsmtp_queue("list", "--json") == "[]\n"
    assert os.listdir(tclsmtp_queue.policy.parent) == ["tclsmtp.toml"]


def test_list_tells_of_each_entry_who_and_when_and_why(tclsmtp_queue: Queue) -> None:
    name = tclsmtp_queue.fill()
    first, second = tclsmtp_queue("list").splitlines()
    assert re.fullmatch(
        rf"{name}  next try \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ, 1 attempt: <me@example.com> to <{A}>, <{B}>", first
    )
    assert second == "    127.0.0.1:1: connect: connection refused"


def test_list_as_json_has_it_all(tclsmtp_queue: Queue) -> None:
    name = tclsmtp_queue.fill()
    [entry] = tclsmtp_queue.listed()
    times = {key: entry.pop(key) for key in ("queued", "last_attempt", "next_attempt")}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time) for time in times.values())
    assert re.fullmatch(r"<.*@client.example>", entry.pop("message_id"))
    assert entry.pop("octets") > 100
    assert entry == {
        "id": name,
        "state": "waiting",
        "queue": str(tclsmtp_queue.policy.parent / "queue.sqlite"),
        "route": "relay",
        "servers": ["127.0.0.1"],
        "from": "me@example.com",
        "to": [A, B],
        "refused": [],
        "attempts": 1,
        "last_error": "127.0.0.1:1: connect: connection refused",
    }


def test_show_has_the_envelope_the_last_error_and_the_header(tclsmtp_queue: Queue) -> None:
    name = tclsmtp_queue.fill()
    envelope, _, header = tclsmtp_queue("show", name).partition("\n\n")
    assert f"id: {name}\nstate: waiting\n" in envelope
    assert f"from: me@example.com\nto: {A}, {B}\n" in envelope
    assert "attempts: 1\n" in envelope
    assert "last error: 127.0.0.1:1: connect: connection refused" in envelope
    assert f"\nTo: {A}, {B}\nSubject: S\n" in header
    assert "Hello" not in header


def test_show_as_json(tclsmtp_queue: Queue) -> None:
    name = tclsmtp_queue.fill()
    told = json.loads(tclsmtp_queue("show", name, "--json"))
    assert (told["id"], told["state"]) == (name, "waiting")
    assert "Subject: S\n" in told["header"]


def test_what_servers_say_cannot_steer_a_terminal(tclsmtp_queue: Queue) -> None:
    tclsmtp_queue.fill()
    with Sink(Rules(replies={"MAIL": "451 \x1b[2Jlater"})) as sink:
        tclsmtp_queue.to(sink.port)
        told = tclsmtp_queue("run", "--once") + tclsmtp_queue("list")
    assert "?[2Jlater" in told
    assert "\x1b" not in told


def test_show_of_a_message_that_is_gone_says_so(tclsmtp_queue: Queue) -> None:
    name = tclsmtp_queue.fill()
    (tclsmtp_queue.policy.parent / "queue.sqlite.messages" / f"{name}.eml").unlink()
    tclsmtp_queue("run", "--once")
    assert "last error: the file of the message is gone" in tclsmtp_queue("show", name)


def test_drop_forgets_an_entry(tclsmtp_queue: Queue) -> None:
    name, other = tclsmtp_queue.fill(), tclsmtp_queue.fill()
    assert tclsmtp_queue("drop", name) == f"{name}: dropped\n"
    assert [entry["id"] for entry in tclsmtp_queue.listed()] == [other]
    assert [entry["id"] for entry in json.loads(tclsmtp_queue("drop", "--json", other))] == [other]
    assert tclsmtp_queue.listed() == []


@pytest.mark.parametrize("action", ["show", "drop", "retry"])
def test_an_entry_that_is_not_there_is_told(tclsmtp_queue: Queue, action: str) -> None:
    tclsmtp_queue.fill()
    assert tclsmtp_queue.error(action, "other") == "tclsmtp queue: queue: there is no entry other\n"


def test_run_once_sends_what_is_due(tclsmtp_queue: Queue) -> None:
    name = tclsmtp_queue.fill()
    with Sink() as sink:
        tclsmtp_queue.to(sink.port)
        assert tclsmtp_queue("run", "--once") == f"{name}: delivered to {A}, {B}\n"
    assert len(sink.sessions[0].messages) == 1
    assert tclsmtp_queue.listed() == []


def test_a_failed_entry_stays_and_can_be_tried_again(tclsmtp_queue: Queue) -> None:
    name = tclsmtp_queue.fill()
    tclsmtp_queue.to(1, hours=1e-9)
    assert f"{name}: failed: given up after 1e-09 hours: " in tclsmtp_queue("run", "--once")
    assert [entry["state"] for entry in tclsmtp_queue.listed()] == ["failed"]
    assert f"{name}  failed, 2 attempts: " in tclsmtp_queue("list")
    assert tclsmtp_queue("run", "--once") == ""
    with Sink() as sink:
        tclsmtp_queue.to(sink.port)
        assert tclsmtp_queue("retry", name) == f"{name}: due now\n"
        assert "delivered" in tclsmtp_queue("run", "--once")
    assert tclsmtp_queue.listed() == []


def test_those_who_were_all_refused_are_not_tried_again(tclsmtp_queue: Queue) -> None:
    name = tclsmtp_queue.fill()
    with Sink(Rules(replies={"RCPT": "550 never"})) as sink:
        tclsmtp_queue.to(sink.port)
        tclsmtp_queue("run", "--once")
    [entry] = tclsmtp_queue.listed()
    assert (entry["state"], entry["to"]) == ("failed", [])
    assert entry["refused"] == [{"address": address, "code": 550, "text": "never"} for address in (A, B)]
    assert f"refused: {A} (550 never), {B} (550 never)" in tclsmtp_queue("show", name)
    assert "has no recipient left" in tclsmtp_queue.error("retry", name)


def test_without_a_policy_there_is_no_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("TCLSMTP_POLICY", raising=False)
    monkeypatch.setattr("sys.argv", ["tclsmtp", "queue", "list"])
    assert cli.main() == 2
    assert "there is none, and so no queue: use --policy FILE" in capsys.readouterr().err


def test_without_a_spool_in_it_neither(tclsmtp_queue: Queue) -> None:
    tclsmtp_queue.policy.write_text("[[route]]\n")
    assert tclsmtp_queue.error("list").endswith("tclsmtp.toml: no route has a [route.spool]\n")


def start(policy: Path) -> subprocess.Popen[str]:
    command = [str(BIN / "tclsmtp"), "queue", "run", "--policy", str(policy)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_run_goes_on_until_a_signal(tclsmtp_queue: Queue, ending: signal.Signals) -> None:
    name = tclsmtp_queue.fill()
    with Sink() as sink:
        tclsmtp_queue.to(sink.port)
        with start(tclsmtp_queue.policy) as process:
            assert process.stdout
            assert process.stdout.readline() == f"{name}: delivered to {A}, {B}\n"
            name = tclsmtp_queue.fill()
            assert process.stdout.readline() == f"{name}: delivered to {A}, {B}\n"
            process.send_signal(ending)
            out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_changed_policy_counts_without_a_restart(tclsmtp_queue: Queue) -> None:
    name = tclsmtp_queue.fill()
    with Sink() as sink, start(tclsmtp_queue.policy) as process:
        assert process.stdout
        assert "connection refused" in process.stdout.readline()
        tclsmtp_queue.policy.write_text("[[")
        while "the policy stays as it was: " not in process.stdout.readline():
            pass
        tclsmtp_queue.to(sink.port)
        while f"{name}: delivered" not in process.stdout.readline():
            pass
        process.terminate()
        process.communicate(timeout=30)


def test_a_queue_that_cannot_be_used_just_now_is_used_later(tclsmtp_queue: Queue) -> None:
    name = tclsmtp_queue.fill()
    place = tclsmtp_queue.policy.parent / "queue.sqlite"
    place.chmod(0o644)
    assert "chmod 600" in tclsmtp_queue.error("run", "--once")
    with Sink() as sink:
        tclsmtp_queue.to(sink.port)
        with start(tclsmtp_queue.policy) as process:
            assert process.stdout
            assert process.stdout.readline().startswith(f"not now: {place}: others can read or write it")
            place.chmod(0o600)
            while f"{name}: delivered" not in process.stdout.readline():
                pass
            process.terminate()
            process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_signal_lets_the_message_at_hand_be_finished(tclsmtp_queue: Queue) -> None:
    tclsmtp_queue.fill()
    tclsmtp_queue.fill()
    processes: list[subprocess.Popen[str]] = []

    def terminate(connection: object) -> None:
        processes[0].terminate()

    with ScriptedServer([*DATA, terminate, read_to_end_of_data, b"250 ok\r\n", read_line, b"221 bye\r\n"]) as server:
        tclsmtp_queue.to(server.port)
        with start(tclsmtp_queue.policy) as process:
            processes.append(process)
            out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert [line.partition(": ")[2] for line in out.splitlines()] == [f"delivered to {A}, {B}"]
    assert len(tclsmtp_queue.listed()) == 1


SCRIPT = """
package require smtp
set token [mime::initialize -canonical text/plain -string "Hello.\\n"]
puts [list [smtp::sendmessage $token -servers 127.0.0.1 -ports 1 -debug 1 -header {From me@example.com} \\
    -header {To a@example.com} {*}$argv]]
"""


def run_script(tclsmtp_queue: Queue, *words: str) -> subprocess.CompletedProcess[str]:
    script = tclsmtp_queue.policy.parent / "script.tcl"
    script.write_text(SCRIPT)
    command = [str(BIN / "tclsmtp"), "run", "--policy", str(tclsmtp_queue.policy), str(script), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_a_tcl_script_goes_on_and_its_message_arrives_later(tclsmtp_queue: Queue) -> None:
    outcome = run_script(tclsmtp_queue)
    assert (outcome.returncode, outcome.stdout) == (0, "{}\n")
    [entry] = tclsmtp_queue.listed()
    assert outcome.stderr.splitlines()[-1] == f"queued as {entry['id']}: 127.0.0.1:1: connect: connection refused"
    with Sink() as sink:
        tclsmtp_queue.to(sink.port)
        tclsmtp_queue("run", "--once")
    assert sink.sessions[0].messages[0].content.endswith(b"\r\n\r\nHello.\r\n")


def test_a_tcl_script_with_a_password_of_its_own_gets_the_error(tclsmtp_queue: Queue) -> None:
    outcome = run_script(tclsmtp_queue, "-username", "u", "-password", "sesame")
    assert outcome.returncode == 1
    assert "it needs the script's -username and -password, which are never written down" in outcome.stderr
    assert "sesame" not in outcome.stderr
    assert tclsmtp_queue.listed() == []
