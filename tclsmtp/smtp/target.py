"""A server to try, and how to talk to it: what the script said, and what the operator decided in its place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tclsmtp.policy.route import AS_THE_SCRIPT_SAYS, Policy, Route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tclsmtp.smtp.envelope import Plan
    from tclsmtp.smtp.options import Options, TlsSettings

DEFAULT_PORT = 25


@dataclass(frozen=True, slots=True)
class Target:
    """A server, by the name and port that the dialogue and its errors are about, and the route that leads to it."""

    server: str
    port: str | int
    options: Options
    route: Route = AS_THE_SCRIPT_SAYS

    @property
    def address(self) -> tuple[str, str | int]:
        """The host and port to connect to."""
        return self.route.connect_to or (self.server, self.port)

    @property
    def client(self) -> str:
        """What the client calls itself; "" leaves it to the name of this machine."""
        return self.route.client or self.options.client or ("localhost" if self.server == "localhost" else "")

    @property
    def tls(self) -> str:
        """How TLS is to be had: one of `policy.route.TLS`."""
        if self.route.tls is not None:
            return self.route.tls
        if self.options.tls_import:
            return "implicit"
        return "opportunistic" if self.options.use_tls else "none"

    @property
    def operator_insists(self) -> bool:
        """Whether the operator decided about TLS, so that the script's -tlspolicy is not asked to do without."""
        return self.route.tls in ("required", "implicit") or self.route.verify in ("when-authenticating", "always")

    @property
    def authenticates(self) -> bool:
        """Whether there is to be AUTH."""
        return self.route.auth != () and bool(self.options.username or self.has_own_credentials)

    @property
    def has_own_credentials(self) -> bool:
        """Whether the operator gave credentials, without which nothing is to be sent."""
        return self.route.credentials is not None or self.route.oauth is not None

    def tls_settings(self) -> TlsSettings:
        """How TLS is made.

        Where there are credentials to lose the certificate counts; without them TLS is opportunistic, as in tcllib.
        """
        route, settings = self.route, self.options.tls()
        verify = {
            None: settings.verify or self.authenticates,
            "never": False,
            "when-authenticating": self.authenticates,
            "always": True,
        }[route.verify]
        own = {key: value for key in ("cafile", "certfile", "keyfile") if (value := getattr(route, key))}
        if route.cafile:
            own["cadir"] = ""
        if route.certfile and not route.keyfile:
            own["keyfile"] = ""
        if route.servers:
            own["server_name"] = ""  # that of the script's server
        return replace(settings, verify=verify, minimum=route.minimum_tls or settings.minimum, **own)


def targets(plan: Plan, policy: Policy | None) -> Iterator[Target]:
    """The servers to try, in their order.

    Servers and ports are in tandem; where the ports end, the default one stands (sessions/failover). With a policy the
    first route that fits a server may lead to others, which are tried once, whichever of the script's servers they
    stand for.
    """
    options, envelope = plan.options, plan.envelope
    known: set[tuple[str, str | int, Route]] = set()
    for number, server in enumerate(options.servers):
        port = options.ports[number] if number < len(options.ports) else DEFAULT_PORT
        if not server:
            continue
        if policy is None:
            yield Target(server, port, options)
            continue
        route = policy.find(server, port, envelope.originator, (*envelope.recipients, *envelope.blind))
        for place in route.destinations(server, port):
            if not route.servers or (*place, route) not in known:
                known.add((*place, route))
                yield Target(*place, options, route)
