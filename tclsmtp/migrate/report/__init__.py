"""Comparisons as a folder of HTML pages that need no network and no server."""

from tclsmtp.migrate.report.write import write

__all__ = ["write"]
