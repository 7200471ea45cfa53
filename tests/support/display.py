"""An X server without a screen, for tests of Tk. Debian: xvfb, xdotool, tk."""

from __future__ import annotations

import os
import subprocess
from typing import Self


class Display:
    """A virtual display; a context manager that ends it."""

    def __enter__(self) -> Self:
        read, write = os.pipe()
        command = ("Xvfb", "-displayfd", str(write), "-screen", "0", "640x480x24", "-nolisten", "tcp")
        self._server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with open(read) as number:
            self.name = f":{number.readline().strip()}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.terminate()
        self._server.wait()

    def click(self, title: str) -> None:
        """Click near the upper left corner of the window of that title, once it is there."""
        words = (
            "search",
            "--sync",
            "--onlyvisible",
            "--name",
            title,
            "mousemove",
            "--window",
            "%1",
            "20",
            "20",
            "click",
            "1",
        )
        subprocess.run(("xdotool", *words), env=os.environ | {"DISPLAY": self.name}, check=True, timeout=60)
