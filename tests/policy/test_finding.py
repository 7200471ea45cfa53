from __future__ import annotations

from pathlib import Path

import pytest

from tclsmtp.errors import PolicyError
from tclsmtp.policy.finding import NAME, find, in_force, user_file
from tclsmtp.policy.route import Policy


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "TCLSMTP_POLICY", "TCLSMTP_CAPTURE", "TCLSMTP_REDIRECT", "TCLSMTP_LOG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    return str(path)


def test_without_a_file_anywhere_there_is_no_policy(home: Path) -> None:
    assert find("script.tcl") == find(None) == ""


def test_the_environment_comes_first_even_where_it_names_no_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / NAME)
    monkeypatch.setenv("TCLSMTP_POLICY", "missing.toml")
    assert find("script.tcl") == "missing.toml"


def test_then_comes_the_file_beside_the_script(home: Path) -> None:
    beside = write(home / "scripts" / NAME)
    write(Path(user_file()))
    assert find(str(home / "scripts" / "a.tcl")) == beside


def test_a_script_in_the_folder_at_hand_finds_it_there(home: Path) -> None:
    write(home / NAME)
    assert find("a.tcl") == NAME


def test_commands_on_stdin_have_none_beside_them(home: Path) -> None:
    write(home / NAME)
    assert find(None) == ""


@pytest.mark.parametrize("variable", ["", "elsewhere"])
def test_last_comes_the_users_own(home: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    if variable:
        monkeypatch.setenv("XDG_CONFIG_HOME", str(home / variable))
    own = write(Path(user_file()))
    assert own.startswith(str(home / (variable or ".config")))
    assert find(str(home / "scripts" / "a.tcl")) == find(None) == own


def test_without_a_file_and_a_word_in_the_environment_nothing_is_in_force(home: Path) -> None:
    assert in_force("script.tcl") is None


def test_the_environment_is_in_force_without_a_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCLSMTP_CAPTURE", "/rehearsal")
    assert in_force(None) == Policy(capture="/rehearsal")


def test_the_environment_comes_before_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / NAME).write_text("redirect = 'file@example.com'\nlog = '/log'\n")
    monkeypatch.setenv("TCLSMTP_REDIRECT", "me@example.com")
    assert in_force("a.tcl") == Policy(path=NAME, redirect="me@example.com", log="/log")


def test_an_environment_that_names_no_address_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCLSMTP_REDIRECT", "everybody")
    with pytest.raises(PolicyError, match="TCLSMTP_REDIRECT: expected an address"):
        in_force(None)
