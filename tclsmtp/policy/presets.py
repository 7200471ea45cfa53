"""Presets: what a route to a well-known provider has in common with all others."""

from __future__ import annotations

from tclsmtp.policy.oauth import OAuth
from tclsmtp.policy.route import Route

PRESETS = {
    "microsoft365": Route(
        servers=("smtp.office365.com",),
        ports=(587,),
        tls="required",
        verify="always",
        auth=("XOAUTH2",),
        oauth=OAuth(
            token_url="https://login.microsoftonline.com/organizations/oauth2/v2.0/token",
            scope="https://outlook.office365.com/.default",
        ),
    ),
    "gmail": Route(
        servers=("smtp.gmail.com",),
        ports=(465,),
        tls="implicit",
        verify="always",
        auth=("OAUTHBEARER", "XOAUTH2"),
        oauth=OAuth(token_url="https://oauth2.googleapis.com/token", scope="https://mail.google.com/"),
    ),
}
"""By name, routes without credentials: submission with verified TLS and OAuth, as the provider asks for."""
