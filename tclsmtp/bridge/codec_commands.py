"""The ::mime commands of encodings, encoded words and dates, and others that tcllib has but does not document."""

from __future__ import annotations

from tclsmtp.bridge.charset_commands import TclCharsets
from tclsmtp.errors import OptionError
from tclsmtp.mime import codecs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tclsmtp.bridge.caller import Caller
    from tclsmtp.bridge.values import TclValue
    from tclsmtp.mime.part import Part

_ASCII = bytes((9, 10, *range(32, 127)))
_TRIMMED = (
    "\0\t\n\v\f\r \x85\xa0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
"""What Tcl's `string trimright` takes away (observed in Tcl 8.6)."""
_LONGEST_LINE = 76


def qp_encode(caller: Caller, text: str, encoded_word: str = "0", no_softbreak: str = "0") -> bytes:
    """`mime::qp_encode string ?encoded_word? ?no_softbreak?`: quoted-printable.

    Text with characters over U+00FF is encoded as utf-8 (deviation eight-bit). Raises TclError for what is no boolean.
    """
    return codecs.encode_quoted_printable(
        _octets(text),
        word=_boolean(caller, encoded_word),
        specials=caller.dialect.q_escapes_specials,
        soft_breaks=not _boolean(caller, no_softbreak),
    )


def qp_decode(caller: Caller, text: str, encoded_word: str = "0") -> str | bytes:
    """`mime::qp_decode string ?encoded_word?`: what quoted-printable says. Raises TclError for what is no boolean."""
    word = _boolean(caller, encoded_word)
    try:
        return codecs.unquote(text.encode("latin-1"), word=word)
    except UnicodeEncodeError:
        return codecs.decode_quoted_printable(text, word=word)


def word_encode(caller: Caller, encoding: str, method: str, text: str, *args: str) -> str:
    """`mime::word_encode charset method string ?-charset_encoded 0|1? ?-maxlength n?`: text as encoded words.

    `charset` is Tcl's name of an encoding. Unless `-charset_encoded 0` says otherwise, the string is in it already;
    text with characters over U+00FF cannot be, and is taken as text (deviation eight-bit). Raises MimeError as
    `words.encode_words`, TclError for a bad value of an option, OptionError for one without a value.
    """
    from tclsmtp.mime import words

    # What may be wrong is looked at in tcllib's order, and no text needs no length (observed).
    charsets = TclCharsets(caller)
    words.begin_word(encoding, method, charsets)
    if len(args) % 2:
        raise OptionError("list must have an even number of elements", ("TCL", "ARGUMENT", "FORMAT"))
    options = dict(zip(args[::2], args[1::2], strict=True))
    encoded = _boolean(caller, options.get("-charset_encoded", "1"))
    if encoded:
        text = _decoded(text, encoding, charsets)
    if not text:
        return ""
    given = options.get("-maxlength")
    length = words.MAX_LENGTH if given is None else _number(caller, given)
    return words.encode_words(text, encoding, method, length, charsets, given or "")


def _decoded(text: str, encoding: str, charsets: TclCharsets) -> str:
    try:
        octets = text.encode("latin-1")
    except UnicodeEncodeError:
        return text
    return charsets.decode(encoding, octets)


def word_decode(caller: Caller, word: str) -> TclValue:
    """`mime::word_decode encoded`: the Tcl encoding, the method and the octets of an encoded word."""
    from tclsmtp.mime.words import decode_word

    found = decode_word(word, TclCharsets(caller))
    return (found.encoding, found.method, found.text)


def field_decode(caller: Caller, field: str) -> str:
    """`mime::field_decode field`: a header field with its encoded words decoded."""
    if "=?" not in field:
        return field
    from tclsmtp.mime.words import decode_field

    return decode_field(field, TclCharsets(caller))


def parsedatetime(caller: Caller, value: str, name: str) -> str | int:
    """`mime::parsedatetime value property`: a property of a date, in the time zone of the script.

    `-now` is the present. Dates that RFC 822 does not have are read by Tcl's `clock scan`. Raises TclError where that
    cannot, and OptionError and MimeError as `dates.date_property`.
    """
    import time

    from tclsmtp.mime import dates

    if hasattr(time, "tzset"):
        time.tzset()
    if value == "-now":
        seconds: int | None = int(time.time())
    else:
        seconds = dates.parse_date(value)
    if seconds is None:
        seconds = _scan(caller, value, dates.split_zone(value))
    return dates.date_property(seconds, name, value)


def _scan(caller: Caller, value: str, split: tuple[str, int] | None) -> int:
    # tcllib reads a zone of digits by itself, and so has it after anything that Tcl can read (observed).
    if split is None:
        return int(caller.call("clock", "scan", value))
    date, minutes = split
    return int(caller.call("clock", "scan", date, "-gmt", "1")) - minutes * 60


def encoding(caller: Caller, token: str) -> str:
    """`mime::encoding token`: the transfer encoding that suits a part's body, whichever was asked for."""
    part = caller.tokens.find(token, "content")
    if not part.is_leaf:
        return ""
    from tclsmtp.mime.body import prepare

    unasked = part.with_headers(part.headers)
    unasked.encoding = ""
    return prepare(unasked).encoding


def gettransferencoding(caller: Caller, token: str) -> str:
    """`mime::getTransferEncoding token`: the transfer encoding that a part goes out with."""
    return _generated(caller, caller.tokens.find(token, "encoding"), "Content-Transfer-Encoding")


def getcontenttype(caller: Caller, token: str) -> str:
    """`mime::getContentType token`: the Content-Type header that a part goes out with."""
    return _generated(caller, caller.tokens.find(token, "content"), "Content-Type")


def getsize(caller: Caller, token: str) -> int:
    """`mime::getsize token`: the size of a part's body before it is encoded."""
    return caller.tokens.find(token, "value").body_size()


def _generated(caller: Caller, part: Part, name: str) -> str:
    from tclsmtp.mime.build import header_pairs

    return dict(header_pairs(part, caller.dialect)).get(name, "")


def encodingasciip(caller: Caller, line: str) -> int:
    """`mime::encodingasciiP line`: whether a line is printable ASCII, tabs and line breaks."""
    return int(line.isascii() and not line.encode("ascii").translate(None, _ASCII))


def encodinglinep(caller: Caller, line: str) -> int:
    """`mime::encodinglineP line`: whether a line may go out as it is: it is short, and mail programs change nothing."""
    return int(len(line) <= _LONGEST_LINE and not line.startswith((".", "From ")) and line.rstrip(_TRIMMED) == line)


def _octets(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")


def _boolean(caller: Caller, word: str) -> bool:
    """A boolean in any spelling of Tcl's. Raises TclError for what is none."""
    if word in ("0", "1"):
        return word == "1"
    return caller.call("::tcl::mathfunc::bool", word) == "1"


def _number(caller: Caller, word: str) -> float:
    """A number in any spelling of Tcl's. Raises TclError for what is none."""
    number = caller.call("::tcl::mathop::-", word, "0")
    try:
        return int(number)
    except ValueError:
        return float(number)


COMMANDS: dict[str, Callable[..., TclValue]] = {
    "mime::encoding": encoding,
    "mime::encodingasciiP": encodingasciip,
    "mime::encodinglineP": encodinglinep,
    "mime::field_decode": field_decode,
    "mime::getContentType": getcontenttype,
    "mime::getTransferEncoding": gettransferencoding,
    "mime::getsize": getsize,
    "mime::parsedatetime": parsedatetime,
    "mime::qp_decode": qp_decode,
    "mime::qp_encode": qp_encode,
    "mime::word_decode": word_decode,
    "mime::word_encode": word_encode,
}
