"""The command `tclsmtp` as it is where the extra `fast` is not installed."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder

from tclsmtp.cli import main


class Absent(MetaPathFinder):
    """Finds nothing, and says so of pybase64 before anybody else can find it."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pybase64":
            raise ModuleNotFoundError(name=fullname)


if __name__ == "__main__":
    sys.meta_path.insert(0, Absent())
    sys.exit(main())
