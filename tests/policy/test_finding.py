from __future__ import annotations

from pathlib import Path

import pytest

from tclsmtp.policy.finding import NAME, find, user_file


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "TCLSMTP_POLICY"):
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
