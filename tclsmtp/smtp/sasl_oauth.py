"""The SASL mechanisms that carry an access token of OAuth 2.0, as pure steps (see sasl.py)."""

from __future__ import annotations

from tclsmtp.smtp.sasl import Mechanism

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tclsmtp.smtp.sasl import Credentials


class XOauth2(Mechanism):
    """The mechanism of Microsoft and Google for OAuth 2.0; the password is the token.

    A server that does not take it says why in a second challenge, which wants an empty response before its 535.
    """

    name = "XOAUTH2"
    plain_text = True
    steps = 2
    unread = 1
    _after_refusal = b""
    refusal = ""
    """What the server said of a token that it did not take: JSON, by its makers' word."""

    def _respond(self, number: int, challenge: bytes) -> bytes:
        if number:
            self.refusal = challenge.decode("utf-8", "replace")
            return self._after_refusal
        return self._initial()

    def _initial(self) -> bytes:
        return b"user=%b\1auth=Bearer %b\1\1" % (self._field(self._username()), self._field(self._password("ascii")))

    def _field(self, octets: bytes) -> bytes:
        if b"\1" in octets:
            raise self._error("the username or token has a character that cannot be sent")
        return octets


class OauthBearer(XOauth2):
    """RFC 7628, with the host and port that the client connected to."""

    name = "OAUTHBEARER"
    _after_refusal = b"\1"

    def __init__(self, credentials: Credentials, host: str, port: str | int) -> None:
        super().__init__(credentials)
        self._place = (host.encode("utf-8"), str(port).encode("utf-8"))

    def _initial(self) -> bytes:
        user = self._field(self._username()).replace(b"=", b"=3D").replace(b",", b"=2C")
        token = self._field(self._password("ascii"))
        return b"n,a=%b,\1host=%b\1port=%b\1auth=Bearer %b\1\1" % (user, *self._place, token)


def choose_oauth(
    offered: Iterable[str], credentials: Credentials, *, host: str, port: str | int
) -> Iterator[Mechanism]:
    """The mechanisms that carry a token, which is the credentials' password, and that the server offers."""
    names = frozenset(name.upper() for name in offered)
    if "OAUTHBEARER" in names:
        yield OauthBearer(credentials, host, port)
    if "XOAUTH2" in names:
        yield XOauth2(credentials)
