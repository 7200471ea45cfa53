"""What a page shows of a comparison."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tclsmtp.migrate.model import Captured, Comparison, Delivery, Dialogue, Difference, Explanation, Line, Run
from tclsmtp.migrate.report.marks import Piece, Row
from tclsmtp.migrate.report.view import MOST_CONNECTIONS, MOST_LINES, MOST_TEXT, moment, view

RUN = Run("tclsh", "2.0", 0, b"", b"", 1_700_000_000.0, 0.25, Captured())
WHY = Explanation("cte-once", "once is right", "deviations.toml")


def talk(*said: str, at: float = 0.5) -> Dialogue:
    lines: list[Line] = []
    for text in said:
        match text[0]:
            case "C" | "S" | "*":
                lines.append(Line(text[0], text[2:], at))
    return Dialogue(tuple(lines))


def captured(*dialogues: Dialogue) -> Run:
    return replace(RUN, captured=Captured(dialogues))


def test_differences_with_an_explanation_stand_apart_below_it() -> None:
    explained = [Difference(name, "a", "b", explanation=WHY) for name in ("stdout", "stderr")]
    page = view(Comparison("a.tcl", RUN, RUN, (explained[0], Difference("header.X", "a", "b", 1), explained[1])))
    assert [(shown.id, shown.where) for shown in page.unexplained] == [("header.X", "message 2")]
    (group,) = page.explained
    assert group.explanation == WHY
    assert [shown.id for shown in group.differences] == ["stdout", "stderr"]


def test_a_name_is_one_line() -> None:
    assert view(Comparison("a\nb\udcff.tcl", RUN, RUN)).name == r"a\nb\udcff.tcl"


def test_each_side_says_what_ran_when_and_for_how_long() -> None:
    (side, other) = view(Comparison("a.tcl", RUN, replace(RUN, exit_code=-9))).sides
    assert (side.title, side.shell, side.begun, side.seconds) == (
        "Reference",
        "tclsh",
        "2023-11-14 22:13:20 UTC",
        "0.250 s",
    )
    assert (side.exit_code, other.title, other.exit_code) == ("0", "tclsmtp", "signal 9")


def test_a_recording_that_tells_no_moment_is_called_so() -> None:
    (side, _) = view(Comparison("a.tcl", replace(RUN, begun=0.0), RUN)).sides
    assert (side.begun, side.seconds) == ("recorded", "")


@pytest.mark.parametrize("seconds", [float("nan"), 1e300, -1e300])
def test_a_moment_that_no_calendar_has_is_left_out(seconds: float) -> None:
    assert moment(seconds) == ""


def test_a_script_that_did_not_run_has_a_page_that_says_why() -> None:
    page = view(Comparison("a.tcl", error="cannot be copied"))
    assert (page.outcome, page.error, page.sides, page.dialogues) == ("failed", "cannot be copied", (), ())


def test_a_side_that_ran_is_shown_where_the_other_did_not() -> None:
    page = view(Comparison("a.tcl", ours=captured(talk("C QUIT"))))
    assert [side.title for side in page.sides] == ["tclsmtp"]
    assert page.dialogues[0].reference == "no such connection"
    assert page.dialogues[0].rows[0].ours == (Piece("QUIT", True),)


def test_a_dialogue_stands_side_by_side() -> None:
    reference = talk("S 220 hi", "C EHLO a", "C MAIL FROM:<a>")
    ours = talk("S 220 hi", "C EHLO a", "S 250 ok", "C MAIL FROM:<b>")
    (dialogue,) = view(Comparison("a.tcl", captured(reference), captured(ours))).dialogues
    assert [(row.speaker, row.same, row.reference is None) for row in dialogue.rows] == [
        ("S", True, False),
        ("C", True, False),
        ("S", False, True),
        ("C", False, False),
    ]
    assert dialogue.rows[3].ours == (Piece("MAIL FROM:<"), Piece("b", True), Piece(">"))
    assert not dialogue.same


def test_what_the_client_says_is_no_other_wording_of_what_the_server_says() -> None:
    made = view(Comparison("a.tcl", captured(talk("C QUIT")), captured(talk("S 221 QUIT")))).dialogues[0]
    assert [(row.speaker, row.reference is None, row.ours is None) for row in made.rows] == [
        ("C", False, True),
        ("S", True, False),
    ]


def test_other_words_of_the_same_steps_are_no_difference() -> None:
    reference, ours = talk("C EHLO a", "S 250 a"), talk("C EHLO b", "S 250 a")
    (same,) = view(Comparison("a.tcl", captured(reference), captured(ours))).dialogues
    (other,) = view(Comparison("a.tcl", captured(reference), captured(talk("C HELO b", "S 250 a")))).dialogues
    assert (same.same, same.same_steps, other.same, other.same_steps) == (False, True, False, False)


def test_lines_have_the_time_of_either_side_unless_it_was_not_kept() -> None:
    made = view(Comparison("a.tcl", captured(talk("C QUIT", at=0.0)), captured(talk("C QUIT")))).dialogues[0]
    assert (made.rows[0].reference_at, made.rows[0].ours_at) == ("", "0.500 s")


def test_tls_and_auth_are_told() -> None:
    secured = Dialogue((Line("C", "QUIT"),), "TLSv1.3", "PLAIN")
    made = view(Comparison("a.tcl", captured(secured), captured(talk("C QUIT")))).dialogues[0]
    assert (made.reference, made.ours) == ("TLSv1.3, AUTH PLAIN", "")


def test_output_without_moments_of_the_run_is_compared() -> None:
    stdout = b"at 1700000000\n"
    later = replace(RUN, begun=RUN.begun + 50, stdout=b"at 1700000050\n")
    stdout_view, stderr_view = view(Comparison("a.tcl", replace(RUN, stdout=stdout), later)).outputs
    assert stdout_view.text.rows == (Row(equal="at NOW"),)
    assert stderr_view.empty


def test_output_of_one_side_alone_has_nothing_beside_it() -> None:
    made = view(Comparison("a.tcl", replace(RUN, stdout=b"x"), RUN)).outputs[0]
    assert made.text.rows == (Row(reference=(Piece("x", True),)),)


def test_what_a_library_did_inside_is_no_difference() -> None:
    trace = b'no\n    while executing\n"smtp::sendmessage $token"'
    inside = trace.replace(b'"smtp', b'"error"\n    (procedure "smtp::wdata" line 3)\n    invoked from within\n"smtp')
    made = view(Comparison("a.tcl", replace(RUN, stderr=inside), replace(RUN, stderr=trace))).outputs[1]
    assert made.text.same


def test_output_that_is_no_utf8_is_shown() -> None:
    made = view(Comparison("a.tcl", replace(RUN, stderr=b"\xe9\n"), RUN)).outputs[1]
    assert made.text.rows[0].reference == (Piece("\xe9", True),)


def test_much_output_is_cut_and_that_is_said() -> None:
    reference, ours = (replace(RUN, stdout=b"x\n" * MOST_TEXT + end) for end in (b"a", b"b"))
    text = view(Comparison("a.tcl", reference, ours)).outputs[0].text
    assert not text.same
    assert (
        text.notes[0] == f"Of {2 * MOST_TEXT + 1} and {2 * MOST_TEXT + 1} octets the first {MOST_TEXT} are looked at."
    )


def test_many_lines_and_connections_are_cut_and_that_is_said() -> None:
    run = captured(talk(*["C NOOP"] * (MOST_LINES + 1)), *[talk("C QUIT")] * MOST_CONNECTIONS)
    page = view(Comparison("a.tcl", run, run))
    assert len(page.dialogues) == MOST_CONNECTIONS
    assert page.notes == (f"Of {MOST_CONNECTIONS + 1} connections the first {MOST_CONNECTIONS} are shown.",)
    assert page.dialogues[0].notes == (f"Of {MOST_LINES + 1} lines the first {MOST_LINES} are shown.",)


def test_a_dialogue_that_differs_behind_what_is_shown_is_not_called_the_same() -> None:
    reference, ours = (captured(talk(*["C NOOP"] * MOST_LINES, last)) for last in ("C QUIT", "C RSET"))
    assert not view(Comparison("a.tcl", reference, ours)).dialogues[0].same


def test_messages_are_paired_as_the_differences_pair_them() -> None:
    def sent(*subjects: str) -> Run:
        deliveries = (
            Delivery("a@x", ("b@x",), f"Subject: {subject}\r\n\r\n{subject}".encode()) for subject in subjects
        )
        return replace(RUN, captured=Captured((), tuple(deliveries)))

    page = view(Comparison("a.tcl", sent("one", "two"), sent("two", "three", "one")))
    assert [(message.title, message.subject, message.only) for message in page.messages] == [
        ("Message 1 (tclsmtp's 3)", "one", ""),
        ("Message 2 (tclsmtp's 1)", "two", ""),
        ("Message 2 of tclsmtp", "three", "tclsmtp"),
    ]
