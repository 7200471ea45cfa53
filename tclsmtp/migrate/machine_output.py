"""Comparisons for other programs: JSON, and JUnit's XML as CI services read it.

The JSON is one object:

- `schema`: "tclsmtp-compare"; `version`: 1, another one where a reader has to change;
- `summary`: how many scripts there are of each outcome, `same`, `explained`, `differs` and `failed`;
- `stale`: the explanations that explained nothing, as text;
- `scripts`: for each its `name`, `outcome`, `error` ("" unless it failed), `reference` and `ours`, which are null or
  have `shell`, `dialect`, `exit_code`, `begun` and `seconds` (seconds since the epoch, and how long), `connections` and
  `messages` (how many), and `differences`: `id`, `reference`, `ours` (text), `message` (its index, or null) and
  `explanation`: null, or `id`, `text` and `source`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from xml.etree import ElementTree

from tclsmtp.migrate.model import Comparison, Difference, Outcome, Run

VERSION = 1

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0, section 2.2."""


def failure(comparison: Comparison) -> str:
    """Why a script could not be compared; "" where it could."""
    if comparison.error:
        return comparison.error
    sides = (("reference", comparison.reference), ("tclsmtp", comparison.ours))
    return "; ".join(f"{side}: {run.error if run else 'did not run'}" for side, run in sides if not run or run.error)


def count(comparisons: Sequence[Comparison]) -> dict[Outcome, int]:
    """How many comparisons came to each outcome."""
    counted = Counter(comparison.outcome for comparison in comparisons)
    return {outcome: counted[outcome] for outcome in Outcome}


def as_json(comparisons: Sequence[Comparison], stale: Sequence[str] = ()) -> str:
    """The comparisons as JSON, in ASCII; `stale` are the explanations that explained nothing."""
    data = {
        "schema": "tclsmtp-compare",
        "version": VERSION,
        "summary": {outcome.value: number for outcome, number in count(comparisons).items()},
        "stale": list(stale),
        "scripts": [
            {
                "name": comparison.name,
                "outcome": comparison.outcome.value,
                "error": failure(comparison),
                "reference": _run(comparison.reference),
                "ours": _run(comparison.ours),
                "differences": [_difference(difference) for difference in comparison.differences],
            }
            for comparison in comparisons
        ],
    }
    return json.dumps(data, indent=1) + "\n"


def _run(run: Run | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "shell": run.shell,
        "dialect": run.dialect,
        "exit_code": run.exit_code,
        "begun": round(run.begun, 3),
        "seconds": round(run.seconds, 3),
        "connections": len(run.captured.dialogues),
        "messages": len(run.captured.deliveries),
    }


def _difference(difference: Difference) -> dict[str, Any]:
    explanation = difference.explanation
    return {
        "id": difference.id,
        "reference": difference.reference,
        "ours": difference.ours,
        "message": None if difference.message < 0 else difference.message,
        "explanation": explanation and {"id": explanation.id, "text": explanation.text, "source": explanation.source},
    }


def as_junit(comparisons: Sequence[Comparison]) -> bytes:
    """The comparisons as a test suite of JUnit's, in UTF-8: a script that differs is a failure, one that could not be
    compared an error, and what is explained is in the output of a test that passed.
    """
    counted = count(comparisons)
    numbers = {
        "tests": str(len(comparisons)),
        "failures": str(counted[Outcome.DIFFERS]),
        "errors": str(counted[Outcome.FAILED]),
        "time": f"{sum(map(_seconds, comparisons)):.3f}",
    }
    root = ElementTree.Element("testsuites", name="tclsmtp compare", attrib=numbers)
    suite = ElementTree.SubElement(root, "testsuite", name="tclsmtp compare", skipped="0", attrib=numbers)
    for comparison in comparisons:
        _add_case(suite, comparison)
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _add_case(suite: ElementTree.Element, comparison: Comparison) -> None:
    path = PurePath(comparison.name)
    folder = ".".join(part for part in path.parent.parts if part not in ("/", ".."))
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=_for_xml(f"compare.{folder}" if folder else "compare"),
        name=_for_xml(path.name),
        time=f"{_seconds(comparison):.3f}",
    )
    unexplained = [difference for difference in comparison.differences if not difference.explanation]
    explained = [difference for difference in comparison.differences if difference.explanation]
    if comparison.outcome is Outcome.FAILED:
        ElementTree.SubElement(case, "error", message=_for_xml(failure(comparison)), type="failed")
    elif unexplained:
        ids = ", ".join(difference.id for difference in unexplained)
        told = ElementTree.SubElement(case, "failure", message=_for_xml(ids), type="differs")
        told.text = _for_xml("\n\n".join(map(_as_text, unexplained)))
    if explained:
        output = ElementTree.SubElement(case, "system-out")
        output.text = _for_xml("\n\n".join(map(_as_text, explained)))


def _as_text(difference: Difference) -> str:
    where = "" if difference.message < 0 else f" of message {difference.message + 1}"
    why = difference.explanation
    lines = [f"{difference.id}{where}:", f"reference: {difference.reference}", f"tclsmtp: {difference.ours}"]
    return "\n".join([*lines, f"explained by {why.id} ({why.source}): {why.text}"] if why else lines)


def _seconds(comparison: Comparison) -> float:
    return sum(run.seconds for run in (comparison.reference, comparison.ours) if run)


def _for_xml(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
