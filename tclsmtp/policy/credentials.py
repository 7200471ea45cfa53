"""Where user names, passwords and other secrets come from."""

from __future__ import annotations

import os
from dataclasses import dataclass

from tclsmtp.errors import CredentialError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["value", "env", "command", "file", "keyring"]

COMMAND_SECONDS = 60
"""How long a command may take to print a secret."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A word that is looked up when it is needed, and never kept or shown.

    `kind` tells what `source` is: the word itself ("value"), the name of an environment variable ("env"), a command
    whose first line of output it is ("command", its words), a file whose first line it is ("file"), or the name of a
    service in the keyring of the system ("keyring").
    """

    kind: Kind
    source: tuple[str, ...]

    def __repr__(self) -> str:
        shown = "<redacted>" if self.kind == "value" else " ".join(self.source)
        return f"Secret({self.kind}: {shown})"

    def get(self, username: str = "") -> str:
        """The word; `username` is what the keyring knows it under. Raises CredentialError, which does not tell it."""
        match self.kind:
            case "value":
                return self.source[0]
            case "env":
                return self._from_environment()
            case "command":
                return self._from_command()
            case "file":
                return self._from_file()
            case "keyring":
                return self._from_keyring(username)

    def _from_environment(self) -> str:
        [name] = self.source
        if not os.environ.get(name):
            raise CredentialError(f"the environment variable {name} is not set")
        return os.environ[name]

    def _from_command(self) -> str:
        import subprocess

        name = self.source[0]
        try:
            # What it has to say otherwise is for the operator's eyes: it stays on stderr.
            done = subprocess.run(
                self.source, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=COMMAND_SECONDS, check=False
            )
        except OSError as error:
            raise CredentialError(f"the command {name} cannot be run: {error.strerror}") from None
        except subprocess.TimeoutExpired:
            raise CredentialError(f"the command {name} took more than {COMMAND_SECONDS} seconds") from None
        if done.returncode:
            raise CredentialError(f"the command {name} ended with status {done.returncode}")
        return _first_line(done.stdout, f"the command {name}")

    def _from_file(self) -> str:
        [name] = self.source
        try:
            with open(name, "rb") as file:
                _check_permissions(name, os.fstat(file.fileno()))
                data = file.read()
        except OSError as error:
            raise CredentialError(f"{name}: {error.strerror}") from None
        return _first_line(data, name)

    def _from_keyring(self, username: str) -> str:
        try:
            import keyring
            from keyring.errors import KeyringError
        except ImportError:
            raise CredentialError("there is no keyring: pip install 'tclsmtp[keyring]'") from None
        [service] = self.source
        try:
            found = keyring.get_password(service, username)
        except KeyringError as error:
            raise CredentialError(f"the keyring cannot be asked for {service}: {error}") from None
        if not found:
            raise CredentialError(f"the keyring has nothing for {service} and {username}")
        return str(found)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and a password; what is None is the script's."""

    username: Secret | None = None
    password: Secret | None = None


def _check_permissions(name: str, stat: os.stat_result) -> None:
    """A secret that others can read, or write, is none."""
    if stat.st_mode & 0o077:
        raise CredentialError(f"{name}: others can read or write it (mode {stat.st_mode & 0o777:04o}): chmod 600")
    if stat.st_uid not in (os.getuid(), 0):
        raise CredentialError(f"{name}: it belongs to another user")


def _first_line(data: bytes, whose: str) -> str:
    try:
        line = data.decode("utf-8").split("\n", 1)[0].rstrip("\r")
    except UnicodeDecodeError:
        raise CredentialError(f"{whose}: its first line is not UTF-8") from None
    if not line:
        raise CredentialError(f"{whose}: its first line is empty")
    return line
