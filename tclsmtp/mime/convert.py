"""Between Part and the standard library's EmailMessage."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.utils import collapse_rfc2231_value

from tclsmtp.errors import MimeError
from tclsmtp.mime.headers import Headers
from tclsmtp.mime.parse import MAX_DEPTH
from tclsmtp.mime.part import Part

_GENERATED = ("content-type", "content-transfer-encoding", "mime-version")


def from_email(message: MIMEPart) -> Part:
    """The part with the structure, the headers and the decoded bodies of `message`.

    Quoted-printable and base64 stay what they are; for other bodies the transfer encoding is chosen when the part is
    built. What stands before the first and after the last part of a multipart is dropped.

    Raises MimeError for headers that cannot be read, or whose names cannot be sent, and for parts that stand within
    each other more than MAX_DEPTH times.
    """
    return _from_email(message, MAX_DEPTH)


def _from_email(message: MIMEPart, depth: int) -> Part:
    _check_depth(depth)
    try:
        headers = Headers((name, str(value)) for name, value in message.items() if name.lower() not in _GENERATED)
        params = {name.lower(): _quoted(collapse_rfc2231_value(value)) for name, value in _params(message)}
        encoding = str(message.get("Content-Transfer-Encoding", "")).strip().lower()
    except (MessageError, ValueError) as error:
        raise MimeError(f"message cannot be converted: {error}") from error
    content = message.get_content_type()
    if message.is_multipart():
        children = [_from_email(child, depth - 1) for child in message.iter_parts()]
        return Part(content, params, "", headers, None, None, children)
    body = message.get_payload(decode=True)
    data = body if isinstance(body, bytes) else b""
    kept = encoding if encoding in ("quoted-printable", "base64") else ""
    return Part(content, params, kept, headers, data, None, None)


def _params(message: MIMEPart) -> list[tuple[str, str]]:
    return (message.get_params() or [])[1:]


def _quoted(value: str) -> str:
    """A parameter as a Part has it: what stands between the quotes."""
    return value.replace("\\", "\\\\").replace('"', '\\"')


def to_email(part: Part) -> EmailMessage:
    """The message that `part` is when built in the default dialect.

    Raises MimeError where a file cannot be read, and for parts that stand within each other more than MAX_DEPTH times,
    for Python's email package goes into them by recursion.
    """
    level = [part]
    for depth in range(MAX_DEPTH, -1, -1):
        if not level:
            break
        _check_depth(depth)
        level = [child for parent in level for child in parent]
    return message_from_bytes(bytes(part), policy=policy.default)


def _check_depth(left: int) -> None:
    if not left:
        raise MimeError(f"message with more than {MAX_DEPTH} parts within each other", ("MIME", "LIMIT", "DEPTH"))
