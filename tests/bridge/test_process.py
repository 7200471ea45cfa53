"""The locale, the environment and the arguments are those that tclsh sees, in spite of the Python between."""

from __future__ import annotations

import pytest

from tests.support.tclsh import Shell

LOCALES: dict[str, dict[str, str]] = {
    "nothing set, as under cron": {},
    "LANG=C": {"LANG": "C"},
    "LANG=C.UTF-8": {"LANG": "C.UTF-8"},
    "LANG of a locale that is not installed": {"LANG": "xx_XX.UTF-8"},
    "LC_ALL=C": {"LC_ALL": "C"},
    "LC_ALL=POSIX": {"LC_ALL": "POSIX"},
    "LC_ALL=C.UTF-8": {"LC_ALL": "C.UTF-8"},
    "LC_ALL empty": {"LC_ALL": ""},
    "LC_CTYPE=C": {"LC_CTYPE": "C"},
    "LC_CTYPE=C.UTF-8": {"LC_CTYPE": "C.UTF-8"},
    "LC_CTYPE=POSIX over LANG": {"LC_CTYPE": "POSIX", "LANG": "C.UTF-8"},
    "LC_CTYPE of a locale that is not installed": {"LC_CTYPE": "xx_XX.UTF-8"},
    "Python told not to coerce": {"PYTHONCOERCECLOCALE": "0"},
    "Python told to use UTF-8": {"PYTHONUTF8": "1", "LC_ALL": "C"},
}


@pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES)
def test_encoding_and_environment_are_those_of_tclsh(both: tuple[Shell, Shell], locale: dict[str, str]) -> None:
    script = (
        "puts [encoding system]; puts \u20ac\u00e9; puts [fconfigure stdin -encoding]\n"
        "foreach name [lsort [array names env]] {puts $name=$env($name)}; puts [exec env | sort]"
    )
    start = both[0].environment(NAME="caf\u00e9", ODD="\udcff")
    del start["LANG"]
    tclsh, tclsmtp = (shell.run(script, env=start | locale) for shell in both)
    assert tclsmtp == tclsh
    assert tclsh.status == 0


@pytest.mark.parametrize(("locale", "encoding"), [({}, "iso8859-1"), ({"LANG": "C.UTF-8"}, "utf-8")])
def test_the_system_encoding_follows_the_locale(shell: Shell, locale: dict[str, str], encoding: str) -> None:
    start = shell.environment()
    del start["LANG"]
    told = shell.run("puts [encoding system],[info exists env(LC_CTYPE)]", env=start | locale)
    assert told.out == f"{encoding},0\n"


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
@pytest.mark.parametrize(
    "word", [b"caf\xe9", b"caf\xc3\xa9", b"\xf0\x9f\x98\x80", b"\xff\xfe{", b"\xc0\x80", b"a\xe9b\xc3"]
)
def test_arguments_are_read_in_the_system_encoding(both: tuple[Shell, Shell], locale: str, word: bytes) -> None:
    script = (
        "set word [lindex $argv 1]; puts [string length $word],[binary encode hex [encoding convertto unicode $word]]"
    )
    tclsh, tclsmtp = (shell.run(script, "x", word, env=shell.environment(LANG=locale)) for shell in both)
    assert tclsmtp == tclsh
    assert tclsh.status == 0


def test_an_argument_in_latin_1_is_text_under_the_c_locale(shell: Shell) -> None:
    told = shell.run('puts [string equal $argv "caf\\u00e9"]', b"caf\xe9", env=shell.environment(LANG="C"))
    assert told.out == "1\n"


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
@pytest.mark.parametrize("name", ["two words.tcl", "caf\u00e9.tcl", "\u20ac {.tcl", "\U0001f600.tcl"])
def test_scripts_are_found_by_any_name(both: tuple[Shell, Shell], locale: str, name: str) -> None:
    script = (
        "puts [binary encode hex [encoding convertto unicode $argv0]]; puts [expr {[info script] eq $argv0}]; error x"
    )
    tclsh, tclsmtp = (shell.run(script, name=name, env=shell.environment(LANG=locale)) for shell in both)
    assert tclsmtp == tclsh
    assert tclsh.out.endswith("\n1\n")


def test_no_file_is_left_open_for_other_programs(both: tuple[Shell, Shell]) -> None:
    tclsh, tclsmtp = (shell.run("puts [exec ls /proc/self/fd]") for shell in both)
    assert tclsmtp == tclsh
