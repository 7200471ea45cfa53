"""Messages of two sides find each other."""

from __future__ import annotations

from tclsmtp.migrate.pairing import MOST_COMPARED, Sketch, pair


def sketch(subject: str, to: str = "b@x.example", text: str = "hello\nworld") -> Sketch:
    key = "|".join([subject, to, text])
    return Sketch("a@x.example", frozenset({to}), subject, frozenset(text.split("\n")), key)


ONE, TWO, THREE = (sketch(str(number), text=f"hello\nnumber {number}") for number in (1, 2, 3))


def test_dropped_message_leaves_the_others_together() -> None:
    found = pair([ONE, TWO, THREE], [ONE, THREE])
    assert (found.both, found.only_reference, found.only_ours) == (((0, 0), (2, 1)), (1,), ())


def test_changed_message_beside_a_dropped_one_is_still_found() -> None:
    found = pair([ONE, TWO, THREE], [ONE, sketch("3", text="hello\nnumber 3\nmore")])
    assert (found.both, found.only_reference) == (((0, 0), (2, 1)), (1,))


def test_added_message_is_alone() -> None:
    found = pair([ONE, THREE], [ONE, TWO, THREE])
    assert (found.both, found.only_ours) == (((0, 0), (1, 2)), (1,))


def test_other_order_is_told() -> None:
    found = pair([ONE, TWO], [TWO, ONE])
    assert (found.both, found.in_order) == (((0, 1), (1, 0)), False)


def test_same_messages_keep_their_order() -> None:
    found = pair([ONE, ONE, TWO], [ONE, ONE, TWO])
    assert (found.both, found.in_order) == (((0, 0), (1, 1), (2, 2)), True)


def test_messages_that_share_nothing_are_paired_in_their_order() -> None:
    other = Sketch("z@z.example", frozenset({"y@z.example"}), "else", frozenset({"x"}), "else")
    assert pair([ONE], [other]).both == ((0, 0),)


def test_very_many_are_paired_in_their_order() -> None:
    count = int(MOST_COMPARED**0.5) + 1
    reference = [sketch(f"r{number}") for number in range(count)]
    ours = [sketch(f"o{number}") for number in range(count)]
    assert pair(reference, ours).both == tuple((number, number) for number in range(count))
