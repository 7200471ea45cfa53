"""What a queue can do, whatever it is kept in."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Protocol, Self

    from tclsmtp.policy.spooling import Spool
    from tclsmtp.spool.entry import Entry

    class Taken(Protocol):
        """An entry that nobody else takes as long as this process lives and has not let go of it.

        A process that ends, however it does, lets go. A context manager that does.
        """

        entry: Entry

        def __enter__(self) -> Self: ...
        def __exit__(self, *_: object) -> None: ...

        def finish(self) -> None:
            """It is delivered: forget it."""

        def replace(self, entry: Entry) -> None:
            """Write down what came of it."""

    class Store(Protocol):
        """A queue; a context manager that closes it. Everything raises SpoolError where the queue cannot be used."""

        place: str

        def __enter__(self) -> Self: ...
        def __exit__(self, *_: object) -> None: ...

        def add(self, messages: Sequence[tuple[Entry, Iterable[bytes]]]) -> None:
            """Keep entries and their octets, all or none. They are safe on disk when this returns."""

        def entries(self) -> list[Entry]:
            """All entries, the oldest first."""

        def find(self, name: str) -> Entry:
            """One of them. Raises SpoolError where it is not there."""

        def read(self, name: str) -> Iterator[bytes]:
            """The octets of its message, piece by piece."""

        def take(self, now: float, begin: Callable[[Entry], Entry]) -> Taken | None:
            """One that is due and that nobody else has; what `begin` makes of it is written down first."""

        def hold(self, name: str) -> Taken:
            """That one, due or not. Raises SpoolError where it is not there, or somebody else has it."""

        def clean(self) -> None:
            """Remove what processes left behind that were ended within `add` or `finish`."""


def open_store(spool: Spool) -> Store:
    """The queue of a spool; it is made where there is none yet. Raises SpoolError."""
    if spool.path:
        from tclsmtp.spool.sqlite_store import SqliteStore

        return SqliteStore(spool.path)
    from tclsmtp.spool.redis_store import RedisStore

    return RedisStore(spool.url, spool.place)
