"""Running a script once, with its sockets led to one server."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.processes import Running
from tclsmtp.migrate.reference import Shell, check_captured, find_own, find_reference
from tclsmtp.migrate.run import Area, Ended, tcl_list
from tclsmtp.migrate.script import Script, Setup
from tests.support.sink import Sink

NOWHERE = ("127.0.0.1", 9)
NOWHERE_YET = ("127.0.0.1", 0)
PLAIN = Setup()

SEND = """
package require smtp
set token [mime::initialize -canonical text/plain -string hello]
smtp::sendmessage $token -servers mail.invalid -ports 2525 -originator a@example.com -recipients b@example.com
"""
RAW = """
set channel [socket -async www.invalid 80]
fconfigure $channel -buffering line
gets $channel banner; puts $channel QUIT; gets $channel
puts $banner
"""


@pytest.fixture(scope="module")
def shells() -> dict[str, Shell]:
    return {"reference": find_reference(), "own": find_own("2.0")}


@pytest.fixture(params=["reference", "own"])
def shell(request: pytest.FixtureRequest, shells: dict[str, Shell]) -> Shell:
    return shells[request.param]


@pytest.fixture
def area(tmp_path: Path, shells: dict[str, Shell]) -> Area:
    folder = tmp_path / "area"
    folder.mkdir()
    return Area(folder, tuple(shells.values()), Running())


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as sink:
        yield sink


class Scripts:
    """Writes scripts into a folder, and runs one in an area."""

    def __init__(self, folder: Path, area: Area, shell: Shell) -> None:
        self.folder, self.area, self.shell = folder, area, shell
        folder.mkdir()

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text(text)

    def run(
        self, text: str, address: tuple[str, int] = NOWHERE, setup: Setup = PLAIN, path: str = "script.tcl"
    ) -> Ended:
        self.write(path, text)
        return self.area.run(Script("script", self.folder, Path(path), setup), self.shell, address)


@pytest.fixture
def scripts(tmp_path: Path, area: Area, shell: Shell) -> Scripts:
    return Scripts(tmp_path / "scripts", area, shell)


def address(sink: Sink) -> tuple[str, int]:
    return "127.0.0.1", sink.port


def test_both_shells_load_what_leads_sockets_elsewhere(area: Area, shell: Shell) -> None:
    area.lead_to(shell, NOWHERE)
    env = area.environment(Script("x", area.folder, Path("x.tcl")), shell)
    check_captured(shell, area.folder / "tcl" / "captured.tcl", env)


def test_a_shell_that_does_not_is_told(area: Area, shell: Shell) -> None:
    area.lead_to(shell, NOWHERE)
    with pytest.raises(MigrateError, match="does not read TCL_LIBRARY, so its mail cannot be captured"):
        check_captured(shell, area.folder / "tcl" / "captured.tcl", os.environ)


def test_mail_reaches_the_server_whichever_the_script_names(scripts: Scripts, sink: Sink) -> None:
    ended = scripts.run(SEND, address(sink))
    assert (ended.exit_code, ended.stderr, ended.error) == (0, b"", "")
    [session] = sink.sessions
    assert "MAIL FROM:<a@example.com>" in " ".join(session.commands)


def test_raw_sockets_do_too_in_any_interpreter(scripts: Scripts, sink: Sink) -> None:
    ended = scripts.run(f"interp create child; interp eval child {{{RAW}}}", address(sink))
    assert ended.stdout == b"220 sink.example ESMTP\n"


def test_scripts_that_a_script_starts_do_too(scripts: Scripts, sink: Sink) -> None:
    scripts.write("send.tcl", SEND)
    ended = scripts.run("exec [info nameofexecutable] send.tcl", address(sink))
    assert (ended.exit_code, ended.stderr, len(sink.sessions)) == (0, b"", 1)


def test_a_server_of_the_script_itself_stays_its_own(scripts: Scripts) -> None:
    ended = scripts.run(
        "proc serve {channel args} { puts $channel own; close $channel }\n"
        "set port [lindex [fconfigure [socket -server serve -myaddr 127.0.0.1 0] -sockname] 2]\n"
        "set client [socket -myaddr 127.0.0.1 127.0.0.1 $port]\n"
        "fileevent $client readable {puts [gets $client]; exit}; vwait forever\n"
    )
    assert (ended.stdout, ended.stderr) == (b"own\n", b"")


def test_a_wrong_call_of_socket_is_told_as_ever(scripts: Scripts) -> None:
    ended = scripts.run("foreach words {{} a {-x a 1} {-async a} {a 1 2}} { puts [catch {socket {*}$words} m],$m }")
    lines = ended.stdout.decode().splitlines()
    assert [line[:2] for line in lines] == ["1,"] * 5
    assert lines[2] == '1,bad option "-x": must be -async, -myaddr, -myport, or -server'


def test_the_script_sees_its_name_and_arguments_as_under_tclsh(scripts: Scripts) -> None:
    told = scripts.run("puts [list $argv0 $argv [info script] [info level] $tcl_library]", setup=Setup(args=("a b",)))
    assert told.stdout.decode() == f"script.tcl {{{{a b}}}} script.tcl 0 {scripts.shell.library}\n"


def test_an_error_is_told_as_under_tclsh_with_its_status(scripts: Scripts) -> None:
    ended = scripts.run("error oops")
    trace = b'oops\n    while executing\n"error oops"\n    (file "script.tcl" line 1)\n'
    assert (ended.exit_code, ended.stderr) == (1, trace)


def test_the_script_is_in_a_copy_of_its_folder_and_leaves_nothing_in_its_own(scripts: Scripts) -> None:
    scripts.write("data.txt", "data")
    ended = scripts.run(
        "close [open made w]; puts [lsort [glob *]]; puts [open ../data.txt]; puts [pwd]", path="below/script.tcl"
    )
    assert ended.stdout.startswith(b"made script.tcl\nfile")
    assert ended.stdout.endswith(b"\n<folder>/below\n")
    assert sorted(path.name for path in scripts.folder.rglob("*")) == ["below", "data.txt", "script.tcl"]
    assert [path.name for path in scripts.area.folder.iterdir()] == ["work"]


def test_a_script_whose_name_begins_with_a_dash_is_no_option(scripts: Scripts) -> None:
    assert scripts.run("puts $argv", setup=Setup(args=("x",)), path="-a.tcl").stdout == b"x\n"


def test_a_script_gets_its_stdin_and_environment(scripts: Scripts) -> None:
    setup = Setup(stdin="häl\n", env=(("SOME", "thing"),))
    assert scripts.run("puts [string length [gets stdin]]$env(SOME)[gets stdin]", setup=setup).stdout == b"3thing\n"


@pytest.mark.parametrize(("setup", "seen"), [(Setup(), b"0\n"), (Setup(display=True), b"1\n")])
def test_a_display_is_shown_only_to_who_asks(
    scripts: Scripts, monkeypatch: pytest.MonkeyPatch, setup: Setup, seen: bytes
) -> None:
    monkeypatch.setenv("DISPLAY", ":77")
    assert scripts.run("puts [info exists env(DISPLAY)]", setup=setup).stdout == seen


def test_a_script_that_takes_too_long_is_ended_with_what_it_started(tmp_path: Path, area: Area) -> None:
    scripts = Scripts(tmp_path / "scripts", area, area.shells[0])
    scripts.write("child.tcl", "socket host.invalid 25; puts begun; flush stdout; vwait forever")
    with socket.create_server(NOWHERE_YET) as listener:
        ended = scripts.run(
            "exec [info nameofexecutable] child.tcl >@stdout", listener.getsockname(), Setup(timeout=2.0)
        )
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(30)
            assert connection.recv(1) == b""
    assert (ended.stdout, ended.error, ended.exit_code) == (b"begun\n", "took longer than 2 seconds", -9)


def test_a_shell_that_cannot_be_started_is_told(tmp_path: Path, area: Area) -> None:
    missing = replace(area.shells[0], command=("no-such-tclsh",))
    ended = Scripts(tmp_path / "scripts", area, missing).run("puts x")
    assert ended.error.startswith("could not be started: ")


def test_no_run_finds_what_another_one_left(scripts: Scripts) -> None:
    scripts.write("data.txt", "data")
    scripts.write("sub/more.txt", "more")
    see = "puts [lsort [glob -nocomplain * sub/* ../*.txt]][read [open data.txt]]"
    first = scripts.run(see)
    scripts.run(
        "puts -nonewline [open data.txt a] x; close [open new.txt w]; close [open ../beside.txt w]\n"
        "file mkdir a/b; file delete -force sub; file attributes data.txt -permissions 0"
    )
    assert scripts.run(see).stdout == first.stdout == b"data.txt script.tcl sub sub/more.txtdata\n"


def test_what_goes_on_behind_a_script_does_not_meet_the_next_one(scripts: Scripts) -> None:
    scripts.write("child.tcl", "fconfigure [socket host.invalid 25] -blocking 1; vwait forever")
    with socket.create_server(NOWHERE_YET) as listener:
        ended = scripts.run(
            "puts [exec [info nameofexecutable] child.tcl < /dev/null > /dev/null 2> /dev/null &]",
            listener.getsockname(),
        )
        os.kill(int(ended.stdout), signal.SIGKILL)
    assert ended.goes_on
    assert not scripts.area.copy.target.exists()
    assert not scripts.run("puts x").goes_on
    assert scripts.area.copy.target.exists()


def test_words_for_tcl_are_quoted_to_the_letter() -> None:
    assert tcl_list(["/a b", "", "$[]{}", "é\n"]) == r"/a\ b {} \$\[\]\{\} \u00e9\u000a"
