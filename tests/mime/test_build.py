"""A part as the octets of a message."""

from __future__ import annotations

import tracemalloc
from base64 import b64decode, encodebytes
from email import message_from_bytes
from pathlib import Path
from quopri import encodestring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.dialect import DIALECTS, TCLLIB_1_20, TCLLIB_2_0, Dialect
from tclsmtp.errors import MimeError
from tclsmtp.mime.build import CHUNK, KEPT, chunks, header_pairs, size
from tclsmtp.mime.parse import parse_text
from tclsmtp.mime.part import Part

BOTH = pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)


def leaf(data: str = "x", content: str = "text/plain", encoding: str = "") -> Part:
    return Part.create(content, headers=[("Content-ID", "i")], encoding=encoding, data=data)


def multipart(*children: Part, content: str = "multipart/mixed") -> Part:
    return Part.create(content, params=[("boundary", "b")], headers=[("Content-ID", "m")], parts=children)


def built(part: Part, dialect: Dialect = TCLLIB_1_20) -> str:
    return b"".join(chunks(part, dialect)).decode("ascii")


class TestLeaf:
    def test_headers_come_in_the_order_of_1_20(self) -> None:
        part = leaf(content="image/gif")
        lines = ["MIME-Version: 1.0", "Content-ID: i", "Content-Type: image/gif", "Content-Transfer-Encoding: base64"]
        assert built(part) == "\r\n".join([*lines, "", "eA=="])

    def test_headers_come_in_the_order_of_2_0(self) -> None:
        part = leaf(content="image/gif")
        lines = ["MIME-Version: 1.0", "Content-ID: i", "Content-Transfer-Encoding: base64", "Content-Type: image/gif"]
        assert built(part, TCLLIB_2_0) == "\r\n".join([*lines, "", "eA=="])

    def test_parameters_come_in_the_order_given_each_on_a_line(self) -> None:
        part = Part.create("text/plain", params=[("Zz", "a b"), ("aa", "x;y"), ("m", "")], data="x")
        indent = "\r\n" + 14 * " "
        assert f'Content-Type: text/plain;{indent}zz="a b";{indent}aa="x;y";{indent}m=""\r\n' in built(part)

    def test_headers_of_one_name_stand_together(self) -> None:
        part = Part.create("text/plain", headers=[("X-a", "1"), ("B", "2"), ("x-A", "3")], data="x")
        assert "\r\nX-a: 1\r\nX-a: 3\r\nB: 2\r\nContent-ID" in built(part)

    def test_no_line_break_is_added(self) -> None:
        assert built(leaf("a")).endswith("\r\n\r\na")
        assert built(leaf("a\n")).endswith("\r\n\r\na\r\n")
        assert built(leaf("")).endswith("\r\n\r\n")

    def test_line_breaks_are_chosen(self) -> None:
        message = b"".join(chunks(leaf("a\r\nb\n"), TCLLIB_1_20, b"\r\n", b"\n"))
        assert message.endswith(b"text/plain\r\n\r\na\nb\n")
        assert b"\r" not in b"".join(chunks(leaf("a\r\nb\n"), TCLLIB_1_20, b"\n"))

    def test_long_header_is_folded(self) -> None:
        part = Part.create("text/plain", headers=[("References", "<id@host> " * 200)], data="x")
        assert max(map(len, built(part).split("\r\n"))) <= 998

    def test_parameter_that_is_not_ascii(self) -> None:
        part = Part.create("application/x", params=[("name", "é.txt")], data="x")
        assert 'name="=?utf-8?Q?=C3=A9=2Etxt?="\r\n' in built(part)

    def test_line_break_in_a_parameter_begins_no_header(self) -> None:
        part = Part.create("application/x", params=[("name", 'x"\r\nBcc: evil')], data="x")
        assert "\r\n Bcc: evil" in built(part)


class TestMultipart:
    def test_boundaries(self) -> None:
        head = (
            'MIME-Version: 1.0\r\nContent-ID: m\r\nContent-Type: multipart/mixed;\r\n              boundary="b"\r\n\r\n'
        )
        first, second = leaf("one"), leaf("two\n")
        body = f"--b\r\n{built(first)}\r\n--b\r\n{built(second)}\r\n--b--\r\n"
        assert built(multipart(first, second)) == head + body

    def test_without_parts(self) -> None:
        assert built(multipart()).endswith('boundary="b"\r\n\r\n--b--\r\n')

    def test_boundary_made_up_is_named(self) -> None:
        part = Part.create("multipart/mixed", parts=[leaf()])
        message = built(part)
        assert f'boundary="{part.boundary}"\r\n' in message
        assert message.endswith(f"\r\n--{part.boundary}--\r\n")
        assert built(part) == message

    def test_boundary_with_a_line_break_stays_one_line(self) -> None:
        part = Part.create("multipart/mixed", params=[("boundary", "b\r\nBcc: evil")], parts=[leaf()])
        assert "\r\nBcc: evil" not in built(part)

    def test_message_holds_one_message(self) -> None:
        inner = leaf("one")
        outer = multipart(inner, leaf("two"), content="message/rfc822")
        assert built(outer).endswith(f'message/rfc822;\r\n              boundary="b"\r\n\r\n{built(inner)}')

    def test_body_of_a_multipart_given_as_text_stays(self) -> None:
        part = Part.create("multipart/mixed", params=[("boundary", "b")], data="--b\n\nx\n--b--\n")
        assert built(part).endswith("\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n")


class TestRead:
    """Parts that were read from a message go out as they came in."""

    HEAD = b"MIME-Version: 1.0 (x)\nSp ace: 2\nContent-Type: image/gif; z=1; a=2\nContent-Transfer-Encoding: 8bit\n\n"

    @BOTH
    def test_body_is_not_looked_at(self, dialect: Dialect) -> None:
        assert b"".join(chunks(Part.parse(self.HEAD + b".\xe9 \nFrom x"), dialect)) == (
            b"MIME-Version: 1.0 (x)\r\nSp ace: 2\r\nContent-Transfer-Encoding: 8bit\r\nContent-Type: image/gif;\r\n"
            b'              z="1";\r\n              a="2"\r\n\r\n.\xe9 \r\nFrom x'
        )

    @BOTH
    @pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
    def test_encoded_body_stays_to_the_letter(self, dialect: Dialect, encoding: str) -> None:
        body = "eA==\r\n\r\n= 41=41!\r\n"
        part = Part.parse(f"Content-Transfer-Encoding: {encoding}\r\n\r\n{body}".encode())
        assert built(part, dialect).endswith(f"\r\n\r\n{body}")

    @BOTH
    def test_no_encoding_is_named_where_none_was(self, dialect: Dialect) -> None:
        assert "Content-Transfer" not in built(Part.parse(b"Content-Type: image/gif\n\nx"), dialect)

    @pytest.mark.parametrize(("newline", "body"), [(b"\r\n", b"a\r\nb\r\n"), (b"\n", b"a\nb\n"), (KEPT, b"a\r\nb\n")])
    def test_line_breaks_are_chosen_or_kept(self, newline: bytes, body: bytes) -> None:
        message = b"".join(chunks(Part.parse(b"A: b\n\na\r\nb\n"), TCLLIB_1_20, b"\r\n", newline))
        assert message.endswith(b'"us-ascii"\r\n\r\n' + body)

    def test_kept_is_lf_in_what_was_made(self) -> None:
        assert b"".join(chunks(leaf("a\r\nb\n"), TCLLIB_1_20, b"\n", KEPT)).endswith(b"\n\na\nb\n")

    def test_unknown_encoding_goes_out_in_1_20_and_is_refused_in_2_0(self) -> None:
        part = Part.parse(b"Content-Transfer-Encoding: x-uu\n\nx")
        assert "Content-Transfer-Encoding: x-uu\r\n" in built(part)
        for ask in (built, lambda part, dialect: list(header_pairs(part, dialect))):
            with pytest.raises(MimeError, match='Can\'t handle content encoding "x-uu"'):
                ask(part, TCLLIB_2_0)

    def test_text_with_wide_characters_is_labelled(self) -> None:
        message = built(parse_text("Content-Transfer-Encoding: quoted-printable\n\n\u20ac=E9\n"))
        assert 'charset="utf-8"' in message
        assert message.endswith("\r\n\r\n=E2=82=AC=C3=A9\r\n")

    @BOTH
    @pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
    def test_message_that_was_encoded_as_a_whole_is_encoded_again(self, dialect: Dialect, encoding: str) -> None:
        inner = b"Subject: =\n\nx\n"
        encoded = encodebytes(inner) if encoding == "base64" else encodestring(inner)
        head = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: {encoding}\n\n"
        part = Part.parse(head.encode() + encoded)
        message = b"".join(chunks(part, dialect))
        assert message_from_bytes(message)["Content-Transfer-Encoding"] == encoding
        (again,) = Part.parse(message)
        assert (again.headers.get_all("Subject"), again.read()) == (["="], b"x\r\n")

    def test_what_lost_its_end_is_octets_without_a_boundary(self, tmp_path: Path) -> None:
        path = tmp_path / "message"
        path.write_bytes(b"Content-Type: multipart/x; boundary=B\n\n--B\nContent-Type: message/rfc822\n\nA: b\n\nx\n")
        assert "application/octet-stream\r\n\r\nMIME-Version: 1.0\r\nA: b\r\n" in built(Part.parse(path))

    def test_body_of_a_file_is_not_held(self, tmp_path: Path) -> None:
        path = tmp_path / "message"
        path.write_bytes(b"Content-Type: multipart/x; boundary=B\n\n--B\n\n" + b"x" * 76 * 200_000 + b"\n--B--\n")
        part = Part.parse(path)
        tracemalloc.start()
        for _ in chunks(part, TCLLIB_1_20):
            pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 2_000_000


class TestChunks:
    def test_small_message_is_one(self) -> None:
        assert len(list(chunks(multipart(leaf(), leaf()), TCLLIB_1_20))) == 1

    @BOTH
    def test_are_neither_small_nor_large(self, dialect: Dialect, tmp_path: Path) -> None:
        (tmp_path / "f").write_bytes(bytes(range(256)) * 4000)
        part = multipart(leaf(), Part.create("image/gif", path=str(tmp_path / "f")), leaf())
        *pieces, last = [len(chunk) for chunk in chunks(part, dialect)]
        assert all(CHUNK <= length < 3 * CHUNK for length in pieces)
        assert last < 3 * CHUNK

    @pytest.mark.parametrize("encoding", ["", "base64", "quoted-printable", "8bit"])
    def test_file_is_never_held_whole(self, tmp_path: Path, encoding: str) -> None:
        with (tmp_path / "f").open("wb") as file:
            for _ in range(100):
                file.write(b"a line of text, caf\xe9\n" * 5000)
        part = Part.create("text/plain", encoding=encoding, path=str(tmp_path / "f"))
        tracemalloc.start()
        octets = sum(map(len, chunks(part, TCLLIB_1_20)))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert octets > 10_000_000
        assert peak < 2_000_000

    def test_missing_file_is_an_error_and_no_empty_part(self) -> None:
        with pytest.raises(MimeError, match="no such file"):
            list(chunks(multipart(Part.create("text/plain", path="/nonexistent")), TCLLIB_1_20))

    @pytest.mark.parametrize("content", ["image/gif", "text/plain", "application/x"])
    def test_file_and_text_give_the_same_message(self, tmp_path: Path, content: str) -> None:
        data = ("caf\xe9 =\r\n.\r\n" + "x" * 100 + "\n") * 5000
        (tmp_path / "f").write_bytes(data.encode("latin-1"))
        from_file = Part.create(content, headers=[("Content-ID", "i")], path=str(tmp_path / "f"))
        assert built(from_file) == built(leaf(data, content))


class TestSize:
    @BOTH
    @given(
        data=st.text(max_size=200) | st.text(" .\r\n\téF", max_size=200),
        content=st.sampled_from(["text/plain", "image/gif", "application/x", "message/rfc822"]),
        encoding=st.sampled_from(["", "7bit", "8bit", "base64", "quoted-printable"]),
    )
    def test_is_that_of_the_chunks(self, dialect: Dialect, data: str, content: str, encoding: str) -> None:
        part = multipart(leaf(data, content, encoding))
        assert size(part, dialect) == len(b"".join(chunks(part, dialect)))

    def test_is_that_of_the_chunks_of_a_large_file(self, tmp_path: Path) -> None:
        (tmp_path / "f").write_bytes(b"caf\xe9\r\n" * 100_000)
        part = Part.create("text/plain", path=str(tmp_path / "f"))
        assert size(part, TCLLIB_1_20) == sum(map(len, chunks(part, TCLLIB_1_20)))


@given(st.binary(max_size=300))
def test_octets_of_a_binary_part_arrive(data: bytes) -> None:
    part = Part.create("application/x", encoding="base64", data=data)
    assert b64decode(bytes(part).partition(b"\r\n\r\n")[2]) == data


class TestHeaderPairs:
    def test_generated_headers_are_among_them(self) -> None:
        part = Part.create("text/plain", headers=[("Content-ID", "i")], encoding="base64", data="x")
        generated = [("Content-Transfer-Encoding", "base64"), ("Content-Type", "text/plain")]
        assert list(header_pairs(part, TCLLIB_2_0)) == [("MIME-Version", "1.0"), ("Content-ID", "i"), *generated]

    def test_values_are_not_encoded(self) -> None:
        part = Part.create("text/plain", headers=[("Subject", "é\n")], data="x")
        assert dict(header_pairs(part, TCLLIB_2_0))["Subject"] == "é\n"
