"""An entry of a queue: a message, who still has to get it, and what came of it so far."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace

from tclsmtp.smtp.envelope import Envelope, Plan
from tclsmtp.smtp.options import Options, Refusal, TlsSettings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VERSION = 1
"""Of the form in which entries are written."""

_FILES = ("cafile", "cadir", "certfile", "keyfile")


@dataclass(frozen=True, slots=True)
class Call:
    """What a call of sendmessage says that another attempt has to know. Credentials are no part of it.

    `addressed` are all recipients of the call: a route is chosen by them. `insists_on_tls` stands for a -tlspolicy of
    the script, which cannot be asked any more and so says no to everything. `seconds` is how long the server may take
    over the message, None for ever.
    """

    servers: tuple[str, ...]
    ports: tuple[str | int, ...]
    addressed: tuple[str, ...]
    client: str
    host: str
    queue: bool
    use_tls: bool
    insists_on_tls: bool
    tls_import: bool
    tls: TlsSettings
    seconds: float | None

    @classmethod
    def of(cls, plan: Plan) -> Call:
        """That of a plan."""
        options, envelope = plan.options, plan.envelope
        tls = options.tls()
        # Another process, in another folder, will look for them.
        files = {name: os.path.abspath(path) for name in _FILES if (path := getattr(tls, name))}
        return cls(
            options.servers,
            options.ports,
            (*envelope.recipients, *envelope.blind),
            options.client,
            plan.host,
            options.queue,
            options.use_tls,
            options.tls_policy is not None,
            options.tls_import,
            replace(tls, **files),
            plan.seconds,
        )

    def plan(self, originator: str, recipients: tuple[str, ...]) -> Plan:
        """The plan of another attempt."""
        options = Options(
            servers=self.servers,
            ports=self.ports,
            client=self.client,
            queue=self.queue,
            at_least_one=True,
            max_seconds=self.seconds or 0,
            use_tls=self.use_tls,
            tls_policy=_no if self.insists_on_tls else None,
            tls_import=self.tls_import,
            tls=lambda: self.tls,
            host=self.host,
        )
        return Plan(options, Envelope(originator, recipients, (), ()), self.seconds, self.host)


def _no(code: int, diagnostic: str) -> str:
    return "secure"


@dataclass(frozen=True, slots=True)
class Entry:
    """A message in a queue.

    `recipients` still have to get it, and `refused` never will. `due` is when it is tried next, None where it is not
    any more: it has failed, for the reason in `error`. Times are in seconds since the epoch. `size` are the octets of
    the message, `utf8_lines` as in Content.
    """

    id: str
    call: Call
    route: str
    originator: str
    recipients: tuple[str, ...]
    message_id: str
    created: float
    due: float | None
    error: str
    size: int = 0
    is_ascii: bool = True
    utf8_lines: tuple[tuple[bytes, bytes], ...] = ()
    attempts: int = 1
    last_attempt: float | None = None
    refused: tuple[Refusal, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether it is not tried any more."""
        return self.due is None

    def to_json(self) -> str:
        """The entry as a JSON object, in ASCII."""
        lines = [[line.decode("latin-1") for line in pair] for pair in self.utf8_lines]
        return json.dumps(asdict(self) | {"version": VERSION, "utf8_lines": lines})

    @classmethod
    def from_json(cls, text: str) -> Entry:
        """The entry that a JSON object says. Raises ValueError where it does not say one."""
        given = json.loads(text)
        if not isinstance(given, dict) or given.pop("version", None) != VERSION:
            raise ValueError("it holds what is no entry of a queue, or one of another version of tclsmtp")
        try:
            return _read(given)
        except (TypeError, KeyError) as error:
            raise ValueError(f"it holds what is no entry of a queue: {error}") from None


def _read(given: dict[str, Any]) -> Entry:
    call = given["call"]
    call["tls"] = TlsSettings(**call["tls"])
    for key in ("servers", "ports", "addressed"):
        call[key] = tuple(call[key])
    given["call"] = Call(**call)
    given["recipients"] = tuple(given["recipients"])
    given["utf8_lines"] = tuple((a.encode("latin-1"), b.encode("latin-1")) for a, b in given["utf8_lines"])
    given["refused"] = tuple(Refusal(**refusal) for refusal in given["refused"])
    return Entry(**given)
