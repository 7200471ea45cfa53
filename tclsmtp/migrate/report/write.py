"""Writes a report: an index, and a page for each script in `scripts/` beside it.

Pages hold their style and their script, and a Content-Security-Policy that allows these alone: what a script under test
has sent is shown, and never runs.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.machine_output import count, failure
from tclsmtp.migrate.model import Comparison, Outcome
from tclsmtp.migrate.report.view import LONGEST_NAME, moment, view
from tclsmtp.migrate.showing import visible
from tclsmtp.migrate.terminal import escape, summary

if TYPE_CHECKING:
    from jinja2 import Environment

GENERATOR = b'<meta name="generator" content="tclsmtp compare">'
"""What a page of a report begins with."""

ATTENTION = (Outcome.DIFFERS, Outcome.FAILED, Outcome.EXPLAINED, Outcome.SAME)
"""The order of the index: first what needs attention."""

NARROWEST = 0.015
"""The least share of the bar that an outcome has."""

ICONS = {"same": "\u2713", "explained": "\u2248", "differs": "\u2260", "failed": "!"}

_HIDDEN = re.compile("[\u0080-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
"""What is not seen, or changes how other text is seen, or is in no UTF-8."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A script's line in the index; `words` is what a search finds it by."""

    name: str
    page: str
    outcome: str
    error: str
    ids: tuple[str, ...]
    words: str
    messages: str
    reference_seconds: str
    ours_seconds: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the bar of outcomes; `x` and `width` are in percent."""

    outcome: str
    count: int
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Inlined:
    """Text that stands in each page, and its hash as the Content-Security-Policy names it."""

    text: str
    hash: str


def write(comparisons: Iterable[Comparison], folder: Path, *, stale: Sequence[str] = ()) -> Path:
    """Write a report of the comparisons into a folder, in place of an earlier one; the path of its index.

    `stale` are the explanations that nothing came up for. Raises MigrateError where jinja2 is not installed, the folder
    cannot be written, or it has an index.html that is of no report.
    """
    made = sorted(comparisons, key=lambda comparison: ATTENTION.index(comparison.outcome))
    environment = _environment()
    index = folder / "index.html"
    try:
        _make_room(folder, index)
        entries = _entries(made)
        page = environment.get_template("script.html.j2")
        for number, (comparison, entry) in enumerate(zip(made, entries, strict=True)):
            before = entries[number - 1] if number else None
            behind = entries[number + 1] if number + 1 < len(entries) else None
            text = page.render(page=view(comparison), before=before, behind=behind)
            (folder / "scripts" / entry.page).write_text(text, encoding="utf-8")
        index.write_text(_index(environment, made, entries, stale), encoding="utf-8")
    except OSError as error:
        raise MigrateError(f"{error.filename or folder}: {error.strerror or error}") from error
    return index


def shown(value: object) -> object:
    """A value as a page shows it: a text without characters that are not seen, each of which is told as `\\u202e`."""
    if not isinstance(value, str) or hasattr(value, "__html__") or (value.isascii() and value.isprintable()):
        return value
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", visible(value))


def page_name(name: str) -> str:
    """A file name for a script, of letters, digits and dashes alone, which no other script has."""
    slug = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")[-60:].strip("-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{slug or 'script'}-{digest}"


def _environment() -> Environment:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
        from markupsafe import Markup
    except ModuleNotFoundError as error:
        raise MigrateError("a report needs jinja2: pip install 'tclsmtp[migrate]'") from error
    environment = Environment(
        loader=PackageLoader("tclsmtp.migrate.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=shown,
    )
    for name, file in (("style", "style.css"), ("script", "script.js")):
        text = files("tclsmtp.migrate.report").joinpath(file).read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        # The project's own file, which holds no closing tag.
        environment.globals[name] = Inlined(Markup(text), f"sha256-{digest}")
    environment.globals["icons"] = ICONS
    return environment


def _make_room(folder: Path, index: Path) -> None:
    """Make the folders, and remove the pages of an earlier report; files that are none stay."""
    if index.exists() and not _is_ours(index):
        raise MigrateError(f"{index}: is of no report; name another folder")
    pages = folder / "scripts"
    pages.mkdir(parents=True, exist_ok=True)
    for page in pages.glob("*.html"):
        if _is_ours(page):
            page.unlink()


def _is_ours(page: Path) -> bool:
    with page.open("rb") as file:
        return GENERATOR in file.read(512)


def _entries(comparisons: Sequence[Comparison]) -> list[Entry]:
    taken: set[str] = set()
    return [_entry(comparison, taken) for comparison in comparisons]


def _entry(comparison: Comparison, taken: set[str]) -> Entry:
    name = page_name(comparison.name)
    page, number = name, 1
    while page in taken:
        number += 1
        page = f"{name}-{number}"
    taken.add(page)
    error = failure(comparison)
    ids = tuple(dict.fromkeys(difference.id for difference in comparison.differences))
    why = dict.fromkeys(found.explanation.id for found in comparison.differences if found.explanation)
    reference, ours = comparison.reference, comparison.ours
    return Entry(
        escape(comparison.name, LONGEST_NAME),
        f"{page}.html",
        comparison.outcome.value,
        error,
        ids,
        " ".join([comparison.name, error, *ids, *why]),
        str(len(reference.captured.deliveries)) if reference else "",
        f"{reference.seconds:.2f} s" if reference and reference.begun else "",
        f"{ours.seconds:.2f} s" if ours else "",
    )


def _index(
    environment: Environment, comparisons: Sequence[Comparison], entries: Sequence[Entry], stale: Sequence[str]
) -> str:
    counted = count(comparisons)
    begun = [made.ours.begun for made in comparisons if made.ours]
    return environment.get_template("index.html.j2").render(
        total=len(comparisons),
        told=summary(comparisons),
        when=moment(max(begun)) if begun else "",
        counts={outcome.value: counted[outcome] for outcome in ATTENTION},
        bar=_bar(counted),
        entries=entries,
        stale=stale,
    )


def _bar(counted: dict[Outcome, int]) -> list[Segment]:
    """One that differs among thousands is to be seen too."""
    total = sum(counted.values())
    shares = {outcome: max(NARROWEST, counted[outcome] / total) for outcome in ATTENTION if counted[outcome]}
    whole = sum(shares.values()) / 100
    segments: list[Segment] = []
    before = 0.0
    for outcome, share in shares.items():
        segments.append(Segment(outcome.value, counted[outcome], f"{before:.3f}", f"{share / whole:.3f}"))
        before += share / whole
    return segments
