"""The few answers in which tcllib 1.20 and 2.0 differ, as data."""

from __future__ import annotations

from dataclasses import dataclass

from tclsmtp.errors import OptionError


@dataclass(frozen=True, slots=True)
class Dialect:
    """Which release of tcllib a script was written against.

    Every field is one difference that the recordings of the two releases show; code asks for the field it needs and
    never for the name.
    """

    name: str
    flat_headers: bool
    """`getheader` of all headers answers key, value, key, value with the generated ones (2.0), or key, list (1.20)."""
    type_after_encoding: bool
    """On the wire Content-Type follows Content-Transfer-Encoding (2.0) or comes before it (1.20)."""
    crlf_bodies: bool
    """`buildmessage` ends body lines with CRLF (2.0) or leaves them as the script wrote them (1.20)."""
    refusal_as_dict: bool
    """A refused MAIL, DATA or message is told as `diagnostic text args {...} code N` (2.0) or as `N: text` (1.20)."""
    q_escapes_specials: bool
    """`qp_encode` for encoded words escapes `_`, `?` and tab (2.0) or leaves them (1.20)."""
    reserved_checked_last: bool
    """`setheader` refuses a header that the part writes itself after all else that may be wrong (2.0), or first."""
    names_unknown_encoding: bool
    """The error for an unknown -encoding quotes it (1.20) or leaves the place empty (2.0)."""

    refuses_unknown_encoding: bool
    """A part that came with a transfer encoding of no RFC is an error to build (2.0), or goes out as it came (1.20)."""


TCLLIB_1_20 = Dialect("1.20", False, False, False, False, False, False, True, False)
TCLLIB_2_0 = Dialect("2.0", True, True, True, True, True, True, False, True)
DIALECTS = {d.name: d for d in (TCLLIB_1_20, TCLLIB_2_0)}
DEFAULT = TCLLIB_1_20


def get_dialect(name: str | Dialect) -> Dialect:
    """The dialect of that name ("1.20" or "2.0"); a Dialect is returned as it is.

    Raises OptionError for any other name.
    """
    if isinstance(name, Dialect):
        return name
    try:
        return DIALECTS[name]
    except KeyError:
        raise OptionError(f"unknown dialect {name!r}: it is one of {', '.join(DIALECTS)}") from None
