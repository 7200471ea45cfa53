from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from tclsmtp.errors import CredentialError
from tclsmtp.policy.credentials import Secret
from tclsmtp.smtp.running import run_command
from tclsmtp.smtp.waiting import SelectorWaiter

run = partial(run_command, SelectorWaiter())


def failure(secret: Secret) -> str:
    with pytest.raises(CredentialError) as caught:
        secret.get(run, "joe")
    assert caught.value.errorcode[:2] == ("TCLSMTP", "CREDENTIALS")
    return str(caught.value)


def write(path: Path, data: bytes, mode: int = 0o600) -> str:
    path.write_bytes(data)
    path.chmod(mode)
    return str(path)


def test_a_word_stands_for_itself_and_is_not_shown() -> None:
    secret = Secret("value", ("open sesame",))
    assert secret.get(run) == "open sesame"
    assert repr(secret) == "Secret(value: <redacted>)"


def test_an_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "open sesame")
    assert Secret("env", ("SMTP_PASSWORD",)).get(run) == "open sesame"


@pytest.mark.parametrize("value", [None, ""])
def test_an_environment_variable_that_is_not_set(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("SMTP_PASSWORD", raising=False)
    if value is not None:
        monkeypatch.setenv("SMTP_PASSWORD", value)
    assert failure(Secret("env", ("SMTP_PASSWORD",))) == "the environment variable SMTP_PASSWORD is not set"


def test_the_first_line_that_a_command_prints() -> None:
    assert Secret("command", ("printf", "open sesame\\r\\nmore\\n")).get(run) == "open sesame"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("no-such-command",), "the command no-such-command cannot be used: No such file or directory"),
        (("sh", "-c", "echo open sesame; exit 3"), "the command sh ended with status 3"),
        (("true",), "the command true: its first line is empty"),
        (("printf", "\\377"), "the command printf: its first line is not UTF-8"),
    ],
)
def test_a_command_that_fails_tells_no_secret(words: tuple[str, ...], why: str) -> None:
    assert failure(Secret("command", words)) == why


def test_a_command_that_takes_too_long() -> None:
    def too_long(words: tuple[str, ...], data: bytes) -> tuple[int, bytes]:
        raise TimeoutError

    with pytest.raises(CredentialError, match="the command pass cannot be used: it takes too long"):
        Secret("command", ("pass", "show", "smtp")).get(too_long)


def test_the_first_line_of_a_file(tmp_path: Path) -> None:
    assert Secret("file", (write(tmp_path / "secret", b"open sesame\nmore"),)).get(run) == "open sesame"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_can_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    path = write(tmp_path / "secret", b"open sesame", mode)
    assert failure(Secret("file", (path,))) == f"{path}: others can read or write it (mode {mode:04o}): chmod 600"


def test_a_file_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "secret", b"open sesame")
    os.chown(path, 12345, -1)
    assert failure(Secret("file", (path,))) == f"{path}: it belongs to another user"


def test_a_file_that_is_not_there_or_empty(tmp_path: Path) -> None:
    assert failure(Secret("file", (str(tmp_path / "x"),))) == f"{tmp_path / 'x'}: No such file or directory"
    path = write(tmp_path / "empty", b"\nopen sesame")
    assert failure(Secret("file", (path,))) == f"{path}: its first line is empty"


class Keyring:
    """A keyring that knows one password."""

    def get_password(self, service: str, username: str) -> str | None:
        return "open sesame" if (service, username) == ("smtp.example.com", "joe") else None


def test_the_keyring_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyring.get_password", Keyring().get_password)
    assert Secret("keyring", ("smtp.example.com",)).get(run, "joe") == "open sesame"
    assert failure(Secret("keyring", ("other",))) == "the keyring has nothing for other and joe"


def test_a_system_without_a_keyring() -> None:
    assert failure(Secret("keyring", ("smtp.example.com",))).startswith("the keyring cannot be asked for ")


def test_a_keyring_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    assert failure(Secret("keyring", ("x",))) == "there is no keyring: pip install 'tclsmtp[keyring]'"
