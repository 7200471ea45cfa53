from __future__ import annotations

from pathlib import Path

import pytest

from tclsmtp import cli
from tclsmtp.policy import Policy

POLICY = """
[[route]]
name = "inside"
server = "mailhost"
recipient = "*@example.com"
servers = ["in.example.com", "in2.example.com"]
ports = 25
tls = "none"

[[route]]
port = [25, 587]
preset = "gmail"
client = "me.example.com"
[route.credentials]
username = "joe"
password = "open sesame"
[route.oauth]
token_command = ["print-token"]
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "tclsmtp.toml"
    path.write_text(POLICY)
    return path


def tclsmtp(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["tclsmtp", "policy", *words])
    return cli.main()


def test_check_tells_that_a_file_is_right(
    policy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tclsmtp(monkeypatch, "check", str(policy)) == 0
    assert capsys.readouterr().out == f"{policy}: right, 2 routes\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[[route]]\ntls = "yes"', "route 1: tls: expected one of none, opportunistic, required, implicit, not 'yes'"),
        ('[[route]]\ncafile = "missing.pem"', "route 1: cafile: {folder}/missing.pem cannot be read"),
    ],
)
def test_check_tells_what_is_wrong(
    policy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, why: str
) -> None:
    policy.write_text(text)
    assert tclsmtp(monkeypatch, "check", str(policy)) == 2
    assert capsys.readouterr().err == f"tclsmtp policy: {policy}: {why.format(folder=policy.parent)}\n"


def test_explain_tells_which_route_applies_and_what_it_decides(
    policy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("explain", "--policy", str(policy), "--server", "mailhost", "--to", "a@example.com")
    assert tclsmtp(monkeypatch, *words) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"policy: {policy}",
        "route 1 (inside): applies",
        "  goes to: in.example.com:25, in2.example.com:25",
        "  tls: none",
        "  all else: as the script says",
    ]


def test_explain_tells_why_a_route_does_not_apply(
    policy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("explain", "--policy", str(policy), "--server", "mailhost", "--port", "26", "--to", "a@example.org")
    assert tclsmtp(monkeypatch, *words) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "route 1 (inside): recipient a@example.org is not *@example.com",
        "route 2: port 26 is not 25 or 587",
        "no route applies: the message goes as the script says",
    ]


def test_explain_shows_no_secret(
    policy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tclsmtp(monkeypatch, "explain", "--policy", str(policy), "--server", "other")
    told = capsys.readouterr().out
    assert "  goes to: smtp.gmail.com:465\n" in told
    assert "print-token" in told
    assert "sesame" not in told


def test_init_writes_an_example_that_decides_nothing_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert tclsmtp(monkeypatch, "init") == 0
    assert Policy.load("tclsmtp.toml") == Policy(path="tclsmtp.toml")
    assert tclsmtp(monkeypatch, "init") == 2
    assert "it exists; nothing was written" in capsys.readouterr().err


def test_all_of_the_example_can_be_uncommented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "all.toml"
    tclsmtp(monkeypatch, "init", str(path))
    settings = [line.removeprefix("# ") for line in path.read_text().splitlines() if " = " in line or "[" in line[:4]]
    path.write_text("\n".join(settings))
    provider, office = Policy.load(path).routes
    assert (provider.name, provider.minimum_tls) == ("provider", "1.3")
    assert (office.servers, office.oauth and office.oauth.flow) == (("smtp.office365.com",), "client-credentials")


def test_explain_tells_what_is_done_with_all_messages(
    policy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    policy.write_text("redirect = 'me@example.com'\nlog = '/var/log/mail'\n" + POLICY)
    assert tclsmtp(monkeypatch, "explain", "--policy", str(policy)) == 0
    assert capsys.readouterr().out.splitlines()[1:3] == [
        "redirection: all messages go to me@example.com in place of their recipients",
        "log: /var/log/mail",
    ]


def test_explain_knows_of_a_rehearsal_that_the_environment_says(
    policy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TCLSMTP_CAPTURE", "/rehearsal")
    assert tclsmtp(monkeypatch, "explain", "--policy", str(policy)) == 0
    assert "rehearsal: all messages go to the Maildir /rehearsal, and nothing is sent\n" in capsys.readouterr().out
