from __future__ import annotations

from pathlib import Path

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.script import Script, Settings, find_scripts


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_scripts_of_a_folder_are_named_by_their_path_below_it(tmp_path: Path) -> None:
    for name in ("b.tcl", "a.tcl", "sub/c.tcl", "readme.txt", "pkgIndex.tcl"):
        write(tmp_path / name)
    assert [script.name for script in find_scripts([tmp_path])] == ["a.tcl", "b.tcl", "sub/c.tcl"]


def test_files_and_folders_stay_in_the_order_given(tmp_path: Path) -> None:
    one, _ = write(tmp_path / "z.txt"), write(tmp_path / "folder/a.tcl")
    assert find_scripts([one, tmp_path / "folder"]) == [
        Script(one, "z.txt"),
        Script(tmp_path / "folder/a.tcl", "a.tcl"),
    ]


def test_a_file_that_is_a_part_of_another_script_is_left_out(tmp_path: Path) -> None:
    write(tmp_path / "main.tcl")
    write(tmp_path / "settings.tcl")
    write(tmp_path / "settings.compare.toml", "script = false")
    assert [script.name for script in find_scripts([tmp_path])] == ["main.tcl"]


def test_a_path_without_scripts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MigrateError, match=r"no script \(\*\.tcl\) in it"):
        find_scripts([tmp_path])
    with pytest.raises(MigrateError, match="no such file or folder"):
        find_scripts([tmp_path / "missing"])


def test_a_script_without_a_file_beside_it_has_the_defaults(tmp_path: Path) -> None:
    assert Script(write(tmp_path / "a.tcl"), "a.tcl").settings == Settings()


def test_the_file_beside_a_script_says_how_it_is_run(tmp_path: Path) -> None:
    write(
        tmp_path / "a.compare.toml",
        """\
args = ["-v", "x y"]
stdin = "line\\n"
env = { REPORT = "daily" }
offer = ["starttls"]
refuse = ["RCPT TO:<bad@*>=550 no such user"]
rules = "rules.json"
timeout = 5
display = true
""",
    )
    assert Script(write(tmp_path / "a.tcl"), "a.tcl").settings == Settings(
        args=("-v", "x y"),
        stdin="line\n",
        env={"REPORT": "daily"},
        offer=("starttls",),
        refuse=("RCPT TO:<bad@*>=550 no such user",),
        rules=tmp_path / "rules.json",
        timeout=5,
        display=True,
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("argv = []", "argv: no such key; known: script, args, stdin, env, offer, refuse, rules, timeout, display"),
        ("args = 'x'", "args: expected a list of strings, not 'x'"),
        ("args = [1]", r"args: expected a list of strings, not \[1\]"),
        ("stdin = 1", "stdin: expected a string, not 1"),
        ("env = { A = 1 }", "env: expected a table of strings"),
        ("timeout = true", "timeout: expected a number of seconds, not True"),
        ("display = 1", "display: expected true or false, not 1"),
        ("x", "at line 1"),
    ],
)
def test_wrong_settings_are_refused_with_their_place(tmp_path: Path, text: str, why: str) -> None:
    path = write(tmp_path / "a.compare.toml", text)
    with pytest.raises(MigrateError, match=why) as caught:
        _ = Script(write(tmp_path / "a.tcl"), "a.tcl").settings
    assert str(path) in str(caught.value)


def test_a_command_line_overrides_settings() -> None:
    settings = Settings(args=("a",), offer=("auth",), refuse=("MAIL*=550 no",), timeout=5)
    assert settings.overridden() == settings
    assert settings.overridden(args=("b",), offer=("starttls",), refuse=("RCPT*=450 later",), timeout=7) == Settings(
        args=("b",), offer=("starttls", "auth"), refuse=("RCPT*=450 later", "MAIL*=550 no"), timeout=7
    )
