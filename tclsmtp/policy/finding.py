"""Finding the policy file of a run."""

from __future__ import annotations

import os

NAME = "tclsmtp.toml"
VARIABLE = "TCLSMTP_POLICY"
"""The environment variable that names a policy file."""

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
