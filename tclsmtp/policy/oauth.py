"""Access tokens of OAuth 2.0, which stand in for a password: where they come from."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tclsmtp.policy.credentials import Secret

FLOWS = ("refresh-token", "client-credentials")


@dataclass(frozen=True, slots=True)
class OAuth:
    """How a token is had.

    Either `token_command` prints one, or it is asked of `token_url` by one of the flows "refresh-token" (RFC 6749, 6)
    and "client-credentials" (RFC 6749, 4.4), with what these need.
    """

    token_command: tuple[str, ...] = ()
    flow: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: Secret | None = None
    refresh_token: Secret | None = None
    scope: str = ""
