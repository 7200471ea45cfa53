"""The HTML report of a comparison: a folder of pages that need no network."""

from __future__ import annotations

from tclsmtp.migrate.report.write import write_report

__all__ = ["write_report"]
