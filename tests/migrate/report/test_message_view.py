"""A message side by side."""

from __future__ import annotations

from hashlib import sha256

from tclsmtp.migrate.model import Captured, Delivery, Run
from tclsmtp.migrate.report.marks import Piece, Row, Work
from tclsmtp.migrate.report.message_view import ADDRESSES, FORM, MOST_PARTS, MOST_TEXT, MessageView, view_message
from tclsmtp.migrate.report.pairs import Side

MIXED = """\
Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

{body}
--b
Content-Type: application/pdf; name="x.pdf"
Content-Transfer-Encoding: base64

{file}
--b--
"""


def side(content: str, *recipients: str) -> Side:
    delivery = Delivery("a@example.com", recipients or ("b@example.com",), content.replace("\n", "\r\n").encode())
    return Side(Run("tclsh", "2.0", 0, b"", b"", 0.0, 0.0, Captured((), (delivery,))))


def seen(reference: str, ours: str) -> MessageView:
    return view_message(side(reference), 0, side(ours), 0, Work())


def test_a_message_that_is_the_same_says_so() -> None:
    text = MIXED.format(body="hello", file="AAEC")
    message = seen(text, text)
    assert (message.title, message.subject, message.only, message.same) == ("Message 1", "Gr\xfc\xdfe", "", True)
    assert all(part.same for part in message.parts)


def test_the_envelope_stands_side_by_side() -> None:
    message = view_message(side("", "b@example.com"), 0, side("", "b@example.com", "c@example.com"), 0, Work())
    sender, recipients = message.envelope
    assert sender.text.same
    assert recipients.text.rows[1] == Row(ours=(Piece("c@example.com", True),))
    assert not message.same


def test_parts_are_a_tree() -> None:
    message = seen(MIXED.format(body="x", file=""), "Content-Type: text/html\n\nx")
    tree = "\n".join("".join(piece.text for piece in row.reference or ()) for row in message.tree.rows)
    assert tree.split("\n") == [
        "multipart/mixed; boundary=b",
        "\u2514 1 text/plain; charset=utf-8",
        "\u2514 2 application/pdf; name=x.pdf",
    ]
    assert [part.title for part in message.parts] == ["The message itself", "Part 1", "Part 2"]


def test_headers_stand_side_by_side_and_say_what_is_odd_in_their_form() -> None:
    (part,) = seen("X-A: 1\nX-A: 2\n\n", "X-A: 1\nX-B: \xe9\n\n").parts
    assert [field.name for field in part.headers] == ["X-A", "X-B"]
    assert part.headers[0].text.rows[1] == Row(reference=(Piece("2", True),))
    assert part.headers[1].text.rows == (Row(ours=(Piece("\xe9 (raw 8-bit)", True),)),)


def test_a_body_has_its_changed_words_marked() -> None:
    part = seen(MIXED.format(body="the mail", file=""), MIXED.format(body="a mail", file="")).parts[1]
    assert part.body is not None
    assert part.body.rows == (
        Row(
            reference=(Piece("the", True), Piece(" mail")),
            ours=(Piece("a", True), Piece(" mail")),
        ),
    )


def test_a_body_says_what_is_odd_in_its_form() -> None:
    (part,) = seen("\n\xe9", "\n" + "x" * 999).parts
    (field,) = part.headers
    assert field.name == FORM
    assert "raw 8-bit" in "".join(piece.text for piece in field.text.rows[0].reference or ())
    assert "998 octets" in "".join(piece.text for piece in field.text.rows[0].ours or ())


def test_an_attachment_is_its_name_size_and_hash() -> None:
    part = seen(MIXED.format(body="x", file="AAEC"), MIXED.format(body="x", file="AAECAw==")).parts[2]
    assert not part.same
    assert part.body is None
    assert part.reference_file is not None
    assert part.ours_file is not None
    assert (part.reference_file.name, part.reference_file.kind) == ("x.pdf", "application/pdf")
    assert (part.reference_file.size, part.ours_file.size) == (3, 4)
    assert part.reference_file.sha256 == sha256(b"\0\1\2").hexdigest()


def test_a_part_that_is_text_on_one_side_alone_is_shown_as_both() -> None:
    part = seen("\ntext", "Content-Type: image/png\n\npicture").parts[0]
    assert part.body is not None
    assert (part.reference_file, part.ours_file is None, part.same) == (None, False, False)


def test_a_message_that_one_side_has_alone_says_so() -> None:
    message = view_message(side("Subject: x\n\n"), 0, side(""), None, Work())
    assert (message.title, message.subject, message.only, message.same) == ("Message 1", "x", "Reference", False)


def test_numbers_of_parts_are_counted_as_numbers() -> None:
    many = "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 11 + "--b--\n"
    assert [part.title for part in seen(many, many).parts][9:] == ["Part 9", "Part 10", "Part 11"]


def test_what_is_cut_and_differs_is_not_called_the_same() -> None:
    many = "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * MOST_PARTS
    assert not seen(f"{many}--b--\n", f"{many}y--b--\n").same
    names = [f"{number}@x" for number in range(ADDRESSES + 2)]
    sides = side("", *names), side("", *names[:-1], "other@x")
    recipients = view_message(sides[0], 0, sides[1], 0, Work()).envelope[1]
    assert not recipients.text.same
    last = "".join(piece.text for piece in recipients.text.rows[-1].ours or ())
    assert last.startswith("and 2 more: ")


def test_many_parts_are_cut_and_that_is_said() -> None:
    many = "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * MOST_PARTS + "--b--\n"
    message = seen(many, many)
    assert (len(message.parts), message.notes) == (MOST_PARTS, ("1 more parts are not shown.",))


def test_a_large_body_is_cut_and_that_is_said() -> None:
    large = "\n" + "x\n" * MOST_TEXT
    part = seen(large, large + "y").parts[0]
    assert part.notes == (f"The first {MOST_TEXT} characters of the body are looked at.",)
    assert not part.same
