"""sendmessage as a Tcl script calls it: what its options become, and how errors arrive."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tclsmtp import Interpreter, TclError
from tclsmtp.policy import Policy, Route
from tclsmtp.policy.spooling import Spool
from tclsmtp.spool.store import open_store
from tests.support.certificates import authority_file, server_context
from tests.support.scripts import failure
from tests.support.sink import Auth, Rules, Sink

CREDENTIALS = "-username joe -password {open sesame}"


@pytest.fixture
def interpreter() -> Iterator[Interpreter]:
    with Interpreter() as interpreter:
        interpreter.eval("package require smtp; set token [mime::initialize -canonical text/plain -string x]")
        yield interpreter


def send(interpreter: Interpreter, sink: Sink, options: str = "") -> str:
    return interpreter.eval(
        f"smtp::sendmessage $token -servers 127.0.0.1 -ports {sink.port} "
        f"-header {{From me@example.com}} -header {{To you@example.com}} {options}"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("-queue", "Each option must have a value!  Invalid option list: -queue"),
        ("-queue maybe", "unknown boolean value: maybe"),
        ("-usetls 2", "unknown boolean value: 2"),
        ("-bogus 1", "unknown option -bogus"),
        ("-header {a b c}", "-header expects a key and a value, not a b c"),
        ("-header {X y} -bogus 1", "unknown option -bogus"),
        ("-header {To a@b.c} -maxsecs soon", "-maxsecs expects a number of seconds, not soon"),
    ],
)
def test_a_wrong_option_is_told_in_tcllibs_words(interpreter: Interpreter, options: str, message: str) -> None:
    with pytest.raises(TclError) as caught:
        interpreter.eval(f"smtp::sendmessage $token {options}")
    assert caught.value.message == message
    assert caught.value.errorcode == ("TCLSMTP", "OPTION")


def test_options_come_before_the_token(interpreter: Interpreter) -> None:
    with pytest.raises(TclError, match="unknown option -bogus"):
        interpreter.eval("smtp::sendmessage nosuch -bogus 1")
    with pytest.raises(TclError, match=r'can\'t read "state\(header\)": no such variable'):
        interpreter.eval("smtp::sendmessage nosuch -header {To a@b.c}")


def test_refused_recipients_are_a_list_of_lists(interpreter: Interpreter) -> None:
    with Sink(Rules(replies={"RCPT": "550 no such user here"})) as sink:
        assert send(interpreter, sink) == "{you@example.com 550 {no such user here}}"


@pytest.mark.parametrize(("dialect", "message"), [("1.20", "550: no"), ("2.0", "diagnostic no args {} code 550")])
def test_a_refused_message_is_worded_as_the_dialect_has_it(dialect: str, message: str) -> None:
    with Interpreter(dialect=dialect) as tcl, Sink(Rules(replies={"MAIL": "550 no"})) as sink:
        tcl.eval("package require smtp; set token [mime::initialize -canonical text/plain -string x]")
        with pytest.raises(TclError) as caught:
            send(tcl, sink)
    assert caught.value.message == message
    assert caught.value.errorcode == ("SMTP", "550", "no")


def test_debug_goes_to_the_scripts_stderr(interpreter: Interpreter, capfd: pytest.CaptureFixture[str]) -> None:
    with Sink() as sink:
        send(interpreter, sink, "-debug 1")
    lines = capfd.readouterr().err.splitlines()
    assert lines[:2] == ["Trying 127.0.0.1...", "<-- 220 sink.example ESMTP"]


def test_the_time_zone_of_the_script_is_that_of_the_date(interpreter: Interpreter) -> None:
    try:
        with Sink() as sink:
            for zone in ("UTC", "XXX-05:30"):
                interpreter.eval(f"set env(TZ) {zone}")
                send(interpreter, sink)
    finally:
        interpreter.eval("unset env(TZ)")
        time.tzset()
    texts = [session.messages[0].content.decode() for session in sink.sessions]
    assert [text.split("Date: ")[1].split("\r\n")[0][-5:] for text in texts] == ["+0000", "+0530"]


class TestTls:
    def test_tls_init_of_the_script_is_honoured(self, interpreter: Interpreter, tmp_path: Path) -> None:
        rules = Rules(tls=server_context(), auth=Auth("PLAIN", "joe", "open sesame"))
        interpreter.eval(f"package require tls; tls::init -cafile {authority_file(tmp_path)} -require 1")
        with Sink(rules) as sink:
            assert send(interpreter, sink, CREDENTIALS) == ""
        assert sink.sessions[0].authed

    def test_what_it_requires_is_required(self, interpreter: Interpreter, tmp_path: Path) -> None:
        interpreter.eval(f"package require tls; tls::init -cafile {authority_file(tmp_path)} -require true")
        with Sink(Rules(tls=server_context(self_signed=True))) as sink, pytest.raises(TclError) as caught:
            send(interpreter, sink)
        assert caught.value.errorcode[:4] == ("SMTP", "TLS", "127.0.0.1", str(sink.port))

    def test_a_server_name_stands_in_for_the_address(self, interpreter: Interpreter, tmp_path: Path) -> None:
        settings = f"-cafile {authority_file(tmp_path)} -require 1 -servername mail.example"
        interpreter.eval(f"package require tls; tls::init {settings}")
        with Sink(Rules(tls=server_context("mail.example"))) as sink:
            assert send(interpreter, sink) == ""

    def test_the_policy_is_a_command_prefix_of_the_script(self, interpreter: Interpreter) -> None:
        interpreter.eval("proc decide {word code text} {lappend ::asked $word $code $text; return insecure}")
        with Sink(Rules(ehlo=("STARTTLS",), replies={"STARTTLS": "454 not now"})) as sink:
            assert send(interpreter, sink, "-tlspolicy {decide word}") == ""
        assert interpreter.eval("set asked") == "word 454 {not now}"

    def test_an_error_in_the_policy_is_the_error_of_the_send(self, interpreter: Interpreter) -> None:
        interpreter.eval("proc decide args {error {cannot decide} {} {MY CODE}}")
        with Sink(Rules(ehlo=("STARTTLS",), replies={"STARTTLS": "454 not now"})) as sink:
            with pytest.raises(TclError) as caught:
                send(interpreter, sink, "-tlspolicy decide")
            assert caught.value.errorcode == ("MY", "CODE")
        assert sink.sessions[0].messages == []

    def test_tls_from_the_start(self, interpreter: Interpreter) -> None:
        with Sink(Rules(tls=server_context(), tls_from_start=True)) as sink:
            assert send(interpreter, sink, "-tlsimport 1") == ""
        assert sink.sessions[0].tls


class TestCompanions:
    """Packages that scripts load beside smtp, where they are not installed."""

    @pytest.fixture
    def bare(self) -> Iterator[Interpreter]:
        with Interpreter() as interpreter:
            interpreter.eval("set auto_path [list $tcl_library]")
            yield interpreter

    @pytest.mark.parametrize("package", ["tls", "SASL", "tls 1.6", "SASL 1.0"])
    def test_they_are_stood_in_for(self, bare: Interpreter, package: str) -> None:
        assert bare.eval(f"package require {package}")

    def test_settings_are_honoured_all_the_same(self, bare: Interpreter, tmp_path: Path) -> None:
        bare.eval("package require smtp; set token [mime::initialize -canonical text/plain -string x]")
        bare.eval(f"package require tls; tls::init -cafile {authority_file(tmp_path)} -require 1")
        with Sink(Rules(tls=server_context(expired=True))) as sink, pytest.raises(TclError, match="has expired"):
            send(bare, sink)

    def test_an_installed_one_comes_first(self, bare: Interpreter, tmp_path: Path) -> None:
        (tmp_path / "own").mkdir()
        (tmp_path / "own" / "pkgIndex.tcl").write_text("package ifneeded tls 1.0 {package provide tls 1.0}\n")
        bare.eval(f"lappend auto_path {tmp_path}")
        assert bare.eval("package require tls") == "1.0"

    def test_an_option_without_a_value_is_an_error(self, bare: Interpreter) -> None:
        with pytest.raises(TclError, match='"-cafile" option must be followed by value'):
            bare.eval("package require tls; tls::init -cafile")


# The operator's policy


def to_the_sink(sink: Sink) -> Policy:
    return Policy((Route(server=("mailhost",), connect_to=("127.0.0.1", sink.port), verify="never"),))


def test_a_policy_decides_where_a_server_is_reached() -> None:
    with Sink() as sink, Interpreter(policy=to_the_sink(sink)) as tcl:
        tcl.eval("package require smtp; set token [mime::initialize -canonical text/plain -string x]")
        tcl.eval(
            "smtp::sendmessage $token -servers mailhost -header {From me@example.com} -header {To you@example.com}"
        )
    assert [message.recipients for message in sink.sessions[0].messages] == [["RCPT TO:<you@example.com>"]]


def test_a_server_that_no_route_names_is_reached_by_its_name(interpreter: Interpreter) -> None:
    with Sink() as other, Sink() as sink:
        interpreter.policy = to_the_sink(other)
        send(interpreter, sink)
    assert (len(other.sessions), len(sink.sessions)) == (0, 1)


IN_PROCESS_SERVER = """
proc serve {channel args} {
    fconfigure $channel -translation crlf -buffering line -blocking 0
    puts $channel "220 mine"
    fileevent $channel readable [list answer $channel]
}
proc answer channel {
    if {[gets $channel line] < 0} { if {[eof $channel]} { close $channel }; return }
    lappend ::heard [lindex $line 0]
    puts $channel [expr {$line eq "DATA" ? "354 go" : $line eq "" ? "" : "250 ok"}]
}
set ::heard {}
set server [socket -server serve -myaddr 127.0.0.1 0]
set port [lindex [fconfigure $server -sockname] 2]
"""


def test_no_policy_is_about_a_server_of_the_script_itself() -> None:
    with Sink() as sink, Interpreter(policy=Policy((Route(connect_to=("127.0.0.1", sink.port)),))) as tcl:
        tcl.eval("package require smtp; set token [mime::initialize -canonical text/plain -string x]")
        tcl.eval(IN_PROCESS_SERVER)
        addresses = "-originator a@b.example -recipients c@d.example"
        tcl.eval(f"smtp::sendmessage $token -servers localhost -ports $port {addresses}")
        assert "RCPT" in tcl.eval("set heard")
    assert sink.sessions == []


def test_a_policy_can_do_without_verified_certificates(interpreter: Interpreter) -> None:
    with Sink(Rules(tls=server_context(self_signed=True), auth=Auth("PLAIN", "joe", "open sesame"))) as sink:
        interpreter.policy = Policy((Route(verify="never"),))
        send(interpreter, sink, CREDENTIALS)
    assert (sink.sessions[0].tls, sink.sessions[0].authed) == (True, True)


def test_a_policy_can_demand_verified_certificates(interpreter: Interpreter) -> None:
    with Sink(Rules(tls=server_context(self_signed=True))) as sink:
        interpreter.policy = Policy((Route(verify="always"),))
        servers = f"-servers 127.0.0.1 -ports {sink.port}"
        error = failure(interpreter, f"smtp::sendmessage $token {servers} -header {{To a@b.example}}")
    assert error.errorcode[:2] == ("SMTP", "TLS")
    assert sink.sessions[0].messages == []


def test_a_list_of_options_that_is_not_even_is_told_without_the_password() -> None:
    """Deviation secrets."""
    with Interpreter() as tcl:
        tcl.eval("package require smtp; set t [mime::initialize -canonical text/plain -string x]; set p hush")
        with pytest.raises(TclError) as caught:
            tcl.eval("smtp::sendmessage $t -username joe -password $p -servers")
    assert "-username joe -password <redacted> -servers" in caught.value.message
    assert "hush" not in caught.value.errorinfo


def test_a_password_that_python_gave_is_in_no_trace() -> None:
    with Interpreter() as tcl:
        tcl.eval("package require smtp")
        with pytest.raises(TclError) as caught:
            tcl.call(
                "smtp::sendmessage", "none", "-password", "hush hush", "-originator", "a@b.c", "-recipients", "d@e.f"
            )
    assert '-password <redacted>"' in caught.value.errorinfo
    assert "hush" not in caught.value.errorinfo


def test_what_was_queued_is_told_in_a_variable(tmp_path: Path) -> None:
    spool = Spool(path=str(tmp_path / "queue.sqlite"))
    with Sink(Rules(replies={"MAIL": "451 later"})) as sink, Interpreter(policy=Policy((Route(spool=spool),))) as tcl:
        tcl.eval("package require smtp; set t [mime::initialize -canonical text/plain -string x]")
        send = f"smtp::sendmessage $t -servers 127.0.0.1 -ports {sink.port} -originator a@b.c -recipients d@e.f"
        assert tcl.eval(send) == ""
        [name] = tcl.split(tcl.eval("set ::tclsmtp::queued"))
    with open_store(spool) as store:
        assert [entry.id for entry in store.entries()] == [name]


def test_nothing_is_told_to_be_queued_that_was_sent(tmp_path: Path) -> None:
    spool = Spool(path=str(tmp_path / "queue.sqlite"))
    with Sink() as sink, Interpreter(policy=Policy((Route(spool=spool),))) as tcl:
        tcl.eval("package require smtp; set t [mime::initialize -canonical text/plain -string x]")
        tcl.eval(f"smtp::sendmessage $t -servers 127.0.0.1 -ports {sink.port} -originator a@b.c -recipients d@e.f")
        assert tcl.eval("set ::tclsmtp::queued") == ""
