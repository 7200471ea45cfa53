"""DIGEST-MD5 (RFC 2831) with algorithm=md5-sess and qop=auth: SMTP over TLS has no need of its security layers."""

from __future__ import annotations

from tclsmtp.smtp.sasl import Credentials, Mechanism, encoded, md5, shown


class DigestMd5(Mechanism):
    """One authentication by DIGEST-MD5.

    `uri` is the digest-uri, `smtp/` and the server's name; `cnonce` the client's nonce, made at random where not given.
    Of several realms the last is taken, and without one the realm is empty, as tcllib does.
    """

    name = "DIGEST-MD5"
    steps = 2
    _awaits_proof = True

    def __init__(self, credentials: Credentials, uri: str, cnonce: str = "") -> None:
        super().__init__(credentials)
        self._uri = uri
        self._cnonce = cnonce
        self._proof = b""

    def _respond(self, number: int, challenge: bytes) -> bytes:
        try:
            given = directives(challenge)
        except ValueError as error:
            raise self._error(str(error)) from None
        if number == 0:
            return self._digest_response(given)
        self._verify(given)
        return b""

    def _digest_response(self, given: list[tuple[str, bytes]]) -> bytes:
        codec = self._codec(given)
        realm = [b"", *_values(given, "realm")][-1]
        nonce = self._only(given, "nonce")
        cnonce = self._cnonce.encode("ascii") or _random_nonce()
        uri = self._octets("server's name", self._uri, codec)
        session = b"%b:%b:%b" % (self._secret(realm, codec), nonce, cnonce)

        def digest(method: bytes) -> bytes:
            called = _hex_md5(method + b":" + uri)
            return _hex_md5(b"%b:%b:00000001:%b:auth:%b" % (_hex_md5(session), nonce, cnonce, called))

        self._proof = digest(b"")
        fields = (
            b"username=" + quoted(self._username(codec)),
            b"realm=" + quoted(realm),
            b"nonce=" + quoted(nonce),
            b"nc=00000001",
            b"cnonce=" + quoted(cnonce),
            b"digest-uri=" + quoted(uri),
            b"response=" + digest(b"AUTHENTICATE"),
            b"qop=auth",
        )
        return b",".join((b"charset=utf-8", *fields) if codec == "utf-8" else fields)

    def _codec(self, given: list[tuple[str, bytes]]) -> str:
        """The charset of the strings sent. Raises SaslError where the server asks for what is not spoken here."""
        algorithm = self._only(given, "algorithm")
        if algorithm.lower() != b"md5-sess":
            raise self._error(f"unknown algorithm {shown(algorithm)}")
        qualities = _values(given, "qop")
        if qualities and b"auth" not in [word.strip().lower() for word in self._only(given, "qop").split(b",")]:
            raise self._error(f"no qop but {shown(qualities[0])}")
        if not _values(given, "charset"):
            return "latin-1"
        charset = self._only(given, "charset")
        if charset.lower() != b"utf-8":
            raise self._error(f"unknown charset {shown(charset)}")
        return "utf-8"

    def _secret(self, realm: bytes, codec: str) -> bytes:
        """H(username:realm:password), realm as it was given.

        A username or password that ISO 8859-1 can say is hashed in it, whatever the charset (section 2.1.2.1).
        """
        username = _narrow(self._credentials.username, self._username(codec))
        password = _narrow(self._credentials.password, self._password(codec))
        return md5(b"%b:%b:%b" % (username, realm, password)).digest()

    def _verify(self, given: list[tuple[str, bytes]]) -> None:
        from hmac import compare_digest

        proofs = _values(given, "rspauth")
        if len(proofs) != 1 or not compare_digest(proofs[0].lower(), self._proof):
            raise self._error("the server does not prove that it knows the password")
        self._awaits_proof = False

    def _only(self, given: list[tuple[str, bytes]], name: str) -> bytes:
        values = _values(given, name)
        if len(values) != 1:
            raise self._error(f"the challenge has {len(values) or 'no'} {name}")
        return values[0]


def directives(challenge: bytes) -> list[tuple[str, bytes]]:
    """Names in lower case and values of a challenge, in their order (RFC 2831, section 7).

    Raises ValueError where it is no list of them.
    """
    from re import DOTALL, compile

    directive = compile(rb'[\s,]*([\w.!#$%&\'*+^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(?=,|\Z)', DOTALL)
    quoted_pair = compile(rb"\\(.)", DOTALL)
    found = []
    end = 0
    while match := directive.match(challenge, end):
        name, inside_quotes, token = match.groups()
        value = quoted_pair.sub(rb"\1", inside_quotes) if token is None else token
        found.append((name.decode("ascii").lower(), value))
        end = match.end()
    if challenge[end:].strip(b", \t\r\n"):
        raise ValueError("the challenge is not a list of directives")
    return found


def quoted(octets: bytes) -> bytes:
    """A quoted-string of RFC 2831, section 7.2."""
    return b'"' + octets.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _narrow(text: str, octets: bytes) -> bytes:
    latin = encoded(text, "latin-1")
    return octets if latin is None else latin


def _values(given: list[tuple[str, bytes]], name: str) -> list[bytes]:
    return [value for key, value in given if key == name]


def _random_nonce() -> bytes:
    from os import urandom

    return urandom(16).hex().encode("ascii")


def _hex_md5(data: bytes) -> bytes:
    return md5(data).hexdigest().encode("ascii")
