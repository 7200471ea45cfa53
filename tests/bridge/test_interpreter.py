"""Tcl from Python."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import tkinter
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

import tclsmtp
from tclsmtp import Interpreter, OptionError, Part, TclError
from tclsmtp.bridge import commands


@pytest.fixture
def interpreter() -> Iterator[Interpreter]:
    with Interpreter() as interpreter:
        yield interpreter


def interrupt_soon() -> None:
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()


def test_eval_answers_the_result_as_a_string(interpreter: Interpreter) -> None:
    assert interpreter.eval("expr {6 * 7}") == "42"
    assert interpreter.eval("list a {b c} 007") == "a {b c} 007"


@pytest.mark.parametrize(
    "text", ["", "plain", "a\0b", "caf\u00e9", "\u65e5\u672c", "\U0001f600 x", "a{b", 'q"', "\x80\xff"]
)
def test_a_word_arrives_in_tcl_and_comes_back(interpreter: Interpreter, text: str) -> None:
    interpreter.call("set", "::word", text)
    assert interpreter.eval("set ::word") == text


@pytest.mark.parametrize("text", ["caf\u00e9", "\U0001f600", "a\0b"])
def test_a_script_may_hold_any_character(interpreter: Interpreter, text: str) -> None:
    assert interpreter.eval(f"string cat {text}") == text


def test_call_takes_words_as_they_are(interpreter: Interpreter) -> None:
    assert interpreter.call("list", "$x", "[y]", "{", 7, ("a", "b c")) == r"{$x} {[y]} \{ 7 {a {b c}}"


def test_an_error_carries_message_code_and_trace(interpreter: Interpreter) -> None:
    with pytest.raises(TclError) as caught:
        interpreter.eval("proc fail {} { error {no luck} {} {MY {own code}} }\nfail")
    assert caught.value.message == str(caught.value) == "no luck"
    assert caught.value.errorcode == ("MY", "own code")
    assert caught.value.errorinfo.endswith('invoked from within\n"fail"')


def test_an_error_without_a_code_has_none(interpreter: Interpreter) -> None:
    with pytest.raises(TclError) as caught:
        interpreter.eval("error plain")
    assert caught.value.errorcode == ("NONE",)


def test_errors_of_the_packages_arrive_with_their_code(interpreter: Interpreter) -> None:
    interpreter.eval("package require smtp")
    with pytest.raises(TclError) as caught:
        interpreter.eval("smtp::boolean perhaps")
    assert caught.value.message == "unknown boolean value: perhaps"
    assert caught.value.errorcode == ("TCLSMTP", "OPTION")
    assert caught.value.errorinfo == 'unknown boolean value: perhaps\n    while executing\n"smtp::boolean perhaps"'


def test_an_exception_that_nobody_foresaw_is_told_with_its_trace(
    interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: str) -> None:
        raise ZeroDivisionError("oh")

    interpreter.eval("package require smtp; smtp::boolean 1")
    monkeypatch.setitem(commands._loaded, "smtp::boolean", fail)
    assert interpreter.eval("catch {smtp::boolean 1} message; set message") == "ZeroDivisionError: oh"
    assert interpreter.eval("set errorCode") == "TCLSMTP UNFORESEEN ZeroDivisionError"
    assert "Traceback (most recent call last)" in interpreter.eval("set errorInfo")


def test_eval_inside_eval_runs_at_the_global_level(interpreter: Interpreter) -> None:
    interpreter.app.createcommand("back", lambda: interpreter.call("set", "::seen", interpreter.eval("info level")))
    interpreter.eval("proc deep {} { back }; deep")
    assert interpreter.eval("set ::seen") == "0"


@pytest.mark.parametrize("dialect", ["1.19", "", "3"])
def test_an_unknown_dialect_is_refused(dialect: str) -> None:
    with pytest.raises(OptionError, match=r"it is one of 1\.20, 2\.0"):
        Interpreter(dialect=dialect)


class TestExit:
    @pytest.mark.parametrize(
        "script",
        [
            "exit 3; puts no",
            "catch {exit 3}; set ::ran 1",
            "try {exit 3} finally {set ::ran 1}",
            "proc f {} {catch {exit 3}; set ::ran 1}; catch f",
            "after 1 {exit 3}; vwait forever",
            "after 1 {catch {vwait x}}; after 5 {catch {exit 3}; set ::ran 1}; catch {vwait forever}; set ::ran 1",
            "interp create c; catch {c eval {catch {exit 3}; set ::ran 1}}; set ::ran 1",
            "interp create c; c eval {interp create d; catch {interp eval d exit 3}}; set ::ran 1",
            "after 1 {exit 3}; while 1 {update}",
            "interp alias {} leave {} exit; leave 3",
        ],
    )
    def test_exit_ends_the_script_at_any_depth_and_closes_the_interpreter(
        self, interpreter: Interpreter, script: str
    ) -> None:
        ran: list[str] = []
        interpreter.app.createcommand("note", lambda *words: ran.append("ran"))
        interpreter.eval("trace add variable ::ran write note")
        with pytest.raises(SystemExit) as caught:
            interpreter.eval(script)
        assert caught.value.code == 3
        assert ran == []
        with pytest.raises(OptionError, match="closed"):
            interpreter.eval("set x")

    @pytest.mark.parametrize(
        ("script", "message"),
        [
            ("exit 1 2", 'wrong # args: should be "exit ?returnCode?"'),
            ("exit soon", 'expected integer but got "soon"'),
        ],
    )
    def test_a_wrong_exit_is_an_error_as_in_tcl(self, interpreter: Interpreter, script: str, message: str) -> None:
        with pytest.raises(TclError) as caught:
            interpreter.eval(script)
        assert caught.value.message == message

    def test_channels_are_flushed(self, interpreter: Interpreter, tmp_path: Path) -> None:
        with pytest.raises(SystemExit):
            interpreter.eval(f"set f [open {tmp_path}/out w]; puts $f written; exit 0")
        assert (tmp_path / "out").read_text() == "written\n"


class TestRun:
    def test_the_status_of_a_script(self, interpreter: Interpreter, tmp_path: Path) -> None:
        script = tmp_path / "s.tcl"
        script.write_text("if {$argc} {exit [lindex $argv 0]}")
        assert interpreter.run(script) == 0
        assert interpreter.run(script, ["4"]) == 4

    def test_an_error_is_printed_and_is_1(
        self, interpreter: Interpreter, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        script = tmp_path / "s.tcl"
        script.write_text("error {no luck}")
        assert interpreter.run(script) == 1
        assert capfd.readouterr().err.startswith("no luck\n    while executing\n")


class TestInterrupt:
    @pytest.mark.parametrize("script", ["vwait forever", "catch {vwait forever}", "while 1 {update}"])
    def test_ctrl_c_ends_the_script_and_the_interpreter_stays_usable(
        self, interpreter: Interpreter, script: str
    ) -> None:
        interpreter.eval("interp create child")
        interrupt_soon()
        with pytest.raises(KeyboardInterrupt):
            interpreter.eval(script)
        assert interpreter.eval("child eval {expr 1+1}") == "2"
        assert interpreter.eval("interp create") == "interp0"

    def test_the_handler_of_the_program_is_back_afterwards(self, interpreter: Interpreter) -> None:
        before = signal.getsignal(signal.SIGINT)
        interpreter.eval("expr 1")
        assert signal.getsignal(signal.SIGINT) is before
        assert signal.set_wakeup_fd(-1) == -1

    def test_an_interpreter_in_another_thread_leaves_signals_alone(self) -> None:
        answers: list[str] = []

        def work() -> None:
            with Interpreter() as interpreter:
                answers.append(interpreter.eval("expr 1+1"))

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert answers == ["2"]


class TestTokens:
    def test_a_token_is_a_part_and_a_part_a_token(self, interpreter: Interpreter) -> None:
        token = interpreter.eval("package require mime; mime::initialize -canonical text/plain -string hello")
        part = interpreter.part(token)
        assert part.content == "text/plain"
        assert interpreter.part(token) is part
        assert interpreter.token(part) == token

    def test_a_part_made_in_python_gets_a_token(self, interpreter: Interpreter) -> None:
        interpreter.eval("package require mime")
        part = Part.create("text/plain", data="made in Python")
        token = interpreter.token(part)
        assert interpreter.call("mime::getbody", token) == "made in Python"
        assert interpreter.token(part) == token

    def test_an_email_message_becomes_a_token(self, interpreter: Interpreter) -> None:
        message = EmailMessage()
        message["Subject"] = "From Python"
        message.set_content("the body\n")
        token = interpreter.token(message)
        interpreter.eval("package require mime")
        assert interpreter.call("mime::getheader", token, "Subject") == "{From Python}"
        assert interpreter.call("mime::getproperty", token, "content") == "text/plain"

    def test_an_unknown_token_is_an_error(self, interpreter: Interpreter) -> None:
        with pytest.raises(tclsmtp.MimeError, match="no such variable"):
            interpreter.part("::mime::99")

    def test_a_finalized_token_is_forgotten(self, interpreter: Interpreter) -> None:
        token = interpreter.eval("package require mime; mime::initialize -canonical text/plain -string x")
        interpreter.call("mime::finalize", token)
        with pytest.raises(tclsmtp.MimeError):
            interpreter.part(token)


class TestInstall:
    def test_the_packages_answer_in_a_tkinter_interpreter(self) -> None:
        app = tkinter.Tcl()
        interpreter = tclsmtp.install(app)
        assert app.eval("package require mime") == "1.7.2"
        token = app.eval("mime::initialize -canonical text/plain -string {in tkinter}")
        assert interpreter.call("mime::getbody", token) == "in tkinter"

    @pytest.mark.parametrize("text", ["007", "0x10", "1e3", "true", "a b"])
    def test_results_stay_strings_where_tkinter_wants_objects(self, text: str) -> None:
        interpreter = tclsmtp.install(tkinter.Tcl())
        assert interpreter.call("string", "cat", text) == text
        interpreter.eval(f"set x {{{text}}}; catch {{incr x 0}}; catch {{llength $x}}")
        assert interpreter.call("set", "x") == interpreter.eval("set x")

    def test_tkinter_keeps_its_exit(self) -> None:
        app = tkinter.Tcl()
        tclsmtp.install(app)
        assert app.eval("info commands ::exit") == ""


def test_close_twice_is_allowed() -> None:
    with Interpreter() as interpreter:
        interpreter.close()
    with pytest.raises(OptionError):
        interpreter.call("set", "x")


class TestOtherThreads:
    """Tcl aborts the process when an interpreter is deleted in another thread than its own."""

    @pytest.mark.parametrize("script", ["error x", "exit 3", "package require smtp; smtp::boolean x", "foo \u65e5"])
    def test_the_last_reference_to_an_error_may_go_in_another_thread(self, script: str) -> None:
        program = f"""
import gc, threading, tclsmtp
kept = []
def work():
    with tclsmtp.Interpreter() as interpreter:
        try:
            interpreter.eval({script!r})
        except (tclsmtp.TclError, SystemExit) as error:
            kept.append(error)
thread = threading.Thread(target=work)
thread.start()
thread.join()
print(len(kept))
kept.clear()
gc.collect()
print("alive")
"""
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "1\nalive\n", "")


def test_an_errorcode_may_hold_nul(interpreter: Interpreter) -> None:
    with pytest.raises(TclError) as caught:
        interpreter.eval(r'error m {} "A b\0c"')
    assert caught.value.errorcode == ("A", "b\0c")
