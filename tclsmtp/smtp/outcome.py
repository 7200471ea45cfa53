"""What came of a message whose server did not say a plain yes: refused, lost, out of step, or nobody can tell."""

from __future__ import annotations

from tclsmtp.errors import MalformedReplyError, RefusedError, ReplyTimeoutError, UnknownOutcomeError
from tclsmtp.smtp.protocol import END_OF_DATA
from tclsmtp.smtp.reply import UNASKED, Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class StaleConnection(Exception):
    """A connection that was kept is of no use any more, and the server was given nothing of the message over it."""


def failure_of(step: str, reply: Reply, text: str, host: str, port: str | int) -> RefusedError:
    """The error for a reply to `step` that is no yes, worded with `text`, where the message was not handed over."""
    if reply.timed_out:
        return ReplyTimeoutError(reply.code, text, step, host=host, port=port)
    if reply.malformed or not (reply.lost or reply.refuses):
        return MalformedReplyError(reply.code, text, step, host=host, port=port)
    return RefusedError(reply.code, text, step, reply.lines[1:], host=host, port=port)


def unknown(step: str, reply: Reply, text: str, host: str, port: str | int) -> UnknownOutcomeError:
    """The error where the server had the end of the message, and its `reply` does not say what became of that."""
    # For what is no reply at all, tcllib's words are recorded (sessions/fault___garbage).
    recorded = step == END_OF_DATA and reply.malformed and not reply.lost
    return UnknownOutcomeError(reply.code, text, step, host=host, port=port, recorded=recorded)


def unclear(replies: Sequence[Reply], accepted: bool, unread: bool) -> Reply | None:
    """Of the replies to MAIL, each RCPT, and the message that went along with them, the one for which nobody can tell
    whether the server took the message; None where that is clear.

    `accepted` says that the last one is a yes that fits the others, `unread` that the server said more than these. A
    line too many, or one that is no reply, may mean that each answers another command than it seems to.
    """
    sender, *recipients, message = replies
    odd = next((reply for reply in replies if not (reply.lost or reply.refuses or reply.code // 100 == 2)), None)
    if odd or any(reply.malformed for reply in replies):
        return odd or next(reply for reply in replies if reply.malformed)
    if message.lost:
        refused = sender.refuses or all(reply.refuses for reply in recipients)
        return None if refused else next(reply for reply in replies if reply.lost)
    if unread:
        return Reply(500, (UNASKED,), malformed=True)
    return None if accepted or message.refuses else message
