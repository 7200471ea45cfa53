"""Finding the policy file of a run."""

from __future__ import annotations

import os

from tclsmtp.errors import PolicyError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tclsmtp.policy.route import Policy

NAME = "tclsmtp.toml"
VARIABLE = "TCLSMTP_POLICY"
"""The environment variable that names a policy file."""

OVERRIDES = {"capture": "TCLSMTP_CAPTURE", "redirect": "TCLSMTP_REDIRECT", "log": "TCLSMTP_LOG"}
"""Settings of the whole policy, and the environment variables that say them in place of the file."""

_CONFIGURATION = ("~/.config", "~/Library/Application Support", "~/Library/Preferences")


def find(script: str | None) -> str:
    """The path of the policy file that is in force for a script (None: no script file), or "".

    It is the one that TCLSMTP_POLICY names, else tclsmtp.toml beside the script, else tclsmtp.toml in the user's
    configuration folder for tclsmtp. Whether the first one exists is not looked at: who named it is to be told.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return named
    beside = "" if script is None else os.path.join(os.path.dirname(script), NAME)
    if beside and os.path.isfile(beside):
        return beside
    path = _user_file()
    return path if path and os.path.isfile(path) else ""


def in_force(script: str | None) -> Policy | None:
    """The policy for a script (None: no script file): that of the file that is found, with what the environment says
    in its place; None where there is neither. Raises PolicyError for what is wrong in either.
    """
    path = find(script)
    if not path and not any(map(os.environ.get, OVERRIDES.values())):
        return None
    from tclsmtp.policy.route import Policy

    return with_overrides(Policy.load(path) if path else Policy())


def with_overrides(policy: Policy) -> Policy:
    """The policy, with what the environment says in its place. Raises PolicyError for what is wrong there."""
    capture, redirect, log = (os.environ.get(name, "") for name in OVERRIDES.values())
    if not (capture or redirect or log):
        return policy
    from dataclasses import replace

    from tclsmtp.policy.reading import read_address

    try:
        redirect = redirect and read_address(redirect)
    except ValueError as error:
        raise PolicyError(OVERRIDES["redirect"], "", str(error)) from None
    return replace(
        policy,
        capture=capture or policy.capture,
        redirect=redirect or policy.redirect,
        log=log or policy.log,
    )


def user_file() -> str:
    """Where the user's own policy file is, or would be."""
    import platformdirs

    return os.path.join(platformdirs.user_config_dir("tclsmtp", appauthor=False), NAME)


def _user_file() -> str:
    # To ask for the folder costs an import, which most runs can do without: mostly there is no such folder anywhere.
    places = (os.environ.get("XDG_CONFIG_HOME") or "~/.config", *_CONFIGURATION)
    if any(os.path.isdir(os.path.join(os.path.expanduser(place), "tclsmtp")) for place in places):
        return user_file()
    return ""
