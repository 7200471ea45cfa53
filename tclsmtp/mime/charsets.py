"""MIME charsets, Tcl's encodings, and the Python codecs that read and write them."""

from __future__ import annotations

import codecs

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
_NOT_CHARSETS = frozenset(("idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem"))


def map_encoding(encoding: str) -> str:
    """The MIME charset of a Tcl encoding, "" where there is none."""
    for line in _entries():
        if line[0] == encoding:
            return line[1]
    return ""


def reverse_map_encoding(charset: str) -> str:
    """The Tcl encoding of a MIME charset in any case of letters, "" where there is none."""
    name = charset.lower()
    for line in _entries():
        if name == line[1].lower() or name in line[2:]:
            return line[0]
    return ""


def _entries() -> list[list[str]]:
    return [line.split() for line in _TABLE.replace("\n        ", " ").splitlines() if line]


def python_codec(charset: str) -> str | None:
    """The name of the Python codec for a MIME charset, None where Python has none that reads text from bytes."""
    try:
        info = codecs.lookup(charset)
        "".encode(info.name)
    except (LookupError, ValueError):
        return None
    return None if info.name in _NOT_CHARSETS else info.name
