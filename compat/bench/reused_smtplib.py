"""As many_smtplib.py, with all messages on one connection."""

from __future__ import annotations

import sys
import time
from smtplib import SMTP

from compat.bench.many_smtplib import PORT, make_message


def run(client: SMTP, messages: int) -> None:
    for number in range(messages):
        client.send_message(make_message(number))


def main() -> None:
    messages = int(sys.argv[1])
    with SMTP("127.0.0.1", PORT, local_hostname="localhost") as client:
        run(client, 3)
        start = time.perf_counter()
        run(client, messages)
        print((time.perf_counter() - start) / messages)


if __name__ == "__main__":
    main()
