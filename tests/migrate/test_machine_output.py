"""Comparisons as JSON and as JUnit's XML."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from tclsmtp.migrate.machine_output import as_json, as_junit, count, failure
from tclsmtp.migrate.model import Captured, Comparison, Delivery, Dialogue, Difference, Explanation, Outcome, Run

RUN = Run("tclsh", "2.0", 0, b"", b"", 10.0, 0.25, Captured((Dialogue(()),), (Delivery("a", ("b",), b""),) * 2))
LATE = Run("tclsmtp", "2.0", -9, b"", b"", 10.0, 60.0, Captured(), "took longer than 60 seconds")
WHY = Explanation("cte-once", "once is right", "deviations.toml")

SAME = Comparison("dir/same.tcl", RUN, RUN)
EXPLAINED = Comparison("dir/explained.tcl", RUN, RUN, (Difference("body.1", "a", "b", 1, WHY),))
DIFFERS = Comparison("differs.tcl", RUN, RUN, (Difference("stdout", "a\x1b", "\ud800b"), *EXPLAINED.differences))
LATE_ONE = Comparison("/abs/late.tcl", RUN, LATE)
BROKEN = Comparison("broken.tcl", error="cannot be copied")
ALL = (SAME, EXPLAINED, DIFFERS, LATE_ONE, BROKEN)


def cases() -> list[ElementTree.Element]:
    return ElementTree.fromstring(as_junit(ALL)).findall("testsuite/testcase")


def test_outcomes_are_counted() -> None:
    assert count(ALL) == {Outcome.SAME: 1, Outcome.EXPLAINED: 1, Outcome.DIFFERS: 1, Outcome.FAILED: 2}


def test_a_failure_says_which_side_failed() -> None:
    assert [failure(made) for made in (SAME, LATE_ONE, BROKEN)] == [
        "",
        "tclsmtp: took longer than 60 seconds",
        "cannot be copied",
    ]


def test_the_json_has_its_schema_summary_and_stale_explanations() -> None:
    data = json.loads(as_json(ALL, ["a.toml: entry 1"]))
    assert (data["schema"], data["version"], data["stale"]) == ("tclsmtp-compare", 1, ["a.toml: entry 1"])
    assert data["summary"] == {"same": 1, "explained": 1, "differs": 1, "failed": 2}


def test_the_json_tells_each_run() -> None:
    script = json.loads(as_json([SAME]))["scripts"][0]
    assert (script["name"], script["outcome"], script["error"]) == ("dir/same.tcl", "same", "")
    assert script["reference"] == {
        "shell": "tclsh",
        "dialect": "2.0",
        "exit_code": 0,
        "begun": 10.0,
        "seconds": 0.25,
        "connections": 1,
        "messages": 2,
    }
    assert json.loads(as_json([BROKEN]))["scripts"][0]["ours"] is None


def test_the_json_tells_each_difference() -> None:
    first, second = json.loads(as_json([DIFFERS]))["scripts"][0]["differences"]
    assert first == {"id": "stdout", "reference": "a\x1b", "ours": "\ud800b", "message": None, "explanation": None}
    assert (second["message"], second["explanation"]["id"]) == (1, "cte-once")


def test_the_junit_suite_counts() -> None:
    root = ElementTree.fromstring(as_junit(ALL))
    (suite,) = root.findall("testsuite")
    for element in (root, suite):
        assert [element.get(key) for key in ("tests", "failures", "errors")] == ["5", "1", "2"]
    assert suite.get("time") == "61.750"


def test_the_junit_cases_are_named_by_folder_and_file() -> None:
    assert [(case.get("classname"), case.get("name")) for case in cases()] == [
        ("compare.dir", "same.tcl"),
        ("compare.dir", "explained.tcl"),
        ("compare", "differs.tcl"),
        ("compare.abs", "late.tcl"),
        ("compare", "broken.tcl"),
    ]


def test_only_what_is_unexplained_is_a_failure_and_what_is_in_the_way_an_error() -> None:
    assert [[child.tag for child in case] for case in cases()] == [
        [],
        ["system-out"],
        ["failure", "system-out"],
        ["error"],
        ["error"],
    ]
    assert cases()[3][0].get("message") == "tclsmtp: took longer than 60 seconds"


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    told = cases()[2][0]
    assert (told.get("message"), told.text) == ("stdout", "stdout:\nreference: a\ufffd\ntclsmtp: \ufffdb")
