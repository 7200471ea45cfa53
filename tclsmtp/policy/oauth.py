"""Access tokens of OAuth 2.0, which stand in for a password: where they come from, and how long they are kept.

A token is asked for by a process of its own: it may take seconds, during which the events of a script go on, and what
it needs is nothing that other runs should load.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, fields

from tclsmtp.errors import CredentialError
from tclsmtp.policy.credentials import command_output, command_shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tclsmtp.policy.credentials import Run, Secret

FLOWS = ("refresh-token", "client-credentials")

MARGIN_SECONDS = 60
"""A token that ends sooner than this is not used any more."""

FETCH = (sys.executable, "-P", "-m", "tclsmtp.policy.fetch_token")


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

    def __repr__(self) -> str:
        given = {each.name: value for each in fields(self) if (value := getattr(self, each.name))}
        if self.token_command:
            given["token_command"] = command_shown(self.token_command)
        return f"OAuth({', '.join(f'{name}={value!r}' for name, value in given.items())})"

    def token(self, run: Run) -> str:
        """A token, which may be one that was had before. Raises CredentialError, which tells no secret."""
        kept = _kept.get(self)
        if kept is not None and kept.until > time.monotonic():
            return kept.token
        fresh = self._command_token(run) if self.token_command else self._fetch(run)
        _kept[self] = fresh
        return fresh.token

    def forget(self, token: str) -> None:
        """Do not use that token again: a server refused it."""
        kept = _kept.get(self)
        if kept is not None and kept.token == token:
            del _kept[self]

    def _command_token(self, run: Run) -> _Kept:
        # How long it is good only its command knows, so that it is asked each time.
        return _Kept(command_output(run, self.token_command), 0.0)

    def _fetch(self, run: Run) -> _Kept:
        asked = {
            "flow": self.flow,
            "token_url": self.token_url,
            "client_id": self.client_id,
            "client_secret": self.client_secret.get(run) if self.client_secret else "",
            "refresh_token": _renewed.get(self) or (self.refresh_token.get(run) if self.refresh_token else ""),
            "scope": self.scope,
        }
        begun = time.monotonic()
        told: dict[str, Any] = {}
        status = 1
        # Not raised while it is handled: an error of the reader holds all that it read, the token too.
        with suppress(OSError, ValueError):
            status, output = run(FETCH, json.dumps(asked).encode())
            told = json.loads(output)
        if status or "token" not in told:
            raise CredentialError(f"no token from {self.token_url}: {told.get('error', 'no answer')}")
        if told.get("refresh_token"):
            _renewed[self] = told["refresh_token"]
        return _Kept(told["token"], begun + told["seconds"] - MARGIN_SECONDS)


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str
    until: float

    def __repr__(self) -> str:
        return "<token>"


_kept: dict[OAuth, _Kept] = {}
"""The tokens of this process."""

_renewed: dict[OAuth, str] = {}
"""The refresh tokens that a server gave in place of the one in the policy, which may be good for no second time."""
