"""What deviations of tclsmtp make of the texts of a difference, where a regular expression is not enough to say it."""

from __future__ import annotations

from collections.abc import Callable

Rewrite = Callable[[str, str], tuple[str, str]]
"""From the reference's text and ours to both as they read without the deviation; what is not its doing stays."""

REWRITES: dict[str, Rewrite] = {}
