"""TLS and AUTH with the real thing at the other end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import trustme

from tests.interop.aiosmtpd import Aiosmtpd
from tests.interop.messages import SENDERS, Letter, NotSentError, send_from_tcl, send_part
from tests.interop.postfix import MECHANISMS, Postfix
from tests.interop.received import DOMAIN, PASSWORD, USER, Server

CREDENTIALS = {"username": USER, "password": PASSWORD}
WRONG = {"username": USER, "password": "open barley"}
SECURE = {"starttls": {}, "implicit": {"tls_import": True}}
PLAIN_OR_SECURE = {"plain": {"use_tls": False}, **SECURE}

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
"""Said by aiosmtpd."""


@pytest.fixture
def stranger(tmp_path: Path) -> str:
    """A file with an authority that did not sign the servers' certificates."""
    path = tmp_path / "stranger.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class TestTls:
    @pytest.mark.parametrize("route", SECURE)
    def test_the_server_saw_tls(
        self, postfix_server: Postfix, route: str, sender: str, recipient: str, cafile: str, tmp_path: Path
    ) -> None:
        letter = Letter("text", (recipient,), postfix_server.ports[route], options=SECURE[route], cafile=cafile)
        SENDERS[sender](letter, tmp_path)
        assert re.search(
            rb"\(using TLSv1\.[23] with cipher .*\n(?s:.*)with ESMTPS id", postfix_server.stored(recipient)
        )

    @pytest.mark.parametrize("package", ["installed", "stood-in"])
    @pytest.mark.parametrize("route", SECURE)
    def test_a_script_tells_tls_init_whom_to_trust(
        self, server: Server, route: str, package: str, recipient: str, cafile: str, tmp_path: Path
    ) -> None:
        port, options = server.ports[route], SECURE[route]
        letter = Letter("text", (recipient,), port, options=options, cafile=cafile, tls_package=package)
        sent = send_from_tcl(letter, tmp_path)
        assert server.received(recipient) == sent.built

    @pytest.mark.parametrize("route", SECURE)
    def test_a_certificate_that_is_not_trusted_ends_it(
        self, server: Server, route: str, sender: str, recipient: str, stranger: str, tmp_path: Path
    ) -> None:
        letter = Letter("text", (recipient,), server.ports[route], options=SECURE[route], cafile=stranger)
        with pytest.raises(NotSentError) as caught:
            SENDERS[sender](letter, tmp_path)
        assert caught.value.errorcode[:4] == ("SMTP", "TLS", "127.0.0.1", str(server.ports[route]))
        assert server.never_received(recipient)

    @pytest.mark.parametrize("route", SECURE)
    def test_nobody_has_to_be_trusted_without_credentials(
        self, server: Server, route: str, sender: str, recipient: str, tmp_path: Path
    ) -> None:
        letter = Letter("text", (recipient,), server.ports[route], options=SECURE[route])
        sent = SENDERS[sender](letter, tmp_path)
        assert server.received(recipient) == sent.built


class TestAuth:
    @pytest.mark.parametrize("route", PLAIN_OR_SECURE)
    def test_who_knows_the_password_may_send(
        self, server: Server, route: str, sender: str, recipient: str, cafile: str, tmp_path: Path
    ) -> None:
        options = PLAIN_OR_SECURE[route] | CREDENTIALS
        letter = Letter("text", (recipient,), server.ports[f"auth-{route}"], options=options, cafile=cafile)
        sent = SENDERS[sender](letter, tmp_path)
        assert sent.refusals == []
        assert server.received(recipient) == sent.built

    @pytest.mark.parametrize("mechanism", MECHANISMS)
    def test_each_mechanism_works(
        self, postfix_server: Postfix, mechanism: str, sender: str, recipient: str, tmp_path: Path
    ) -> None:
        letter = Letter("text", (recipient,), postfix_server.ports[f"only-{mechanism}"], options=CREDENTIALS)
        SENDERS[sender](letter, tmp_path)
        assert postfix_server.mechanism(recipient) == mechanism

    @pytest.mark.parametrize("mechanism", ["LOGIN", "PLAIN"])
    def test_each_of_aiosmtpd_works(
        self, aiosmtpd_server: Aiosmtpd, mechanism: str, sender: str, recipient: str, tmp_path: Path
    ) -> None:
        letter = Letter("text", (recipient,), aiosmtpd_server.ports[f"only-{mechanism}"], options=CREDENTIALS)
        sent = SENDERS[sender](letter, tmp_path)
        assert aiosmtpd_server.received(recipient) == sent.built

    @pytest.mark.parametrize("route", PLAIN_OR_SECURE)
    def test_the_strongest_comes_first(
        self, postfix_server: Postfix, route: str, recipient: str, cafile: str, tmp_path: Path
    ) -> None:
        options = PLAIN_OR_SECURE[route] | CREDENTIALS
        letter = Letter("text", (recipient,), postfix_server.ports[f"auth-{route}"], options=options, cafile=cafile)
        send_part(letter, tmp_path)
        assert postfix_server.mechanism(recipient) == "SCRAM-SHA-256"
        assert postfix_server.commands(recipient)["auth"] == "1"

    @pytest.mark.parametrize("route", PLAIN_OR_SECURE)
    def test_a_wrong_password_is_told_with_the_refusal(
        self, postfix_server: Postfix, route: str, sender: str, recipient: str, cafile: str, tmp_path: Path
    ) -> None:
        options = PLAIN_OR_SECURE[route] | WRONG
        letter = Letter("text", (recipient,), postfix_server.ports[f"auth-{route}"], options=options, cafile=cafile)
        [refusal] = SENDERS[sender](letter, tmp_path).refusals
        assert (refusal.address, refusal.code) == (f"{recipient}@{DOMAIN}", 554)
        for mechanism in MECHANISMS:
            assert f"AUTH {mechanism} failed: 535 5.7.8 " in refusal.text
        assert WRONG["password"] not in refusal.text
        assert postfix_server.never_received(recipient)

    @pytest.mark.parametrize("route", PLAIN_OR_SECURE)
    def test_a_wrong_password_is_told_with_the_refused_sender(
        self, aiosmtpd_server: Aiosmtpd, route: str, sender: str, recipient: str, cafile: str, tmp_path: Path
    ) -> None:
        options = PLAIN_OR_SECURE[route] | WRONG
        letter = Letter("text", (recipient,), aiosmtpd_server.ports[f"auth-{route}"], options=options, cafile=cafile)
        with pytest.raises(NotSentError) as caught:
            SENDERS[sender](letter, tmp_path)
        word, code, text = caught.value.errorcode
        assert (word, code) == ("SMTP", "530")
        assert "AUTH PLAIN failed: 535" in text
        assert WRONG["password"] not in text

    def test_the_password_waits_for_a_certificate_that_is_good(
        self, postfix_server: Postfix, sender: str, recipient: str, stranger: str, tmp_path: Path
    ) -> None:
        port = postfix_server.ports["auth-starttls"]
        letter = Letter("text", (recipient,), port, options=CREDENTIALS, cafile=stranger)
        with pytest.raises(NotSentError) as caught:
            SENDERS[sender](letter, tmp_path)
        assert caught.value.errorcode[:2] == ("SMTP", "TLS")
