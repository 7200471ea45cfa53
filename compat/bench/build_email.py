"""As build.tcl, with an EmailMessage."""

from __future__ import annotations

import sys
import time
from email.message import EmailMessage

BODY = "A line of thirty-two characters\n" * 32


def build(number: int) -> bytes:
    message = EmailMessage()
    message["From"] = "me@example.com"
    message["To"] = "you@example.com"
    message["Subject"] = f"Message {number}"
    message.set_content(BODY)
    return message.as_bytes()


def run(messages: int) -> None:
    for number in range(messages):
        build(number)


def main() -> None:
    messages = int(sys.argv[1])
    run(3)
    start = time.perf_counter()
    run(messages)
    print((time.perf_counter() - start) / messages)


if __name__ == "__main__":
    main()
