"""MIME charsets and the Python codecs that read and write them."""

from __future__ import annotations

import codecs

LATIN = frozenset(("", "us-ascii", *(f"iso-8859-{number}" for number in range(1, 9))))
"""The charsets, no charset among them, whose text tcllib sends as it is when its lines are short (observed)."""


def python_codec(charset: str) -> str | None:
    """The name of the Python codec for a MIME charset, None where Python has none that reads text from bytes."""
    try:
        info = codecs.lookup(charset)
        "".encode(info.name)
    except (LookupError, ValueError):
        return None
    return None if info.name in _NOT_CHARSETS else info.name


_NOT_CHARSETS = frozenset(("idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem"))
