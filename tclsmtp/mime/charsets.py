"""MIME charsets, Tcl's encodings, and the Python codecs that read and write them."""

from __future__ import annotations

import codecs

from tclsmtp.errors import MimeError

LATIN = frozenset(("", "us-ascii", *(f"iso-8859-{number}" for number in range(1, 9))))
"""The charsets, no charset among them, whose text tcllib sends as it is when its lines are short (observed)."""

_TABLE = """
    ascii US-ASCII ansi_x3.4-1968 ansi_x3.4-1986 ascii cp367 ibm367 iso-ir-6 iso646-us iso_646.irv:1991 us
    big5 Big5
    cp1250 Windows-1250
    cp1251 Windows-1251
    cp1252 Windows-1252
    cp1253 Windows-1253
    cp1254 Windows-1254
    cp1255 Windows-1255
    cp1256 Windows-1256
    cp1257 Windows-1257
    cp1258 Windows-1258
    cp437 IBM437 437 cp437
    cp775 IBM775 cp775
    cp850 IBM850 850 cp850
    cp852 IBM852 852 cp852
    cp855 IBM855 855 cp855
    cp857 IBM857 857 cp857
    cp860 IBM860 860 cp860
    cp861 IBM861 861 cp-is cp861
    cp862 IBM862 862 cp862
    cp863 IBM863 863 cp863
    cp864 IBM864 cp864
    cp865 IBM865 865 cp865
    cp866 IBM866 866 cp866
    cp869 IBM869 869 cp-gr cp869
    cp936 GBK cp936 ms936 windows-936
    euc-cn EUC-CN
    euc-jp EUC-JP
    euc-kr EUC-KR
    gb12345 GB12345
    gb1988 GB1988
    gb2312 GB2312
    iso2022 ISO-2022
    iso2022-jp ISO-2022-JP
    iso2022-kr ISO-2022-KR
    iso8859-1 ISO-8859-1 cp819 ibm819 iso-ir-100 iso_8859-1 iso_8859-1:1987 l1 latin1
    iso8859-10 ISO-8859-10 iso-ir-157 iso_8859-10:1992 l6 latin6
    iso8859-13 ISO-8859-13
    iso8859-14 ISO-8859-14 iso-celtic iso-ir-199 iso_8859-14 iso_8859-14:1998 l8 latin8
    iso8859-15 ISO-8859-15 iso_8859-15 latin-9
    iso8859-16 ISO-8859-16 iso-ir-226 iso_8859-16 iso_8859-16:2001 l10 latin10
    iso8859-2 ISO-8859-2 iso-ir-101 iso_8859-2 iso_8859-2:1987 l2 latin2
    iso8859-3 ISO-8859-3 iso-ir-109 iso_8859-3 iso_8859-3:1988 l3 latin3
    iso8859-4 ISO-8859-4 iso-ir-110 iso_8859-4 iso_8859-4:1988 l4 latin4
    iso8859-5 ISO-8859-5 cyrillic iso-ir-144 iso_8859-5 iso_8859-5:1988
    iso8859-6 ISO-8859-6 arabic asmo-708 ecma-114 iso-ir-127 iso_8859-6 iso_8859-6:1987
    iso8859-7 ISO-8859-7 ecma-118 elot_928 greek greek8 iso-ir-126 iso_8859-7 iso_8859-7:1987
    iso8859-8 ISO-8859-8 hebrew iso-ir-138 iso_8859-8 iso_8859-8:1988
    iso8859-9 ISO-8859-9 iso-ir-148 iso_8859-9 iso_8859-9:1989 l5 latin5
    jis0201 JIS_X0201 x0201
    jis0208 JIS_C6226-1983 iso-ir-87 jis_x0208-1983 x0208
    jis0212 JIS_X0212-1990 iso-ir-159 x0212
    koi8-r KOI8-R
    koi8-u KOI8-U
    ksc5601 KS_C_5601-1987 iso-ir-149 korean ks_c_5601-1989 ksc5601
    shiftjis Shift_JIS ms_kanji
    tis-620 TIS-620
    utf-8 UTF-8 utf8
"""
"""Tcl's name of an encoding, its MIME name, and further names that are understood (calls of kind map)."""
_WITHOUT_CHARSET = """
    cp737 cp874 cp932 cp949 cp950 dingbats ebcdic macCentEuro macCroatian macCyrillic macDingbats macGreek macIceland
    macJapan macRoman macRomania macThai macTurkish macUkraine symbol unicode
"""
"""The encodings of Tcl that tcllib knows, but no MIME name of (observed)."""
_SAME_CODECS = frozenset(
    [
        "utf-8",
        "koi8-r",
        *[f"iso8859-{number}" for number in range(1, 17) if number != 12],
        *[
            f"cp{number}"
            for number in (437, 737, 775, 850, 852, 855, 857, *range(860, 867), 869, 874, *range(1250, 1259))
        ],
    ]
)
_NOT_CHARSETS = frozenset(("idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem"))
_tables: list[dict[str, str]] = []


def encodings() -> dict[str, str]:
    """Tcl's encodings and the MIME charset of each, "" where it has none: what `::mime::encodings` holds at first."""
    return _get_tables()[0]


def charsets() -> dict[str, str]:
    """MIME charsets, in lower case, and the Tcl encoding of each: what `::mime::reversemap` holds at first."""
    return _get_tables()[1]


def _get_tables() -> list[dict[str, str]]:
    if not _tables:
        entries = [line.split() for line in _TABLE.splitlines() if line]
        _tables.append({entry[0]: entry[1] for entry in entries} | dict.fromkeys(_WITHOUT_CHARSET.split(), ""))
        _tables.append({name.lower(): entry[0] for entry in entries for name in entry[1:]})
    return _tables


def map_encoding(encoding: str) -> str:
    """The MIME charset of a Tcl encoding, "" where there is none."""
    return encodings().get(encoding, "")


def reverse_map_encoding(charset: str) -> str:
    """The Tcl encoding of a MIME charset in any case of letters, "" where there is none."""
    return charsets().get(charset.lower(), "")


def same_codec(encoding: str) -> str | None:
    """The Python codec that, wherever it gives anything, gives what Tcl does for this encoding; None if there is none.

    It gives nothing for octets or characters that have no place in the charset, for which Tcl has an answer always.
    """
    return encoding if encoding in _SAME_CODECS else None


def python_codec(charset: str) -> str | None:
    """The name of the Python codec for a MIME charset, None where Python has none that reads text from bytes."""
    try:
        info = codecs.lookup(charset)
        "".encode(info.name)
    except (LookupError, ValueError):
        return None
    return None if info.name in _NOT_CHARSETS else info.name


class Charsets:
    """Which charsets there are, and how text becomes octets of one: here as Tcl is delivered, and by Python's codecs.

    An encoding is named as Tcl does, a charset as MIME does.
    """

    def charset_of(self, encoding: str) -> str | None:
        """The MIME charset of an encoding, "" where it has none; None for an unknown encoding."""
        return encodings().get(encoding)

    def encoding_of(self, charset: str) -> str:
        """The encoding of a MIME charset in any case of letters, "" for an unknown one."""
        return reverse_map_encoding(charset)

    def encode(self, encoding: str, text: str) -> bytes:
        """Text as octets, with a question mark for what the encoding lacks. Raises MimeError for one without codec."""
        return text.encode(self._codec(encoding), "replace")

    def decode(self, encoding: str, octets: bytes) -> str:
        """Octets as text, with U+FFFD for what is invalid in the encoding. Raises MimeError for one without codec."""
        return octets.decode(self._codec(encoding), "replace")

    def _codec(self, encoding: str) -> str:
        codec = python_codec(map_encoding(encoding) or encoding)
        if codec is None:
            raise MimeError(f'unknown encoding "{encoding}"')
        return codec
