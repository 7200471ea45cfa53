"""Debian's Postfix, run apart from the machine's own: configuration, queue, passwords and mailbox are in one folder.

Each service listens on a port of its own on 127.0.0.1. Every recipient in the DOMAIN and in the FOREIGN_DOMAIN gets a
copy into the one mailbox, but for those whose names begin with "refused".
"""

from __future__ import annotations

import os
import pwd
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.interop.received import A_LABELS, DOMAIN, PASSWORD, USER, without_trace
from tests.support.certificates import authority

MECHANISMS = ("SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "CRAM-MD5", "LOGIN", "PLAIN")
SECONDS = 30
KEEPER = '"$@" start </dev/null >/dev/null && echo up && read -r line; "$@" stop </dev/null >/dev/null'
"""Runs the server until standard input ends: with the tests, however they do."""

NO_TLS = {"smtpd_tls_security_level": "none"}
IMPLICIT = {"smtpd_tls_wrappermode": "yes"}
AUTH = {"smtpd_sasl_auth_enable": "yes", "smtpd_recipient_restrictions": "permit_sasl_authenticated,reject"}
SERVICES: dict[str, dict[str, str]] = {
    "plain": NO_TLS,
    "starttls": {"smtpd_tls_security_level": "encrypt"},
    "implicit": IMPLICIT,
    "auth-plain": AUTH | NO_TLS,
    "auth-starttls": AUTH | {"smtpd_tls_auth_only": "yes"},
    "auth-implicit": AUTH | IMPLICIT,
    "no-chunking": NO_TLS | {"smtpd_discard_ehlo_keywords": "chunking"},
    "no-pipelining": NO_TLS | {"smtpd_discard_ehlo_keywords": "pipelining"},
    "bare": NO_TLS | {"smtpd_discard_ehlo_keywords": "chunking,pipelining,size,8bitmime"},
    "smtputf8": NO_TLS | {"smtputf8_enable": "yes"},
    "no-smtputf8": NO_TLS | {"smtputf8_enable": "no"},
    "small": NO_TLS | {"message_size_limit": "4096"},
} | {f"only-{name}": AUTH | NO_TLS | {"smtpd_sasl_path": name.lower()} for name in MECHANISMS}
"""Name of a service to the settings in which it differs from MAIN."""

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = server.interop.example
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtpd_hard_error_limit = 1000
smtpd_relay_restrictions = reject_unauth_destination
# What servers on the Internet do against clients that talk before it is their turn.
smtpd_data_restrictions = reject_unauth_pipelining
smtpd_forbid_bare_newline = yes
# The messages are to arrive as they were sent.
message_drop_headers =
local_header_rewrite_clients =
message_size_limit = 20000000
virtual_mailbox_limit = 0
virtual_mailbox_domains = {domain}, {foreign_domain}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = regexp:{folder}/etc/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_tls_security_level = may
smtpd_tls_chain_files = {folder}/certificate.pem
smtpd_tls_received_header = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = any
smtpd_sasl_local_domain = {domain}
smtpd_sasl_security_options = noanonymous
smtpd_sasl_authenticated_header = yes
"""

MASTER = """
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

MAILBOXES = """
if !/^refused/
/@{domain}$/ inbox/
/@{foreign_domain}$/ inbox/
endif
"""

SASL = """
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {folder}/sasldb
mech_list: {mechanisms}
"""


@dataclass(frozen=True)
class Postfix:
    """A running server: the port of each service, and the folder with what belongs to it."""

    folder: Path
    ports: dict[str, int]

    def received(self, recipient: str, domain: str = DOMAIN) -> bytes:
        """The one message that the recipient got, once it is there, without what the server added."""
        return without_trace(self.stored(recipient, domain))

    def stored(self, recipient: str, domain: str = DOMAIN) -> bytes:
        """As `received`, with what the server added."""
        self.wait_for(lambda: bool(self._copies(recipient, domain)), f"mail for {recipient}")
        [message] = self._copies(recipient, domain)
        return message

    def never_received(self, recipient: str) -> bool:
        """Whether the recipient in the DOMAIN got nothing, now that every message that was accepted is delivered."""
        queue = self.folder / "queue"
        waiting = [queue / name for name in ("incoming", "active", "maildrop")]
        self.wait_for(lambda: not any(path.is_file() for place in waiting for path in place.rglob("*")), "empty queue")
        return not self._copies(recipient)

    def _copies(self, recipient: str, domain: str = DOMAIN) -> list[bytes]:
        header = f"\nDelivered-To: {recipient}@{domain}\n".encode()
        inbox = self.folder / "mail" / "inbox" / "new"
        return [path.read_bytes() for path in inbox.glob("*") if header in _head(path)]

    def commands(self, recipient: str) -> dict[str, str]:
        """The commands of the session that brought the recipient's message, with how often the client said each (`2`,
        or `1/2` where one of the two was refused), as the server logs them at its end.
        """
        begin = self._begin_of_session(recipient)
        ends: list[str] = []

        def ended() -> bool:
            after = self.log().partition(begin)[2]
            ends.extend(re.findall(rf"{re.escape(begin.split(':')[0])}: disconnect from \S+ (.*)", after))
            return bool(ends)

        self.wait_for(ended, "end of the session")
        return dict(word.split("=") for word in ends[0].split())

    def mechanism(self, recipient: str) -> str:
        """The mechanism with which the sender of the recipient's message authenticated, "" if none."""
        begin = self._begin_of_session(recipient)
        found = re.match(r".*sasl_method=([\w-]+)", self.log().partition(begin)[2])
        return found[1] if found else ""

    def _begin_of_session(self, recipient: str) -> str:
        found = re.search(rb"\bid (\w+);?\n", self.stored(recipient))
        assert found
        [begin] = re.findall(rf"smtpd\[\d+\]: {found[1].decode()}: client=", self.log())
        return str(begin)

    def log(self) -> str:
        path = self.folder / "mail.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        """Look again and again until the condition is true. Raises AssertionError with the log after SECONDS."""
        end = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < end, f"no {what} after {SECONDS} s; the server's log:\n{self.log()}"
            time.sleep(0.005)


@contextmanager
def postfix(folder: Path) -> Iterator[Postfix]:
    """The server, for as long as the block lasts. Every user of the machine must be able to enter the folder."""
    assert os.getuid() == 0, "Postfix needs root"
    server = Postfix(folder, dict(zip(SERVICES, _free_ports(len(SERVICES)), strict=True)))
    _configure(server)
    command = ["sh", "-c", KEEPER, "sh", "postfix", "-c", str(folder / "etc")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as keeper:
        assert keeper.stdin
        assert keeper.stdout
        assert keeper.stdout.readline() == b"up\n", server.log()
        yield server
        keeper.stdin.close()


def _free_ports(count: int) -> list[int]:
    """Ports that nobody has right now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [sock.getsockname()[1] for sock in sockets]


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(1000)


def _configure(server: Postfix) -> None:
    folder = server.folder
    for name in ("etc", "etc/sasl", "queue", "data", "mail"):
        (folder / name).mkdir()
    postfix_user, nobody = pwd.getpwnam("postfix"), pwd.getpwnam("nobody")
    os.chown(folder / "data", postfix_user.pw_uid, postfix_user.pw_gid)
    os.chown(folder / "mail", nobody.pw_uid, nobody.pw_gid)
    main = MAIN.format(folder=folder, domain=DOMAIN, foreign_domain=A_LABELS, uid=nobody.pw_uid, gid=nobody.pw_gid)
    (folder / "etc" / "main.cf").write_text(main)
    (folder / "etc" / "master.cf").write_text(MASTER + "".join(_services(server.ports)))
    (folder / "etc" / "mailboxes").write_text(MAILBOXES.format(domain=re.escape(DOMAIN), foreign_domain=A_LABELS))
    certificate = authority().issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "certificate.pem"))
    _set_up_passwords(folder / "etc" / "sasl", postfix_user)


def _services(ports: dict[str, int]) -> Iterator[str]:
    for name, port in ports.items():
        settings = "".join(f" -o {key}={value}" for key, value in SERVICES[name].items())
        yield f"127.0.0.1:{port} inet n - n - - smtpd{settings}\n"


def _set_up_passwords(folder: Path, reader: pwd.struct_passwd) -> None:
    """What Cyrus SASL needs, in the folder beside its configuration where Debian's Postfix has it look."""
    lists = {"any": " ".join(MECHANISMS)} | {name.lower(): name for name in MECHANISMS}
    for name, mechanisms in lists.items():
        (folder / f"{name}.conf").write_text(SASL.format(folder=folder, mechanisms=mechanisms))
    command = ["saslpasswd2", "-p", "-c", "-f", str(folder / "sasldb"), "-u", DOMAIN, USER]
    subprocess.run(command, input=PASSWORD.encode(), check=True)
    os.chown(folder / "sasldb", 0, reader.pw_gid)
