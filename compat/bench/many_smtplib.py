"""As many.tcl, with smtplib and an EmailMessage that has the same headers and body."""

from __future__ import annotations

import os
import sys
import time
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from smtplib import SMTP

PORT = int(os.environ["SINK_PORT"])
RECIPIENTS = int(sys.argv[2]) if sys.argv[2:] else 1
TO = ", ".join(f"you{number}@example.com" for number in range(1, RECIPIENTS + 1))
BODY = "A line of thirty-two characters\n" * 32


def make_message(number: int) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "me@example.com"
    message["To"] = TO
    message["Subject"] = f"Message {number}"
    message["Date"] = formatdate()
    # A domain and a host name are given, or these two would look them up each time.
    message["Message-ID"] = make_msgid(domain="localhost")
    message.set_content(BODY)
    return message


def send(number: int) -> None:
    with SMTP("127.0.0.1", PORT, local_hostname="localhost") as client:
        client.send_message(make_message(number))


def run(messages: int) -> None:
    for number in range(messages):
        send(number)


def main() -> None:
    messages = int(sys.argv[1])
    run(min(3, messages))
    start = time.perf_counter()
    run(messages)
    print((time.perf_counter() - start) / messages)


if __name__ == "__main__":
    main()
