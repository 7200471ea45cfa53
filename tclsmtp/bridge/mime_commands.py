"""The ::mime commands."""

from __future__ import annotations

import os

from tclsmtp.errors import MimeError, OptionError, TclError
from tclsmtp.mime.address import parse_addresses
from tclsmtp.mime.build import KEPT, chunks, header_pairs
from tclsmtp.mime.part import ENCODINGS, RESERVED, Headers, Part, add_param, check_encoding, check_header, unique_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tclsmtp.bridge.caller import Caller
    from tclsmtp.bridge.values import TclValue

_BLOCK = 4096
_TCL_BREAK = 3
_TCL_CONTINUE = 4
_GENERATED = ("content-type", "content-transfer-encoding", "mime-version")
_MODES = ("append", "delete", "write")
_SUBORDINATES = ("all", "dynamic", "none")


class _Given:
    """What `mime::initialize` was given, checked option by option as they come."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self.values: dict[str, str] = {}
        self.params: dict[str, str] = {}
        self.headers = Headers()
        self.encoding = ""

    def take(self, option: str, value: str) -> None:
        if option == "-param":
            add_param(self.params, *self._pair(option, value))
        elif option == "-header":
            name, text = self._pair(option, value)
            check_header(name, value)
            self.headers.add(name, text)
        elif option == "-encoding":
            self.encoding = self._check_encoding(value)
        elif option not in ("-canonical", "-file", "-string", "-parts"):
            raise OptionError(f"unknown option {option}")
        self.values[option] = value

    def _check_encoding(self, value: str) -> str:
        if not value or (value.lower() not in ENCODINGS and not self._caller.dialect.names_unknown_encoding):
            raise MimeError("unknown value for -encoding ")
        return check_encoding(value)

    def _pair(self, option: str, value: str) -> tuple[str, str]:
        words = self._caller.split(value)
        if len(words) != 2:
            raise OptionError(f"{option} expects a key and a value, not {value}")
        return words[0], words[1]


def initialize(caller: Caller, *args: str) -> str:
    """`mime::initialize ?option value ...?`: the token of a new part.

    Raises OptionError and MimeError in tcllib's words.
    """
    token = caller.tokens.reserve()
    given = _Given(caller)
    for option, value in zip(args[::2], args[1::2], strict=False):
        given.take(option, value)
    if len(args) % 2:
        raise OptionError(f"missing argument to {args[-1]}")
    values = given.values
    if "-string" not in values and ("-file" in values) == ("-parts" in values):
        raise OptionError("specify exactly one of -file, -parts, or -string")
    if "-canonical" not in values:
        return caller.tokens.add(_parse(caller, values), token)
    data = values.get("-string")
    path = _find(caller, values["-file"]) if "-file" in values and data is None else None
    parts = None
    if "-parts" in values and data is None and path is None:
        parts = [caller.tokens.find(token, "header") for token in caller.split(values["-parts"])]
    if caller.makes_ids and "content-id" not in given.headers:
        given.headers.add("Content-ID", caller.unique_id())
    part = Part.assemble(values["-canonical"], given.params, given.encoding, given.headers, data, path, parts)
    return caller.tokens.add(part, token)


def _find(caller: Caller, name: str) -> bytes:
    """Where the file of a part is: where it is now, also if the script goes to another folder before the part is built.
    One that is not there yet is looked for when it is needed, from the folder of then, as tcllib does.
    """
    path = caller.file_name(name)
    if not os.path.exists(path) and caller.call("file", "pathtype", name) == "relative":
        return caller.interpreter.to_system_encoding(caller.call("file", "nativename", name))
    return path


def _parse(caller: Caller, values: dict[str, str]) -> Part:
    from tclsmtp.mime.parse import parse_file, parse_text

    for option in ("-param", "-encoding", "-header", "-parts"):
        if option in values:
            raise OptionError(f"{option} requires -canonical")
    if "-file" in values:
        # Tcl opens it first: for its words where it cannot.
        caller.call("close", caller.call("open", values["-file"]))
        return parse_file(caller.file_name(values["-file"]))
    return parse_text(values["-string"])


def finalize(caller: Caller, token: str, *args: str) -> str:
    """`mime::finalize token ?-subordinates all|dynamic|none?`: forget a part.

    With `all` those inside it go too, with `dynamic`, the default, those that were read with it.
    """
    which = _options(args).get("-subordinates", "dynamic")
    if which not in _SUBORDINATES:
        raise OptionError(f"unknown value for -subordinates {which}")
    part = caller.tokens.find(token, "cid")
    forgotten = [(token, part)]
    while forgotten:
        token, part = forgotten.pop()
        caller.tokens.remove(token)
        for child in part if which != "none" else ():
            name = caller.tokens.token_of(child)
            if name is not None and (which == "all" or name.startswith(f"{token}-")):
                forgotten.append((name, child))
    return ""


def getproperty(caller: Caller, token: str, name: str = "") -> TclValue:
    """`mime::getproperty token ?property | -names?`: one property, their names, or all of them with their names."""
    if name and name not in _PROPERTIES:
        raise OptionError(f"unknown property {name}")
    part = caller.tokens.find(token, _STATE_OF.get(name, "content"))
    if name == "-names":
        return _property_names(part)
    if name:
        return _property(caller, token, part, name)
    names = ("params", "size", "encoding", "content") if part.parts is None else _ALL_PROPERTIES
    return tuple(word for each in names for word in (each, _property(caller, token, part, each)))


_STATE_OF = {"size": "value", "encoding": "encoding", "params": "params", "parts": "parts"}
_ALL_PROPERTIES = ("params", "parts", "size", "encoding", "content")
_PROPERTIES = frozenset((*_ALL_PROPERTIES, "-names"))


def _property_names(part: Part) -> tuple[str, ...]:
    names = ("content", "encoding", "params")
    return names if part.parts is None else (*names, "parts")


def _property(caller: Caller, token: str, part: Part, name: str) -> TclValue:
    if name == "content":
        return part.content
    if name == "encoding":
        return part.encoding
    if name == "params":
        return tuple(word for pair in part.params.items() for word in pair)
    if name == "size":
        return part.body_size()
    if part.parts is None:
        raise MimeError("MIME part is a leaf")
    return caller.tokens.inside(token)


def getheader(caller: Caller, token: str, key: str = "") -> TclValue:
    """`mime::getheader token ?key | -names?`: the values of one header, the names of all, or all with their values."""
    part = caller.tokens.find(token, "header")
    names = part.headers.names()
    if key == "-names":
        return tuple(names)
    if key:
        return _header(caller, part, key)
    for name in names:
        if not part.headers.get_all(name):
            raise _no_value(name)
    if caller.dialect.flat_headers:
        return tuple(word for pair in header_pairs(part, caller.dialect) for word in pair)
    return tuple(word for name in names for word in (name, tuple(part.headers.get_all(name))))


def _no_value(name: str) -> MimeError:
    return MimeError(f'can\'t read "header({name.lower()})": no such element in array', ("TCL", "READ", "VARNAME"))


def _header(caller: Caller, part: Part, key: str) -> TclValue:
    values = part.headers.get_all(key)
    if values:
        return tuple(values)
    if caller.dialect.flat_headers and key.lower() in _GENERATED:
        found = {name.lower(): value for name, value in header_pairs(part, caller.dialect)}
        return found.get(key.lower(), "")
    raise MimeError(f"key {key} not in header")


def setheader(caller: Caller, token: str, key: str, value: str, *args: str) -> TclValue:
    """`mime::setheader token key value ?-mode write|append|delete?`: change a header; its former values."""
    mode = _options(args).get("-mode", "write")
    headers = caller.tokens.find(token, "header").headers
    reserved = MimeError(f"key {key} may not be set") if key.lower() in RESERVED else None
    if reserved and not caller.dialect.reserved_checked_last:
        raise reserved
    former = headers.get_all(key)
    if key not in headers:
        if mode == "delete":
            raise MimeError(f"key {key} not in header")
        # From here on the name is known, even if it gets no value (calls of kind header).
        headers.set_all(key, [])
    elif not former:
        raise _no_value(key)
    if mode not in _MODES:
        raise OptionError(f"unknown value for -mode {mode}")
    if reserved:
        raise reserved
    if mode == "delete":
        headers.remove(key)
    else:
        headers.set_all(key, [*former, value] if mode == "append" else [value])
    return tuple(former)


def getbody(caller: Caller, token: str, *args: str) -> TclValue:
    """`mime::getbody token ?-decode? ?-command callback? ?-blocksize octets?`: the body, or what the callback says.

    The callback is given `data` and a block, again and again, then `end`; or, once it fails, `error` and the message.
    Its last answer is the result. The blocks are octets: -decode is for the result alone (observed), so that a callback
    which collects them and answers `end` with all has them decoded.
    """
    words = list(args)
    decode = "-decode" in words
    if decode:
        words.remove("-decode")
    options = _options(words)
    length = _block_size(caller, options.get("-blocksize"))
    part = caller.tokens.find(token, "value")
    if part.parts is not None:
        raise MimeError("MIME part isn't a leaf")
    callback = options.get("-command")
    body = _whole(part) if callback is None else _hand_over(caller, callback, part, length)
    return _decode(caller, part, body) if decode else body


def _block_size(caller: Caller, text: str | None) -> int:
    if text is None:
        return _BLOCK
    size = caller.integer(text)
    if size is None or size < 1:
        raise OptionError(f"-blocksize expects a positive integer, not {text}")
    return size


def _whole(part: Part) -> str | bytes:
    try:
        return part.read()
    except MimeError as error:
        # Of a body in a file tcllib says no more than this (recorded).
        raise MimeError("error", error.errorcode) if _is_for_callback(part, error) else error from error


def _is_for_callback(part: Part, error: MimeError) -> bool:
    """Whether tcllib tells a callback of the error (observed): that a body in a file, once open, cannot be decoded."""
    return part.region is not None and part.region.in_file and error.errorcode[0] != "POSIX"


def _hand_over(caller: Caller, callback: str, part: Part, length: int) -> str:
    """Give the body to a callback, block by block; what it answers in the end."""
    try:
        for block in part.blocks(length):
            if not _goes_on(caller, callback, block):
                break
    except TclError as error:
        return caller.attempt(callback, "error", error.message)
    except MimeError as error:
        if not _is_for_callback(part, error):
            raise
        return caller.attempt(callback, "error", error.message)
    return caller.attempt(callback, "end")


def _goes_on(caller: Caller, callback: str, block: str | bytes) -> bool:
    try:
        caller.attempt(callback, "data", block)
    except TclError as error:
        if error.code not in (_TCL_BREAK, _TCL_CONTINUE):
            raise
        return error.code == _TCL_CONTINUE
    return True


def _decode(caller: Caller, part: Part, body: str | bytes) -> str:
    from tclsmtp.bridge.charset_commands import TclCharsets

    charsets = TclCharsets(caller)
    charset = part.params.get("charset", "us-ascii")
    encoding = charsets.encoding_of(charset)
    if not encoding:
        raise MimeError(f"-decode failed: can't reversemap charset {charset}")
    try:
        return charsets.decode(encoding, body if isinstance(body, bytes) else body.encode("latin-1"))
    except UnicodeEncodeError:  # a script's own text, that was never encoded
        return str(body)


def copymessage(caller: Caller, token: str, channel: str) -> str:
    """`mime::copymessage token channel`: write the message to a channel, which translates its line breaks."""
    part = caller.tokens.find(token, "header")
    octets = caller.call("fconfigure", channel, "-encoding") == "binary"
    for chunk in chunks(part, caller.dialect, b"\n"):
        caller.write(channel, chunk if octets else _as_text(chunk))
    return ""


def _as_text(chunk: bytes) -> str | bytes:
    """The same characters, as Tcl wants them for a channel that encodes: a byte array costs it half as much again."""
    return chunk.decode("ascii") if chunk.isascii() and b"\0" not in chunk else chunk


def buildmessage(caller: Caller, token: str) -> bytes:
    """`mime::buildmessage token`: the message, its headers with CRLF and its bodies as the dialect has it."""
    part = caller.tokens.find(token, "header")
    body_newline = b"\r\n" if caller.dialect.crlf_bodies else KEPT
    return b"".join(chunks(part, caller.dialect, body_newline=body_newline))


def parseaddress(caller: Caller, text: str) -> TclValue:
    """`mime::parseaddress string`: a list of names and values for each address."""
    return tuple(address.to_pairs() for address in parse_addresses(text, caller.hostname()))


def uniqueid(caller: Caller) -> str:
    """`mime::uniqueID`: a text for Content-ID or Message-ID that nobody has had yet."""
    return unique_id(caller.hostname())


def own_ids(caller: Caller, *_: str) -> str:
    """The script has put a `mime::uniqueID` of its own in the place of ours, which then makes all ids, as in tcllib."""
    caller.makes_ids = True
    return ""


def _options(words: list[str] | tuple[str, ...]) -> dict[str, str]:
    """Options with their values; those that are not known are not looked at, as in tcllib."""
    if len(words) % 2:
        raise OptionError("list must have an even number of elements", ("TCL", "ARGUMENT", "FORMAT"))
    return dict(zip(words[::2], words[1::2], strict=True))


COMMANDS: dict[str, Callable[..., TclValue]] = {
    "mime::initialize": initialize,
    "mime::finalize": finalize,
    "mime::getproperty": getproperty,
    "mime::getheader": getheader,
    "mime::setheader": setheader,
    "mime::getbody": getbody,
    "mime::copymessage": copymessage,
    "mime::buildmessage": buildmessage,
    "mime::parseaddress": parseaddress,
    "mime::uniqueID": uniqueid,
    "mime::own_ids": own_ids,
}
