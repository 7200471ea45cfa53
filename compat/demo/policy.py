"""Run one legacy script, unchanged, as the operator decides: by verified TLS and SCRAM, with an OAuth token, in
rehearsal, and redirected. All servers are on this machine, on ports that the system picks.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from mailbox import Maildir
from pathlib import Path
from typing import Any

from tests.support.certificates import authority_file, server_context
from tests.support.sink import Auth, Rules, Session, Sink
from tests.support.token_server import TokenServer, token

SCRIPT = Path(__file__).with_name("mailhost.tcl")
PROVIDER = "smtp.provider.example"
USER, PASSWORD, CLIENT_SECRET, TOKEN = "reports@example.com", "correct horse", "battery staple", "a-token-of-today"
NAMED, BLIND, ME = ["ops@example.com", "ann@example.com"], ["boss@example.com"], "me@staging.example"
SECONDS = 30

SCRAM_POLICY = """\
[[route]]
server = "mailhost"                  # what the script says
servers = "{provider}"
connect_to = "127.0.0.1:{port}"       # only here: the provider is on this machine
tls = "implicit"
verify = "always"
cafile = "authority.pem"
auth = "SCRAM-SHA-256"

[route.credentials]
username = "{user}"
password_file = "password"           # mode 0600
"""

OAUTH_POLICY = """\
[[route]]
server = "mailhost"
servers = "{provider}"
connect_to = "127.0.0.1:{port}"
tls = "required"                     # STARTTLS, or no message
verify = "always"
cafile = "authority.pem"
auth = "XOAUTH2"

[route.credentials]
username = "{user}"

[route.oauth]
flow = "client-credentials"
token_url = "{url}"
client_id = "backup-reports"
client_secret_env = "OAUTH_CLIENT_SECRET"
"""


@dataclass(frozen=True)
class Run:
    """What came of a run: what the script printed, its exit status, and the lines that the audit log got."""

    printed: str
    status: int
    lines: list[dict[str, Any]]


class Demo:
    """Runs the script in a folder of its own, shows what came of it, and counts what is not as told."""

    def __init__(self, command: str, folder: Path) -> None:
        self.command = command
        self.folder = folder
        self.failures = 0
        self.log = folder / "mail.log"

    def write(self, name: str, text: str, mode: int = 0o644) -> Path:
        path = self.folder / name
        path.touch(mode)
        path.write_text(text, encoding="utf-8")
        return path

    def policy(self, name: str, text: str, **values: object) -> Path:
        path = self.write(name, text.format(provider=PROVIDER, user=USER, **values))
        show(f"the policy, {name}", path.read_text(encoding="utf-8"))
        return path

    def run(self, policy: Path, *options: str) -> Run:
        """Run the script under a policy; its part of the audit log is shown after what it printed."""
        words = ["run", "--policy", policy.name, "--log", self.log.name, *options, SCRIPT.name]
        before = len(self.lines())
        done = subprocess.run(
            [self.command, *words[:-1], str(SCRIPT)],
            cwd=self.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        lines = self.lines()[before:]
        show(f"tclsmtp {' '.join(words)}   (exit status {done.returncode})", done.stdout)
        show("its line in the audit log, mail.log", "\n".join(map(json.dumps, lines)))
        return Run(done.stdout, done.returncode, lines)

    def lines(self) -> list[dict[str, Any]]:
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def check(self, what: str, is_so: bool) -> None:
        print(f"    {'yes' if is_so else 'NO '}  {what}")
        self.failures += not is_so

    def check_run(self, run: Run, outcome: str) -> dict[str, Any]:
        """Check what all runs have in common; the line of the audit log."""
        self.check(
            "the script ended as if it had talked to mailhost", run.status == 0 and run.printed.endswith("sent\n")
        )
        self.check(f'the audit log says "{outcome}"', [line["outcome"] for line in run.lines] == [outcome])
        secrets = (PASSWORD, CLIENT_SECRET, TOKEN, "letmein")
        self.check("no secret in it", not any(secret in json.dumps(run.lines) for secret in secrets))
        return run.lines[0] if run.lines else {}


def environment() -> dict[str, str]:
    """That of the script: nothing in it decides about policies, and no proxy is asked for the OAuth server."""
    own = {"OAUTH_CLIENT_SECRET": CLIENT_SECRET, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    return {name: value for name, value in os.environ.items() if not name.startswith("TCLSMTP_")} | own


def show(title: str, text: str) -> None:
    print(f"--- {title}\n")
    print("".join(f"    {line}\n" for line in text.rstrip().splitlines()))


def show_arrived(sessions: Iterable[Session]) -> None:
    for session in sessions:
        for message in session.messages:
            envelope = "\n".join([message.sender, *message.recipients])
            show("what arrived at the provider", f"{envelope}\n\n{message.content.decode('ascii')}")


def recipients(sessions: Iterable[Session]) -> list[str]:
    """All addresses that a message arrived for, in their order."""
    commands = [line for session in sessions for message in session.messages for line in message.recipients]
    return [line.partition("<")[2].partition(">")[0] for line in commands]


def auths(sessions: Iterable[Session]) -> list[str]:
    return [line for session in sessions for line in session.commands if line.startswith("AUTH ")]


def scram(demo: Demo) -> None:
    print("=== 1. Implicit TLS, verified, and SCRAM-SHA-256 with the password of the provider\n")
    rules = Rules(auth=Auth("SCRAM-SHA-256 PLAIN", USER, PASSWORD), tls=server_context(PROVIDER), tls_from_start=True)
    with Sink(rules) as sink:
        run = demo.run(demo.policy("scram.toml", SCRAM_POLICY, port=sink.port))
    show_arrived(sink.sessions)
    line = demo.check_run(run, "sent")
    demo.check("it tells of verified TLS", bool((line.get("tls") or {}).get("verified")))
    demo.check("it tells of SCRAM-SHA-256", line.get("auth") == "SCRAM-SHA-256")
    demo.check("the provider let it in, in TLS", [(each.tls, each.authed) for each in sink.sessions] == [(True, True)])
    demo.check(
        "all recipients got it, the blind one in a message of its own", recipients(sink.sessions) == NAMED + BLIND
    )


def oauth(demo: Demo) -> None:
    print("\n=== 2. STARTTLS and XOAUTH2, with a token of an OAuth server\n")
    rules = Rules(auth=Auth("XOAUTH2", USER, TOKEN), tls=server_context(PROVIDER))
    with TokenServer([token(TOKEN, expires_in=3600)]) as server, Sink(rules) as sink:
        run = demo.run(demo.policy("oauth.toml", OAUTH_POLICY, port=sink.port, url=server.url))
    show("what the OAuth server was asked", "\n".join(map(json.dumps, server.asked)))
    line = demo.check_run(run, "sent")
    demo.check("it tells of XOAUTH2", line.get("auth") == "XOAUTH2")
    demo.check("the provider took the token", auths(sink.sessions) == ["AUTH XOAUTH2"] and sink.sessions[0].authed)
    demo.check("one token was asked for", [each["grant_type"] for each in server.asked] == ["client_credentials"])
    demo.check("all recipients got it", recipients(sink.sessions) == NAMED + BLIND)


def rehearsal(demo: Demo) -> None:
    print("\n=== 3. Rehearsal: into a Maildir, and to nobody\n")
    rules = Rules(auth=Auth("SCRAM-SHA-256", USER, PASSWORD), tls=server_context(PROVIDER), tls_from_start=True)
    with Sink(rules) as sink:
        run = demo.run(demo.policy("rehearsal.toml", SCRAM_POLICY, port=sink.port), "--capture", "rehearsal")
    captured = sorted(Maildir(demo.folder / "rehearsal", create=True), key=lambda each: each["X-Envelope-To"] in BLIND)
    for message in captured:
        show("what is in the Maildir", message.as_string())
    demo.check_run(run, "captured")
    demo.check("the provider was not even asked", sink.sessions == [])
    meant = sorted(address.strip("<>") for message in captured for address in message.get_all("X-Envelope-To", []))
    demo.check("the Maildir has it for all recipients", meant == sorted(NAMED + BLIND))


def redirect(demo: Demo) -> None:
    print("\n=== 4. Redirection: all of it to one address, that of the blind recipient too\n")
    rules = Rules(auth=Auth("SCRAM-SHA-256", USER, PASSWORD), tls=server_context(PROVIDER), tls_from_start=True)
    with Sink(rules) as sink:
        run = demo.run(demo.policy("redirect.toml", SCRAM_POLICY, port=sink.port), "--redirect", ME)
    show_arrived(sink.sessions)
    line = demo.check_run(run, "sent")
    demo.check(
        f"it tells of {ME} and of who was meant",
        [line.get(key) for key in ("redirect", "recipients", "blind")] == [ME, NAMED, BLIND],
    )
    demo.check("nobody else got it", recipients(sink.sessions) == [ME, ME])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", default=str(Path(sys.executable).with_name("tclsmtp")), help="the tclsmtp to run")
    command = parser.parse_args().command
    show(f"the script, {SCRIPT.name}", SCRIPT.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(command, Path(folder))
        authority_file(demo.folder)
        demo.write("password", f"{PASSWORD}\n", mode=0o600)
        for part in (scram, oauth, rehearsal, redirect):
            part(demo)
    if demo.failures:
        print(f"\nFAILED: {demo.failures} of the above is not so", file=sys.stderr)
        return 1
    print("\nThe script is unchanged, and its mail went as each policy says.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
