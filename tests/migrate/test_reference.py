"""What the shells say of themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.reference import find_own, find_reference


def fake(folder: Path, *lines: str) -> str:
    """A command that answers the probe with these lines."""
    path = folder / "fake"
    path.write_text("#!/bin/sh\ncat <<'END'\n" + "\n".join(lines) + "\nEND\n")
    path.chmod(0o755)
    return str(path)


def test_the_reference_tells_its_versions_and_its_dialect_is_found_out() -> None:
    shell = find_reference("tclsh")
    # Debian's tcllib 1.21 answers getheader as 2.0 does.
    assert (shell.command, shell.dialect) == (("tclsh",), "2.0")
    assert shell.name == "tclsh, tcllib 1.21: mime 1.7.0, smtp 1.5.1"


def test_a_tcllib_that_refuses_getheader_content_type_is_1_20(tmp_path: Path) -> None:
    command = fake(tmp_path, "8.6.13", "/lib/tcl8.6", "", "1.5", "1.6", "/lib/tcllib1.20/mime/smtp.tcl", "1")
    shell = find_reference(command)
    assert (shell.dialect, shell.name) == ("1.20", "fake, tcllib 1.20: mime 1.6, smtp 1.5")


def test_the_operator_can_say_the_dialect() -> None:
    assert find_reference("tclsh", "1.20").dialect == "1.20"


def test_a_missing_shell_is_told() -> None:
    with pytest.raises(MigrateError, match=r"^no-such-tclsh: No such file or directory; name the reference with --ref"):
        find_reference("no-such-tclsh")


def test_a_missing_tcllib_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        MigrateError, match=r"fake has no tcllib \(can't find package smtp\); install it, or compare wi"
    ):
        find_reference(fake(tmp_path, "8.6.13", "/lib/tcl8.6", "can't find package smtp"))


def test_an_old_tcl_is_told(tmp_path: Path) -> None:
    with pytest.raises(MigrateError, match=r"fake is Tcl 8\.5\.19; scripts can be compared under 8\.6 only"):
        find_reference(fake(tmp_path, "8.5.19", "/lib/tcl8.5", "", "1.5", "1.6", "x", "1"))


def test_what_is_no_tcl_is_told() -> None:
    with pytest.raises(MigrateError, match=r"^echo is no Tcl shell: asked for its version, it says '/"):
        find_reference("echo")


def test_tclsmtp_tells_its_tcl() -> None:
    shell = find_own("2.0")
    assert (shell.dialect, shell.tcl[:4]) == ("2.0", "8.6.")
    assert Path(shell.library, "init.tcl").is_file()
