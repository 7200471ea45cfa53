"""RFC 822 address lists as `mime::parseaddress` reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.mime.address import Address, parse_addresses

TRANSCRIPT = Path(__file__).parents[2] / "compat" / "transcripts" / "address.jsonl"
RECORDED = [json.loads(line) for line in TRANSCRIPT.read_text("ascii").splitlines()]
"""Calls of which tcllib 1.20 and 2.0 gave the same answers: `call` and `result` as recorded, with every character
outside of 32..126 as \\uXXXX; `text` and `addresses` are the same without Tcl's quoting.
"""
HOST = "<HOST>"

PIECES = [*'()<>@,;:\\".[] \t\n\r\0', "a", "b.c", "é", "\xa0", "(c)", '"q r"', "[1]", "g:", "/S=x/G=y", "<a@b>", "@r:"]
hostile_texts = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
words = st.text("abcxyzäß019!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=8)
domains = st.lists(words, min_size=1, max_size=3).map(".".join)
names = st.text(st.characters(exclude_characters='"\\', exclude_categories=["Cs"]), min_size=1, max_size=12)


def read(text: str) -> list[Address]:
    return parse_addresses(text, HOST)


def only(text: str) -> Address:
    (address,) = read(text)
    return address


def fields(address: Address) -> dict[str, str]:
    pairs = [str(value) for value in address.to_pairs()]
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


@pytest.mark.parametrize("row", RECORDED, ids=[str(number) for number in range(1, len(RECORDED) + 1)])
def test_answers_as_recorded(row: dict[str, Any]) -> None:
    assert [fields(address) for address in read(row["text"])] == row["addresses"]


def test_pairs_come_in_the_recorded_order() -> None:
    assert list(fields(only("a@b"))) == list(RECORDED[0]["addresses"][0])


def test_depth_is_a_number_among_the_pairs() -> None:
    assert 0 in only("a@b").to_pairs()


class TestMailbox:
    def test_host_completes_an_address_without_domain(self) -> None:
        address = only("root")
        assert (address.address, address.local, address.domain) == ("root@<HOST>", "root", "")

    def test_proper_has_phrase_and_address(self) -> None:
        assert only("John R. Smith <js@x.org>").proper == '"John R. Smith" <js@x.org>'

    def test_quotes_go_where_the_phrase_does_not_need_them(self) -> None:
        address = only('"John Smith" <js@x.org>')
        assert (address.phrase, address.proper) == ("John Smith", "John Smith <js@x.org>")

    @pytest.mark.parametrize(("phrase", "kept"), [('"a" b', '"a" b"'), ('a "b" c', '"a "b" c"')])
    def test_quotes_inside_a_phrase_are_kept_unescaped(self, phrase: str, kept: str) -> None:
        assert only(f"{phrase} <c@d>").phrase == kept

    def test_empty_phrase_still_puts_the_address_in_brackets(self) -> None:
        address = only('"" <c@d>')
        assert (address.phrase, address.proper, address.friendly) == ("", " <c@d>", "c")

    def test_white_space_and_comments_between_tokens_go(self) -> None:
        assert only('"a b" . (x) c\n @ d\t. [1 2]').address == '"a b".c@d.[1 2]'

    def test_percent_takes_the_place_of_all_but_the_last_at_sign(self) -> None:
        address = only("a@b@[1]@c")
        assert (address.local, address.domain) == ("a%b%[1]", "c")

    def test_control_characters_are_part_of_an_atom(self) -> None:
        assert only("a\r\x01\0@b\x7f").address == "a\r\x01\0@b\x7f"

    def test_space_of_tcl_is_skipped_before_a_token(self) -> None:
        assert only("\ufeff\0a@\r\xa0\u200bb \u3000").address == "a@b"

    def test_route_is_kept_aside(self) -> None:
        address = only("<@r.s, ,@[1]:a@b>")
        assert (address.route, address.address) == ("@r.s,@[1]:", "a@b")

    def test_route_needs_neither_brackets_nor_commas(self) -> None:
        address = only("@r@s:a@b")
        assert (address.route, address.address) == ("@r@s:", "a@b")

    def test_route_may_stand_behind_the_first_dot(self) -> None:
        address = only("a.@r:b@c")
        assert (address.route, address.address, address.error) == ("@r:", "a.b@c", "")

    def test_any_token_ends_an_address_whose_route_has_no_brackets(self) -> None:
        assert [a.address for a in read("@r:a@b x c@d")] == ["a@b", "c@d"]


class TestComment:
    def test_comments_nest_and_a_backslash_quotes(self) -> None:
        assert only(r"a@b (c \) (d) \\)").comment == r"(c \) (d) \\)"

    def test_comments_are_joined_by_spaces(self) -> None:
        assert only("(a)x(b)@(c)y(d)").comment == "(a) (b) (c) (d)"

    def test_comment_before_a_comma_belongs_to_nobody(self) -> None:
        assert only("(c), a").comment == ""

    @pytest.mark.parametrize("text", ["<a@b> (c) d", "g: a@b; (c) d", "g: ; (c) d", "@r:a@b; (c) d"])
    def test_comment_after_an_address_belongs_to_the_next_as_well_without_comma(self, text: str) -> None:
        assert [a.comment for a in read(text)] == ["(c)", "(c)"]

    def test_comment_between_brackets_and_semicolon_belongs_to_the_address_before(self) -> None:
        assert [a.comment for a in read("g: <a@b> (c); (d) e")] == ["(c)", "(d)"]

    def test_comment_after_the_comma_is_not_taken_back(self) -> None:
        assert [a.comment for a in read("@r:a@b, (c) d")] == ["", "(c)"]

    def test_comment_looked_at_twice_counts_twice(self) -> None:
        assert only("<(c)a@b>").comment == "(c) (c)"

    def test_comment_of_a_faulty_address_may_follow_the_fault(self) -> None:
        assert only("a@b ] (c)").comment == "(c)"

    def test_comments_alone_are_no_address(self) -> None:
        assert read("(a), (b)") == []


class TestFriendly:
    @pytest.mark.parametrize(
        ("text", "friendly"),
        [
            ('"A B" (c) <a@b>', "A B"),
            ("a@b (c)", "c"),
            ('a@b (  "c" )', 'c" '),
            ("a@b (c) (d)", "c) (d"),
            ("a@b ( )", "a"),
            ('a@b ("")', ""),
            ('"a.b"@c', "a.b"),
        ],
    )
    def test_is_the_phrase_or_the_comment_or_the_local_part(self, text: str, friendly: str) -> None:
        assert only(text).friendly == friendly

    @pytest.mark.parametrize(
        ("local", "friendly"),
        [
            ("/PN=Joe/S=Doe/", "Joe"),
            ("/C=us/pn=Joe", "Joe"),
            ("/S=Doe/G=Jane/", "Jane Doe"),
            ("/G=Jane/I=Q/s=Doe/", "Jane Doe"),
            ("/\u017f=Doe/g=Jane/", "Jane Doe"),
            ("/S=Doe/", "Doe"),
            ("/G=Jane/", "/G=Jane/"),
            ("/S=/G=Jane/", "Jane /G=Jane/"),
            ("/PN=/S=Doe", "/S=Doe"),
            ("/PN=", "/PN="),
            ("x/PN=Joe/", "x/PN=Joe/"),
            ('"/S=Doe/G= J"', " J Doe"),
            ('"/G=Jane/S="."x"', 'Jane ."x'),
        ],
    )
    def test_is_the_name_in_an_x400_address(self, local: str, friendly: str) -> None:
        assert only(f"{local}@x").friendly == friendly


class TestGroup:
    def test_members_know_it_and_the_first_has_its_name(self) -> None:
        assert [(a.address, a.group, a.member) for a in read("my team: a@b, c@d; e@f")] == [
            ("a@b", "my team", 1),
            ("c@d", "", 1),
            ("e@f", "", 0),
        ]

    def test_empty_one_is_told_and_has_no_address(self) -> None:
        address = only("undisclosed-recipients:;")
        assert (address.group, address.address, address.member, address.error) == (
            "undisclosed-recipients",
            "",
            None,
            "",
        )
        assert address.is_empty_group

    def test_end_of_the_list_closes_it(self) -> None:
        assert only("team: ,, (c)").is_empty_group

    @pytest.mark.parametrize("text", ["a@b", "a", "<>", "a:", "a b", ";", '""@x'])
    def test_only_an_empty_one_has_neither_address_nor_error(self, text: str) -> None:
        assert only(text).is_empty_group == (text == "a:")

    def test_groups_do_not_nest(self) -> None:
        assert [(a.error, a.phrase, a.member) for a in read("a: b: c;, d")] == [
            ("nested groups not allowed (found b)", "b", None),
            ("", "", 2),
        ]

    def test_superfluous_semicolon_is_a_fault_and_counts_down(self) -> None:
        assert [(a.address, a.error, a.member) for a in read("a@b;, ;, c")] == [
            ("a@b", "extraneous semi-colon", 0),
            ("", "extraneous semi-colon", None),
            ("c@<HOST>", "", -2),
        ]

    def test_single_word_before_a_superfluous_semicolon_is_a_phrase(self) -> None:
        address = only("a;")
        assert (address.error, address.proper, address.member) == ("extraneous semi-colon", "a <>", 0)

    def test_empty_group_forgets_superfluous_semicolons(self) -> None:
        assert [a.member for a in read(";, ;, a:; b")] == [None, None, None, 0]


class TestFault:
    @pytest.mark.parametrize(
        ("text", "error", "proper"),
        [
            ("a b c", "found phrase instead of mailbox (a b cend-of-input)", "a b c <>"),
            ("a@b>", "junk after local@domain (found >)", "a@b"),
            ("a.b c", "expecting at-sign after local-part (found c)", "a.b@<HOST>"),
            ("a [x]", "expecting mailbox (found [x])", "a <>"),
            ("a.", "expecting mailbox in local-part (found end-of-input)", "a.@<HOST>"),
            ("a@", "expecting sub-domain in domain-part (found end-of-input)", "a@<HOST>"),
            ("p <a@b", "expecting right-bracket (found end-of-input)", "p <a@b>"),
            ("<@>", "expecting sub-route in route-part (found >)", ""),
            ("<@r,s:a>", "expecting at-sign in route (found s)", ""),
            ("<@r a>", "expecting colon to terminate route (found a)", ""),
            (".a", "unexpected character at beginning (found .)", ""),
            ('a@b "c', "junk after local@domain (found end-of-input during quoted-string)", "a@b"),
            (r'"\"', "unexpected character at beginning (found end-of-input during quoted-string)", ""),
            ("a@[b", "expecting sub-domain in domain-part (found end-of-input during domain-literal)", "a@<HOST>"),
            ("a ((c)", "expecting mailbox (found end-of-input during comment)", "a <>"),
        ],
    )
    def test_is_told_with_what_was_read(self, text: str, error: str, proper: str) -> None:
        address = only(text)
        assert (address.error, address.proper) == (error, proper)

    def test_reading_goes_on_after_the_next_comma(self) -> None:
        assert [(a.address, bool(a.error)) for a in read('a@b c, d@e f ",", g')] == [
            ("a@b", True),
            ("d@e", True),
            ("g@<HOST>", False),
        ]

    def test_comma_that_is_the_fault_itself_is_that_comma(self) -> None:
        assert [a.address for a in read("a@, b")] == ["a@<HOST>", "b@<HOST>"]

    @pytest.mark.parametrize(("text", "member"), [("<>", 0), ("<@>", None), ("a b", None), ("a@", 0)])
    def test_depth_is_known_once_the_address_itself_began(self, text: str, member: int | None) -> None:
        assert only(text).member == member


class CountingText(str):
    """Text that counts how often one of its characters is looked at."""

    looks = 0

    def __getitem__(self, key: Any) -> str:
        self.looks += 1
        return super().__getitem__(key)


@pytest.mark.parametrize(
    "piece",
    [
        *'()<>@,;:\\".[] a',
        "(x)",
        "(\\",
        "a,(",
        "a:",
        "a:,",
        "a:;",
        ";,",
        "a.",
        "a@",
        "@r,",
        "a ",
        "<a>(x)",
        "<(x)a>",
        "/S=",
    ],
)
def test_time_is_linear_in_the_length(piece: str) -> None:
    text = CountingText(piece * 20_000)
    read(text)
    assert text.looks <= 8 * len(text)


def test_deeply_nested_comment_is_read() -> None:
    comment = "(" * 100_000 + ")" * 100_000
    assert only(f"a@b {comment}").comment == comment


@given(hostile_texts)
def test_every_text_has_an_answer_in_which_the_fields_agree(text: str) -> None:
    for address in read(text):
        assert bool(address.address) == bool(address.local)
        assert address.proper in (address.address, f"{address.phrase} <{address.address}>")
        assert address.is_empty_group <= bool(address.group)


@given(st.lists(st.tuples(words, domains), max_size=5), st.sampled_from([",", ", ", " ,\n ", ",,", ";, "]))
def test_lists_of_good_addresses_are_read_as_written(parts: list[tuple[str, str]], separator: str) -> None:
    addresses = [f"{local}@{domain}" for local, domain in parts]
    assert [a.address for a in read(separator.join(addresses))] == addresses


@given(names, words, domains)
def test_proper_form_reads_as_the_same_address(name: str, local: str, domain: str) -> None:
    address = only(f'"{name}" <{local}@{domain}>')
    again = only(address.proper)
    assert (again.address, again.error) == (address.address, "")


@given(hostile_texts, words, domains)
def test_fault_does_not_reach_over_the_comma_behind_it(text: str, local: str, domain: str) -> None:
    closed = text.translate(dict.fromkeys(map(ord, '("[\\')))
    assert read(f"{closed}\\,{local}@{domain}")[-1].address == f"{local}@{domain}"
