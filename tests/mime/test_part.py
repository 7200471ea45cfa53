"""Parts: how they are made and what they know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tclsmtp.errors import MimeError
from tclsmtp.mime.part import Headers, Part, unique_id


def leaf(data: str = "x") -> Part:
    return Part.create("text/plain", data=data)


class TestCreate:
    def test_fields(self) -> None:
        part = Part.create(
            "Text/HTML",
            params=[("Name", "A b"), ("charset", "utf-8")],
            encoding="BASE64",
            headers=[("X-A", "1")],
            data="x",
        )
        assert (part.content, part.encoding, part.data, part.parts) == ("text/html", "base64", "x", None)
        assert list(part.params.items()) == [("name", "A b"), ("charset", "utf-8")]
        assert part.headers.names() == ["X-A", "Content-ID"]

    def test_content_id_given_stays_the_only_one(self) -> None:
        part = Part.create("text/plain", headers=[("content-id", "mine")], data="x")
        assert part.headers.get_all("Content-ID") == ["mine"]

    def test_parts_are_iterated(self) -> None:
        children = [leaf(), leaf()]
        part = Part.create("multipart/mixed", parts=children)
        assert list(part) == children
        assert not part.is_leaf
        assert list(children[0]) == []
        assert children[0].is_leaf

    @pytest.mark.parametrize(
        ("content", "given", "message"),
        [
            ("text/plain", {}, "specify exactly one of -file, -parts, or -string"),
            ("text/plain", {"data": "x", "path": "y"}, "specify exactly one of -file, -parts, or -string"),
            ("text/plain", {"parts": []}, "-canonical text/plain and -parts do not mix"),
            ("multipart/mixed", {"parts": [], "encoding": "7bit"}, "-encoding and -parts do not mix"),
            ("text/plain", {"parts": [], "encoding": "7bit"}, "-canonical text/plain and -parts do not mix"),
            ("text/plain", {"data": "x", "encoding": "bogus"}, "unknown value for -encoding bogus"),
            (
                "text/plain",
                {"data": "x", "params": [("a", "1"), ("A", "2")]},
                "the A parameter may be specified at most once",
            ),
            (
                "text/plain",
                {"data": "x", "headers": [("Content-Type", "v")]},
                "use -canonical instead of -header Content-Type v",
            ),
            ("text/plain", {"data": "x", "headers": [("MIME-Version", "1.0")]}, "don't go there..."),
        ],
    )
    def test_refuses_what_does_not_fit_together(self, content: str, given: dict[str, Any], message: str) -> None:
        with pytest.raises(MimeError) as caught:
            Part.create(content, **given)
        assert caught.value.message == message


class TestBody:
    def test_size_counts_what_was_given(self) -> None:
        assert leaf("\xe9\u4e00").body_size() == 2

    def test_size_of_parts_is_their_sum(self) -> None:
        assert Part.create("multipart/mixed", parts=[leaf("ab"), leaf("cde")]).body_size() == 5

    def test_file_is_read_when_asked(self, tmp_path: Path) -> None:
        path = tmp_path / "later"
        part = Part.create("text/plain", path=str(path))
        path.write_bytes(b"octets")
        assert (part.body_size(), part.read(), list(part.blocks(4))) == (6, b"octets", [b"octe", b"ts"])

    def test_missing_file(self) -> None:
        part = Part.create("text/plain", path="/nonexistent")
        with pytest.raises(MimeError, match='couldn\'t open "/nonexistent": no such file or directory'):
            part.read()
        with pytest.raises(MimeError, match='could not read "/nonexistent": no such file or directory'):
            part.body_size()

    def test_text_comes_in_blocks(self) -> None:
        assert list(leaf("abcde").blocks(2)) == ["ab", "cd", "e"]


class TestParse:
    MESSAGE = b"Subject: hi\nContent-Transfer-Encoding: base64\nContent-Type: image/gif\n\neHl6eHl6\n"

    @pytest.fixture(params=["octets", "str", "Path"])
    def part(self, request: pytest.FixtureRequest, tmp_path: Path) -> Part:
        path = tmp_path / "message"
        path.write_bytes(self.MESSAGE)
        given: dict[str, bytes | str | Path] = {"octets": self.MESSAGE, "str": str(path), "Path": path}
        return Part.parse(given[request.param])

    def test_reads_a_message(self, part: Part) -> None:
        assert (part.content, part.encoding, part.headers.get_all("Subject")) == ("image/gif", "base64", ["hi"])
        assert part.is_leaf

    def test_body_is_decoded(self, part: Part) -> None:
        assert (part.read(), list(part.blocks(4)), part.body_size()) == (b"xyzxyz", [b"xyzx", b"yz"], 7)

    def test_goes_out_as_it_came(self, part: Part) -> None:
        assert bytes(part).endswith(
            b"Subject: hi\r\nContent-Transfer-Encoding: base64\r\nContent-Type: image/gif\r\n\r\neHl6eHl6\r\n"
        )

    def test_other_headers_change_nothing_else(self, part: Part) -> None:
        other = part.with_headers(Headers([("A", "b")]))
        assert bytes(other) == bytes(part).replace(b"Subject: hi", b"A: b")

    def test_repr(self, part: Part) -> None:
        assert repr(part) == "<Part image/gif 7 octets>"

    def test_parts_are_iterated(self) -> None:
        part = Part.parse(b"Content-Type: multipart/x; boundary=b\n\n--b\n\n1\n--b\n\n2\n--b--\n")
        assert [child.read() for child in part] == [b"1", b"2"]


class TestDepth:
    def test_parts_may_stand_within_each_other_to_any_depth(self) -> None:
        part = leaf("abc")
        for _ in range(5_000):
            part = Part.create("multipart/mixed", parts=[part])
        assert part.body_size() == 3
        assert bytes(part).count(b"multipart/mixed") == 5_000


class TestBoundary:
    def test_is_the_parameter(self) -> None:
        assert Part.create("multipart/mixed", params=[("Boundary", "b")], parts=[]).boundary == "b"

    def test_is_made_up_once_for_each_part(self) -> None:
        first, second = (Part.create("multipart/mixed", parts=[]) for _ in range(2))
        assert first.boundary == first.boundary
        assert first.boundary != second.boundary
        assert len(first.boundary) <= 70


class TestWithHeaders:
    def test_shares_all_but_the_headers(self) -> None:
        part = Part.create("multipart/mixed", headers=[("A", "1")], parts=[leaf()])
        other = part.with_headers(Headers([("B", "2")]))
        assert other.headers.names() == ["B"]
        assert part.headers.names() == ["A", "Content-ID"]
        assert other.parts is part.parts


def test_bytes_are_the_message() -> None:
    part = Part.create("text/plain", headers=[("Content-ID", "i")], data="a\nb")
    assert bytes(part) == b"MIME-Version: 1.0\r\nContent-ID: i\r\nContent-Type: text/plain\r\n\r\na\r\nb"


def test_unique_ids_differ() -> None:
    ids = {unique_id("host") for _ in range(100)}
    assert len(ids) == 100
    assert all(each.startswith("<") and each.endswith("@host>") for each in ids)


def test_repr_says_what_it_is() -> None:
    assert repr(leaf("abc")) == "<Part text/plain 3 characters>"
    assert repr(Part.create("multipart/mixed", parts=[leaf()])) == "<Part multipart/mixed 1 parts>"
