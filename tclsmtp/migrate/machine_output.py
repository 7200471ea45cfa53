"""Comparisons for other programs: JSON, and the XML that continuous integration reads (JUnit)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tclsmtp.migrate.model import Comparison, Difference, Run
from tclsmtp.migrate.wording import count, explain, title

FORMAT = 1


def write_json(comparisons: Sequence[Comparison], path: Path, *, reference: str, stale: Sequence[str]) -> None:
    """Write an object with `format`, `reference`, `counts`, `stale` and `scripts`, one object for each script."""
    value = {
        "format": FORMAT,
        "reference": reference,
        "counts": count(comparisons),
        "stale": list(stale),
        "scripts": [_script(comparison) for comparison in comparisons],
    }
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _script(comparison: Comparison) -> dict[str, Any]:
    return {
        "script": comparison.script,
        "args": list(comparison.args),
        "outcome": comparison.outcome,
        "error": comparison.error,
        "reference": _run(comparison.reference),
        "tclsmtp": _run(comparison.tclsmtp),
        "differences": [_difference(difference) for difference in comparison.differences],
    }


def _run(run: Run | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "exit_code": run.exit_code,
        "seconds": round(run.seconds, 3),
        "messages": len(run.messages),
        "connections": len(run.connections),
    }


def _difference(difference: Difference) -> dict[str, Any]:
    why = difference.explanation
    return {
        "id": difference.id,
        "place": difference.place,
        "reference": difference.reference,
        "tclsmtp": difference.tclsmtp,
        "explanation": why and {"source": why.source, "name": why.name, "why": why.why},
    }


def write_junit(comparisons: Sequence[Comparison], path: Path) -> None:
    """Write a test suite with a test for each script: a failure where it differs, an error where it did not run."""
    counts = count(comparisons)
    suite = ElementTree.Element(
        "testsuite",
        name="tclsmtp compare",
        tests=str(len(comparisons)),
        failures=str(counts["different"]),
        errors=str(counts["failed"]),
        time=f"{sum(map(_seconds, comparisons)):.3f}",
    )
    for comparison in comparisons:
        case = ElementTree.SubElement(
            suite, "testcase", classname="tclsmtp.compare", name=comparison.script, time=f"{_seconds(comparison):.3f}"
        )
        if comparison.outcome in ("different", "failed"):
            kind = "error" if comparison.error else "failure"
            told = comparison.error or ", ".join(title(difference) for difference in comparison.unexplained)
            ElementTree.SubElement(case, kind, message=_xml(told)).text = _xml(explain(comparison))
    ElementTree.indent(suite)
    ElementTree.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def _seconds(comparison: Comparison) -> float:
    return comparison.tclsmtp.seconds if comparison.tclsmtp else 0.0


def _xml(text: str) -> str:
    """The text with what XML 1.0 cannot hold, not even escaped, replaced."""
    return "".join(
        char
        if char in "\t\n" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char > "\uffff"
        else "\ufffd"
        for char in text
    )
