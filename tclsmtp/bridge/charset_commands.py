"""The two ::mime commands that map charsets, and charsets as a script sees them."""

from __future__ import annotations

from tclsmtp.mime.charsets import Charsets, charsets, encodings, same_codec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tclsmtp.bridge.caller import Caller
    from tclsmtp.bridge.values import TclValue


class TclCharsets(Charsets):
    """Charsets as a script sees them: named by its arrays `::mime::encodings` and `::mime::reversemap`, and converted
    as Tcl converts them, to the octet.

    Python's own codecs are asked first where they can only agree with Tcl. One object serves one command.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._encodings: dict[str, str] = {}

    def charset_of(self, encoding: str) -> str | None:
        """What the script has for an encoding, None where that is nothing."""
        return self._element("::mime::encodings", encoding)

    def encoding_of(self, charset: str) -> str:
        """What the script has for a charset, in any case of letters; "" where that is nothing."""
        encoding = self._encodings.get(charset)
        if encoding is None:
            encoding = self._element("::mime::reversemap", charset.lower()) or ""
            self._encodings[charset] = encoding
        return encoding

    def encode(self, encoding: str, text: str) -> bytes:
        """As `encoding convertto`. Raises TclError for an encoding that Tcl does not know."""
        codec = same_codec(encoding)
        if codec is not None:
            try:
                return text.encode(codec)
            except UnicodeEncodeError:
                pass
        return self._caller.call("::tclsmtp::convert", "convertto", encoding, text).encode("latin-1")

    def decode(self, encoding: str, octets: bytes) -> str:
        """As `encoding convertfrom`. Raises TclError for an encoding that Tcl does not know."""
        codec = same_codec(encoding)
        if codec is not None:
            try:
                return octets.decode(codec)
            except UnicodeDecodeError:
                pass
        return self._caller.call("::tclsmtp::convert", "convertfrom", encoding, octets)

    def _element(self, array: str, name: str) -> str | None:
        found = self._caller.split(self._caller.call("::tclsmtp::element", array, name))
        return found[0] if found else None


def tables(caller: Caller) -> TclValue:
    """The first contents of the arrays `::mime::encodings` and `::mime::reversemap`, as names and values in turn."""
    return tuple([tuple([word for pair in table.items() for word in pair]) for table in (encodings(), charsets())])


def mapencoding(caller: Caller, encoding: str) -> str:
    """`mime::mapencoding enc`: the MIME charset of a Tcl encoding, or nothing."""
    return TclCharsets(caller).charset_of(encoding) or ""


def reversemapencoding(caller: Caller, charset: str) -> str:
    """`mime::reversemapencoding mimeType`: the Tcl encoding of a MIME charset, or nothing."""
    return TclCharsets(caller).encoding_of(charset)


COMMANDS: dict[str, Callable[..., TclValue]] = {
    "mime::mapencoding": mapencoding,
    "mime::reversemapencoding": reversemapencoding,
    "mime::tables": tables,
}
