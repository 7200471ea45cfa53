"""Messages that `mime::initialize` read: their tokens, and what the ::mime commands answer about them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tclsmtp import Interpreter
from tests.support.scripts import failure
from tests.support.sink import Sink

DIALECTS = ("1.20", "2.0")
NESTED = (
    "Subject: outer\nContent-Type: multipart/mixed; boundary=B\n\n"
    "--B\nContent-Type: multipart/alternative; boundary=C\n\n--C\n\nx\n--C\n\nyy\n--C--\n"
    "--B\nContent-Type: message/rfc822\n\nA: b\n\nzzz\n--B--\n"
)


@pytest.fixture(params=DIALECTS)
def tcl(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Interpreter]:
    with Interpreter(dialect=request.param) as interpreter:
        interpreter.eval("package require mime")
        interpreter.call("cd", str(tmp_path))
        interpreter.eval("proc cb {what {data {}}} { lappend ::log $what $data; return $what }")
        yield interpreter


def read(tcl: Interpreter, message: str) -> None:
    """Leave the token of a message in the variable t."""
    tcl.call("set", "message", message)
    tcl.eval("set t [mime::initialize -string $message]")


def write(tcl: Interpreter, message: bytes) -> None:
    """Leave the token of a message in a file in the variable t."""
    Path(tcl.eval("pwd"), "message").write_bytes(message)
    tcl.eval("set t [mime::initialize -file message]")


class TestInitialize:
    def test_tokens_of_parts_are_those_of_the_whole_with_numbers(self, tcl: Interpreter) -> None:
        read(tcl, NESTED)
        assert tcl.eval("list $t [mime::getproperty $t parts]") == "::mime::1 {::mime::1-1 ::mime::1-2}"
        assert tcl.eval("mime::getproperty $t-1 parts") == "::mime::1-1-1 ::mime::1-1-2"
        assert tcl.eval("mime::getbody [mime::getproperty ::mime::1-2 parts]") == "zzz"

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ("-string {bad\n\nx}", "improper line in header: bad"),
            ("-string {Content-Type: multipart/x}", "boundary parameter is missing in multipart/x"),
            ("-string {A: b} -param {a b}", "-param requires -canonical"),
            ("-file nosuch", 'couldn\'t open "nosuch": no such file or directory'),
            ("-string {A: b} -file nosuch", 'couldn\'t open "nosuch": no such file or directory'),
            ("", "specify exactly one of -file, -parts, or -string"),
        ],
    )
    def test_refuses_in_the_words_of_tcllib(self, tcl: Interpreter, options: str, message: str) -> None:
        assert failure(tcl, f"mime::initialize {options}").message == message

    def test_too_much_is_told_with_an_errorcode(self, tcl: Interpreter) -> None:
        tcl.call("set", "message", "Content-Type: message/rfc822\n\n" * 10_000)
        assert failure(tcl, "mime::initialize -string $message").errorcode == ("MIME", "LIMIT", "DEPTH")

    def test_file_may_have_a_name_beyond_ascii(self, tcl: Interpreter) -> None:
        Path(tcl.eval("pwd"), "Grüße").write_bytes(b"A: b\n\nx")
        assert tcl.eval("mime::getbody [mime::initialize -file Grüße]") == "x"

    def test_file_name_is_that_of_the_folder_at_the_time(self, tcl: Interpreter) -> None:
        write(tcl, b"A: b\n\nx")
        assert tcl.eval("cd /; mime::getbody $t") == "x"


class TestGetproperty:
    def test_of_a_leaf(self, tcl: Interpreter) -> None:
        read(tcl, 'Content-Type: Text/HTML; Name="a b"; charset=utf-8\nContent-Transfer-Encoding: Base64\n\neHl6\n')
        assert (
            tcl.eval("mime::getproperty $t")
            == "params {name {a b} charset utf-8} size 4 encoding base64 content text/html"
        )
        assert failure(tcl, "mime::getproperty $t parts").message == "MIME part is a leaf"

    def test_of_a_multipart(self, tcl: Interpreter) -> None:
        read(tcl, NESTED)
        expected = "params {boundary B} parts {::mime::1-1 ::mime::1-2} size 6 encoding {} content multipart/mixed"
        assert tcl.eval("mime::getproperty $t") == expected
        assert failure(tcl, "mime::getbody $t").message == "MIME part isn't a leaf"


class TestHeaders:
    def test_are_read_and_changed(self, tcl: Interpreter) -> None:
        read(tcl, "Subject: a\n b\nsubject: c\nMIME-Version: 1.0\nContent-Type: text/plain\n\nx")
        assert tcl.eval("mime::getheader $t -names") == "Subject"
        assert tcl.eval("mime::getheader $t subject") == "{a\n b} c"
        tcl.eval("mime::setheader $t Subject d; mime::setheader $t New e")
        assert "\r\nSubject: d\r\nNew: e\r\n" in tcl.eval("mime::buildmessage $t")
        assert failure(tcl, "mime::setheader $t Content-Type v").message == "key Content-Type may not be set"

    def test_of_one_part_are_its_own(self, tcl: Interpreter) -> None:
        read(tcl, NESTED)
        tcl.eval("mime::setheader $t-1-2 X-New v")
        assert tcl.eval("mime::buildmessage $t").count("X-New: v\r\n") == 1


class TestGetbody:
    def test_octets_arrive_as_they_are(self, tcl: Interpreter) -> None:
        octets = bytes(range(256))
        write(tcl, b"Content-Type: image/gif\n\n" + octets)
        assert tcl.eval("binary scan [mime::getbody $t] H* hex; set hex") == octets.hex()
        tcl.eval("set c [open message rb]; set message [read $c]; close $c; set t [mime::initialize -string $message]")
        assert tcl.eval("binary scan [mime::getbody $t] H* hex; set hex") == octets.hex()

    def test_characters_wider_than_an_octet(self, tcl: Interpreter) -> None:
        read(tcl, "Subject: \u20ac\n\n\u20acx")
        assert tcl.eval("list [mime::getbody $t] [mime::getproperty $t size]") == "\u20acx 2"

    @pytest.mark.parametrize("start", [read, write], ids=["string", "file"])
    def test_callback_gets_blocks_of_the_decoded_body(self, tcl: Interpreter, start: object) -> None:
        message = "Content-Transfer-Encoding: quoted-printable\n\nab=\ncd=65f\n"
        read(tcl, message) if start is read else write(tcl, message.encode())
        assert tcl.eval("list [mime::getbody $t -command cb -blocksize 3] $log") == (
            "end {data abc data def data {\n} end {}}"
        )

    @pytest.mark.parametrize(
        ("encoding", "message"),
        [
            ("base64", 'invalid base64 character "e" at position 8'),
            ("nosuch", 'Can\'t handle content encoding "nosuch"'),
        ],
    )
    def test_callback_is_told_of_a_file_that_cannot_be_decoded(
        self, tcl: Interpreter, encoding: str, message: str
    ) -> None:
        write(tcl, f"Content-Transfer-Encoding: {encoding}\n\neHl6eHl6e".encode())
        assert tcl.eval("mime::getbody $t -command cb") == "error"
        assert tcl.eval("lrange $log end-1 end") == tcl.call("list", "error", message)
        assert failure(tcl, "mime::getbody $t").message == "error"

    def test_callback_gets_nothing_of_a_string_that_cannot_be_decoded(self, tcl: Interpreter) -> None:
        read(tcl, "Content-Transfer-Encoding: base64\n\neHl6eHl6e")
        for options in ("", "-command cb -blocksize 1"):
            assert failure(tcl, f"mime::getbody $t {options}").message == 'invalid base64 character "e" at position 8'
        assert tcl.eval("info exists log") == "0"

    @pytest.mark.parametrize("options", ["", "-decode", "-command cb"])
    def test_file_that_has_gone(self, tcl: Interpreter, options: str) -> None:
        write(tcl, b"A: b\n\nx")
        error = failure(tcl, f"file delete message; mime::getbody $t {options}")
        assert (error.errorcode[:2], tcl.eval("info exists log")) == (("POSIX", "ENOENT"), "0")

    @pytest.mark.parametrize("size", [1, 2, 3, 5, 4096])
    @pytest.mark.parametrize("start", [read, write], ids=["string", "file"])
    @pytest.mark.parametrize(
        ("encoding", "body"), [("base64", "w6ni\ngqzk\nuK14"), ("quoted-printable", "=C3=A9=E2=\n=82=AC=E4=B8=AD=\nx")]
    )
    def test_blocks_of_any_size_make_up_the_body(
        self, tcl: Interpreter, start: object, size: int, encoding: str, body: str
    ) -> None:
        """Of a file, too, whose lines are longer than a block: deviation block-border."""
        message = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n{body}"
        read(tcl, message) if start is read else write(tcl, message.encode())
        tcl.eval("proc collect {what {data {}}} { lappend ::sizes [string length $data]; append ::all $data }")
        assert tcl.eval(f"mime::getbody $t -decode -command collect -blocksize {size}") == "é€中x"
        assert {int(octets) for octets in tcl.eval("lrange $sizes 0 end-2").split()} <= {size}

    def test_decode_reads_the_charset(self, tcl: Interpreter) -> None:
        read(
            tcl,
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n=C3=A9=E2=82=AC",
        )
        assert tcl.eval("mime::getbody $t -decode") == "é€"


class TestCopied:
    """What goes out is what was read."""

    def test_message_that_was_built_is_read_the_same(self, tcl: Interpreter) -> None:
        read(tcl, NESTED)
        tcl.eval("set first [mime::buildmessage $t]; set again [mime::initialize -string $first]")
        assert tcl.eval("expr {[mime::buildmessage $again] eq $first}") == "1"
        assert tcl.eval("mime::getbody [mime::getproperty $again-2 parts]") == "zzz"

    def test_message_that_was_copied_is_read_the_same(self, tcl: Interpreter) -> None:
        write(tcl, NESTED.encode())
        tcl.eval("""
            foreach name {one two} {
                set c [open $name w]
                fconfigure $c -translation binary
                mime::copymessage $t $c
                close $c
                set t [mime::initialize -file $name]
            }
        """)
        folder = Path(tcl.eval("pwd"))
        assert (folder / "one").read_bytes() == (folder / "two").read_bytes()
        assert tcl.eval("mime::getbody $t-1-2") == "yy"

    def test_encoded_body_is_not_encoded_again(self, tcl: Interpreter) -> None:
        read(tcl, "Content-Transfer-Encoding: base64\nContent-Type: image/gif\n\neHl6\n")
        built = tcl.eval("mime::buildmessage $t")
        assert built.partition("\r\n\r\n")[2].replace("\r", "") == "eHl6\n"

    def test_part_of_a_message_goes_into_another(self, tcl: Interpreter) -> None:
        read(tcl, NESTED)
        tcl.eval("set m [mime::initialize -canonical multipart/x -parts [list $t-2 $t-1-1]]")
        assert tcl.eval("mime::getproperty $m size") == "4"
        assert "\r\n\r\nzzz\r\n--" in tcl.eval("mime::buildmessage $m")


class TestFinalize:
    @pytest.fixture(autouse=True)
    def nested(self, tcl: Interpreter) -> None:
        read(tcl, NESTED)

    def left(self, tcl: Interpreter) -> list[str]:
        names = ["", "-1", "-1-1", "-1-2", "-2", "-2-1"]
        return [name for name in names if tcl.eval(f"catch {{mime::getproperty ::mime::1{name} content}}") == "0"]

    @pytest.mark.parametrize("options", ["", "-subordinates dynamic", "-subordinates all"])
    def test_parts_go_with_the_whole(self, tcl: Interpreter, options: str) -> None:
        tcl.eval(f"mime::finalize $t {options}")
        assert self.left(tcl) == []

    def test_parts_may_stay(self, tcl: Interpreter) -> None:
        tcl.eval("mime::finalize $t -subordinates none")
        assert self.left(tcl) == ["-1", "-1-1", "-1-2", "-2", "-2-1"]

    def test_part_goes_alone(self, tcl: Interpreter) -> None:
        tcl.eval("mime::finalize $t-1")
        assert self.left(tcl) == ["", "-2", "-2-1"]
        assert tcl.eval("mime::getproperty $t parts") == "::mime::1-1 ::mime::1-2"

    def test_part_that_was_given_to_another_stays(self, tcl: Interpreter) -> None:
        tcl.eval("mime::finalize [mime::initialize -canonical multipart/x -parts $t-1]")
        assert len(self.left(tcl)) == 6

    def test_parts_may_stand_within_each_other_to_any_depth(self, tcl: Interpreter) -> None:
        tcl.eval("""
            for {set n 0} {$n < 3000} {incr n} { set t [mime::initialize -canonical multipart/x -parts $t] }
            mime::finalize $t -subordinates all
        """)
        assert self.left(tcl) == []


def resident() -> int:
    """KiB of memory of this process."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def test_20_000_tokens_leave_no_memory(tcl: Interpreter) -> None:
    tcl.call("set", "message", NESTED.replace("yy", "y" * 5_000))
    write(tcl, NESTED.encode())
    tcl.eval("""
        proc once {} {
            set made [mime::initialize -canonical text/plain -header {Subject x} -string [string repeat x 5000]]
            set read [mime::initialize -string $::message]
            set file [mime::initialize -file message]
            set whole [mime::initialize -canonical multipart/mixed -parts [list $made $read $file]]
            mime::buildmessage $whole
            mime::finalize $whole -subordinates all
        }
        for {set n 0} {$n < 200} {incr n} once
    """)
    gc.collect()
    before = resident()
    tcl.eval("for {set n 0} {$n < 5000} {incr n} once")
    gc.collect()
    # One kept part of 5,000 octets in each round would take 25,000 KiB.
    assert resident() - before < 5_000


def test_a_unique_id_of_the_script_makes_all_ids() -> None:
    with Interpreter() as tcl, Sink() as sink:
        tcl.eval("""
            package require smtp
            proc ::mime::uniqueID {} { return "<site.[incr ::counter]@example.com>" }
            set t [mime::initialize -canonical text/plain -string x]
        """)
        assert tcl.eval("mime::getheader $t Content-ID") in ("<site.1@example.com>", "{<site.1@example.com>}")
        tcl.eval(f"smtp::sendmessage $t -servers 127.0.0.1 -ports {sink.port} -originator a@b.c -recipients d@e.f")
    assert b"\r\nMessage-ID: <site.2@example.com>\r\n" in sink.sessions[0].messages[0].content


@pytest.mark.parametrize("change", ["proc ::mime::uniqueID {} {return mine}", "rename ::mime::uniqueID {}"])
def test_an_interpreter_with_ids_of_its_own_can_be_closed(change: str) -> None:
    with Interpreter() as tcl:
        tcl.eval(f"package require mime; {change}; interp create child; child eval {{package require mime}}")


def test_ids_of_one_interpreter_are_not_those_of_another() -> None:
    with Interpreter() as tcl:
        tcl.eval("package require mime; proc ::mime::uniqueID {} {return mine}; interp create child")
        told = tcl.eval(
            "child eval {package require mime; mime::getheader [mime::initialize -canonical a/b -string x]}"
        )
        assert "mine" not in told


class TestFolderOfNow:
    """A relative -file, and a script that changes the folder between `initialize` and the use of the part."""

    @pytest.fixture(autouse=True)
    def back(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)

    def test_a_file_that_is_there_is_found_from_anywhere(self, tcl: Interpreter, tmp_path: Path) -> None:
        (tmp_path / "note.txt").write_text("here\n")
        tcl.eval("set t [mime::initialize -canonical text/plain -file note.txt]; file mkdir sub; cd sub")
        assert tcl.eval("mime::getbody $t") == "here\n"

    def test_a_file_that_comes_later_is_found_where_the_script_is_then(self, tcl: Interpreter, tmp_path: Path) -> None:
        tcl.eval("set t [mime::initialize -canonical text/plain -file note.txt]; file mkdir sub; cd sub")
        (tmp_path / "sub" / "note.txt").write_text("there\n")
        assert tcl.eval("mime::getbody $t") == "there\n"
        assert tcl.eval("mime::buildmessage $t").endswith("there\r\n") or tcl.dialect.name == "1.20"
