"""A process that asks a server for an access token of OAuth 2.0.

It reads a JSON object from stdin, with `flow`, `token_url`, `client_id`, `client_secret`, `refresh_token` and `scope`,
and writes one to stdout: `token`, `seconds` (how long it is good), and `refresh_token` where there is a new one, or
`error`. Secrets come and go through pipes alone, and no error tells one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

ANSWER_SECONDS = 30
"""How long the server may take."""

USUAL_SECONDS = 300
"""How long a token is taken to be good where the server does not say."""


def main() -> int:
    """Do it; 0 where there is a token."""
    asked = json.load(sys.stdin)
    told = fetch(asked)
    json.dump(told, sys.stdout)
    return 0 if "token" in told else 1


def fetch(asked: Mapping[str, str]) -> dict[str, Any]:
    """Ask; what to write to stdout."""
    try:
        import httpx2
        from authlib.integrations.base_client.errors import OAuthError
        from authlib.integrations.httpx_client import OAuth2Client
    except ImportError as error:
        return {"error": f"there is no {error.name}: pip install 'tclsmtp[oauth]'"}
    try:
        with OAuth2Client(
            asked["client_id"],
            asked["client_secret"] or None,
            scope=asked["scope"] or None,
            timeout=ANSWER_SECONDS,
            token_endpoint_auth_method="client_secret_post" if asked["client_secret"] else "none",
        ) as client:
            if asked["flow"] == "refresh-token":
                found = client.refresh_token(asked["token_url"], refresh_token=asked["refresh_token"])
            else:
                found = client.fetch_token(asked["token_url"], grant_type="client_credentials")
    except OAuthError as error:
        return {"error": _without_secrets(f"{error.error}: {error.description}".rstrip(": "), asked)}
    except (httpx2.HTTPError, ValueError) as error:
        return {"error": _without_secrets(f"{type(error).__name__}: {error}", asked)}
    token = found.get("access_token")
    if not token:
        return {"error": "the answer holds no token"}
    renewed = found.get("refresh_token")
    return {
        "token": token,
        "seconds": _seconds(found.get("expires_in")),
        "refresh_token": renewed if renewed != asked["refresh_token"] else "",
    }


def _seconds(given: object) -> float:
    # Some servers write the number as a string.
    try:
        return float(str(given))
    except ValueError:
        return USUAL_SECONDS


def _without_secrets(text: str, asked: Mapping[str, str]) -> str:
    for key in ("client_secret", "refresh_token"):
        if asked[key]:
            text = text.replace(asked[key], "<redacted>")
    return " ".join(text.split())[:500]


if __name__ == "__main__":
    sys.exit(main())
