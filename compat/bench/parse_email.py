"""As parse.tcl, with Python's email package."""

from __future__ import annotations

import os
import time
from email import message_from_binary_file, policy
from pathlib import Path


def main() -> None:
    start = time.perf_counter()
    with (Path(os.environ["BENCH_FOLDER"]) / "multipart.eml").open("rb") as file:
        message = message_from_binary_file(file, policy=policy.default)
    bodies = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
    assert any(bodies)
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main()
