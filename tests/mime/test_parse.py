"""Messages from octets and from files: their parts, how broken ones are read, and what is too much."""

from __future__ import annotations

import base64
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.errors import MimeError
from tclsmtp.mime import parse
from tclsmtp.mime.parse import parse_file, parse_octets, parse_text
from tclsmtp.mime.part import Part

MIXED = "Content-Type: multipart/mixed; boundary=B\n\n"
INNER = "Content-Type: multipart/mixed; boundary=C\n\n"
RFC822 = "Content-Type: message/rfc822\n\n"

Read = Callable[[str], Part]


@pytest.fixture
def from_file(tmp_path: Path) -> Read:
    def read(message: str) -> Part:
        (tmp_path / "message").write_bytes(message.encode("latin-1"))
        return parse_file(str(tmp_path / "message"))

    return read


@pytest.fixture(params=["text", "file"])
def read(request: pytest.FixtureRequest, from_file: Read) -> Read:
    """The two ways to read, for what they have in common."""
    return parse_text if request.param == "text" else from_file


def outline(part: Part) -> str:
    """A part in a few words: `T[NAMES|BODY]`, with O for application/octet-stream, and `M(...)` for a multipart."""
    short = {"text/plain": "T", "application/octet-stream": "O", "multipart/mixed": "M", "message/rfc822": "R"}
    name = short.get(part.content, part.content)
    if part.parts is not None:
        return f"{name}({', '.join(map(outline, part.parts))})"
    body = part.read()
    return f"{name}[{','.join(part.headers.names())}|{body if isinstance(body, str) else body.decode('latin-1')}]"


def refusal(read: Read, message: str) -> str:
    with pytest.raises(MimeError) as caught:
        read(message)
    return caught.value.message


class TestLeaf:
    def test_what_it_knows(self, read: Read) -> None:
        part = read("Subject: hi\nContent-Type: Text/HTML; Charset=utf-8\nMIME-Version: 1.0 (x)\n\nbody\n")
        assert (part.content, part.params, part.encoding) == ("text/html", {"charset": "utf-8"}, "")
        assert (part.version, part.headers.names(), part.read()) == ("1.0 (x)", ["Subject"], b"body\n")

    def test_without_a_type_it_is_text(self, read: Read) -> None:
        part = read("\nbody")
        assert (part.content, part.params) == ("text/plain", {"charset": "us-ascii"})

    @pytest.mark.parametrize("message", ["", "\n", "A: b", "A: b\n", "A: b\n\n"])
    def test_without_a_body(self, read: Read, message: str) -> None:
        assert (read(message).read(), read(message).body_size()) == (b"", 0)

    def test_a_body_keeps_its_line_breaks(self, read: Read) -> None:
        assert read("A: b\r\n\r\nx\r\ny\n").read() == b"x\r\ny\n"

    @pytest.mark.parametrize(
        ("encoding", "raw", "body", "size"),
        [
            ("base64", "aGVs\nbG8=\n", b"hello", 8),
            ("Quoted-Printable", "h=65l=\nlo \n", b"hello\n", 11),
            ("8bit", "h\xe9=41", b"h\xe9=41", 5),
        ],
    )
    def test_transfer_encoding_is_undone(self, read: Read, encoding: str, raw: str, body: bytes, size: int) -> None:
        part = read(f"Content-Transfer-Encoding: {encoding}\n\n{raw}")
        assert (part.encoding, part.read(), part.body_size()) == (encoding.lower(), body, size)

    def test_unknown_encoding_is_no_error_in_memory(self) -> None:
        assert parse_text("Content-Transfer-Encoding: x-uu\n\nabc").read() == b"abc"

    def test_unknown_encoding_in_a_file_is_the_error_that_tcllib_gives(self, from_file: Read) -> None:
        part = from_file("Content-Transfer-Encoding: x-uu\n\nabc")
        with pytest.raises(MimeError, match=r'^Can\'t handle content encoding "x-uu"$') as caught:
            part.read()
        assert caught.value.errorcode == ("MIME", "ENCODING", "x-uu")

    def test_characters_wider_than_an_octet(self) -> None:
        part = parse_text("Subject: \u20ac\n\n\u20ac\xe9")
        assert (part.headers.get_all("Subject"), part.read(), part.body_size()) == (["\u20ac"], "\u20ac\xe9", 2)

    def test_quoted_octets_among_wider_characters(self) -> None:
        part = parse_text("Content-Transfer-Encoding: quoted-printable\n\n\u20ac=E9 \n=\n\xe9")
        assert part.read() == "\u20ac\xe9\n\xe9"
        assert list(part.blocks(2)) == ["\u20ac\xe9", "\n\xe9"]


class TestMultipart:
    def test_parts_lie_between_the_boundaries(self, read: Read) -> None:
        part = read(f"{MIXED}preamble\n--B\nA: 1\n\nfirst\n\n--B\n\nsecond\n--B--\nepilogue\n--B\n")
        assert outline(part) == "M(T[A|first\n], T[|second])"

    def test_sizes_add_up(self, read: Read) -> None:
        assert read(f"{MIXED}--B\n\nabc\n--B\n\nde\n--B--\n").body_size() == 5

    def test_nested(self, read: Read) -> None:
        part = read(f"{MIXED}--B\n{INNER}--C\n\nx\n--C--\n\n--B\n\ny\n--B--")
        assert outline(part) == "M(M(T[|x]), T[|y])"

    def test_outer_boundary_ends_an_inner_header(self, read: Read) -> None:
        assert outline(read(f"{MIXED}--B\nA: b\n--B\n--B--")) == "M(T[A|], T[|])"

    def test_after_the_last_boundary_an_outer_one_counts(self, read: Read) -> None:
        part = read(f"{MIXED}--B\n{INNER}--C\n\nx\n--C--\n--C\n\ny\n--B\n\nz\n--B--")
        assert outline(part) == "M(M(T[|x]), T[|z])"

    @pytest.mark.parametrize("line", ["--B ", "-B", " --B", "--Bx", "--B--x", "--b", "----B"])
    def test_what_is_no_boundary(self, read: Read, line: str) -> None:
        assert outline(read(f"{MIXED}--B\n\nx\n{line}\ny\n--B--\n")) == f"M(T[|x\n{line}\ny])"

    @pytest.mark.parametrize("boundary", ["b'()+_,-./:=?", "--", "B--", " B", "B ", '\\"x', "\xe9"])
    def test_unusual_boundaries(self, read: Read, boundary: str) -> None:
        message = f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n--{boundary}\n\nx\n--{boundary}--\n'
        assert outline(read(message)) == "M(T[|x])"

    def test_end_of_an_outer_boundary_is_not_an_inner_one(self, from_file: Read) -> None:
        inner = MIXED.replace("=B", "=B--")
        message = f"{MIXED}--B\n{inner}--B--\n\nx\n--B----\n"
        assert refusal(parse_text, message) == "end-of-string encountered while parsing multipart/mixed"
        assert outline(from_file(message)) == "M(M(O[|]))"

    def test_types_of_a_digest_are_those_of_any_multipart(self, read: Read) -> None:
        part = read("Content-Type: multipart/digest; boundary=B\n\n--B\n\nA: b\n\nx\n--B--")
        assert outline(part) == "multipart/digest(T[|A: b\n\nx])"

    def test_crlf_in_memory_becomes_lf_in_the_parts(self) -> None:
        part = parse_text(f"{MIXED}--B\n\nx\ny\n\n--B--".replace("\n", "\r\n"))
        assert (outline(part), part.body_size()) == ("M(T[|x\ny\n])", 4)

    def test_crlf_in_a_file_stays(self, from_file: Read) -> None:
        part = from_file(f"{MIXED}--B\n\nx\ny\n\n--B--\n".replace("\n", "\r\n"))
        assert (outline(part), part.body_size()) == ("M(T[|x\r\ny\r\n])", 6)

    def test_last_line_of_a_file_without_a_line_break_leaves_a_cr(self, from_file: Read) -> None:
        assert outline(from_file(f"{MIXED}--B\n\nx\n--B--".replace("\n", "\r\n"))) == "M(T[|x\r])"

    def test_boundary_with_crlf_takes_no_more_than_a_line_break(self, read: Read) -> None:
        assert outline(read(f"{MIXED}--B\n\nxy\n--B--\r\n")) == "M(T[|xy])"

    def test_boundary_across_the_blocks_of_a_file(self, from_file: Read) -> None:
        for length in range((1 << 18) - 60, (1 << 18) - 30):
            body = "x" * length
            assert outline(from_file(f"{MIXED}--B\n\n{body}\n--B\n\ny\n--B--\n")) == f"M(T[|{body}], T[|y])"


def test_file_is_not_held(tmp_path: Path) -> None:
    path = tmp_path / "message"
    body = b"x" * 75 + b"\n"
    path.write_bytes(f"{MIXED}--B\n\n".encode() + body * 200_000 + b"--B\n\n" + body * 100_000 + b"--B--\n")
    tracemalloc.start()
    part = parse_file(str(path))
    sizes = [sum(map(len, child.blocks(100_000))) for child in part]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sizes == [76 * 200_000 - 1, 76 * 100_000 - 1]
    assert peak < 2_000_000


class TestWithoutEnd:
    """A multipart that has no last boundary, or nothing before it."""

    @pytest.mark.parametrize("body", ["", "pre\n", "--B\n", "--B\n\nx\n", "--B\n\nx\n--B\n\ny"])
    def test_is_an_error_in_memory(self, body: str) -> None:
        assert refusal(parse_text, MIXED + body) == "end-of-string encountered while parsing multipart/mixed"

    def test_outermost_is_named(self) -> None:
        outer = "Content-Type: multipart/x; boundary=B\n\n--B\n"
        assert refusal(parse_text, f"{outer}{INNER}--C\n\nx") == "end-of-string encountered while parsing multipart/x"

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("", "M(O[|])"),
            ("pre\n", "M()"),
            ("\npre\n\n", "M(O[|pre\n])"),
            ("A: b\n\nx", "M(O[A|x])"),
            ("--B\nA: b\n\nx\n", "M(O[A|x])"),
            ("--B\nbad\n", "M()"),
            ("--B\n\nx\n--B", "M(T[|x], O[|])"),
            ("--B--\n", "M(O[|])"),
            ("\nx\n--B--\n", "M(O[|x])"),
            ("pre\n--B--\n", "M()"),
            (f"--B\n{INNER}--C\n\nx\n\n--B--", "M(M(O[|x]))"),
            (f"--B\n{INNER}--C\n\nx", "M(O(O[|x]))"),
            (f"--B\n{RFC822}A: b\n\nx\n", "M(O(T[A|x]))"),
        ],
    )
    def test_rest_of_a_file_is_octets(self, from_file: Read, body: str, expected: str) -> None:
        assert outline(from_file(MIXED + body)) == expected

    def test_parts_of_octets_keep_what_their_header_says(self, from_file: Read) -> None:
        (part,) = from_file(f"{MIXED}--B\nContent-Type: image/gif; a=b\nContent-Transfer-Encoding: base64\n\neA==\n")
        assert (part.content, part.params, part.encoding, part.read()) == (
            "application/octet-stream",
            {"a": "b"},
            "base64",
            b"x",
        )

    @pytest.mark.parametrize("body", ["--B--\n", "\n--B--", "pre\n--B--\nepilogue"])
    def test_last_boundary_alone_in_memory(self, body: str) -> None:
        assert outline(parse_text(MIXED + body)) == "M()"

    def test_last_boundary_with_a_colon_alone_in_memory_is_a_header(self) -> None:
        part = parse_text(MIXED.replace("=B", '="x:y"') + "pre\n--x:y-\n--x:y--\n")
        assert (outline(part), part.parts and part.parts[0].headers.get_all("--x")) == ("M(O[--x|])", ["y-", "y--"])


class TestMessage:
    def test_holds_a_message(self, read: Read) -> None:
        assert outline(read(f"{RFC822}A: b\n\nx\n")) == "R(T[A|x\n])"

    def test_of_any_subtype(self, read: Read) -> None:
        assert outline(read("Content-Type: message/partial\n\nA: b\n\nx")) == "message/partial(T[A|x])"

    def test_in_a_multipart(self, read: Read) -> None:
        assert outline(read(f"{MIXED}--B\n{RFC822}{INNER}--C\n\nx\n--C--\n--B\n\ny\n--B--")) == "M(R(M(T[|x])), T[|y])"

    @pytest.mark.parametrize(
        ("encoding", "raw"),
        [("base64", base64.encodebytes(b"A: b\n\nx\n").decode()), ("quoted-printable", "A:=20=\nb\n\nx\n")],
    )
    def test_encoded_as_a_whole_is_decoded_in_memory(self, encoding: str, raw: str) -> None:
        part = parse_text(f"Content-Transfer-Encoding: {encoding}\n{RFC822}{raw}")
        assert (outline(part), part.wrapped) == ("R(T[A|x\n])", True)

    def test_encoded_as_a_whole_is_read_as_it_is_in_a_file(self, from_file: Read) -> None:
        message = f"Content-Transfer-Encoding: base64\n{RFC822}QTogYgoKeAo=\n"
        assert refusal(from_file, message) == "improper line in header: QTogYgoKeAo="

    def test_encoded_text_with_wide_characters(self) -> None:
        part = parse_text(f"Content-Transfer-Encoding: quoted-printable\n{RFC822}A: \u20ac\n\n=E9\u20ac")
        assert outline(part) == "R(T[A|\xe9\u20ac])"

    def test_encoded_message_that_is_broken(self) -> None:
        message = f"Content-Transfer-Encoding: base64\n{RFC822}{base64.b64encode(b'bad').decode()}"
        assert refusal(parse_text, message) == "improper line in header: bad"


class TestErrors:
    @pytest.mark.parametrize(
        ("message", "expected"),
        [
            ("bad\n\nx", "improper line in header: bad"),
            ("From me\nA: b\n\nx", "improper line in header: From me"),
            ("Content-Type: multipart/mixed\n\n", "boundary parameter is missing in multipart/mixed"),
            ('Content-Type: multipart/mixed; boundary=""\n\n', "boundary parameter is missing in multipart/mixed"),
            (f"{MIXED}--B\nbad\n--B--", "improper line in header: bad"),
            (f"{MIXED}--B\n{INNER}--C\nbad\n--C--\n--B\nworse\n--B--", "improper line in header: bad"),
            (f"{RFC822}bad\n\n", "improper line in header: bad"),
            (f"{MIXED}--B\nContent-Type: multipart/x\n\n--B--", "boundary parameter is missing in multipart/x"),
        ],
    )
    def test_first_mistake_is_told(self, read: Read, message: str, expected: str) -> None:
        assert refusal(read, message) == expected

    def test_part_with_a_mistake_that_has_no_end_is_no_mistake_of_its_own(self) -> None:
        assert refusal(parse_text, f"{MIXED}--B\nbad\n") == "end-of-string encountered while parsing multipart/mixed"

    def test_file_that_is_not_there(self) -> None:
        with pytest.raises(MimeError) as caught:
            parse_file("/nonexistent")
        assert caught.value.errorcode[:2] == ("POSIX", "ENOENT")

    def test_folder(self, tmp_path: Path) -> None:
        with pytest.raises(MimeError) as caught:
            parse_file(str(tmp_path))
        assert caught.value.errorcode[:2] == ("POSIX", "EISDIR")


def nested(depth: int, end: bool = True) -> str:
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n" for level in range(depth))
    return f"{head}\nx\n" + ("".join(f"--b{level}--\n" for level in reversed(range(depth))) if end else "")


class TestLimits:
    """Hostile messages take time and memory in proportion to their size, or are refused: never a RecursionError.

    The sizes are such that work in proportion to a square would not end.
    """

    def limit(self, read: Read, message: str) -> tuple[str, ...]:
        with pytest.raises(MimeError) as caught:
            read(message)
        return caught.value.errorcode

    def test_depth_up_to_the_limit(self, read: Read) -> None:
        part = read(nested(parse.MAX_DEPTH - 1))
        assert (part.body_size(), len(bytes(part)) > parse.MAX_DEPTH) == (1, True)

    @pytest.mark.parametrize(
        "message", [nested(10_000), RFC822 * 10_000, nested(10_000, end=False)], ids=["multipart", "message", "no end"]
    )
    def test_depth_beyond_the_limit(self, read: Read, message: str) -> None:
        assert self.limit(read, message) == ("MIME", "LIMIT", "DEPTH")

    def test_depth_of_what_stands_before_a_boundary(self, from_file: Read) -> None:
        head = "".join(f"Content-Type: multipart/mixed; boundary=b{level}\n\n" for level in range(10_000))
        assert self.limit(from_file, head) == ("MIME", "LIMIT", "DEPTH")

    def test_depth_of_encoded_messages(self) -> None:
        head = f"Content-Transfer-Encoding: quoted-printable\n{RFC822}"
        assert self.limit(parse_text, head * 10_000) == ("MIME", "LIMIT", "DEPTH")

    def test_header_line_of_100_million_octets(self, read: Read) -> None:
        assert self.limit(read, "A: " + "x" * 100_000_000) == ("MIME", "LIMIT", "HEADER")

    def test_header_folded_too_often(self, read: Read) -> None:
        assert self.limit(read, "A: x\n" + " y\n" * 2_000_000) == ("MIME", "LIMIT", "HEADER")

    def test_header_up_to_the_limit(self, read: Read) -> None:
        value = "x" * (parse.MAX_HEADER - 5)
        assert read(f"A: {value}\n\n").headers.get_all("A") == [value]

    def test_long_line_before_the_first_boundary_is_no_header(self, from_file: Read) -> None:
        long = "x" * (parse.MAX_HEADER + 1)
        assert outline(from_file(f"{MIXED}{long}\n--B\n\nx\n--B--\n")) == "M(T[|x])"

    def test_a_million_parts(self, read: Read) -> None:
        assert self.limit(read, MIXED + "--B\n" * 1_000_000) == ("MIME", "LIMIT", "PARTS")

    def test_too_many_fields(self, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(parse, "MAX_FIELDS", 100)
        part = "--B\na:\nb:\n"
        assert len(read(f"{MIXED}{part * 10}--B--").parts or ()) == 10
        assert self.limit(read, f"{MIXED}{part * 60}--B--") == ("MIME", "LIMIT", "FIELDS")

    def test_too_much_of_headers(self, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(parse, "MAX_HEADERS", 1000)
        part = "--B\na: " + "x" * 100 + "\n\n"
        assert len(read(f"{MIXED}{part * 5}--B--").parts or ()) == 5
        assert self.limit(read, f"{MIXED}{part * 20}--B--") == ("MIME", "LIMIT", "HEADERS")

    def test_lines_that_begin_as_the_boundary(self, read: Read) -> None:
        boundary = "B" * 70
        lines = f"--{boundary}B\n" * 300_000
        part = read(f"Content-Type: multipart/mixed; boundary={boundary}\n\n--{boundary}\n\n{lines}--{boundary}--\n")
        assert part.body_size() == len(lines) - 1

    def test_lines_that_begin_as_the_last_boundary_does_count_as_fields(self) -> None:
        message = MIXED.replace("=B", '="x:y"') + "--x:yz\n" * (parse.MAX_FIELDS + 1)
        assert self.limit(parse_text, message) == ("MIME", "LIMIT", "FIELDS")

    def test_long_boundary_that_nearly_stands_in_many_lines(self, read: Read) -> None:
        boundary = "B" * 1_000_000
        lines = ("--" + "B" * 999_999 + "\n") * 20
        part = read(f"Content-Type: multipart/mixed; boundary={boundary}\n\n--{boundary}\n\n{lines}--{boundary}--\n")
        assert part.body_size() == len(lines) - 1


LINES = st.lists(
    st.sampled_from(
        [
            "",
            "x",
            "--B",
            "--C",
            "--B--",
            "--C--",
            "A: b",
            " y",
            "--",
            MIXED[:-2],
            INNER[:-2],
            RFC822[:-2],
            "x\r",
            "\xe9",
        ]
    ),
    max_size=12,
)


def told(lines: list[str]) -> str:
    """What is read from these lines, in a few words, or the words of the refusal."""
    try:
        return outline(parse_text("\n".join(lines)))
    except MimeError as error:
        return error.message


class TestProperties:
    @given(LINES)
    def test_any_lines_are_read_or_refused(self, lines: list[str]) -> None:
        assert re.match(
            r"improper line in header: |end-of-string encountered|multiple Content-|\w+/?\w*[\[(]", told(lines)
        )

    @given(LINES)
    def test_what_was_read_goes_out_so_that_it_is_read_the_same(self, lines: list[str]) -> None:
        try:
            first = parse_text("\n".join(lines))
            second = parse_octets(bytes(first))
        except MimeError:
            return
        assert bytes(second) == bytes(first)
