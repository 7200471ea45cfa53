"""Runs without what sets them apart."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from tclsmtp.migrate.differences import differences
from tclsmtp.migrate.model import Captured, Delivery, Dialogue, Line, Run
from tclsmtp.migrate.settling import settled

BOUNDARIES = "=_" + "a" * 44, "=_" + "b" * 44
MESSAGE = """\
Content-ID: <{process}.{now}.1@{host}>
Message-ID: <{process}.{now}.2@{host}>
From: {user}
To: {user}@{host}
X-Child: <{other}.{now}.1@{host}>
Date: {date}
Content-Type: multipart/mixed; boundary="{boundaries[0]}"

--{boundaries[0]}
Content-Type: multipart/mixed; boundary="{boundaries[1]}"

--{boundaries[1]}

of ann and caf\xe9, cid:{process}.{now}.1@{host} at {now}
--{boundaries[1]}--
--{boundaries[0]}--
"""


def run(moment: int, date: str, user: str, host: str, process: int, boundaries: tuple[str, str]) -> Run:
    content = MESSAGE.format(
        now=moment, date=date, user=user, host=host, process=process, other=process + 7, boundaries=boundaries
    )
    lines = (
        Line("C", f"EHLO {host}"),
        Line("C", f"MAIL FROM:<{user}@{host}> SIZE={len(content)}"),
        Line("S", "250 fine"),
    )
    return Run(
        "tclsh",
        "2.0",
        0,
        f"done at {moment}\n".encode(),
        b"\xff",
        moment + 0.25,
        1.5,
        Captured(
            (Dialogue(lines),),
            (Delivery(f"{user}@{host}", ("b@x", f"c@{host}"), content.replace("\n", "\r\n").encode("latin-1")),),
        ),
        user=user,
        hosts=(host, f"{host}.example"),
    )


ONE = run(1795863168, "Sat, 28 Nov 2026 10:52:48 +0000", "ann", "box", 41, BOUNDARIES)
OTHER = run(1795866969, "Sat, 28 Nov 2026 11:56:09 +0000", "bob", "crate", 5417, ("=_" + "c" * 44, "=_" + "d" * 44))
UNSETTLED = replace(
    ONE,
    captured=Captured(
        (),
        (
            Delivery(
                "a@x",
                ("b@x",),
                b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + base64.b64encode(b"it is 1795863168"),
                -1,
            ),
        ),
    ),
)


def test_two_runs_at_other_times_and_places_are_the_same() -> None:
    assert settled(ONE) == settled(OTHER)
    assert settled(ONE).stdout == b"done at NOW\n"
    assert settled(ONE).captured.deliveries[0].recipients == ("b@x", "c@HOST")


def test_a_settled_run_is_compared_as_the_run_itself() -> None:
    assert list(differences(settled(ONE), ONE)) == []
    assert list(differences(settled(ONE), OTHER)) == []
    changed = replace(OTHER, stdout=b"done at 1795863100\n")
    assert [found.id for found in differences(settled(ONE), changed)] == ["stdout"]


def test_a_settled_run_is_settled() -> None:
    assert settled(settled(ONE)) == settled(ONE)


def test_ids_and_boundaries_that_differ_still_do() -> None:
    content = settled(ONE).captured.deliveries[0].content.decode("latin-1")
    assert "Content-ID: <1.NOW.1@HOST>\r\nMessage-ID: <1.NOW.2@HOST>\r\nFrom: USER\r\n" in content
    assert "X-Child: <2.NOW.1@HOST>\r\nDate: DATE +0000\r\n" in content
    assert content.count("=_" + "1".zfill(44)) == content.count("=_" + "2".zfill(44)) == 3
    assert "of ann and caf\xe9, cid:1.NOW.1@HOST at NOW" in content


def test_a_run_that_would_be_another_one_stays_as_it_is() -> None:
    assert settled(UNSETTLED) is UNSETTLED


@pytest.mark.parametrize("user", ["", "ann"])
def test_a_run_of_nobody_is_settled_too(user: str) -> None:
    assert settled(replace(ONE, user=user, hosts=())).begun == 0.0
