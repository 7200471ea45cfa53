"""A queue under a policy that rehearses, or that keeps a log."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tclsmtp import cli
from tests.smtp.sending import A, B
from tests.spool.spooling import NOBODY, entries, queue, send, spool_in, through, to, work
from tests.support.sink import Rules, Sink


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


@pytest.mark.parametrize("setting", ["capture = 'mail'", "redirect = 'me@example.com'"])
def test_nothing_leaves_a_queue_in_a_rehearsal(
    tmp_path: Path, setting: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spool = spool_in(tmp_path)
    queue(spool)
    policy = tmp_path / "tclsmtp.toml"
    with Sink() as sink:
        policy.write_text(
            f"{setting}\n[[route]]\nservers = '127.0.0.1'\nports = {sink.port}\n[route.spool]\npath = '{spool.path}'\n"
        )
        monkeypatch.setattr("sys.argv", ["tclsmtp", "queue", "run", "--once", "--policy", str(policy)])
        assert cli.main() == 2
    assert sink.sessions == []
    assert len(entries(spool)) == 1
    assert "meant for its recipients, and stays there" in capsys.readouterr().err


def test_what_is_queued_in_a_redirection_is_for_nobody_else(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    send(NOBODY, replace(through(spool), redirect="me@staging.example"))
    [entry] = entries(spool)
    assert entry.recipients == entry.call.addressed == ("me@staging.example",)


def test_the_log_tells_of_the_queue_and_of_the_delivery(tmp_path: Path) -> None:
    spool, log = spool_in(tmp_path), tmp_path / "mail.log"
    send(NOBODY, replace(through(spool), log=str(log)))
    [entry] = entries(spool)
    with Sink() as sink:
        work(spool, replace(to(spool, sink.port), log=str(log)))
    first, second = lines(log)
    assert (first["outcome"], first["queued"], first["recipients"]) == ("queued", [entry.id], [A, B])
    assert (second["outcome"], second["queued"], second["reply"]) == ("sent", [entry.id], "250 queued")
    assert first["message_id"] == second["message_id"] == entry.message_id


def test_the_log_tells_of_an_attempt_in_vain(tmp_path: Path) -> None:
    spool, log = spool_in(tmp_path), tmp_path / "mail.log"
    queue(spool)
    with Sink(Rules(replies={"MAIL": "451 later"})) as sink:
        work(spool, replace(to(spool, sink.port), log=str(log)))
    [line] = lines(log)
    assert (line["outcome"], line["error"]) == ("queued", "451: later")
