"""The ::mime commands answer as the recordings do, and as a script expects them to."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from tclsmtp import Interpreter
from tests.support.calls import Call, Runner, calls
from tests.support.deviations import Explanation, Rule, explain, rules_for
from tests.support.scripts import failure

DIALECTS = ("1.20", "2.0")
KINDS = ("build", "header", "errors", "parse", "word", "qp", "field", "map", "date")
CALLS = [call for kind in KINDS for call in calls(kind)]
BODY = "0123456789 abcdef\n" * 400


@cache
def runner(dialect: str) -> Runner:
    return Runner(dialect)


@cache
def compare(call: Call, dialect: str) -> Explanation:
    run = runner(dialect)
    ours = run.answer(call)
    if ours == call.recorded[dialect]:
        return Explanation((), ())
    return explain(call.name, dialect, run.lines(call.recorded[dialect]), run.lines(ours))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("call", CALLS, ids=str)
def test_answers_as_recorded(call: Call, dialect: str) -> None:
    found = compare(call, dialect)
    assert not found.unexplained, str(found)


@pytest.mark.parametrize("rule", rules_for("calls/"), ids=str)
def test_rule_is_needed_by_all_that_it_names(rule: Rule) -> None:
    needed = [
        call.name
        for call in CALLS
        for dialect in DIALECTS
        if rule.names(call.name, dialect) and rule in compare(call, dialect).rules
    ]
    assert [name for name in rule.recordings if not any(fnmatch(call, name) for call in needed)] == []


@pytest.fixture(params=DIALECTS)
def tcl(request: pytest.FixtureRequest) -> Iterator[Interpreter]:
    with Interpreter(dialect=request.param) as interpreter:
        interpreter.eval("package require mime")
        yield interpreter


class TestInitialize:
    @pytest.mark.parametrize("options", ["", "-bogus x", "-string {bad\n\n}", "-file nosuch", "-canonical text/plain"])
    def test_token_of_what_was_refused_is_not_given_again(self, tcl: Interpreter, options: str) -> None:
        failure(tcl, f"mime::initialize {options}")
        assert tcl.eval("mime::initialize -canonical text/plain -string x") == "::mime::2"

    def test_token_counts_up(self, tcl: Interpreter) -> None:
        first, second = (tcl.eval("mime::initialize -canonical text/plain -string x") for _ in range(2))
        assert (first, second) == ("::mime::1", "::mime::2")

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ("-canonical text/plain -string x -bogus", "missing argument to -bogus"),
            ("-canonical text/plain -header {a b c} -string x", "-header expects a key and a value, not a b c"),
            ("-header {a b} -string x", "-header requires -canonical"),
            ("-parts {}", "-parts requires -canonical"),
            ("-header {a b} -param {a b} -string x", "-param requires -canonical"),
            ("-header {a b}", "specify exactly one of -file, -parts, or -string"),
            ("-canonical text/plain -file x -parts {}", "specify exactly one of -file, -parts, or -string"),
            ("-canonical multipart/mixed -parts {} -encoding base64", "-encoding and -parts do not mix"),
            ("-canonical text/plain -header {Content-MD5 x} -string x", "don't go there..."),
            (
                "-canonical text/plain -header {content-transfer-encoding x} -string x",
                "use -encoding instead of -header content-transfer-encoding x",
            ),
            ("-canonical text/plain -encoding {} -string x", "unknown value for -encoding "),
        ],
    )
    def test_refuses_in_the_words_of_tcllib(self, tcl: Interpreter, options: str, message: str) -> None:
        assert failure(tcl, f"mime::initialize {options}").message == message

    @pytest.mark.parametrize(
        ("command", "message"),
        [
            ("mime::finalize nosuch -subordinates some", "unknown value for -subordinates some"),
            ("mime::getproperty nosuch zip", "unknown property zip"),
            ("mime::getbody nosuch -blocksize 0", "-blocksize expects a positive integer, not 0"),
            ("mime::getbody nosuch -decode -decode", "list must have an even number of elements"),
            ("mime::setheader nosuch a b -mode", "list must have an even number of elements"),
        ],
    )
    def test_options_are_looked_at_before_the_token(self, tcl: Interpreter, command: str, message: str) -> None:
        assert failure(tcl, command).message == message

    def test_last_of_an_option_counts(self, tcl: Interpreter) -> None:
        tcl.eval("set t [mime::initialize -canonical text/plain -canonical text/html -string x -string y]")
        assert tcl.eval("list [mime::getproperty $t content] [mime::getbody $t]") == "text/html y"

    def test_unknown_token_among_the_parts(self, tcl: Interpreter) -> None:
        """Deviation finalized-part."""
        error = failure(tcl, "mime::initialize -canonical multipart/mixed -parts nosuch")
        assert error.errorcode == ("TCL", "LOOKUP", "VARNAME")

    @pytest.mark.parametrize("name", ["a\\nb", "a\\rb", "a\\0b"])
    def test_header_name_that_would_begin_another_header(self, tcl: Interpreter, name: str) -> None:
        error = failure(tcl, f'mime::initialize -canonical text/plain -string x -header [list "{name}" v]')
        assert "header name" in error.message
        assert error.errorcode == ("MIME", "HEADER")

    def test_missing_file_is_told_in_the_words_of_tcl(self, tcl: Interpreter) -> None:
        error = failure(tcl, "mime::initialize -file nosuch.eml")
        assert error.message == 'couldn\'t open "nosuch.eml": no such file or directory'
        assert error.errorcode[:2] == ("POSIX", "ENOENT")


class TestFile:
    def test_relative_name_is_that_of_tcl_s_folder(self, tcl: Interpreter, tmp_path: Path) -> None:
        (tmp_path / "note.txt").write_bytes(b"a note\n")
        tcl.call("cd", str(tmp_path))
        tcl.eval("set t [mime::initialize -canonical text/plain -file note.txt]; cd /")
        assert tcl.eval("mime::getbody $t") == "a note\n"
        assert tcl.eval("mime::getproperty $t size") == "7"

    def test_octets_arrive_as_they_are(self, tcl: Interpreter, tmp_path: Path) -> None:
        (tmp_path / "all.bin").write_bytes(bytes(range(256)))
        tcl.call("set", "name", str(tmp_path / "all.bin"))
        tcl.eval("set t [mime::initialize -canonical image/gif -file $name]")
        assert tcl.eval("binary scan [mime::getbody $t] H* hex; set hex") == bytes(range(256)).hex()

    @pytest.mark.parametrize("command", ["getbody", "buildmessage"])
    def test_missing_file_is_told_when_it_is_read(self, tcl: Interpreter, command: str) -> None:
        tcl.eval("set t [mime::initialize -canonical text/plain -file /nonexistent]")
        error = failure(tcl, f"mime::{command} $t")
        assert error.message == 'couldn\'t open "/nonexistent": no such file or directory'
        assert error.errorcode == ("POSIX", "ENOENT", "no such file or directory")

    def test_size_of_a_missing_file(self, tcl: Interpreter) -> None:
        tcl.eval("set t [mime::initialize -canonical text/plain -file /nonexistent]")
        message = failure(tcl, "mime::getproperty $t size").message
        assert message == 'could not read "/nonexistent": no such file or directory'


class TestFinalize:
    @pytest.fixture(autouse=True)
    def nested(self, tcl: Interpreter) -> None:
        tcl.eval("set a [mime::initialize -canonical text/plain -string x]")
        tcl.eval("set m [mime::initialize -canonical multipart/mixed -parts $a]")

    @pytest.mark.parametrize("options", ["", "-subordinates dynamic", "-subordinates none", "-bogus all"])
    def test_parts_that_were_given_stay(self, tcl: Interpreter, options: str) -> None:
        assert tcl.eval(f"mime::finalize $m {options}; mime::getproperty $a size") == "1"

    def test_all_goes_down_to_the_leaves(self, tcl: Interpreter) -> None:
        tcl.eval("mime::finalize $m -subordinates all")
        assert failure(tcl, "mime::getproperty $a size").message == 'can\'t read "state(value)": no such variable'

    def test_part_inside_keeps_its_name(self, tcl: Interpreter) -> None:
        tcl.eval("mime::finalize $a")
        assert tcl.eval("list [mime::getproperty $m parts] [mime::getproperty $m parts]") == "::mime::1 ::mime::1"
        assert failure(tcl, "mime::getbody $a").errorcode == ("TCL", "LOOKUP", "VARNAME")

    def test_part_inside_is_kept_by_the_whole(self, tcl: Interpreter) -> None:
        """Deviation finalized-part."""
        tcl.eval("mime::finalize $a")
        assert tcl.eval("mime::getproperty $m size") == "1"
        assert "\r\n\r\nx" in tcl.eval("mime::buildmessage $m")
        assert tcl.eval("mime::finalize $m -subordinates all") == ""

    def test_twice_is_an_error(self, tcl: Interpreter) -> None:
        tcl.eval("mime::finalize $m")
        assert failure(tcl, "mime::finalize $m").message == 'can\'t read "state(cid)": no such variable'


class TestGetbody:
    @pytest.fixture(autouse=True)
    def log(self, tcl: Interpreter) -> None:
        tcl.call("set", "body", BODY)
        tcl.eval("""
            set t [mime::initialize -canonical text/plain -string $body]
            proc cb {what {data {}}} { lappend ::log $what [string length $data]; return "$what [llength $::log]" }
        """)

    def test_callback_gets_blocks_and_the_end(self, tcl: Interpreter) -> None:
        assert tcl.eval("mime::getbody $t -command cb -blocksize 3000") == "end 8"
        assert tcl.eval("set log") == "data 3000 data 3000 data 1200 end 0"

    def test_block_is_4096_unless_it_is_said(self, tcl: Interpreter) -> None:
        tcl.eval("mime::getbody $t -command cb")
        assert tcl.eval("set log") == "data 4096 data 3104 end 0"

    def test_callback_may_have_words_of_its_own(self, tcl: Interpreter) -> None:
        tcl.eval("proc words args { lappend ::words $args }; mime::getbody $t -command {words a {b c}} -blocksize 9999")
        assert tcl.eval("lindex $words 0 1") == "b c"
        assert tcl.eval("lindex $words end") == "a {b c} end"

    def test_callback_that_fails_is_told_of_it_and_answers(self, tcl: Interpreter) -> None:
        tcl.eval("proc bad {what data} { if {$what eq {data}} { error stop {} {MY CODE} }; return $what:$data }")
        assert tcl.eval("mime::getbody $t -command bad") == "error:stop"

    def test_callback_that_fails_at_the_end_fails(self, tcl: Interpreter) -> None:
        tcl.eval("proc bad {what {data {}}} { if {$what ne {data}} { error stop {} {MY CODE} } }")
        error = failure(tcl, "mime::getbody $t -command bad")
        assert (error.message, error.errorcode) == ("stop", ("MY", "CODE"))

    def test_file_comes_in_blocks(self, tcl: Interpreter, tmp_path: Path) -> None:
        (tmp_path / "body").write_bytes(BODY.encode())
        tcl.call("set", "name", str(tmp_path / "body"))
        tcl.eval(
            "set t [mime::initialize -canonical text/plain -file $name]; mime::getbody $t -command cb -blocksize 4000"
        )
        assert tcl.eval("set log") == "data 4000 data 3200 end 0"

    @pytest.mark.parametrize("size", ["0", "-3", "00", "-0", "", " ", "08", "0x", "0.9", "1e-3"])
    def test_block_of_no_size(self, tcl: Interpreter, size: str) -> None:
        message = failure(tcl, f"mime::getbody $t -command cb -blocksize {{{size}}}").message
        assert message == f"-blocksize expects a positive integer, not {size}"

    @pytest.mark.parametrize("size", ["x", "1.5", "2.0", "1e1", "Inf", "NaN", "5 6", "1_0", "\u0665", "yes", "5\0"])
    def test_block_of_a_size_that_is_no_whole_number_is_refused_as_well(self, tcl: Interpreter, size: str) -> None:
        """Deviation block-size."""
        tcl.call("set", "size", size)
        message = failure(tcl, "mime::getbody $t -command cb -blocksize $size").message
        assert message == f"-blocksize expects a positive integer, not {size}"
        assert tcl.eval("info exists log") == "0"

    @pytest.mark.parametrize(
        ("size", "octets"), [("0x10", 16), ("010", 8), ("0b11", 3), ("0o7", 7), ("+5", 5), (" 6\n", 6), ("\t7", 7)]
    )
    def test_size_of_a_block_is_a_number_as_tcl_writes_it(self, tcl: Interpreter, size: str, octets: int) -> None:
        tcl.call("set", "size", size)
        tcl.eval("mime::getbody $t -command cb -blocksize $size")
        assert tcl.eval("lindex $log 1") == str(octets)

    @pytest.mark.parametrize("size", ["2147483648", "9223372036854775807", "99999999999999999999"])
    def test_block_may_be_larger_than_any_body(self, tcl: Interpreter, tmp_path: Path, size: str) -> None:
        """Of a -file that is in no message, too: deviation block-size."""
        (tmp_path / "body").write_bytes(BODY.encode())
        tcl.call("set", "name", str(tmp_path / "body"))
        tcl.eval(f"""
            foreach token [list $t [mime::initialize -canonical text/plain -file $name]] {{
                mime::getbody $token -command cb -blocksize {size}
            }}
        """)
        assert tcl.eval("set log") == "data 7200 end 0 data 7200 end 0"

    def test_option_without_value(self, tcl: Interpreter) -> None:
        assert failure(tcl, "mime::getbody $t -blocksize").errorcode == ("TCL", "ARGUMENT", "FORMAT")

    def test_decode_reads_the_charset(self, tcl: Interpreter) -> None:
        tcl.eval(r"set u [mime::initialize -canonical text/plain -param {charset utf-8} -string abc\xc3\xa9]")
        assert tcl.eval("mime::getbody $u -decode") == "abcé"
        assert tcl.eval("mime::getbody $u") == "abcÃ©"

    def test_decode_of_an_unknown_charset(self, tcl: Interpreter) -> None:
        tcl.eval("set u [mime::initialize -canonical text/plain -param {charset nosuch} -string x]")
        assert failure(tcl, "mime::getbody $u -decode").message == "-decode failed: can't reversemap charset nosuch"
        error = failure(tcl, "mime::getbody $u -decode -command cb")
        assert (error.message, tcl.eval("set log")) == (
            "-decode failed: can't reversemap charset nosuch",
            "data 1 end 0",
        )

    def test_decode_is_of_what_the_callback_answers(self, tcl: Interpreter) -> None:
        """A callback that collects the octets and answers with all has them decoded, wherever the blocks were cut."""
        tcl.eval("proc collect {what {data {}}} { append ::all $data; return $::all }")
        tcl.eval(r"set u [mime::initialize -canonical text/plain -param {charset utf-8} -string a\xe2\x82\xac\xc3\xa9]")
        assert tcl.eval("mime::getbody $u -decode -command collect -blocksize 1") == "a€é"
        assert tcl.eval("mime::getbody $u -command collect -blocksize 5; set all") == "a\xe2\x82\xac\xc3\xa9" * 2

    @pytest.mark.parametrize("option", ["", "-decode"])
    def test_missing_file_is_told_before_all_else(self, tcl: Interpreter, option: str) -> None:
        tcl.eval("set u [mime::initialize -canonical text/plain -param {charset nosuch} -file /nonexistent]")
        error = failure(tcl, f"mime::getbody $u {option} -command cb")
        assert error.message == 'couldn\'t open "/nonexistent": no such file or directory'
        assert tcl.eval("info exists log") == "0"


class TestCallback:
    """What getbody makes of the return codes of its callback, for a body in a script and one in a file."""

    @pytest.fixture(autouse=True, params=["-string abcdefgh", "-file $name"], ids=["string", "file"])
    def part(self, request: pytest.FixtureRequest, tcl: Interpreter, tmp_path: Path) -> None:
        (tmp_path / "body").write_bytes(b"abcdefgh")
        tcl.call("set", "name", str(tmp_path / "body"))
        tcl.eval(f"set t [mime::initialize -canonical text/plain {request.param}]; set log {{}}")

    def answer(self, tcl: Interpreter, event: str, how: str) -> str:
        """What getbody answers, and what its callback was given, if it returns so at this event."""
        tcl.eval(f"""
            proc cb args {{
                lappend ::log {{*}}$args
                if {{$args eq {{{event}}}}} {{ return {how} odd }}
                return good
            }}
            set code [catch {{ mime::getbody $t -command cb -blocksize 3 }} answer]
        """)
        return tcl.eval("list $code $answer $log")

    def test_continue_goes_on(self, tcl: Interpreter) -> None:
        """Deviation callback-loop."""
        assert self.answer(tcl, "data def", "-code continue") == "0 good {data abc data def data gh end}"

    @pytest.mark.parametrize(("event", "given"), [("data abc", "data abc"), ("data gh", "data abc data def data gh")])
    def test_break_ends_the_blocks(self, tcl: Interpreter, event: str, given: str) -> None:
        """Deviation callback-loop."""
        assert self.answer(tcl, event, "-code break") == f"0 good {{{given} end}}"

    @pytest.mark.parametrize("how", ["-code error", "-code return", "-code 7", "-code -1", "-level 2"])
    def test_any_other_code_is_an_error(self, tcl: Interpreter, how: str) -> None:
        assert self.answer(tcl, "data def", how) == "0 good {data abc data def error odd}"

    @pytest.mark.parametrize(
        ("how", "code"),
        [
            *(("-code error", 1), ("-code return", 2), ("-code break", 3), ("-code continue", 4)),
            *(("-code 7", 7), ("-code -1", -1), ("-code 2", 2), ("-level 2", 2), ("-code ok", 0)),
        ],
    )
    def test_code_at_the_end_is_that_of_getbody(self, tcl: Interpreter, how: str, code: int) -> None:
        assert self.answer(tcl, "end", how) == f"{code} odd {{data abc data def data gh end}}"

    def test_loop_around_getbody_can_be_left_at_the_end(self, tcl: Interpreter) -> None:
        tcl.eval("proc cb args { if {$args eq {end}} { return -code break } }")
        assert tcl.eval("while 1 { incr rounds; mime::getbody $t -command cb }; set rounds") == "1"

    def test_code_after_an_error_is_that_of_getbody(self, tcl: Interpreter) -> None:
        tcl.eval("proc cb {what data} { if {$what eq {data}} { error first }; return -code 9 $data }")
        assert tcl.eval("list [catch { mime::getbody $t -command cb } answer] $answer") == "9 first"

    def test_errorcode_of_what_went_wrong_stays(self, tcl: Interpreter) -> None:
        tcl.eval("proc cb {what data} { if {$what eq {data}} { error first {} {MY CODE} }; return told }")
        assert tcl.eval("list [mime::getbody $t -command cb] $::errorCode") == "told {MY CODE}"

    def test_callback_is_a_script_at_the_global_level(self, tcl: Interpreter) -> None:
        tcl.eval("""
            proc cb args { lappend ::log [info level] {*}$args; return good }
            proc read {} { set first local; mime::getbody $::t -command {append first .; cb more} }
        """)
        assert tcl.eval("list [read] $log $first") == "good {1 more data abcdefgh 1 more end} .."

    def test_callback_may_finalize_the_part(self, tcl: Interpreter) -> None:
        tcl.eval("proc cb {what args} { lappend ::log $what; catch { mime::finalize $::t } }")
        tcl.eval("mime::getbody $t -command cb -blocksize 4")
        assert tcl.eval("set log") == "data data end"

    def test_callback_may_read_the_part(self, tcl: Interpreter) -> None:
        tcl.eval("proc cb args { lappend ::log {*}$args [mime::getbody $::t -command inner]; return good }")
        tcl.eval("proc inner {what args} { return $what }")
        assert tcl.eval("mime::getbody $t -command cb -blocksize 4") == "good"
        assert tcl.eval("set log") == "data abcd end data efgh end end end"

    def test_no_callback_is_the_command_data(self, tcl: Interpreter) -> None:
        assert failure(tcl, "mime::getbody $t -command {}").message == 'invalid command name "data"'

    def test_callback_that_is_no_script(self, tcl: Interpreter) -> None:
        assert failure(tcl, 'mime::getbody $t -command "a \\{"').message == "missing close-brace"


class TestCopymessage:
    @pytest.fixture(autouse=True)
    def message(self, tcl: Interpreter, tmp_path: Path) -> None:
        tcl.call("set", "name", str(tmp_path / "out"))
        tcl.eval("set t [mime::initialize -canonical text/plain -header {Content-ID i} -string {a\nb\n}]")

    @pytest.mark.parametrize(
        ("translation", "newline"), [("lf", "\n"), ("crlf", "\r\n"), ("cr", "\r"), ("binary", "\n")]
    )
    def test_line_breaks_are_the_channel_s(
        self, tcl: Interpreter, tmp_path: Path, translation: str, newline: str
    ) -> None:
        tcl.eval(f"set f [open $name w]; fconfigure $f -translation {translation}; mime::copymessage $t $f; close $f")
        lines = ["MIME-Version: 1.0", "Content-ID: i", "Content-Type: text/plain", "", "a", "b", ""]
        assert (tmp_path / "out").read_bytes().decode() == newline.join(lines)

    def test_octets_reach_a_binary_channel(self, tcl: Interpreter, tmp_path: Path) -> None:
        tcl.eval(
            r"set b [mime::initialize -canonical text/plain -encoding 8bit -param {charset utf-8} -string \xc3\xa9]"
        )
        tcl.eval("set f [open $name w]; fconfigure $f -translation binary; mime::copymessage $b $f; close $f")
        assert (tmp_path / "out").read_bytes().endswith("\n\né".encode())

    def test_channel_that_is_not_there(self, tcl: Interpreter) -> None:
        error = failure(tcl, "mime::copymessage $t nosuch")
        assert error.message == 'can not find channel named "nosuch"'
        assert error.errorcode == ("TCL", "LOOKUP", "CHANNEL", "nosuch")

    def test_channel_that_is_not_for_writing(self, tcl: Interpreter) -> None:
        message = failure(tcl, "close [open $name w]; mime::copymessage $t [open $name]").message
        assert "wasn't opened for writing" in message


class TestBuildmessage:
    def test_bodies_keep_their_line_breaks_in_1_20(self, tcl: Interpreter) -> None:
        built = tcl.eval("mime::buildmessage [mime::initialize -canonical text/plain -string {a\nb}]")
        assert built.endswith("\r\n\r\na\r\nb" if tcl.dialect.crlf_bodies else "\r\n\r\na\nb")

    def test_parameters_come_in_the_order_given(self, tcl: Interpreter) -> None:
        params = " ".join(f"-param {{p{number} {number}}}" for number in (5, 3, 9, 1))
        built = tcl.eval(f"mime::buildmessage [mime::initialize -canonical text/plain {params} -string x]")
        assert [line.strip()[:2] for line in built.splitlines() if '="' in line] == ["p5", "p3", "p9", "p1"]

    def test_boundary_stays(self, tcl: Interpreter) -> None:
        tcl.eval("set m [mime::initialize -canonical multipart/mixed -parts {}]")
        assert tcl.eval("mime::buildmessage $m") == tcl.eval("mime::buildmessage $m")

    def test_transfer_encoding_is_named_once(self, tcl: Interpreter) -> None:
        built = tcl.eval("mime::buildmessage [mime::initialize -canonical image/gif -string x]")
        assert built.count("Content-Transfer-Encoding: base64\r\n") == 1


class TestHeaders:
    def test_append_keeps_the_first_spelling(self, tcl: Interpreter) -> None:
        tcl.eval("set t [mime::initialize -canonical text/plain -string x]")
        assert tcl.eval("mime::setheader $t X-a 1") == ""
        assert tcl.eval("mime::setheader $t x-A 2 -mode append") == "1"
        assert tcl.eval("mime::getheader $t X-A") == "1 2"
        assert tcl.eval("mime::getheader $t -names") == "Content-ID X-a"

    def test_line_break_in_a_value_becomes_a_fold(self, tcl: Interpreter) -> None:
        tcl.eval(
            r'set t [mime::initialize -canonical text/plain -string x -header {Subject "x\r\nBcc: evil@example.com"}]'
        )
        tcl.eval(r'mime::setheader $t Subject "x\r\nBcc: evil@example.com"')
        assert "\r\nSubject: x\r\n Bcc: evil@example.com\r\n" in tcl.eval("mime::buildmessage $t")


def test_unique_ids_differ_and_name_the_host(tcl: Interpreter) -> None:
    first, second = tcl.eval("list [mime::uniqueID] [mime::uniqueID]").split()
    assert first != second
    assert first.startswith("<")
    assert first.endswith(f"@{tcl.eval('info hostname')}>")


def test_parseaddress_answers_a_list_for_each_address(tcl: Interpreter) -> None:
    assert tcl.eval("dict get [lindex [mime::parseaddress {A <a@b>, c@d}] 1] address") == "c@d"


@pytest.mark.parametrize(
    ("call", "usage"),
    [
        ("mime::getbody", "mime::getbody token ?arg ...?"),
        ("mime::getproperty", "mime::getproperty token ?property?"),
        ("mime::getheader", "mime::getheader token ?key?"),
        ("mime::setheader a b", "mime::setheader token key value ?arg ...?"),
        ("mime::buildmessage", "mime::buildmessage token"),
        ("mime::uniqueID x", "mime::uniqueID"),
    ],
)
def test_wrong_number_of_arguments(tcl: Interpreter, call: str, usage: str) -> None:
    assert failure(tcl, call).message == f'wrong # args: should be "{usage}"'


def test_a_token_is_no_variable() -> None:
    """Deviation token-state."""
    with Interpreter() as tcl:
        tcl.eval("package require mime; set t [mime::initialize -canonical text/plain -string x]")
        assert tcl.eval("list [info exists $t] [array exists $t]") == "0 0"
