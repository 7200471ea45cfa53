"""Where user names, passwords and other secrets come from."""

from __future__ import annotations

import os
from dataclasses import dataclass

from tclsmtp.errors import CredentialError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    Kind = Literal["value", "env", "command", "file", "keyring"]

    Run = Callable[[tuple[str, ...], bytes], tuple[int, bytes]]
    """Runs a command with that on its stdin; its exit status and what it wrote to stdout.

    Raises OSError where it cannot be started, TimeoutError where it takes too long.
    """


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
        shown = {"value": "<redacted>", "command": command_shown(self.source)}.get(self.kind, self.source[0])
        return f"Secret({self.kind}: {shown})"

    def get(self, run: Run, username: str = "") -> str:
        """The word; `username` is what the keyring knows it under. Raises CredentialError, which does not tell it."""
        match self.kind:
            case "value":
                return self.source[0]
            case "env":
                return self._from_environment()
            case "command":
                return command_output(run, self.source)
            case "file":
                return self._from_file()
            case "keyring":
                return self._from_keyring(username)

    def _from_environment(self) -> str:
        [name] = self.source
        if not os.environ.get(name):
            raise CredentialError(f"the environment variable {name} is not set")
        return os.environ[name]

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


def command_output(run: Run, words: tuple[str, ...]) -> str:
    """The first line that a command prints. Raises CredentialError."""
    name = words[0]
    try:
        status, output = run(words, b"")
    except OSError as error:  # TimeoutError is one
        why = error.strerror or "it takes too long"
        raise CredentialError(f"the command {name} cannot be used: {why}") from None
    if status:
        raise CredentialError(f"the command {name} ended with status {status}")
    return _first_line(output, f"the command {name}")


def command_shown(words: tuple[str, ...]) -> str:
    """A command without its arguments, which may be secrets themselves: `curl -d client_secret=...`."""
    return " ".join((*words[:1], *("..." for _ in words[1:2])))


def _check_permissions(name: str, stat: os.stat_result) -> None:
    """A secret that others can read, or write, is none."""
    if stat.st_mode & 0o077:
        raise CredentialError(f"{name}: others can read or write it (mode {stat.st_mode & 0o777:04o}): chmod 600")
    if stat.st_uid not in (os.getuid(), 0):
        raise CredentialError(f"{name}: it belongs to another user")


def _first_line(data: bytes, whose: str) -> str:
    # Not by an exception: that of the decoder holds the secret, and one raised while it is handled would hold it too.
    line = data.partition(b"\n")[0].rstrip(b"\r").decode("utf-8", "surrogateescape")
    if not line.isascii() and any("\udc80" <= character <= "\udcff" for character in line):
        raise CredentialError(f"{whose}: its first line is not UTF-8")
    if not line:
        raise CredentialError(f"{whose}: its first line is empty")
    return line
