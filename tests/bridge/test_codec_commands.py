"""The commands of encodings, encoded words, dates and the undocumented ones, beyond what the recordings show."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tclsmtp import Interpreter
from tests.support.scripts import failure

BIG = bytes(range(256)) * 40960
"""10 MiB of all octets."""


@pytest.fixture(params=["1.20", "2.0"])
def tcl(request: pytest.FixtureRequest) -> Iterator[Interpreter]:
    with Interpreter(dialect=request.param) as interpreter:
        interpreter.eval("package require mime")
        yield interpreter


@pytest.mark.parametrize(
    ("call", "usage"),
    [
        ("word_encode a b", "word_encode charset method string ?arg ...?"),
        ("word_decode", "word_decode encoded"),
        ("qp_encode a b c d", "qp_encode string ?encoded_word? ?no_softbreak?"),
        ("qp_decode", "qp_decode string ?encoded_word?"),
        ("field_decode", "field_decode field"),
        ("mapencoding", "mapencoding enc"),
        ("reversemapencoding a b", "reversemapencoding mimeType"),
        ("encoding", "encoding token"),
        ("getsize", "getsize token"),
        ("getContentType a b", "getContentType token"),
        ("getTransferEncoding", "getTransferEncoding token"),
        ("encodingasciiP", "encodingasciiP line"),
        ("encodinglineP a b", "encodinglineP line"),
        ("parsedatetime now", "parsedatetime value property"),
    ],
)
def test_wrong_number_of_arguments(tcl: Interpreter, call: str, usage: str) -> None:
    assert failure(tcl, f"mime::{call}").message == f'wrong # args: should be "mime::{usage}"'


class TestQuotedPrintable:
    @pytest.mark.parametrize("true", ["1", "yes", "on", "true", "t", "2", "0x10"])
    def test_any_boolean_of_tcl_is_one(self, tcl: Interpreter, true: str) -> None:
        assert tcl.eval(f"mime::qp_encode {{a b}} {true} {true}") == "a_b"
        assert tcl.eval(f"mime::qp_decode a_b {true}") == "a b"

    @pytest.mark.parametrize("call", ["qp_encode a x", "qp_encode a 0 x", "qp_decode a x"])
    def test_what_is_no_boolean_is_an_error(self, tcl: Interpreter, call: str) -> None:
        error = failure(tcl, f"mime::{call}")
        assert (error.message, error.errorcode) == ('expected boolean value but got "x"', ("TCL", "VALUE", "NUMBER"))

    def test_wide_text_is_written_in_utf_8(self, tcl: Interpreter) -> None:
        assert tcl.call("mime::qp_encode", "\u0439\xe9") == "=D0=B9=C3=A9"

    def test_ten_mebibytes_come_back(self, tcl: Interpreter) -> None:
        tcl.call("set", "big", BIG)
        assert tcl.eval("string equal $big [mime::qp_decode [mime::qp_encode $big]]") == "1"


class TestWordEncode:
    def test_string_is_in_its_charset_unless_told(self, tcl: Interpreter) -> None:
        assert tcl.eval(r"mime::word_encode koi8-r base64 \xca") == "=?KOI8-R?B?yg==?="
        assert tcl.eval(r"mime::word_encode koi8-r base64 \u0439 -charset_encoded no") == "=?KOI8-R?B?yg==?="

    def test_string_that_is_not_in_its_charset_is_text(self, tcl: Interpreter) -> None:
        assert tcl.eval(r"mime::word_encode utf-8 quoted-printable caf\xe9") == "=?UTF-8?Q?caf=C3=A9?="
        assert tcl.eval(r"mime::word_encode koi8-r base64 \u0439") == "=?KOI8-R?B?yg==?="

    def test_each_character_has_its_own_shifts(self, tcl: Interpreter) -> None:
        script = r"mime::word_encode iso2022-jp quoted-printable \u3042\u3042 -charset_encoded 0"
        assert tcl.eval(script) == "=?ISO-2022-JP?Q?=1B=24B=24=22=1B(B=1B=24B=24=22=1B(B?="

    def test_character_beyond_the_basic_plane_is_one(self, tcl: Interpreter) -> None:
        word = tcl.call("mime::word_encode", "utf-8", "base64", "\U0001f600" * 2, "-charset_encoded", "0")
        assert word == "=?UTF-8?B?8J+YgPCfmIA=?="

    @pytest.mark.parametrize(
        ("options", "message", "code"),
        [
            ("-maxlength", "list must have an even number of elements", ("TCL", "ARGUMENT", "FORMAT")),
            ("-charset_encoded x", 'expected boolean value but got "x"', ("TCL", "VALUE", "NUMBER")),
            (
                "-maxlength x",
                'can\'t use non-numeric string as operand of "-"',
                ("ARITH", "DOMAIN", "non-numeric string"),
            ),
            ("-maxlength -5", "maxlength -5 too short for chosen charset and encoding", ("MIME",)),
            ("-maxlength 1.5e1", "maxlength 1.5e1 too short for chosen charset and encoding", ("MIME",)),
        ],
    )
    def test_bad_options(self, tcl: Interpreter, options: str, message: str, code: tuple[str, ...]) -> None:
        error = failure(tcl, f"mime::word_encode utf-8 base64 x {options}")
        assert (error.message, error.errorcode) == (message, code)

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            ("no no x -maxlength", "unknown charset 'no'"),
            ("utf-8 no x -maxlength", "unknown method 'no', must be base64 or quoted-printable"),
            ("utf-8 base64 {} -maxlength", "list must have an even number of elements"),
            ("utf-8 base64 x -maxlength x -charset_encoded x", 'expected boolean value but got "x"'),
            ("utf-8 base64 {} -charset_encoded x", 'expected boolean value but got "x"'),
        ],
    )
    def test_what_is_wrong_is_told_in_an_order(self, tcl: Interpreter, words: str, message: str) -> None:
        assert failure(tcl, f"mime::word_encode {words}").message == message

    @pytest.mark.parametrize("length", ["x", "{}", "-5", "NaN"])
    def test_no_text_needs_no_length(self, tcl: Interpreter, length: str) -> None:
        assert tcl.eval(f"mime::word_encode utf-8 base64 {{}} -maxlength {length}") == ""

    @pytest.mark.parametrize(("length", "longest"), [("19", 16), ("19.99", 20), ("0x14", 20), ("Inf", 52)])
    def test_length_is_any_number(self, tcl: Interpreter, length: str, longest: int) -> None:
        words = tcl.eval(f"mime::word_encode utf-8 base64 {'x' * 29} -maxlength {length}")
        assert max(map(len, words.split("\n "))) == longest

    def test_unknown_options_are_not_looked_at(self, tcl: Interpreter) -> None:
        assert tcl.eval("mime::word_encode utf-8 base64 x -foo bar -maxlength 0x14") == "=?UTF-8?B?eA==?="


class TestDecoding:
    def test_word_is_told_in_its_octets(self, tcl: Interpreter) -> None:
        assert tcl.split(tcl.eval("mime::word_decode =?utf-8?Q?=00caf=C3=A9?=")) == (
            "utf-8",
            "quoted-printable",
            "\0caf\xc3\xa9",
        )

    def test_field_is_text(self, tcl: Interpreter) -> None:
        assert tcl.eval("mime::field_decode {=?utf-8?B?AMOp8J+YgA==?= x}") == "\0\xe9\U0001f600 x"

    def test_error_in_a_field(self, tcl: Interpreter) -> None:
        error = failure(tcl, "mime::field_decode =?nope?Q?a?=")
        assert (error.message, error.errorcode) == ("unknown charset 'nope'", ("MIME",))

    def test_ten_mebibytes_without_a_word_stay(self, tcl: Interpreter) -> None:
        tcl.call("set", "big", BIG)
        assert tcl.eval("string equal $big [mime::field_decode $big]") == "1"


class TestDates:
    @pytest.fixture(autouse=True)
    def zone(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TZ", "UTC")
            yield
        time.tzset()

    def test_zone_of_the_script_counts_at_once(self, tcl: Interpreter) -> None:
        script = "set env(TZ) %s; mime::parsedatetime {1 Jul 2015 10:00:00 +0000} proper"
        assert tcl.eval(script % "UTC") == "Wed, 01 Jul 2015 10:00:00 +0000"
        assert tcl.eval(script % "Europe/Berlin") == "Wed, 01 Jul 2015 12:00:00 +0200"

    def test_date_without_zone_is_one_of_the_script_s(self, tcl: Interpreter) -> None:
        tcl.eval("set env(TZ) America/New_York")
        assert tcl.eval("mime::parsedatetime {1 Jul 2015 10:00} clock") == "1435759200"

    @pytest.mark.parametrize(
        ("value", "clock"),
        [
            ("1 Jul 2015 10:00 EST +0200", 1435755600),
            ("2015-07-01 10:00:00", 1435744800),
            ("31 Jun 2015 10:00 +0000", 1435744800),
        ],
    )
    def test_whatever_tcl_reads_is_a_date(self, tcl: Interpreter, value: str, clock: int) -> None:
        assert tcl.call("mime::parsedatetime", value, "clock") == str(clock)

    def test_now(self, tcl: Interpreter) -> None:
        before = int(time.time())
        assert before <= int(tcl.eval("mime::parsedatetime -now clock")) <= int(time.time())

    def test_what_tcl_cannot_read_is_its_error(self, tcl: Interpreter) -> None:
        assert failure(tcl, "mime::parsedatetime {foo +0200} clock").message == (
            'unable to convert date-time string "foo": syntax error (characters 0-2)'
        )


class TestParts:
    @pytest.mark.parametrize(
        ("options", "encoding", "transfer", "content", "size"),
        [
            ("-canonical text/plain -string hi", "", "", "text/plain", 2),
            ("-canonical Text/Plain -param {name x} -string hi", "", "", 'text/plain;\n              name="x"', 2),
            ("-canonical image/png -string hi", "base64", "base64", "image/png", 2),
            ("-canonical text/plain -encoding base64 -string hi", "", "base64", "text/plain", 2),
            (
                "-canonical text/plain -string [string repeat x 99]",
                "quoted-printable",
                "quoted-printable",
                "text/plain",
                99,
            ),
            (r"-string Content-Type:\ text/html\n\nhi", "", "", "text/html", 2),
        ],
    )
    def test_what_is_told_of_a_part(
        self, tcl: Interpreter, options: str, encoding: str, transfer: str, content: str, size: int
    ) -> None:
        tcl.eval(
            "set token [mime::initialize {}]".format(
                options.replace("\n", "\\n").replace("{Content", '"Content').replace("hi}", 'hi"')
            )
        )
        names = ("encoding", "getTransferEncoding", "getContentType", "getsize")
        assert [tcl.eval(f"mime::{name} $token") for name in names] == [encoding, transfer, content, str(size)]

    def test_what_is_told_of_parts_inside(self, tcl: Interpreter) -> None:
        tcl.eval("""
            set inside [mime::initialize -canonical image/png -string abc]
            set token [mime::initialize -canonical multipart/mixed -param {boundary b} -parts [list $inside $inside]]
        """)
        names = ("encoding", "getTransferEncoding", "getContentType", "getsize")
        assert [tcl.eval(f"mime::{name} $token") for name in names] == [
            "",
            "",
            'multipart/mixed;\n              boundary="b"',
            "6",
        ]

    @pytest.mark.parametrize(
        ("command", "field"),
        [
            ("encoding", "content"),
            ("getContentType", "content"),
            ("getTransferEncoding", "encoding"),
            ("getsize", "value"),
        ],
    )
    def test_unknown_token(self, tcl: Interpreter, command: str, field: str) -> None:
        assert failure(tcl, f"mime::{command} nope").message == f'can\'t read "state({field})": no such variable'


class TestLines:
    @pytest.mark.parametrize("line", ["", "a\tb\n", "~ }", "x" * 998])
    def test_printable_ascii(self, tcl: Interpreter, line: str) -> None:
        assert tcl.call("mime::encodingasciiP", line) == "1"

    @pytest.mark.parametrize("line", ["\r\n", "\0", "\x1f", "\x7f", "\x80", "\xe9", "\u0439", "a\v"])
    def test_not_printable_ascii(self, tcl: Interpreter, line: str) -> None:
        assert tcl.call("mime::encodingasciiP", line) == "0"

    @pytest.mark.parametrize("line", ["", "a", " a", "From", "from x", ">From x", "\x7f\xe9\u0439", "x" * 76])
    def test_line_that_may_go_out(self, tcl: Interpreter, line: str) -> None:
        assert tcl.call("mime::encodinglineP", line) == "1"

    @pytest.mark.parametrize(
        "line", ["a ", "a\t", "a\n", "a\0", "a\xa0", "a\u200b", "\ufeff", ".", "..a", "From x", "x" * 77]
    )
    def test_line_that_may_not(self, tcl: Interpreter, line: str) -> None:
        assert tcl.call("mime::encodinglineP", line) == "0"


class TestTenMebibytes:
    def test_body_comes_back(self, tcl: Interpreter) -> None:
        tcl.call("set", "big", BIG)
        tcl.eval("set token [mime::initialize -canonical application/octet-stream -string $big]")
        assert tcl.eval("string equal $big [mime::getbody $token]") == "1"

    def test_message_is_built_and_copied_alike(self, tcl: Interpreter) -> None:
        tcl.call("set", "big", BIG)
        tcl.eval(r"""
            set token [mime::initialize -canonical application/octet-stream -string $big]
            set channel [file tempfile path]
            fconfigure $channel -translation crlf
            mime::copymessage $token $channel
            fconfigure $channel -translation binary
            seek $channel 0
            set copied [string map {\r\n \n} [read $channel]]
            close $channel
            file delete $path
        """)
        assert tcl.eval(r"string equal $copied [string map {\r\n \n} [mime::buildmessage $token]]") == "1"
        body = r"[string range $copied [string first \n\n $copied] end]"
        assert tcl.eval(f"string equal $big [binary decode base64 {body}]") == "1"
