"""The files that contenders read, made anew for each run and the same each time."""

from __future__ import annotations

import base64
import random
from pathlib import Path

MEBIBYTE = 1 << 20
_TEXT = "Une ligne de texte, assez longue pour être coupée à la limite, et quelques mots accentués : été, où, ça.\r\n"


def attachment(path: Path, octets: int) -> None:
    """Octets without any order, as in a picture."""
    source = random.Random(1)
    with path.open("wb") as file:
        for start in range(0, octets, MEBIBYTE):
            file.write(source.randbytes(min(MEBIBYTE, octets - start)))


def multipart(path: Path, octets: int) -> None:
    """A message of about so many octets: texts in quoted-printable and as they are, and attachments in base64."""
    source = random.Random(2)
    encoded = _TEXT.encode().replace(b"\xc3", b"=C3").replace(b"\xa9", b"=A9").replace(b"\xaa", b"=AA")
    each = max(1, octets // 20)
    kinds = [
        (b"text/plain; charset=utf-8", b"quoted-printable", encoded),
        (b"text/plain; charset=us-ascii", b"7bit", b"A line of plain text, as it comes from a log file.\r\n"),
    ]
    with path.open("wb") as file:
        file.write(b"From: me@example.com\r\nSubject: many parts\r\nMIME-Version: 1.0\r\n")
        file.write(b'Content-Type: multipart/mixed; boundary="=_bench"\r\n\r\n')
        for number in range(20):
            file.write(b"--=_bench\r\n")
            if number % 4 < 2:
                kind, encoding, line = kinds[number % 4]
                body = line * (each // len(line) + 1)
            else:
                kind, encoding = b"application/octet-stream; name=a.bin", b"base64"
                body = base64.encodebytes(source.randbytes(each * 3 // 4)).replace(b"\n", b"\r\n")
            file.write(b"Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n%s" % (kind, encoding, body))
            file.write(b"\r\n")
        file.write(b"--=_bench--\r\n")


def make(folder: Path, attachment_octets: int, message_octets: int) -> None:
    """All files, in that folder."""
    attachment(folder / "attachment.bin", attachment_octets)
    attachment(folder / "to_send.bin", message_octets)
    multipart(folder / "multipart.eml", message_octets)
