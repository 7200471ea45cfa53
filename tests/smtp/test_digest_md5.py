"""DIGEST-MD5 by the examples of RFC 2831, and against servers that ask for other things or do not know the password."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.errors import SaslError, ServerProofError
from tclsmtp.smtp.digest_md5 import DigestMd5, directives, quoted
from tclsmtp.smtp.sasl import Credentials

CHRIS = Credentials("chris", "secret")
NONCE = b'nonce="OA6MG9tEQGm2hh"'
CHALLENGE = b'realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8'


def chris() -> DigestMd5:
    return DigestMd5(CHRIS, "imap/elwood.innosoft.com", cnonce="OA6MHXh6VqTrRk")


def given_in(response: bytes) -> dict[str, bytes]:
    found = directives(response)
    assert len(dict(found)) == len(found)
    return dict(found)


def test_the_example_of_rfc_2831_section_4_with_imap() -> None:
    mechanism = chris()
    assert mechanism.step(CHALLENGE) == (
        b'charset=utf-8,username="chris",realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",nc=00000001,'
        b'cnonce="OA6MHXh6VqTrRk",digest-uri="imap/elwood.innosoft.com",'
        b"response=d388dad90d4bbd760a152321f2143af7,qop=auth"
    )
    assert mechanism.step(b"rspauth=ea40f60335c427b5527b84dbabcdfffd") == b""
    mechanism.finish()


def test_the_example_of_rfc_2831_section_4_with_acap() -> None:
    mechanism = DigestMd5(CHRIS, "acap/elwood.innosoft.com", cnonce="OA9BSuZWMSpW8m")
    response = mechanism.step(CHALLENGE.replace(b"OA6MG9tEQGm2hh", b"OA9BSXrbuRhWay"))
    assert given_in(response)["response"] == b"6084c6db3fede7352c551284490fd0fc"
    assert mechanism.step(b"rspauth=2f0b3d7c3c2e486600ef710726aa2eae") == b""
    mechanism.finish()


@pytest.mark.parametrize(
    "final",
    [
        b"rspauth=ea40f60335c427b5527b84dbabcdfffe",
        b"rspauth=",
        b'rspauth=""',
        b"",
        b"other=ea40f60335c427b5527b84dbabcdfffd",
        b"rspauth=ea40f60335c427b5527b84dbabcdfffd,rspauth=ea40f60335c427b5527b84dbabcdfffd",
        b"\xff",
    ],
)
def test_a_server_that_does_not_know_the_password_is_found_out(final: bytes) -> None:
    mechanism = chris()
    mechanism.step(CHALLENGE)
    with pytest.raises(ServerProofError):
        mechanism.step(final)
    with pytest.raises(ServerProofError):
        mechanism.finish()


@pytest.mark.parametrize("challenges", [(), (CHALLENGE,)])
def test_a_server_that_accepts_before_its_proof_is_found_out(challenges: tuple[bytes, ...]) -> None:
    mechanism = chris()
    for challenge in challenges:
        mechanism.step(challenge)
    with pytest.raises(ServerProofError, match="DIGEST-MD5: the server accepted without a proof"):
        mechanism.finish()


@pytest.mark.parametrize(
    ("challenge", "why"),
    [
        (b"", "the challenge has no algorithm"),
        (b"hello", "the challenge is not a list of directives"),
        (b'nonce="n', "the challenge is not a list of directives"),
        (b"nonce=n algorithm=md5-sess", "the challenge is not a list of directives"),
        (b"=n", "the challenge is not a list of directives"),
        (b"\xff\xfe=n", "the challenge is not a list of directives"),
        (b"algorithm=md5-sess", "the challenge has no nonce"),
        (CHALLENGE + b"," + NONCE, "the challenge has 2 nonce"),
        (NONCE, "the challenge has no algorithm"),
        (CHALLENGE + b",algorithm=md5-sess", "the challenge has 2 algorithm"),
        (CHALLENGE.replace(b"md5-sess", b"md5"), "unknown algorithm 'md5'"),
        (CHALLENGE + b",charset=utf-8", "the challenge has 2 charset"),
        (CHALLENGE.replace(b"utf-8", b"koi8-r"), "unknown charset 'koi8-r'"),
        (CHALLENGE.replace(b'"auth"', b'"auth-int,auth-conf"'), "no qop but 'auth-int,auth-conf'"),
        (CHALLENGE + b",qop=auth", "the challenge has 2 qop"),
    ],
)
def test_a_challenge_that_is_wrong_or_asks_for_more_is_refused(challenge: bytes, why: str) -> None:
    with pytest.raises(SaslError) as caught:
        chris().step(challenge)
    assert caught.value.why == why
    assert not isinstance(caught.value, ServerProofError)


@pytest.mark.parametrize(
    "challenge",
    [
        CHALLENGE.replace(b',qop="auth"', b""),
        CHALLENGE.replace(b'"auth"', b'"auth-conf, Auth"'),
        CHALLENGE.replace(b'"auth"', b"auth"),
        CHALLENGE.replace(b"md5-sess", b'"MD5-sess"').replace(b"utf-8", b"UTF-8"),
        b" ,, " + CHALLENGE.replace(b",", b" ,\r\n ,").replace(b"=", b" = ").replace(b"nonce", b"NONCE") + b", ",
        CHALLENGE + b',maxbuf=65536,cipher="rc4,des",stale=true,x="\\y"',
        b'realm="other",' + CHALLENGE,
    ],
)
def test_what_the_challenge_says_else_and_how_it_is_written_changes_nothing(challenge: bytes) -> None:
    assert chris().step(challenge) == chris().step(CHALLENGE)


def test_without_a_realm_it_is_empty() -> None:
    response = chris().step(b"algorithm=md5-sess," + NONCE)
    assert given_in(response)["realm"] == b""
    assert verified(response, b"chris", b"secret")


def verified(response: bytes, username: bytes, password: bytes) -> bool:
    """Whether a server would take this response from a user whose name and password it hashes as these octets."""
    words = given_in(response)

    def hexed(text: bytes) -> bytes:
        return hashlib.md5(text).hexdigest().encode()

    secret = hashlib.md5(username + b":" + words["realm"] + b":" + password).digest()
    session = hexed(secret + b":" + words["nonce"] + b":" + words["cnonce"])
    called = hexed(b"AUTHENTICATE:" + words["digest-uri"])
    parts = (session, words["nonce"], words["nc"], words["cnonce"], words["qop"], called)
    return hexed(b":".join(parts)) == words["response"]


@pytest.mark.parametrize(
    ("username", "password", "hashed"),
    [
        ("joe", "", (b"joe", b"")),
        ("", "secret", (b"", b"secret")),
        ('a,b="c\\', 'p,"\\=:', (b'a,b="c\\', b'p,"\\=:')),
        ("jösé", "pässwörd", (b"j\xf6s\xe9", b"p\xe4ssw\xf6rd")),
        ("jösé", "€", (b"j\xf6s\xe9", "€".encode())),
        ("жук", "pässwörd", ("жук".encode(), b"p\xe4ssw\xf6rd")),
    ],
)
def test_characters_are_sent_in_utf_8_and_hashed_in_latin_1_where_they_can_be(
    username: str, password: str, hashed: tuple[bytes, bytes]
) -> None:
    response = DigestMd5(Credentials(username, password), "smtp/mail.example").step(CHALLENGE)
    assert given_in(response)["username"] == username.encode()
    assert given_in(response)["charset"] == b"utf-8"
    assert verified(response, *hashed)


def test_without_utf_8_characters_are_sent_in_latin_1() -> None:
    response = DigestMd5(Credentials("jösé", "pässwörd"), "smtp/mail.example").step(b"algorithm=md5-sess," + NONCE)
    assert given_in(response)["username"] == b"j\xf6s\xe9"
    assert "charset" not in given_in(response)
    assert verified(response, b"j\xf6s\xe9", b"p\xe4ssw\xf6rd")


@pytest.mark.parametrize(
    ("credentials", "why"),
    [
        (Credentials("жук", "secret"), "the username has a character that cannot be sent"),
        (Credentials("joe", "€"), "the password has a character that cannot be sent"),
    ],
)
def test_without_utf_8_other_characters_are_refused(credentials: Credentials, why: str) -> None:
    with pytest.raises(SaslError) as caught:
        DigestMd5(credentials, "smtp/mail.example").step(b"algorithm=md5-sess," + NONCE)
    assert caught.value.why == why


def test_the_nonce_and_the_realm_come_back_as_they_were() -> None:
    response = chris().step(b'algorithm=md5-sess,realm="a\\"b\\\\\xc3\xa9",nonce="\\"\\\\\xff,="')
    assert (given_in(response)["realm"], given_in(response)["nonce"]) == (b'a"b\\\xc3\xa9', b'"\\\xff,=')
    assert verified(response, b"chris", b"secret")


def test_each_conversation_has_a_nonce_of_its_own() -> None:
    nonces = {given_in(DigestMd5(CHRIS, "smtp/h").step(CHALLENGE))["cnonce"] for _ in range(10)}
    assert len(nonces) == 10


@given(st.lists(st.binary(max_size=20) | st.text('a\\",=\r\n ', max_size=10).map(str.encode), max_size=4))
def test_what_is_quoted_is_read_as_it_was(values: list[bytes]) -> None:
    challenge = b",".join(b"word=" + quoted(value) for value in values)
    assert directives(challenge) == [("word", value) for value in values]


@given(st.binary(max_size=60) | st.text('ab"\\,= \r\n', max_size=30).map(str.encode))
def test_octets_at_random_are_directives_or_refused(challenge: bytes) -> None:
    try:
        found = directives(challenge)
    except ValueError:
        return
    assert directives(b",".join(name.encode() + b"=" + quoted(value) for name, value in found)) == found
