"""The two arrays of charsets, and charsets converted as Tcl converts them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tclsmtp import Interpreter, TclError
from tclsmtp.bridge.caller import Caller
from tclsmtp.bridge.charset_commands import TclCharsets
from tclsmtp.mime.charsets import charsets, encodings, same_codec

SAME = sorted(encoding for encoding in encodings() if same_codec(encoding))
BMP = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]


@pytest.fixture
def tcl() -> Iterator[Interpreter]:
    with Interpreter() as interpreter:
        interpreter.eval("package require mime")
        yield interpreter


@pytest.fixture
def found(tcl: Interpreter) -> TclCharsets:
    return TclCharsets(Caller(tcl, ""))


def words(tcl: Interpreter, script: str) -> dict[str, str]:
    items = tcl.split(tcl.eval(script))
    return dict(zip(items[::2], items[1::2], strict=True))


class TestArrays:
    @pytest.mark.parametrize("name", ["encodings", "reversemap"])
    def test_hold_at_first_what_tcllib_has(self, tcl: Interpreter, name: str) -> None:
        script = f"package require mime; puts [array get ::mime::{name}]"
        shown = subprocess.run(["tclsh"], input=script, capture_output=True, text=True, check=True).stdout
        assert words(tcl, f"array get ::mime::{name}") == words(tcl, f"list {shown}")

    def test_are_those_of_each_interpreter(self, tcl: Interpreter) -> None:
        tcl.eval("set ::mime::encodings(utf-8) X; interp create c")
        assert tcl.eval("c eval { package require mime; mime::mapencoding utf-8 }") == "UTF-8"
        tcl.eval("c eval { set ::mime::encodings(utf-8) Y }")
        assert tcl.eval("list [mime::mapencoding utf-8] [c eval mime::mapencoding utf-8]") == "X Y"

    def test_new_charset_is_written_and_read(self, tcl: Interpreter) -> None:
        tcl.eval("set ::mime::encodings(macRoman) x-mac; set ::mime::reversemap(x-mac) macRoman")
        word = tcl.eval(r"mime::word_encode macRoman quoted-printable \u00e4\u20ac -charset_encoded 0")
        assert word == "=?x-mac?Q?=8A=DB?="
        assert tcl.call("mime::field_decode", word.replace("mac", "MAC")) == "\xe4\u20ac"
        assert tcl.eval("mime::reversemapencoding X-Mac") == "macRoman"

    def test_charset_can_be_changed_and_taken_away(self, tcl: Interpreter) -> None:
        tcl.eval("set ::mime::reversemap(utf-8) iso8859-1")
        assert tcl.eval("mime::field_decode =?UTF-8?Q?=C3=A9?=") == "\xc3\xa9"
        tcl.eval("unset ::mime::encodings(utf-8); array unset ::mime::reversemap utf*; set ::mime::encodings(cp437) {}")
        assert tcl.eval("list [mime::mapencoding utf-8] [mime::reversemapencoding UTF-8]") == "{} {}"
        with pytest.raises(TclError, match="unknown charset 'utf-8'"):
            tcl.eval("mime::word_encode utf-8 base64 x")
        with pytest.raises(TclError, match="invalid charset 'cp437'"):
            tcl.eval("mime::word_encode cp437 base64 x")

    def test_body_is_decoded_by_them(self, tcl: Interpreter) -> None:
        tcl.eval(r"set token [mime::initialize -canonical text/plain -param {charset X-Mine} -string \xca]")
        with pytest.raises(TclError, match="can't reversemap charset X-Mine"):
            tcl.eval("mime::getbody $token -decode")
        tcl.eval("set ::mime::reversemap(x-mine) koi8-r")
        assert tcl.eval("mime::getbody $token -decode") == "\u0439"

    def test_may_be_unset(self, tcl: Interpreter) -> None:
        tcl.eval("unset ::mime::encodings ::mime::reversemap")
        assert tcl.eval("list [mime::mapencoding utf-8] [mime::reversemapencoding utf-8]") == "{} {}"

    @pytest.mark.parametrize("name", ["*", "[a", "a(b)", "\\", "$x", "", "a b", "\u0439\0"])
    def test_any_name_may_be_asked_for(self, tcl: Interpreter, name: str) -> None:
        assert tcl.call("mime::mapencoding", name) == tcl.call("mime::reversemapencoding", name) == ""

    def test_encoding_that_tcl_does_not_have_is_an_error(self, tcl: Interpreter) -> None:
        tcl.eval("set ::mime::encodings(nosuch) X-NO")
        with pytest.raises(TclError, match='unknown encoding "nosuch"') as caught:
            tcl.eval("mime::word_encode nosuch base64 x")
        assert caught.value.errorcode == ("TCL", "LOOKUP", "ENCODING", "nosuch")


class TestConversion:
    @pytest.mark.parametrize("encoding", SAME)
    def test_python_reads_each_octet_as_tcl_does_or_not_at_all(self, tcl: Interpreter, encoding: str) -> None:
        codec = same_codec(encoding)
        assert codec
        text = {octet: octet.decode(codec, "ignore") for octet in [bytes((code,)) for code in range(256)]}
        octets = b"".join([octet for octet in text if text[octet]])
        assert tcl.call("encoding", "convertfrom", encoding, octets) == "".join(text.values())

    @pytest.mark.parametrize("encoding", SAME)
    def test_python_writes_each_character_as_tcl_does_or_not_at_all(self, tcl: Interpreter, encoding: str) -> None:
        codec = same_codec(encoding)
        assert codec
        octets = {character: character.encode(codec, "ignore") for character in BMP}
        text = "".join([character for character in BMP if octets[character]])
        assert tcl.call("encoding", "convertto", encoding, text) == b"".join(octets.values()).decode("latin-1")

    @pytest.mark.parametrize("encoding", sorted(encodings()))
    def test_all_that_tcl_has_can_be_written_and_read(
        self, tcl: Interpreter, found: TclCharsets, encoding: str
    ) -> None:
        text = "caf\xe9 \u0439\u3042\u4e2d\u20ac\x7f\x81"
        octets = found.encode(encoding, text)
        assert octets.decode("latin-1") == tcl.call("encoding", "convertto", encoding, text)
        assert found.decode(encoding, octets) == tcl.call("encoding", "convertfrom", encoding, octets)

    @pytest.mark.parametrize(
        ("encoding", "octets", "text"),
        [
            ("utf-8", b"\xe9\xc3\xff", "\xe9\xc3\xff"),
            ("utf-8", b"\xf0\x9f\x98\x80\xc0\x80", "\U0001f600\0"),
            ("cp1252", b"\x80\x81\xe9", "\u20ac\x81\xe9"),
            ("ascii", b"\xe9", "\xe9"),
            ("euc-jp", b"caf\xe9", "caf"),
            ("iso2022-jp", b'\x1b$B$"\x1b(B', "\u3042"),
        ],
    )
    def test_octets_that_are_invalid_are_read_as_tcl_reads_them(
        self, found: TclCharsets, encoding: str, octets: bytes, text: str
    ) -> None:
        assert found.decode(encoding, octets) == text

    def test_surrogate_alone_keeps_its_octets(self, tcl: Interpreter) -> None:
        script = r"binary encode hex [encoding convertto utf-8 [mime::field_decode [format %c 0xD83D]]]"
        assert tcl.eval(script) == "eda0bd"
        assert tcl.eval(r"mime::qp_encode [format %c 0xD83D]") == "=ED=A0=BD"

    def test_child_converts_too(self, tcl: Interpreter) -> None:
        tcl.eval("interp create c; c eval {package require mime}")
        assert tcl.eval("c eval {mime::field_decode =?Shift_JIS?B?gqA=?=}") == "\u3042"


def test_tables_are_those_of_the_mime_layer(tcl: Interpreter) -> None:
    assert words(tcl, "array get ::mime::encodings") == encodings()
    assert words(tcl, "array get ::mime::reversemap") == charsets()
