"""The line of the log that tells what became of a message."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tclsmtp import Interpreter
from tclsmtp.errors import ConnectError, MimeError, PolicyError, RefusedError, UnknownOutcomeError
from tclsmtp.mime.part import Part
from tclsmtp.policy.route import Policy, Route
from tclsmtp.smtp.options import TlsSettings
from tests.smtp.sending import BLIND, DATA, HEADERS, A, B, X, Y, headers_of, send
from tests.smtp.server import ScriptedServer, read_to_end_of_data
from tests.support.certificates import authority_file, server_context
from tests.support.sink import Auth, Rules, Sink


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "mail.log"


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="ascii").splitlines()]


def test_a_message_that_was_sent(log: Path) -> None:
    with Sink() as sink:
        send(sink.port, headers=(*HEADERS, BLIND), policy=Policy(log=str(log)))
    [line] = lines(log)
    [message, _] = sink.sessions[0].messages
    assert f"Message-ID: {line['message_id']}" in headers_of(message.content)
    told = {key: line[key] for key in ("outcome", "originator", "recipients", "blind", "server", "port", "refused")}
    assert told == {
        "outcome": "sent",
        "originator": "me@example.com",
        "recipients": [A, B],
        "blind": [X, Y],
        "server": "127.0.0.1",
        "port": sink.port,
        "refused": [],
    }
    assert (line["tls"], line["auth"], line["reply"]) == (None, None, "250 queued")
    assert 0 <= line["seconds"] < 60


def test_each_message_is_a_line_of_its_own(log: Path) -> None:
    with Sink() as sink:
        for _ in range(3):
            send(sink.port, policy=Policy(log=str(log)))
    assert len({line["message_id"] for line in lines(log)}) == 3


def test_the_file_is_for_its_owner_only(log: Path) -> None:
    with Sink() as sink:
        send(sink.port, policy=Policy(log=str(log)))
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_tls_and_auth_are_told_and_the_password_is_not(log: Path, tmp_path: Path) -> None:
    rules = Rules(tls=server_context(), auth=Auth("PLAIN", "joe", "open sesame"))
    with Sink(rules) as sink:
        settings = TlsSettings(cafile=authority_file(tmp_path))
        send(sink.port, policy=Policy(log=str(log)), username="joe", password="open sesame", tls=lambda: settings)
    [line] = lines(log)
    assert line["tls"]["version"] in ("TLSv1.2", "TLSv1.3")
    assert line["tls"]["cipher"]
    assert line["tls"]["verified"] is True
    assert line["auth"] == "PLAIN"
    assert "sesame" not in log.read_text()


def test_refused_recipients_are_told_of_a_message_that_others_got(log: Path) -> None:
    with Sink(Rules(replies={f"RCPT TO:<{A}": "550 no"})) as sink:
        send(sink.port, at_least_one=True, policy=Policy(log=str(log)))
    [line] = lines(log)
    assert (line["outcome"], line["refused"]) == ("sent", [{"recipient": A, "code": 550, "text": "no"}])


def test_without_at_least_one_a_refused_recipient_means_that_nothing_was_sent(log: Path) -> None:
    with Sink(Rules(replies={f"RCPT TO:<{A}": "550 no"})) as sink:
        send(sink.port, policy=Policy(log=str(log)))
    assert [line["outcome"] for line in lines(log)] == ["refused"]


def test_a_refused_originator(log: Path) -> None:
    with Sink(Rules(replies={"MAIL": "550 not you"})) as sink, pytest.raises(RefusedError):
        send(sink.port, policy=Policy(log=str(log)))
    [line] = lines(log)
    assert (line["outcome"], line["error"], line["reply"]) == ("refused", "550: not you", None)


def test_an_outcome_that_nobody_knows(log: Path) -> None:
    script = [*DATA, read_to_end_of_data]
    with ScriptedServer(script) as server, pytest.raises(UnknownOutcomeError):
        send(server.port, max_seconds=0.2, policy=Policy(log=str(log)))
    assert [line["outcome"] for line in lines(log)] == ["unknown"]


def test_no_server(log: Path) -> None:
    with pytest.raises(ConnectError):
        send(1, policy=Policy(log=str(log)))
    [line] = lines(log)
    assert (line["outcome"], line["port"]) == ("failed", 1)
    assert "connection refused" in line["error"]


def test_a_message_that_cannot_be_built(log: Path, tmp_path: Path) -> None:
    part = Part.create("text/plain", path=str(tmp_path / "gone"))
    with Sink() as sink, pytest.raises(MimeError):
        send(sink.port, part=part, policy=Policy(log=str(log)))
    assert [line["outcome"] for line in lines(log)] == ["failed"]


def test_rehearsal(log: Path, tmp_path: Path) -> None:
    send(1, policy=Policy(log=str(log), capture=str(tmp_path / "mail")))
    [line] = lines(log)
    assert (line["outcome"], "server" in line) == ("captured", False)


def test_redirection_tells_who_was_meant(log: Path) -> None:
    with Sink() as sink:
        send(sink.port, policy=Policy(log=str(log), redirect="me@staging.example"))
    [line] = lines(log)
    assert (line["recipients"], line["redirect"]) == ([A, B], "me@staging.example")


def test_the_server_of_a_route_is_told(log: Path) -> None:
    with Sink() as sink:
        send(1, policy=Policy((Route(servers=("127.0.0.1",), ports=(sink.port,)),), log=str(log)))
    assert [line["port"] for line in lines(log)] == [sink.port]


def test_the_script_is_told(log: Path, tmp_path: Path) -> None:
    script = tmp_path / "report.tcl"
    with Sink() as sink:
        script.write_text(
            "package require smtp; set t [mime::initialize -canonical text/plain -string x]; smtp::sendmessage $t "
            f"-servers 127.0.0.1 -ports {sink.port} -originator a@b.example -recipients c@d.example"
        )
        with Interpreter(policy=Policy(log=str(log))) as tcl:
            tcl.call("set", "argv0", str(script))
            tcl.call("source", str(script))
    assert [line["script"] for line in lines(log)] == [str(script)]


def test_a_log_that_cannot_be_opened_keeps_the_message_back(tmp_path: Path) -> None:
    with Sink() as sink, pytest.raises(PolicyError, match="log: Is a directory"):
        send(sink.port, policy=Policy(log=str(tmp_path)))
    assert sink.sessions == []


def test_a_line_that_cannot_be_written_does_not_undo_what_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    with Sink() as sink:
        assert send(sink.port, policy=Policy(log="/dev/full")) == []
    assert len(sink.sessions[0].messages) == 1
    assert "/dev/full: No space left on device" in caplog.text
