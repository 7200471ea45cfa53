"""The mechanisms of AUTH by the examples of their RFCs, against servers that know the password, err or cheat."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import scramp
import spnego
from hypothesis import given, settings
from hypothesis import strategies as st
from spnego.exceptions import NegotiateOptions

from tclsmtp.errors import SaslError, ServerProofError
from tclsmtp.smtp.digest_md5 import DigestMd5
from tclsmtp.smtp.sasl import (
    MAX_CHALLENGE,
    CramMd5,
    Credentials,
    Login,
    Mechanism,
    Ntlm,
    Plain,
    Scram,
    choose,
    server_end_point,
)

JOE = Credentials("joe", "secret")
BINDING = hashlib.sha256(b"certificate").digest()
EVERY_NAME = (
    "SCRAM-SHA-512-PLUS",
    "SCRAM-SHA-256-PLUS",
    "SCRAM-SHA-1-PLUS",
    "SCRAM-SHA-512",
    "SCRAM-SHA-256",
    "SCRAM-SHA-1",
    "DIGEST-MD5",
    "CRAM-MD5",
    "NTLM",
    "LOGIN",
    "PLAIN",
)
DIGEST_CHALLENGE = b'realm="r",nonce="n",algorithm=md5-sess,charset=utf-8'
MAKERS: dict[str, Callable[[Credentials], Mechanism]] = {
    "PLAIN": Plain,
    "LOGIN": Login,
    "CRAM-MD5": CramMd5,
    "DIGEST-MD5": lambda credentials: DigestMd5(credentials, "smtp/mail.example"),
    "SCRAM-SHA-256": lambda credentials: Scram("SCRAM-SHA-256", credentials),
    "NTLM": lambda credentials: Ntlm(credentials, "mail.example"),
}


def b64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def names(offered: str, certificate: bytes | None = None) -> list[str]:
    return [mechanism.name for mechanism in choose(offered.split(), JOE, host="h", certificate=certificate)]


def feed(mechanism: Mechanism, *challenges: bytes) -> None:
    for challenge in challenges:
        mechanism.step(challenge)


# PLAIN, LOGIN, CRAM-MD5


def test_plain_is_the_example_of_rfc_4616() -> None:
    assert Plain(Credentials("tim", "tanstaaftanstaaf")).step(b"") == b"\0tim\0tanstaaftanstaaf"


def test_cram_md5_is_the_example_of_rfc_2195() -> None:
    mechanism = CramMd5(Credentials("tim", "tanstaaftanstaaf"))
    line = mechanism.answer("PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+")
    assert line == "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"


def test_cram_md5_is_as_tcllib_sends_it() -> None:
    assert CramMd5(JOE).answer(b64(b"<1.2@sink>")) == "am9lIDYyOWRhOTEyODc5ZjY4YzlhZjk5MWFmM2QyOTZmZTRj"


def test_cram_md5_does_not_sign_nothing() -> None:
    with pytest.raises(SaslError, match="CRAM-MD5: an empty challenge"):
        CramMd5(JOE).answer("")


@pytest.mark.parametrize(
    "asks", [("Username:", "Password:"), ("Password:", "Username:"), ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"), ("", "")]
)
def test_login_gives_username_then_password_whatever_is_asked(asks: tuple[str, str]) -> None:
    mechanism = Login(JOE)
    assert [mechanism.answer(text) for text in asks] == [b64(b"joe"), b64(b"secret")]


@pytest.mark.parametrize("text", ["", "hello", "é", "=", "Zm9v", "//79", "go ahead "])
def test_plain_answers_whatever_the_server_greets_with(text: str) -> None:
    assert Plain(JOE).answer(text) == "AGpvZQBzZWNyZXQ="


@pytest.mark.parametrize(
    "credentials",
    [
        Credentials("joe", ""),
        Credentials("", "secret"),
        Credentials('a,b="c\\', 'p,"\\= q'),
        Credentials("jösé", "pässwörd"),
        Credentials("жук", "€\N{BEETLE}"),
    ],
)
def test_characters_are_sent_as_utf_8(credentials: Credentials) -> None:
    user, password = credentials.username.encode(), credentials.password.encode()
    assert Plain(credentials).step(b"") == b"\0" + user + b"\0" + password
    login = Login(credentials)
    assert [login.step(b""), login.step(b"")] == [user, password]
    digest = hashlib.md5(bytes(octet ^ 0x5C for octet in password.ljust(64, b"\0")))
    digest.update(hashlib.md5(bytes(octet ^ 0x36 for octet in password.ljust(64, b"\0")) + b"<1@h>").digest())
    assert CramMd5(credentials).step(b"<1@h>") == user + b" " + digest.hexdigest().encode()


@pytest.mark.parametrize(
    ("word", "characters"),
    [
        ("secret", "secret"),
        ("pässwörd", "pässwörd"),
        ("pÃ¤ss", "päss"),
        ("€", "€"),
        ("\xe2\x82\xac", "€"),
        ("Ã¤€", "Ã¤€"),
        ("", ""),
    ],
)
def test_octets_that_a_script_made_of_its_password_are_characters_again(word: str, characters: str) -> None:
    assert Credentials.from_tcl(word, word) == Credentials(characters, characters)


# SCRAM


def test_scram_sha_1_is_the_example_of_rfc_5802() -> None:
    mechanism = Scram("SCRAM-SHA-1", Credentials("user", "pencil"), cnonce="fyko+d2lbbFgONRv9qkxdawL")
    assert mechanism.step(b"") == b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"
    assert (
        mechanism.step(b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096")
        == b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
    )
    assert mechanism.step(b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=") == b""
    mechanism.finish()


def rfc_7677() -> Scram:
    mechanism = Scram("SCRAM-SHA-256", Credentials("user", "pencil"), cnonce="rOprNGfwEbeRWgbNEkqO")
    assert mechanism.step(b"") == b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    return mechanism


RFC_7677_FIRST = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"


def test_scram_sha_256_is_the_example_of_rfc_7677() -> None:
    mechanism = rfc_7677()
    assert mechanism.step(RFC_7677_FIRST).endswith(b",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
    assert mechanism.step(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=") == b""
    mechanism.finish()


@pytest.mark.parametrize(
    "final",
    [
        b"v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        b"v=",
        b"v=%%%",
        b"",
        b"\xff",
        b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=,v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    ],
)
def test_a_scram_server_that_does_not_know_the_password_is_found_out(final: bytes) -> None:
    mechanism = rfc_7677()
    mechanism.step(RFC_7677_FIRST)
    with pytest.raises(ServerProofError):
        mechanism.step(final)
    with pytest.raises(ServerProofError):
        mechanism.finish()


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_scram_server_that_accepts_before_its_proof_is_found_out(steps: int) -> None:
    mechanism = Scram("SCRAM-SHA-256", Credentials("user", "pencil"), cnonce="rOprNGfwEbeRWgbNEkqO")
    feed(mechanism, *(b"", RFC_7677_FIRST)[:steps])
    with pytest.raises(ServerProofError, match="SCRAM-SHA-256: the server accepted without a proof"):
        mechanism.finish()


def test_an_error_of_a_scram_server_is_told_and_no_sign_of_a_false_server() -> None:
    mechanism = rfc_7677()
    mechanism.step(RFC_7677_FIRST)
    with pytest.raises(SaslError, match="the server says 'invalid-proof'") as caught:
        mechanism.step(b"e=invalid-proof")
    assert not isinstance(caught.value, ServerProofError)


@pytest.mark.parametrize(
    "challenge",
    [
        b"",
        b"nonsense",
        b"\xff\xfe",
        RFC_7677_FIRST.replace(b"r=rOpr", b"r=sOpr"),
        b"r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        RFC_7677_FIRST.replace(b",i=4096", b""),
        RFC_7677_FIRST.replace(b"s=W22ZaJ0SNY7soEsUEjb6gQ==,", b""),
        RFC_7677_FIRST.replace(b"s=W22ZaJ0SNY7soEsUEjb6gQ==", b"s=%"),
        RFC_7677_FIRST.replace(b"s=W22ZaJ0SNY7soEsUEjb6gQ==", "s=é".encode()),
        RFC_7677_FIRST + b",i=4096",
        b"m=x," + RFC_7677_FIRST,
        RFC_7677_FIRST.replace(b"i=4096", b"i=1"),
        RFC_7677_FIRST.replace(b"i=4096", b"i=-4096"),
        RFC_7677_FIRST.replace(b"i=4096", b"i=1000000"),
        RFC_7677_FIRST.replace(b"i=4096", b"i=" + b"9" * 5000),
        b"e=other-error",
    ],
)
def test_a_wrong_first_message_of_a_scram_server_is_refused(challenge: bytes) -> None:
    mechanism = rfc_7677()
    with pytest.raises(SaslError):
        mechanism.step(challenge)
    with pytest.raises(SaslError, match="a challenge too many"):
        mechanism.step(RFC_7677_FIRST)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80) | st.text("rsiev=,4\xe9", max_size=40).map(str.encode))
def test_octets_at_random_are_no_message_of_a_scram_server(challenge: bytes) -> None:
    with pytest.raises(SaslError):
        rfc_7677().step(challenge)


def serve_scram(mechanism: Scram, credentials: Credentials, binding: bytes | None = None) -> Any:
    """The server's side by scramp, up to its final message."""
    served = scramp.ScramMechanism(mechanism.name)
    known = served.make_auth_info(credentials.password, 4096)
    channel = ("tls-server-end-point", binding) if binding else None
    server = served.make_server(lambda user: known if user == credentials.username else None, channel)
    server.set_client_first(mechanism.step(b"").decode())
    server.set_client_final(mechanism.step(server.get_server_first().encode()).decode())
    return server.get_server_final().encode()


@pytest.mark.parametrize("name", ["SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"])
@pytest.mark.parametrize(
    "credentials",
    [JOE, Credentials("joe", ""), Credentials('a,b="c\\', 'p,"\\= q'), Credentials("jösé", "pässwörd жук")],
)
def test_scram_convinces_a_server_and_is_convinced(name: str, credentials: Credentials) -> None:
    mechanism = Scram(name, credentials)
    assert mechanism.step(serve_scram(mechanism, credentials)) == b""
    mechanism.finish()


SCRAM_CHARACTERS = st.characters(min_codepoint=0x20, max_codepoint=0x7E)


@settings(max_examples=30, deadline=None)
@given(st.text(SCRAM_CHARACTERS, min_size=1, max_size=20), st.text(SCRAM_CHARACTERS, max_size=20))
def test_scram_carries_any_ascii(username: str, password: str) -> None:
    credentials = Credentials(username, password)
    mechanism = Scram("SCRAM-SHA-256", credentials)
    mechanism.step(serve_scram(mechanism, credentials))
    mechanism.finish()


@pytest.mark.parametrize("name", ["SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512-PLUS"])
def test_scram_plus_is_bound_to_the_certificate(name: str) -> None:
    mechanism = Scram(name, JOE, BINDING)
    mechanism.step(serve_scram(mechanism, JOE, BINDING))
    mechanism.finish()


def test_scram_plus_fails_with_a_server_that_has_another_certificate() -> None:
    with pytest.raises(scramp.ScramException, match="channel bindings don't match"):
        serve_scram(Scram("SCRAM-SHA-256-PLUS", JOE, BINDING), JOE, hashlib.sha256(b"other").digest())


@pytest.mark.parametrize("username", ["", "\x07", "\u00ad"])
def test_scram_has_no_name_for_nobody(username: str) -> None:
    with pytest.raises(SaslError):
        Scram("SCRAM-SHA-256", Credentials(username, "secret")).step(b"")


# NTLM


def test_ntlm_convinces_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users = tmp_path / "users"
    users.write_text("DOM:joe:secret\n", encoding="ascii")
    monkeypatch.setenv("NTLM_USER_FILE", str(users))
    server = spnego.server(protocol="ntlm", options=NegotiateOptions.use_ntlm)
    mechanism = Ntlm(Credentials("DOM\\joe", "secret"), "mail.example")
    negotiate = base64.b64decode(mechanism.answer("NTLM supported"))
    server.step(base64.b64decode(mechanism.answer(b64(server.step(negotiate) or b""))))
    mechanism.finish()
    assert server.client_principal == "DOM\\joe"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=100) | st.binary(max_size=100).map(b"NTLMSSP\0\2\0\0\0".__add__))
def test_octets_at_random_end_ntlm_with_an_answer_or_a_sasl_error(challenge: bytes) -> None:
    mechanism = Ntlm(JOE, "mail.example")
    mechanism.step(b"")
    told = ""
    try:
        response = mechanism.step(challenge)
    except SaslError as error:
        told = error.why
    assert told == "the challenge is not one of NTLM" or response.startswith(b"NTLMSSP\0\3")


# All of them


@pytest.mark.parametrize("name", MAKERS)
def test_a_challenge_is_bounded(name: str) -> None:
    with pytest.raises(SaslError, match=f"{name}: a challenge of 1048576 octets"):
        MAKERS[name](JOE).step(b"x" * 1048576)
    with pytest.raises(SaslError):
        MAKERS[name](JOE).answer(b64(b"x" * (MAX_CHALLENGE + 1)))


@pytest.mark.parametrize("name", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_a_challenge_too_many_gets_no_answer(name: str) -> None:
    mechanism = MAKERS[name](JOE)
    with pytest.raises(SaslError, match=f"{name}: a challenge too many"):
        feed(mechanism, *[b"x"] * (mechanism.steps + 1))


@pytest.mark.parametrize("text", ["<1@h>", "YQ", "YQ==YQ==", "é", "*"])
@pytest.mark.parametrize("name", ["CRAM-MD5", "DIGEST-MD5"])
def test_a_challenge_that_must_be_read_must_be_base64(name: str, text: str) -> None:
    with pytest.raises(SaslError, match="the challenge is not base64"):
        MAKERS[name](JOE).answer(text)


@pytest.mark.parametrize("password", ["hunter2\0", "hunter2\udc80", "hunter2"])
@pytest.mark.parametrize("name", MAKERS)
def test_no_error_and_no_repr_shows_the_password(name: str, password: str) -> None:
    credentials = Credentials("joe", password)
    mechanism = MAKERS[name](credentials)
    assert "hunter2" not in repr(credentials) + str(credentials) + repr(mechanism) + str(mechanism)
    with pytest.raises(SaslError) as caught:
        feed(mechanism, DIGEST_CHALLENGE, b"x", b"x", b"x")
    told: BaseException | None = caught.value
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))
    while told:
        assert "hunter2" not in f"{told!r} {told.args} {vars(told)} {getattr(told, 'object', '')}"
        told = told.__context__


@pytest.mark.parametrize("text", ["a\0b", "a\udc80"])
@pytest.mark.parametrize("name", MAKERS)
def test_characters_that_cannot_be_sent_are_refused(name: str, text: str) -> None:
    for credentials in (Credentials(text, "secret"), Credentials("joe", text)):
        with pytest.raises(SaslError, match="has a character that cannot be sent"):
            feed(MAKERS[name](credentials), DIGEST_CHALLENGE, b"")


def test_only_plain_and_login_show_the_server_the_password() -> None:
    shown = [m.name for m in choose(EVERY_NAME, JOE, host="h", certificate=certificate("-sha256")) if m.plain_text]
    assert shown == ["LOGIN", "PLAIN"]


# Which of them


def certificate(*options: str, key: str = "rsa:2048") -> bytes:
    command = ["openssl", "req", "-x509", "-newkey", key, *options, "-nodes", "-keyout", "/dev/null", "-subj", "/CN=h"]
    return subprocess.run([*command, "-outform", "DER"], check=True, capture_output=True).stdout


def test_the_strongest_comes_first() -> None:
    assert names(" ".join(reversed(EVERY_NAME)), certificate("-sha256")) == list(EVERY_NAME)


def test_plus_is_passed_over_outside_tls() -> None:
    assert names(" ".join(EVERY_NAME)) == [name for name in EVERY_NAME if not name.endswith("-PLUS")]


def test_names_are_known_in_any_case_and_once() -> None:
    assert names("plain Login cram-MD5 PLAIN scram-sha-256") == ["SCRAM-SHA-256", "CRAM-MD5", "LOGIN", "PLAIN"]


@pytest.mark.parametrize("offered", ["", "XOAUTH2 GSSAPI", "SCRAM-SHA-999 SCRAM-", "PLAINER"])
def test_unknown_names_are_passed_over(offered: str) -> None:
    assert names(offered) == []


@pytest.mark.parametrize(
    ("offered", "missing", "left"),
    [
        ("SCRAM-SHA-256 NTLM PLAIN", "scramp", ["NTLM", "PLAIN"]),
        ("SCRAM-SHA-256 NTLM PLAIN", "spnego", ["SCRAM-SHA-256", "PLAIN"]),
    ],
)
def test_what_is_not_installed_is_passed_over(
    offered: str, missing: str, left: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    assert names(offered) == left


def test_libraries_are_loaded_only_for_what_is_used() -> None:
    code = (
        "import sys; from tclsmtp.smtp.sasl import choose, Credentials; "
        "m, = choose(['PLAIN'], Credentials('joe', 'secret'), host='h'); m.answer(''); "
        "print(*sys.modules.keys() & {'hashlib', 'hmac', 'scramp', 'spnego', 'asn1crypto', 'ssl', 'typing'})"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("offered", "inside_tls", "first"),
    [
        ("SCRAM-SHA-256", False, b"n,,"),
        ("SCRAM-SHA-256", True, b"y,,"),
        ("SCRAM-SHA-256 SCRAM-SHA-256-PLUS", False, b"n,,"),
        ("SCRAM-SHA-256 SCRAM-SHA-256-PLUS", True, b"n,,"),
        ("SCRAM-SHA-256 SCRAM-SHA-999-PLUS", True, b"n,,"),
    ],
)
def test_unbound_scram_says_whether_it_could_have_bound(offered: str, inside_tls: bool, first: bytes) -> None:
    shown = certificate("-sha256") if inside_tls else None
    *_, unbound = choose(offered.split(), JOE, host="h", certificate=shown)
    assert unbound.name == "SCRAM-SHA-256"
    assert unbound.step(b"").startswith(first)


@pytest.mark.parametrize(
    ("options", "key", "hashed"),
    [
        (["-sha1"], "rsa:2048", "sha256"),
        (["-sha256"], "rsa:2048", "sha256"),
        (["-sha512"], "rsa:2048", "sha512"),
        (["-sha384", "-pkeyopt", "ec_paramgen_curve:P-256"], "ec", "sha384"),
        (["-sha384", "-sigopt", "rsa_padding_mode:pss"], "rsa:2048", "sha384"),
    ],
)
def test_the_end_point_is_hashed_as_the_certificate_is_signed(options: list[str], key: str, hashed: str) -> None:
    der = certificate(*options, key=key)
    assert server_end_point(der) == hashlib.new(hashed, der).digest()


def test_a_certificate_without_a_hash_of_its_own_binds_nothing() -> None:
    der = certificate(key="ed448")
    assert server_end_point(der) is None
    assert names("SCRAM-SHA-256-PLUS SCRAM-SHA-256", der) == ["SCRAM-SHA-256"]


@pytest.mark.parametrize("der", [b"junk", b"0\x03\x02\x01\x01", b"0\x80"])
def test_what_is_no_certificate_binds_nothing(der: bytes) -> None:
    assert server_end_point(der) is None
