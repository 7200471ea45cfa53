"""Writing the report: an index, a page for each script, and a style sheet and a script beside them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.model import Comparison
from tclsmtp.migrate.report.view import view
from tclsmtp.migrate.wording import OUTCOMES, count, summary

HERE = Path(__file__).parent
MARK = "report.css"
"""The file by which a folder is known to hold a report."""


def write_report(comparisons: Sequence[Comparison], folder: Path, *, reference: str, stale: Sequence[str] = ()) -> None:
    """Write the report into a folder, which is made, or holds a report that is replaced.

    `reference` says what the scripts were compared with, `stale` which entries explained nothing. All that comes from
    scripts is escaped. Raises MigrateError where the folder holds something else, or cannot be written.
    """
    pages = [f"{number:04}-{_file_name(comparison.script)}.html" for number, comparison in enumerate(comparisons, 1)]
    views = [view(comparison, page) for comparison, page in zip(comparisons, pages, strict=True)]
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    common = {"reference": reference, "made": datetime.now().astimezone().isoformat(" ", "minutes")}
    try:
        _clear(folder)
        for asset in (HERE / "assets").iterdir():
            shutil.copyfile(asset, folder / asset.name)
        template = environment.get_template("script.html")
        for number, script in enumerate(views):
            near = {
                "previous": views[number - 1].page if number else "",
                "next": views[number + 1].page if number + 1 < len(views) else "",
            }
            (folder / "scripts" / script.page).write_text(
                template.render(view=script, **near, **common), encoding="utf-8", errors="backslashreplace"
            )
        index = environment.get_template("index.html").render(
            views=views,
            counts=count(comparisons),
            outcomes=OUTCOMES,
            summary=summary(comparisons),
            stale=stale,
            **common,
        )
        (folder / "index.html").write_text(index, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise MigrateError(f"{error.filename or folder}: {error.strerror}") from error


def _clear(folder: Path) -> None:
    """An empty folder with an empty folder for the pages; what a former report left there goes."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise MigrateError(f"{folder}: not empty, and no report: choose another folder")
    shutil.rmtree(folder / "scripts", ignore_errors=True)
    (folder / "scripts").mkdir(parents=True)


def _file_name(script: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", script.removesuffix(".tcl"))[-80:].strip("-.") or "script"
