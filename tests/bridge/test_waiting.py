"""Tcl's events run while sendmessage waits."""

from __future__ import annotations

import _tkinter
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tclsmtp import Interpreter, TclError
from tclsmtp.bridge.waiting import MAX_NESTING, PollingWaiter, TclWaiter

if TYPE_CHECKING:
    from tclsmtp.smtp.waiting import Waiter

SERVER = Path(__file__).with_name("in_process_server.tcl")

SEND = """
    proc send {subject {port {}}} {
        if {$port eq {}} { set port $::port }
        set token [mime::initialize -canonical text/plain -string "about $subject"]
        set refused [smtp::sendmessage $token -servers 127.0.0.1 -ports $port \
            -header {From me@example.com} -header {To you@example.com} -header [list Subject $subject]]
        mime::finalize $token
        return $refused
    }
"""


@pytest.fixture(params=[TclWaiter, PollingWaiter])
def interpreter(request: pytest.FixtureRequest) -> Iterator[Interpreter]:
    """An interpreter with a server of its own in it, once with file handlers and once as where there are none."""
    with Interpreter() as interpreter:
        interpreter.waiter = request.param(interpreter)
        interpreter.eval(f"package require smtp; source {SERVER}; set port [server::start]")
        interpreter.eval(SEND)
        yield interpreter


@pytest.fixture
def silent_port() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


class Counting:
    """A waiter that counts how often its descriptors were ready."""

    def __init__(self, waiter: Waiter) -> None:
        self._waiter = waiter
        self.calls = 0

    def wait(self, fd: int, write: bool, ready: Callable[[], bool], timeout: float | None) -> None:
        def counted() -> bool:
            self.calls += 1
            return ready()

        self._waiter.wait(fd, write, counted, timeout)


def subjects(interpreter: Interpreter) -> list[str]:
    script = "lmap mail $::server::mails {regexp -inline -line {^Subject: .*$} $mail}"
    return [line.strip("{}").removeprefix("Subject: ") for line in interpreter.split(interpreter.eval(script))]


def test_a_server_in_the_same_interpreter_takes_the_message(interpreter: Interpreter) -> None:
    assert interpreter.eval("send hello") == ""
    assert subjects(interpreter) == ["hello"]
    assert interpreter.eval("lindex $server::mails 0").endswith("\n\nabout hello")


def test_timers_tick_while_the_server_is_slow(interpreter: Interpreter) -> None:
    interpreter.eval("set server::delay 20; proc tick {} { incr ::ticks; after 5 tick }; after 5 tick; send slow")
    assert int(interpreter.eval("set ticks")) >= 10
    assert subjects(interpreter) == ["slow"]


def test_file_events_run_while_the_server_is_slow(interpreter: Interpreter) -> None:
    interpreter.eval("""
        lassign [chan pipe] reader writer
        fconfigure $reader -blocking 0
        fileevent $reader readable {append ::read [gets $reader]}
        after 5 {puts $writer {from the pipe}; flush $writer}
        set server::delay 20
        send slow
    """)
    assert interpreter.eval("set read") == "from the pipe"


def test_an_event_sends_a_message_of_its_own(interpreter: Interpreter) -> None:
    interpreter.eval("set server::delay 10; after 20 {set inner [send inner]}; set outer [send outer]")
    assert interpreter.eval("list $outer $inner") == "{} {}"
    assert sorted(subjects(interpreter)) == ["inner", "outer"]


def test_the_reply_that_arrives_while_a_nested_send_waits_is_taken(interpreter: Interpreter) -> None:
    """The outer message has a second for its end of data; the nested send, begun by then, takes longer."""
    interpreter.eval("""
        set server::delay 5
        trace add variable server::mails write nest
        proc nest args {
            trace remove variable server::mails write nest
            after 1 {set server::delay 150; send nested; set server::delay 0}
        }
        set token [mime::initialize -canonical text/plain -string x]
        smtp::sendmessage $token -servers 127.0.0.1 -ports $port -maxsecs 0.5 -originator a@b.example \
            -recipients c@d.example
    """)
    assert interpreter.eval("llength $server::mails") == "2"


def test_a_waiting_send_does_not_spin_on_its_socket(interpreter: Interpreter) -> None:
    """While a nested send waits, the outer one's reply has arrived: its handler must be gone by then."""
    counting = Counting(interpreter.waiter)
    interpreter.waiter = counting
    interpreter.eval("set server::delay 10; after 15 {send inner}; send outer")
    assert counting.calls < 60


def test_silence_ends_in_an_error_and_leaves_no_handler_or_timer(
    interpreter: Interpreter, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tclsmtp.smtp import session

    monkeypatch.setattr(session, "SECONDS", dict.fromkeys(session.SECONDS, 0.05))
    with pytest.raises(TclError) as caught:
        interpreter.eval(f"send late {silent_port}")
    assert caught.value.errorcode[:4] == ("SMTP", "CONNECT", "127.0.0.1", str(silent_port))
    interpreter.eval("update")
    assert interpreter.app.dooneevent(_tkinter.DONT_WAIT) == 0


def test_too_many_nested_sends_are_refused_before_they_connect(interpreter: Interpreter) -> None:
    interpreter.call("set", "limit", MAX_NESTING)
    interpreter.eval("""
        set server::delay 30
        proc deeper {} {
            if {[incr ::sends] <= $::limit} { after 1 deeper } else { set server::delay 0 }
            if {[catch {send nested} message]} { lappend ::failures $message $::errorCode }
        }
        deeper
    """)
    message, code = interpreter.split(interpreter.eval("set failures"))
    assert message == f"too many nested calls of sendmessage: {MAX_NESTING} are waiting for their servers already"
    assert code == f"SMTP NESTING {MAX_NESTING}"
    assert len(subjects(interpreter)) == MAX_NESTING


def test_an_exit_in_an_event_ends_the_send(interpreter: Interpreter, silent_port: int) -> None:
    with pytest.raises(SystemExit) as caught:
        interpreter.eval(f"after 20 {{exit 6}}; catch {{send never {silent_port}}}; set ::ran 1")
    assert caught.value.code == 6


def test_ctrl_c_ends_the_send(interpreter: Interpreter, silent_port: int) -> None:
    threading.Timer(0.2, signal.raise_signal, (signal.SIGINT,)).start()
    with pytest.raises(KeyboardInterrupt):
        interpreter.eval(f"catch {{send never {silent_port}}}")
    assert interpreter.eval("send again") == ""


def test_a_child_sends_to_a_server_in_its_parent(interpreter: Interpreter) -> None:
    interpreter.eval("interp create c; c eval {package require smtp}; c eval [list set port $port]")
    interpreter.call("interp", "eval", "c", SEND)
    assert interpreter.eval("c eval {send {from a child}}") == ""
    assert subjects(interpreter) == ["from a child"]
