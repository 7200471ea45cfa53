"""Values that cross the border between Tcl and Python; the only place where they are converted."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    TclValue: TypeAlias = "str | bytes | int | tuple[TclValue, ...]"

_TRUE = frozenset(("1", "true", "yes", "on"))
_FALSE = frozenset(("0", "false", "no", "off"))


def to_tcl(value: TclValue) -> TclValue:
    r"""The object to give to `_tkinter` so that Tcl sees exactly this value.

    A tuple becomes a Tcl list, bytes a byte array. A str with a NUL would be cut or corrupted by Python before 3.13, so
    one whose characters are all below U+0100 crosses as the equal byte array; Tcl cannot tell the two apart. In wider
    text a NUL crosses as the two octets C0 80 that Tcl itself holds for it.
    """
    if type(value) is str:
        return value if "\0" not in value else _with_nul(value)
    if type(value) is tuple:
        return tuple([to_tcl(item) for item in value])
    return value


def _with_nul(text: str) -> str | bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        # `_tkinter` encodes with surrogateescape, which makes single octets of these.
        return text.replace("\0", "\udcc0\udc80")


def to_boolean(text: str) -> bool | None:
    """Read a boolean as tcllib's `smtp::boolean` does; None for a word that is none."""
    word = text.lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    return None
