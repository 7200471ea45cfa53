from __future__ import annotations

from base64 import b64decode

import pytest

from tclsmtp.errors import SaslError
from tclsmtp.smtp.sasl import Credentials
from tclsmtp.smtp.sasl_oauth import OauthBearer, XOauth2, choose_oauth

JOE = Credentials("joe@example.com", "ya29.token")


def test_xoauth2_sends_the_user_and_the_token() -> None:
    assert b64decode(XOauth2(JOE).answer("")) == b"user=joe@example.com\1auth=Bearer ya29.token\1\1"


def test_oauthbearer_sends_also_where_it_connected_to() -> None:
    expected = b"n,a=joe@example.com,\1host=smtp.example\1port=587\1auth=Bearer ya29.token\1\1"
    assert b64decode(OauthBearer(JOE, "smtp.example", 587).answer("")) == expected


def test_oauthbearer_escapes_what_would_end_the_name() -> None:
    answer = b64decode(OauthBearer(Credentials("a,b=c", "t"), "h", 25).answer(""))
    assert answer.startswith(b"n,a=a=2Cb=3Dc,\1")


@pytest.mark.parametrize(("mechanism", "answer"), [(XOauth2(JOE), ""), (OauthBearer(JOE, "h", 25), "AQ==")])
def test_a_refusal_is_heard_and_answered(mechanism: XOauth2, answer: str) -> None:
    mechanism.answer("")
    assert mechanism.answer("eyJzdGF0dXMiOiI0MDEifQ==") == answer
    assert mechanism.refusal == '{"status":"401"}'
    with pytest.raises(SaslError, match="a challenge too many"):
        mechanism.answer("")


@pytest.mark.parametrize("credentials", [Credentials("joe\1auth=Bearer x", "hush"), Credentials("joe", "hush\1")])
def test_no_field_can_be_added(credentials: Credentials) -> None:
    with pytest.raises(SaslError, match="a character that cannot be sent") as caught:
        XOauth2(credentials).answer("")
    assert credentials.password not in str(caught.value)


def test_the_standard_one_comes_first() -> None:
    chosen = choose_oauth(["PLAIN", "xoauth2", "OAuthBearer"], JOE, host="h", port=25)
    assert [mechanism.name for mechanism in chosen] == ["OAUTHBEARER", "XOAUTH2"]
    assert list(choose_oauth(["PLAIN", "LOGIN"], JOE, host="h", port=25)) == []
