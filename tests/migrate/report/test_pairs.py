"""A run as a report reads it."""

from __future__ import annotations

import pytest

from tclsmtp.migrate.differences import differences
from tclsmtp.migrate.model import Captured, Delivery, Run
from tclsmtp.migrate.report.pairs import Side, paired

TEXTS = ("one", "two words", "three\r\nlines\r\nhere")


def run(*texts: str) -> Run:
    deliveries = (Delivery("a@x", ("b@x",), f"Subject: {text[:3]}\r\n\r\n{text}".encode()) for text in texts)
    return Run("tclsh", "2.0", 0, b"", b"", 0.0, 0.0, Captured((), tuple(deliveries)))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 0, 2)])
def test_messages_are_paired_whatever_their_order(order: tuple[int, ...]) -> None:
    pairs = paired(Side(run(*TEXTS)), Side(run(*(TEXTS[number] for number in order))))
    assert [order[other] for _, other in pairs.both] == [0, 1, 2]
    assert (pairs.only_reference, pairs.only_ours) == ((), ())


def test_messages_are_paired_as_the_differences_have_them() -> None:
    reference, ours = run(*TEXTS), run("two other words", *TEXTS[::2])
    told = [(found.id, found.message) for found in differences(reference, ours) if found.message >= 0]
    assert told == [("body.1", 1)]
    assert (1, 0) in paired(Side(reference), Side(ours)).both


def test_what_one_side_has_alone_is_told() -> None:
    assert paired(Side(run(*TEXTS)), Side(run(TEXTS[1]))).only_reference == (0, 2)


def test_moments_of_the_run_are_the_same_word() -> None:
    assert Side(run()).normal("sock5 <1.2.3@here>") == "sockN <N.N.N@HOST>"
