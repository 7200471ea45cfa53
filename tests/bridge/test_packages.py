"""`package require mime` and `package require smtp`, in the interpreter and in its children."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tclsmtp import Interpreter, TclError

RIVAL = """
package ifneeded mime 2.0 {package provide mime 2.0; namespace eval ::mime {proc initialize args {return rival}}}
package ifneeded smtp 2.0 {package provide smtp 2.0; namespace eval ::smtp {proc sendmessage args {return rival}}}
package ifneeded mime 1.7.2 {package provide mime 1.7.2; namespace eval ::mime {proc initialize args {return rival}}}
package ifneeded smtp 1.5.1 {package provide smtp 1.5.1; namespace eval ::smtp {proc sendmessage args {return rival}}}
package ifneeded helper 1.0 {package provide helper 1.0; proc helper {} {return helped}}
"""


@pytest.fixture
def interpreter() -> Iterator[Interpreter]:
    with Interpreter() as interpreter:
        yield interpreter


@pytest.fixture
def rival(interpreter: Interpreter, tmp_path: Path) -> Interpreter:
    """An interpreter with a tcllib of later and equal versions on auto_path."""
    (tmp_path / "rival").mkdir()
    (tmp_path / "rival" / "pkgIndex.tcl").write_text(RIVAL)
    interpreter.eval(f"set auto_path [linsert $auto_path 0 {tmp_path}]")
    return interpreter


def initialize(interpreter: Interpreter, inside: str = "") -> str:
    return interpreter.call("interp", "eval", inside, "mime::initialize -canonical text/plain -string x")


@pytest.mark.parametrize(
    ("request_", "version"),
    [
        ("mime", "1.7.2"),
        ("smtp", "1.5.2"),
        ("mime 1.3.2", "1.7.2"),
        ("smtp 1.2", "1.5.2"),
        ("-exact mime 1.4", "1.4"),
        ("-exact smtp 1.4.5", "1.4.5"),
        ("mime 1.3-1.5", "1.4.1"),
        ("-exact smtp 1.4.77", "1.4.77"),
        ("smtp 1.9", "1.9"),
        ("mime 1.9-2", "1.9"),
    ],
)
def test_any_request_of_1_is_met(interpreter: Interpreter, request_: str, version: str) -> None:
    assert interpreter.eval(f"package require {request_}") == version
    assert interpreter.eval(f"package provide {'smtp' if 'smtp' in request_ else 'mime'}") == version


def test_smtp_brings_mime(interpreter: Interpreter) -> None:
    interpreter.eval("package require smtp")
    assert interpreter.eval("package provide mime") == "1.7.2"


def test_version_2_is_not_there(interpreter: Interpreter) -> None:
    with pytest.raises(TclError, match="can't find package smtp 2"):
        interpreter.eval("package require smtp 2")


class TestPrecedence:
    def test_over_a_tcllib_on_auto_path(self, rival: Interpreter) -> None:
        assert rival.eval("package require mime") == "1.7.2"
        assert initialize(rival) == "::mime::1"

    def test_after_another_package_made_tcl_read_every_index(self, rival: Interpreter) -> None:
        assert rival.eval("package require helper; helper") == "helped"
        assert rival.eval("package require mime; package require smtp") == "1.5.2"
        assert initialize(rival) == "::mime::1"

    def test_after_package_names_were_forgotten(self, rival: Interpreter) -> None:
        rival.eval("package require helper; package forget mime smtp")
        assert rival.eval("package require mime") == "1.7.2"
        assert initialize(rival) == "::mime::1"

    def test_version_2_of_the_other_is_not_taken(self, rival: Interpreter) -> None:
        rival.eval("package require helper")
        with pytest.raises(TclError, match="can't find package mime 2"):
            rival.eval("package require mime 2")

    def test_in_a_child(self, rival: Interpreter) -> None:
        rival.eval("interp create c; c eval [list set auto_path $auto_path]; c eval {package require helper}")
        assert rival.eval("c eval {package require smtp}") == "1.5.2"
        assert initialize(rival, "c") == "::mime::1"

    def test_a_copy_that_the_script_sources_is_left_alone(self, interpreter: Interpreter, tmp_path: Path) -> None:
        (tmp_path / "own.tcl").write_text(
            "namespace eval ::mime {proc initialize args {return own}}\npackage provide mime 1.3\n"
        )
        interpreter.eval(f"source {tmp_path}/own.tcl")
        assert interpreter.eval("package require mime") == "1.3"
        assert initialize(interpreter) == "own"


class TestChildren:
    def test_a_child_has_the_packages_and_tokens_of_its_own(self, interpreter: Interpreter) -> None:
        interpreter.eval("package require mime; interp create c; c eval {package require mime}")
        assert initialize(interpreter) == "::mime::1"
        assert initialize(interpreter, "c") == "::mime::1"
        interpreter.eval("mime::finalize ::mime::1")
        assert interpreter.eval("c eval {mime::getbody ::mime::1}") == "x"

    def test_a_child_of_a_child(self, interpreter: Interpreter) -> None:
        interpreter.eval("interp create c; c eval {interp create d}; interp eval {c d} {package require smtp}")
        assert initialize(interpreter, "c d") == "::mime::1"

    def test_a_child_without_a_name(self, interpreter: Interpreter) -> None:
        child = interpreter.eval("interp create")
        assert interpreter.eval(f"{child} eval {{package require smtp}}") == "1.5.2"

    def test_a_child_that_takes_the_name_of_a_deleted_one_starts_anew(self, interpreter: Interpreter) -> None:
        interpreter.eval("interp create c; c eval {package require mime}")
        initialize(interpreter, "c")
        interpreter.eval("interp delete c; interp create c; c eval {package require mime}")
        with pytest.raises(TclError, match="no such variable"):
            interpreter.eval("c eval {mime::getbody ::mime::1}")

    def test_a_deleted_child_frees_its_tokens(self, interpreter: Interpreter) -> None:
        interpreter.eval("interp create c; c eval {package require mime; interp create d}")
        assert set(interpreter._children) == {"c", "c d"}
        interpreter.eval("interp delete c")
        assert interpreter._children == {}

    def test_a_safe_child_gets_nothing(self, interpreter: Interpreter) -> None:
        interpreter.eval("interp create -safe s")
        assert interpreter.eval("s eval {namespace exists ::tclsmtp}") == "0"
        with pytest.raises(TclError, match="can't find package smtp"):
            interpreter.eval("s eval {package require smtp}")

    def test_a_callback_runs_in_the_child_that_asked(self, interpreter: Interpreter) -> None:
        interpreter.eval("""
            interp create c
            c eval {
                package require mime
                proc take {what {data {}}} { lappend ::seen $what $data; return $what }
                mime::getbody [mime::initialize -canonical text/plain -string abc] -command take
            }
        """)
        assert interpreter.eval("c eval {set seen}") == "data abc end {}"

    def test_copymessage_writes_to_a_channel_of_the_child(self, interpreter: Interpreter, tmp_path: Path) -> None:
        interpreter.eval(f"""
            interp create c
            c eval {{
                package require mime
                set f [open {tmp_path}/out w]
                mime::copymessage [mime::initialize -canonical text/plain -string "in a child"] $f
                close $f
            }}
        """)
        assert (tmp_path / "out").read_text().endswith("\n\nin a child")


class TestCommands:
    def test_the_exports(self, interpreter: Interpreter) -> None:
        interpreter.eval("package require smtp")
        assert interpreter.eval("namespace eval smtp {namespace export}") == "sendmessage"
        assert interpreter.eval("lsort [namespace eval mime {namespace export}]").split() == sorted(
            "copymessage finalize getbody getheader getproperty initialize mapencoding parseaddress parsedatetime "
            "reversemapencoding setheader uniqueID".split()
        )

    def test_imported_commands(self, interpreter: Interpreter) -> None:
        interpreter.eval("package require mime; namespace eval app {namespace import ::mime::*}")
        assert interpreter.eval("app::getbody [app::initialize -canonical text/plain -string y]") == "y"

    def test_a_renamed_and_wrapped_command(self, interpreter: Interpreter) -> None:
        interpreter.eval("""
            package require mime
            rename mime::initialize mime::real
            proc mime::initialize args { incr ::calls; uplevel 1 [linsert $args 0 mime::real] }
        """)
        assert initialize(interpreter) == "::mime::1"
        assert interpreter.eval("set calls") == "1"

    def test_extra_colons(self, interpreter: Interpreter) -> None:
        interpreter.eval("package require mime")
        assert interpreter.eval("mime::::initialize -canonical text/plain -string x") == "::mime::1"

    @pytest.mark.parametrize(
        ("call", "usage"),
        [
            ("smtp::sendmessage", "smtp::sendmessage part ?arg ...?"),
            ("smtp::boolean", "smtp::boolean value"),
            ("mime::finalize", "mime::finalize token ?arg ...?"),
            ("mime::getproperty a b c", "mime::getproperty token ?property?"),
            ("mime::getheader", "mime::getheader token ?key?"),
            ("mime::setheader a b", "mime::setheader token key value ?arg ...?"),
            ("mime::getbody", "mime::getbody token ?arg ...?"),
            ("mime::copymessage x", "mime::copymessage token channel"),
            ("mime::buildmessage", "mime::buildmessage token"),
            ("mime::parseaddress", "mime::parseaddress string"),
            ("mime::uniqueID x", "mime::uniqueID"),
        ],
    )
    def test_wrong_numbers_of_arguments_are_told_in_tcls_words(
        self, interpreter: Interpreter, call: str, usage: str
    ) -> None:
        interpreter.eval("package require smtp")
        with pytest.raises(TclError) as caught:
            interpreter.eval(call)
        assert caught.value.message == f'wrong # args: should be "{usage}"'
        assert caught.value.errorcode == ("TCL", "WRONGARGS")


@pytest.mark.parametrize("inside", ["", "child"])
def test_the_last_error_can_be_read_though_there_was_none(interpreter: Interpreter, inside: str) -> None:
    """As under tcllib, which catches errors of its own while it is loaded."""
    if inside:
        interpreter.eval(f"interp create {inside}")
    told = interpreter.call("interp", "eval", inside, "package require smtp; list $::errorCode $::errorInfo")
    assert told == "NONE {}"


def test_the_last_error_of_the_script_stays(interpreter: Interpreter) -> None:
    assert interpreter.eval("catch {error lost {} MINE}; package require smtp; set errorCode") == "MINE"


def test_loading_leaves_no_variables(interpreter: Interpreter) -> None:
    left = interpreter.eval(
        "set before [info globals]; package require smtp; lmap name [info globals] {"
        "if {$name in $before || $name in {before errorInfo errorCode}} continue; set name}"
    )
    assert left == ""
