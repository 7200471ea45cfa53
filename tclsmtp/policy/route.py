"""Routes, and the policy that is made of them, as objects."""

from __future__ import annotations

from dataclasses import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from tclsmtp.policy.credentials import Credentials
    from tclsmtp.policy.oauth import OAuth
    from tclsmtp.policy.reusing import Reuse
    from tclsmtp.policy.spooling import Spool

TLS = ("none", "opportunistic", "required", "implicit")
VERIFY = ("never", "when-authenticating", "always")
MINIMUM_TLS = ("1.2", "1.3")


@dataclass(frozen=True, slots=True)
class Route:
    """Which messages a rule is for, and what it decides for them. What it leaves out stays as the script says.

    `server`, `port`, `originator` and `recipient` are patterns as for files (`*`, `?`, `[a-z]`), several of each
    allowed, matched without regard to case; none fits everything. `recipient` fits when every recipient does.

    - `servers` are tried in turn in place of the one that the script names, with `ports` in tandem; where the ports
      end, the last one stands, and without any 465 for implicit TLS, 587 otherwise.
    - `connect_to` is the host and port at which each server is reached, whatever its name: the name still is what the
      dialogue and certificates are about.
    - `tls` is "none", "opportunistic" (STARTTLS where it is offered), "required" (STARTTLS, or no message) or
      "implicit" (from the first byte); `verify` when the certificate must be good: "never", "when-authenticating" or
      "always". Without it that is the case when authenticating, or where the script asked for it with tls::init.
    - `cafile` is a PEM file of the authorities to trust, `certfile` and `keyfile` (PEM) what the client shows of
      itself, `minimum_tls` the oldest version of TLS that will do, "1.2" or "1.3".
    - `client` is the name given to the server. `connect_seconds` is how long a connect may take and `reply_seconds` a
      reply, in seconds.
    - `auth` are the mechanisms that may be used, in the order in which they are tried; none of them: no AUTH.
    - `credentials` are used in place of the script's, and `oauth` in place of a password.
    - `spool` is where a message waits that no server would take for now.
    - `reuse` keeps the connection for the next message.
    """

    name: str = ""
    server: tuple[str, ...] = ()
    port: tuple[str, ...] = ()
    originator: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    connect_to: tuple[str, int] | None = None
    tls: str | None = None
    verify: str | None = None
    cafile: str = ""
    certfile: str = ""
    keyfile: str = ""
    minimum_tls: str | None = None
    client: str = ""
    connect_seconds: float | None = None
    reply_seconds: float | None = None
    auth: tuple[str, ...] | None = None
    credentials: Credentials | None = None
    oauth: OAuth | None = None
    spool: Spool | None = None
    reuse: Reuse | None = None

    def mismatch(self, server: str, port: str | int, originator: str, recipients: Iterable[str]) -> str:
        """Why the route is not for a message of that envelope, to that server and port as the script names them; "" if
        it is.
        """
        if not (self.server or self.port or self.originator or self.recipient):
            return ""
        for key, patterns, text in (
            ("server", self.server, server),
            ("port", self.port, str(port)),
            ("originator", self.originator, originator),
            *(("recipient", self.recipient, recipient) for recipient in recipients if self.recipient),
        ):
            if patterns and not _fits(patterns, text):
                return f"{key} {text} is not {' or '.join(patterns)}"
        return ""

    def fits(self, server: str, port: str | int, originator: str, recipients: Iterable[str]) -> bool:
        """Whether the route is for such a message."""
        return not self.mismatch(server, port, originator, recipients)

    @property
    def authenticates_alone(self) -> bool:
        """Whether AUTH needs nothing that only the script knows."""
        own = self.credentials
        has_password = self.oauth is not None or (own is not None and own.password is not None)
        return own is not None and own.username is not None and has_password

    def destinations(self, server: str, port: str | int) -> Iterator[tuple[str, str | int]]:
        """Servers and ports to try in place of the one that the script names."""
        if not self.servers:
            yield server, port
        default = 465 if self.tls == "implicit" else 587
        for number, name in enumerate(self.servers):
            yield name, self.ports[min(number, len(self.ports) - 1)] if self.ports else default


AS_THE_SCRIPT_SAYS = Route()


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator decided.

    `routes` are tried in their order; `path` is the file that the policy came from.

    - `capture` is a folder, a Maildir, that messages are written to in place of being sent; nothing is sent then.
    - `redirect` is the address that gets all messages in place of their recipients, the blind ones too.
    - `log` is a file that gets a line of JSON for each message: what became of it, no body and no secret.
    """

    routes: tuple[Route, ...] = ()
    path: str = ""
    capture: str = ""
    redirect: str = ""
    log: str = ""

    @property
    def watches(self) -> bool:
        """Whether there is more to be done about a message than to send it."""
        return bool(self.capture or self.redirect or self.log)

    def find(self, server: str, port: str | int, originator: str, recipients: Iterable[str]) -> Route:
        """The first route that fits; one that decides nothing where none does."""
        for route in self.routes:
            if route.fits(server, port, originator, recipients):
                return route
        return AS_THE_SCRIPT_SAYS

    @property
    def connects_elsewhere(self) -> bool:
        """Whether a route has a `connect_to`."""
        return any(route.connect_to for route in self.routes)

    @property
    def reuses(self) -> bool:
        """Whether a route keeps connections."""
        return any(route.reuse for route in self.routes)

    @property
    def spools(self) -> tuple[Spool, ...]:
        """The spools of its routes, each once; of several that are in one place the first."""
        found: dict[tuple[str, str], Spool] = {}
        for route in self.routes:
            if route.spool:
                found.setdefault((route.spool.path, route.spool.url), route.spool)
        return tuple(found.values())

    def where_the_name_says(self) -> Policy:
        """This policy without any `connect_to`: for what a script sends to a server of its own."""
        return replace(self, routes=tuple(replace(route, connect_to=None) for route in self.routes))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Policy:
        """Read a policy file.

        Raises PolicyError, which names the file and the line or the key, for a file that cannot be read, is not TOML,
        or holds a key or a value that there is not.
        """
        from tclsmtp.policy.reading import read

        return read(path)


def _fits(patterns: tuple[str, ...], text: str) -> bool:
    from fnmatch import fnmatchcase

    return any(fnmatchcase(text.lower(), pattern.lower()) for pattern in patterns)
