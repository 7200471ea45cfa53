"""Secrets that go every way a secret can go, and are looked for in all that is said, logged and written on the way."""

from __future__ import annotations

import base64
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from urllib.parse import quote, quote_plus

import pytest
import spnego
from spnego.exceptions import NegotiateOptions

from tclsmtp import Interpreter, cli
from tclsmtp.errors import (
    AuthError,
    ConnectError,
    CredentialError,
    PolicyError,
    RefusedError,
    TclError,
    TclsmtpError,
    TlsError,
    UnknownOutcomeError,
)
from tclsmtp.policy import Policy, Route, oauth
from tclsmtp.policy.credentials import Credentials, Secret
from tclsmtp.policy.oauth import OAuth
from tclsmtp.policy.spooling import Spool
from tclsmtp.smtp import sasl
from tclsmtp.smtp.envelope import prepare
from tclsmtp.smtp.options import Options
from tclsmtp.smtp.pool import Pool
from tclsmtp.smtp.session import Session
from tclsmtp.smtp.target import Target
from tclsmtp.smtp.waiting import SelectorWaiter
from tests.smtp.sending import BLIND, HEADERS, send
from tests.smtp.server import ScriptedServer, Step, read_line, read_to_end_of_data
from tests.spool.spooling import NOBODY, entries, queue, spool_in, through
from tests.spool.spooling import send as send_or_keep
from tests.support.certificates import server_context
from tests.support.sink import Auth, Rules, Sink
from tests.support.tclsh import TCLSMTP_RUN, Shell
from tests.support.token_server import TokenServer, token

CANARY = "yellowbird"
"""What all secrets of these tests have in them, and nothing else has."""

PASSWORD = f"{CANARY}/pass+word 7&%"
CLIENT_SECRET = f"{CANARY}/client+secret 7&%"
REFRESH_TOKEN = f"{CANARY}/refresh+token~7"
TOKEN = f"{CANARY}/access+token~7"
OTHER_TOKEN = f"{CANARY}/another+token~7"


def traces(secret: str) -> Iterator[str]:
    """How a secret may be written: as it is, in hex, in a URL, and in base64 behind whatever else."""
    octets = secret.encode()
    yield from (CANARY, octets.hex(), quote(secret, safe=""), quote_plus(secret))
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + octets).decode()
        yield text[-(-shift * 8 // 6) : (shift + len(octets)) * 8 // 6]


TRACES = {
    trace.lower() for secret in (PASSWORD, CLIENT_SECRET, REFRESH_TOKEN, TOKEN, OTHER_TOKEN) for trace in traces(secret)
}


def assert_no_secret(text: str) -> None:
    lowered = text.lower()
    found = [trace for trace in TRACES if trace in lowered]
    assert not found, text


def test_a_secret_is_found_however_it_is_written() -> None:
    plain = base64.b64encode(f"\0joe\0{PASSWORD}".encode()).decode()
    bearer = base64.b64encode(f"user=joe\1auth=Bearer {TOKEN}\1\1".encode()).decode()
    for text in (repr(PASSWORD), plain, bearer, PASSWORD.encode().hex(), f"?secret={quote_plus(CLIENT_SECRET)}&x"):
        with pytest.raises(AssertionError):
            assert_no_secret(f"before {text} after")


class Ear:
    """Hears all that is printed and logged, at any level, and reads the files of a folder."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
        self.folder = folder
        self.log = str(folder / "mail.log")
        self._capfd = capfd
        self._caplog = caplog

    def check(self, *more: object) -> str:
        """Fail where a secret was told; all that was, for the test to see that there was something."""
        printed = "".join(self._capfd.readouterr())
        logged = "".join(f"{record.getMessage()} {vars(record)!r}\n" for record in self._caplog.records)
        files = [path.read_bytes().decode("latin-1") for path in self.folder.rglob("*") if path.is_file()]
        told = "\n".join([printed, logged, *files, *map(repr, more)])
        assert_no_secret(told)
        return told

    def hears_error(self, call: Callable[[], object]) -> BaseException | None:
        """Call it; the error, in which and behind which there is no secret."""
        try:
            call()
        except TclsmtpError as error:
            assert_no_secret("".join(traceback.format_exception(error)))
            for each in behind(error):
                assert_no_secret(f"{each} {each!r} {each.args!r} {getattr(each, '__dict__', {})!r}")
            return error
        return None


def behind(error: BaseException) -> Iterator[BaseException]:
    """An error, and all that led to it, whether it is shown or not."""
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is not None:
            yield each
            waiting += [each.__cause__, each.__context__]


@pytest.fixture
def ear(tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Ear:
    caplog.set_level(logging.DEBUG)
    folder = tmp_path / "told"
    folder.mkdir()
    return Ear(folder, capfd, caplog)


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oauth, "_kept", {})
    monkeypatch.setattr(oauth, "_renewed", {})


# Where a secret comes from


KINDS = ("value", "env", "command", "file")


def secret_of(kind: str, word: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Secret:
    monkeypatch.setenv("A_SECRET", word)
    path = folder / "secret"
    path.touch(0o600)
    path.write_text(f"{word}\n")
    match kind:
        case "value":
            return Secret("value", (word,))
        case "env":
            return Secret("env", ("A_SECRET",))
        case "command":
            return Secret("command", ("cat", str(path)))
        case _:
            return Secret("file", (str(path),))


@pytest.fixture(params=["script", *KINDS])
def login(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The options and the route's settings of a login: "policy" holds the latter."""
    if request.param == "script":
        return {"username": "joe", "password": PASSWORD}
    own = Credentials(Secret("value", ("joe",)), secret_of(request.param, PASSWORD, tmp_path, monkeypatch))
    return {"policy": Policy((Route(credentials=own),))}


# What may become of a message


class Server(Protocol):
    @property
    def port(self) -> int: ...


@dataclass(frozen=True)
class Nobody:
    port: int = NOBODY


@dataclass(frozen=True)
class Case:
    """A server, and what comes of it, with credentials of the operator: an error, or none."""

    name: str
    server: Callable[[], AbstractContextManager[Server]]
    error: type[TclsmtpError] | None = None
    options: dict[str, Any] = field(default_factory=dict)


def login_sink(mechanisms: str, password: str = PASSWORD, **rules: Any) -> Sink:
    return Sink(Rules(auth=Auth(mechanisms, "joe", password), **rules))


def scripted(*steps: Step) -> Callable[[], ScriptedServer]:
    return lambda: ScriptedServer(list(steps))


def offering(mechanism: str) -> list[Step]:
    return [b"220 hello\r\n", read_line, b"250-hello\r\n250 AUTH %b\r\n" % mechanism.encode(), read_line]


def challenging(*challenges: bytes) -> list[Step]:
    return [step for each in challenges for step in (b"334 %b\r\n" % base64.b64encode(each), read_line)]


@cache
def ntlm_challenge() -> bytes:
    """What a server of NTLM says in its second message."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        users = Path(folder) / "users"
        users.write_text(":joe:x\n")
        patch.setenv("NTLM_USER_FILE", str(users))
        client = spnego.client("joe", "x", protocol="ntlm", options=NegotiateOptions.use_ntlm)
        server = spnego.server(protocol="ntlm", options=NegotiateOptions.use_ntlm)
        return server.step(client.step() or b"") or b""


def ntlm_server() -> ScriptedServer:
    steps = [*offering("NTLM"), *challenging(b"", ntlm_challenge()), b"535 no\r\n", *TO_THE_END]
    return ScriptedServer(steps)


DIGEST = b'realm="here",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8'
OK: list[Step] = [read_line, b"250 ok\r\n"]
ENDING: list[Step] = [*OK, *OK, *OK, read_line, b"354 go\r\n", read_to_end_of_data]
TO_THE_END: list[Step] = [*ENDING, b"250 queued\r\n", read_line, b"221 bye\r\n"]
IN: list[Step] = [*offering("PLAIN"), *challenging(b""), b"235 in\r\n"]
QUICK = {"policy": {"reply_seconds": 0.2}}

MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512")

CASES = (
    *(Case(f"{name}, taken", partial(login_sink, name)) for name in MECHANISMS),
    *(Case(f"{name}, refused", partial(login_sink, name, "other"), AuthError) for name in MECHANISMS),
    Case(
        "DIGEST-MD5, refused",
        scripted(*offering("DIGEST-MD5"), *challenging(DIGEST), b"535 no\r\n", *TO_THE_END),
        AuthError,
    ),
    Case("NTLM, refused", ntlm_server, AuthError),
    Case("all refused", lambda: login_sink(" ".join(MECHANISMS), "other"), AuthError),
    Case("no AUTH", Sink, AuthError),
    Case(
        "a challenge that is none",
        scripted(*offering("LOGIN"), b"334 ?\r\n", read_line, b"334 !\r\n", read_line, b"535 no\r\n", *TO_THE_END),
        AuthError,
    ),
    Case("AUTH answered with garbage", lambda: login_sink("PLAIN", faults={"AUTH": "garbage"}), TclsmtpError),
    Case(
        "lost in AUTH",
        scripted(*offering("PLAIN"), *challenging(b""), lambda connection: connection.close()),
        ConnectError,
    ),
    Case("a certificate of nobody", lambda: login_sink("PLAIN", tls=server_context(self_signed=True)), TlsError),
    Case("nobody listens", lambda: nullcontext(Nobody()), ConnectError),
    Case("silent from the start", scripted(), ConnectError, QUICK),
    Case("silent in AUTH", scripted(*offering("LOGIN"), *challenging(b"Username:", b"Password:")), ConnectError, QUICK),
    Case("silent after the message", scripted(*IN, *ENDING), UnknownOutcomeError, {"max_seconds": 0.2}),
    Case("lost after the message", lambda: login_sink("PLAIN", faults={".": "close"}), UnknownOutcomeError),
    Case("a recipient refused", lambda: login_sink("LOGIN", replies={"RCPT TO:<a": "550 no such user"})),
    Case("the message refused", lambda: login_sink("PLAIN", replies={".": "554 no"}), RefusedError),
    Case(
        "the sender refused after AUTH was",
        lambda: login_sink("PLAIN", "other", replies={"MAIL": "530 log in"}),
        TclsmtpError,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_whatever_becomes_of_a_message(case: Case, login: dict[str, Any], ear: Ear) -> None:
    policy = login.get("policy", Policy((Route(),)))
    options = {**case.options, **{key: value for key, value in login.items() if key != "policy"}}
    route = options.pop("policy", {})
    policy = replace(policy, routes=(replace(policy.routes[0], **route),), log=ear.log)
    debug: list[str] = []
    with case.server() as server:
        error = ear.hears_error(lambda: send(server.port, policy=policy, debug=debug.append, **options))
    if "password" not in login:
        assert type(error) is type(None) if case.error is None else isinstance(error, case.error)
    assert '"outcome": ' in ear.check(debug)


# Rehearsal, and queues


@pytest.mark.parametrize("kind", ["capture", "redirect"])
def test_rehearsal(kind: str, login: dict[str, Any], ear: Ear) -> None:
    policy = replace(login.pop("policy", Policy((Route(),))), log=ear.log)
    place = {"capture": str(ear.folder / "rehearsal"), "redirect": "me@staging.example"}[kind]
    with login_sink("PLAIN") as sink:
        send(sink.port, headers=(*HEADERS, BLIND), policy=replace(policy, **{kind: place}), **login)
    assert [len(session.messages) for session in sink.sessions] == ([] if kind == "capture" else [2])
    assert "X-Envelope-To" in ear.check(*(message for session in sink.sessions for message in session.messages))


def run_command(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """A command line of tclsmtp; its exit status, which is that of argparse too."""
    monkeypatch.setattr(sys, "argv", ["tclsmtp", *words])
    return cli.main()


def test_a_message_in_a_queue(ear: Ear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = spool_in(ear.folder)
    own = Credentials(Secret("value", ("joe",)), Secret("value", (PASSWORD,)))
    assert send_or_keep(NOBODY, through(spool, credentials=own), username="joe", password=PASSWORD) == []
    policy = tmp_path / "tclsmtp.toml"
    lines = ["[[route]]", 'name = "relay"', 'servers = "127.0.0.1"', "ports = 1"]
    lines += [
        "[route.credentials]",
        'username = "joe"',
        f'password = "{PASSWORD}"',
        f"[route.spool]\npath = '{spool.path}'",
    ]
    policy.write_text("\n".join(lines))
    [name] = [each.id for each in entries(spool)]
    for words in (
        ["list"],
        ["list", "--json"],
        ["show", name],
        ["show", name, "--json"],
        ["run", "--once"],
        ["drop", name],
    ):
        assert run_command(monkeypatch, "queue", *words, "--policy", str(policy)) == 0
    told = ear.check()
    assert f"{name}: again in" in told


@pytest.mark.parametrize("place", ["127.0.0.1:1", "127.0.0.1:1/0?password=x"])
@pytest.mark.parametrize("user", [quote(f"joe:{PASSWORD}", safe=":"), quote(f":{PASSWORD}", safe=":")])
def test_a_queue_in_redis_that_cannot_be_used(
    user: str, place: str, ear: Ear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(url=f"redis://{user}@{place}")
    ear.hears_error(lambda: queue(spool))
    policy = tmp_path / "tclsmtp.toml"
    policy.write_text(f"[[route]]\n[route.spool]\nurl = '{spool.url}'\n")
    assert run_command(monkeypatch, "queue", "list", "--policy", str(policy)) == 2
    assert run_command(monkeypatch, "policy", "explain", "--policy", str(policy)) == 0
    assert "<redacted>@127.0.0.1" in ear.check(spool, Route(spool=spool))


# OAuth


class Snoop(list[dict[str, str]]):
    """The requests to a token server; as each comes, it notes what all can see of the process that asks."""

    seen = ""

    def append(self, request: dict[str, str]) -> None:
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, IndexError):
                if int((process / "stat").read_text().rpartition(")")[2].split()[1]) == os.getpid():
                    self.seen += (process / "cmdline").read_text() + (process / "environ").read_text()
        super().append(request)


ANSWERS: dict[str, tuple[int, dict[str, Any]]] = {
    "a token": token(TOKEN, expires_in=3600),
    "a token that is not taken": token(OTHER_TOKEN, expires_in=3600, refresh_token=f"{REFRESH_TOKEN}2"),
    "an error that repeats the secret": (
        400,
        {"error": "invalid_client", "error_description": "not SECRET"},
    ),
    "an error": (500, {}),
    "a token under another name": (200, {"token": TOKEN}),
}


@pytest.mark.parametrize("kind", ["value", "file"])
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("flow", ["client-credentials", "refresh-token"])
def test_a_token_that_is_asked_for(
    flow: str, answer: str, kind: str, ear: Ear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mechanism = "XOAUTH2" if flow == "client-credentials" else "OAUTHBEARER"
    word = CLIENT_SECRET if flow == "client-credentials" else REFRESH_TOKEN
    secret = secret_of(kind, word, tmp_path, monkeypatch)
    monkeypatch.delenv("A_SECRET")
    debug: list[str] = []
    status, value = ANSWERS[answer]
    told = {name: text.replace("SECRET", word) if isinstance(text, str) else text for name, text in value.items()}
    with TokenServer([(status, told)], Snoop()) as server, login_sink(mechanism, TOKEN) as sink:
        source = OAuth(flow=flow, token_url=server.url, client_id="app")
        source = (
            replace(source, client_secret=secret)
            if flow == "client-credentials"
            else replace(source, refresh_token=secret)
        )
        policy = Policy((Route(credentials=Credentials(Secret("value", ("joe",))), oauth=source),), log=ear.log)
        error = ear.hears_error(lambda: send(sink.port, policy=policy, debug=debug.append))
    assert isinstance(error, AuthError) == (answer != "a token")
    assert isinstance(server.asked, Snoop)
    assert "fetch_token" in server.asked.seen
    ear.check(debug, server.asked.seen, source, oauth._kept)


@pytest.mark.parametrize("printed", [TOKEN, OTHER_TOKEN, f"{TOKEN}\xff", ""])
def test_a_token_that_a_command_prints(printed: str, ear: Ear, tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(printed.encode("latin-1"))
    source = OAuth(token_command=("cat", str(tmp_path / "token")))
    policy = Policy((Route(credentials=Credentials(Secret("value", ("joe",))), oauth=source),), log=ear.log)
    with login_sink("XOAUTH2", TOKEN) as sink:
        error = ear.hears_error(lambda: send(sink.port, policy=policy))
    assert isinstance(error, AuthError) == (printed != TOKEN)
    ear.check()


def test_an_answer_with_a_token_that_cannot_be_read(ear: Ear) -> None:
    source = OAuth(flow="client-credentials", token_url="https://login.example", client_secret=Secret("value", ("x",)))
    error = ear.hears_error(lambda: source.token(lambda words, data: (0, f'{{"token": "{TOKEN}'.encode())))
    assert isinstance(error, CredentialError)


def test_a_secret_that_is_not_utf_8(ear: Ear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "latin"
    path.touch(0o600)
    path.write_bytes(f"{PASSWORD}\xfc".encode("latin-1"))
    error = ear.hears_error(lambda: Secret("file", (str(path),)).get(lambda words, data: (0, b"")))
    assert isinstance(error, CredentialError)


# Policy files


RIGHT = f"""\
[[route]]
server = "mailhost"
[route.credentials]
username = "joe"
password = "{PASSWORD}"
[[route]]
[route.credentials]
username = "joe"
password_command = ["curl", "--user", "{PASSWORD}"]
[route.oauth]
token_command = ["curl", "-d", "client_secret={CLIENT_SECRET}"]
[[route]]
[route.oauth]
flow = "refresh-token"
token_url = "https://login.example/token"
client_secret = "{CLIENT_SECRET}"
refresh_token = "{REFRESH_TOKEN}"
[route.spool]
url = "redis://:{CANARY}@localhost"
"""


def test_policies_that_are_right(ear: Ear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tclsmtp.toml"
    parts = RIGHT.split("[[route]]\n")[1:]
    for text in (RIGHT, *(f"[[route]]\n{part}" for part in parts)):
        path.write_text(text)
        assert run_command(monkeypatch, "policy", "check", str(path)) == 0
        assert run_command(monkeypatch, "policy", "explain", "--policy", str(path), "--server", "mailhost") == 0
        ear.check(Policy.load(path))


@pytest.mark.parametrize(
    "text",
    [
        f'[[route]]\npassword = "{PASSWORD}"',
        f'password = "{PASSWORD}"',
        f'[credentials]\npassword = "{PASSWORD}"',
        f'[[route]]\ncredentials = "{PASSWORD}"',
        f'[[route]]\n[route.credentials]\npasswort = "{PASSWORD}"',
        f'[[route]]\n[route.credentials]\npassword = ["{PASSWORD}"]',
        f'[[route]]\n[route.credentials]\npassword = {{ word = "{PASSWORD}" }}',
        f'[[route]]\n[route.credentials]\npassword = "{PASSWORD}\\n"',
        f'[[route]]\n[route.credentials]\npassword = "{PASSWORD}\npassword_env = "X"',
        f"[[route]]\n[route.credentials]\npassword = {PASSWORD}",
        f'[[route]]\n[route.credentials]\npassword = "{PASSWORD}"\npassword_env = "X"',
        f'[[route]]\n[route.credentials]\npassword = "{PASSWORD}"\npassword = "{PASSWORD}"',
        f'[[route]]\n[route.credentials]\npassword_command = "{PASSWORD}"',
        f'[[route]]\n[route.credentials]\npassword_command = ["echo", ["{PASSWORD}"]]',
        f'[[route]]\n[route.credentials]\npassword_file = ["{PASSWORD}"]',
        f'[[route]]\n[route.credentials]\nusername = ["{PASSWORD}"]',
        f'[[route]]\n[route.oauth]\nflow = "{CLIENT_SECRET}"',
        f'[[route]]\n[route.oauth]\nclient_secret = ["{CLIENT_SECRET}"]',
        f'[[route]]\n[route.oauth]\nclient_id = ["{CLIENT_SECRET}"]',
        f'[[route]]\n[route.oauth]\ntoken_url = "{CLIENT_SECRET}"',
        f'[[route]]\n[route.oauth]\nflow = "refresh-token"\ntoken_url = "https://app:{CANARY}@login.example/token"',
        f'[[route]]\n[route.oauth]\nsecret = "{CLIENT_SECRET}"',
        f'[[route]]\n[route.oauth]\nrefresh_token_key = "{REFRESH_TOKEN}"',
        f'[[route]]\n[route.oauth]\nclient_secret = "{CLIENT_SECRET}"',
        f'[[route]]\n[route.spool]\nurl = "http://:{CANARY}@localhost"',
        *(
            f'[[route]]\n[route.spool]\nurl = "redis://:{password}@localhost"'
            for password in (PASSWORD, f"7/{CANARY}", f"7?{CANARY}", f"7#{CANARY}", f"[{CANARY}")
        ),
        f'[[route]]\n[route.spool]\nurl = ["redis://:{CANARY}@localhost"]',
        f'[[route]]\n[route.spool]\nurl = "redis://:{CANARY}@localhost"\npath = "x"',
    ],
)
def test_policies_that_are_wrong(text: str, ear: Ear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tclsmtp.toml"
    path.write_text(text)
    assert isinstance(ear.hears_error(lambda: Policy.load(path)), PolicyError)
    assert run_command(monkeypatch, "policy", "check", str(path)) == 2
    assert run_command(monkeypatch, "policy", "explain", "--policy", str(path)) == 2
    assert "tclsmtp policy: " in ear.check()


# From Tcl


SEND = """\
package require mime
package require smtp
set part [mime::initialize -canonical text/plain -string "Hello."]
proc mail {password args} {
    smtp::sendmessage $::part -servers mailhost -username joe -password $password {*}$args \\
        -header {From me@example.com} -header {To a@example.com}
}
"""

ENDS = {
    "caught": 'if {[catch {mail $env(WORD) -debug 1}]} { puts "$errorCode $errorInfo" }',
    "uncaught": "mail $env(WORD) -debug 1",
    "in the background": (
        "interp bgerror {} report\nproc report {_ options} { puts [dict get $options -errorinfo]; set ::done 1 }\n"
        "after 0 {mail $env(WORD); set done 1}; vwait done"
    ),
    "in a child": "interp create child; interp alias child send {} mail; child eval {send $env(WORD)}",
    "a word that is no number": "mail $env(WORD) -maxsecs soon",
}
POLICIES = {
    "the script's password": "",
    "the operator's password": "[route.credentials]\nusername = 'joe'\npassword_env = 'A_SECRET'\n",
    "a password that cannot be had": "[route.credentials]\nusername = 'joe'\npassword_file = 'secret/none'\n",
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("whose", POLICIES)
@pytest.mark.parametrize("known", [True, False], ids=["taken", "refused"])
def test_a_script(known: bool, whose: str, end: str, ear: Ear) -> None:
    shell = Shell(TCLSMTP_RUN, ear.folder)
    with login_sink("PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256", PASSWORD if known else "other") as sink:
        text = f"log = 'mail.log'\n[[route]]\nservers = '127.0.0.1'\nports = {sink.port}\n{POLICIES[whose]}"
        shell.write("tclsmtp.toml", text)
        env = shell.environment(WORD=PASSWORD, A_SECRET=PASSWORD, TCLLIBPATH="")
        done = shell.run(f"{SEND}{ENDS[end]}\n", env=env)
    assert sink.sessions or "number" in end
    ear.check(done)


def test_a_password_in_the_text_of_a_script_is_repeated_by_tcl_alone(both: tuple[Shell, Shell]) -> None:
    """Tcl tells the command that failed as it is written, under tclsh as here; no line of ours adds to it."""
    call = f"smtp::sendmessage $part -servers 127.0.0.1 -ports {NOBODY} -password {{{PASSWORD}}} -header {{To a@b.c}}"
    script = SEND.partition("proc")[0] + call
    tcllib, ours = (shell.run(script).err.splitlines() for shell in both)
    assert [CANARY in line for line in ours] == [False, False, True, False]
    assert ours[1:] == tcllib[1:]


@pytest.mark.parametrize("known", [True, False], ids=["taken", "refused"])
def test_an_interpreter_in_python(known: bool, ear: Ear) -> None:
    policy = Policy((Route(servers=("127.0.0.1",), ports=(1,)),), log=ear.log)
    with login_sink("PLAIN", PASSWORD if known else "other", replies={"MAIL": "530 log in"}) as sink:
        policy = replace(policy, routes=(replace(policy.routes[0], ports=(sink.port,)),))
        with Interpreter(policy=policy) as interpreter:
            interpreter.eval(SEND)
            interpreter.call("set", "::password", PASSWORD)
            error = ear.hears_error(lambda: interpreter.eval("mail $::password -debug 1"))
            ear.check(interpreter, interpreter.policy)
    assert isinstance(error, TclError)
    assert "530" in error.errorinfo


# What is shown of objects


def test_objects() -> None:
    word = Secret("value", (PASSWORD,))
    source = OAuth(flow="refresh-token", client_secret=Secret("value", (CLIENT_SECRET,)), refresh_token=word)
    route = Route(credentials=Credentials(word, word), oauth=source, spool=Spool(url=f"redis://joe:{CANARY}@host"))
    policy = Policy((route,))
    plan = prepare(Options(username="joe", password=PASSWORD, headers=HEADERS))
    target = Target("host", 25, plan.options, route)
    session = Session(plan, target, SelectorWaiter())
    mechanisms = list(sasl.choose((*MECHANISMS, "DIGEST-MD5", "NTLM"), sasl.Credentials("joe", PASSWORD), host="x"))
    assert len(mechanisms) == len(MECHANISMS) + 2
    for each in (word, source, route, policy, plan, plan.options, target, session, Pool(), mechanisms, route.spool):
        assert_no_secret(f"{each} {each!r}")
    assert "Secret(value: <redacted>)" in repr(policy)


def test_a_command_is_shown_without_its_arguments() -> None:
    words = ("curl", "-d", "x")
    assert repr(Secret("command", words)) == "Secret(command: curl ...)"
    assert repr(OAuth(token_command=words)) == "OAuth(token_command='curl ...')"
    assert repr(Secret("command", ("pass",))) == "Secret(command: pass)"
