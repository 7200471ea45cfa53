"""What the pages of the report show, worked out beforehand: templates only lay it out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tclsmtp.migrate.differences import pair_messages
from tclsmtp.migrate.messages import Entity, decoded_words, hashed, read, tree
from tclsmtp.migrate.model import Comparison, Connection, Difference, Message, Run
from tclsmtp.migrate.report.marks import Marked, Row, align, mark
from tclsmtp.migrate.wording import title


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """A difference with its words marked."""

    difference: Difference
    title: str
    marked: Marked


@dataclass(frozen=True, slots=True)
class Body:
    """A part of a message: text with its words marked, or what is told of octets."""

    number: str
    kind: str
    marked: Marked
    is_text: bool
    name: str = ""

    @property
    def changed(self) -> bool:
        """Whether the sides differ in it."""
        return any(piece.changed for piece in (*self.marked.reference, *self.marked.tclsmtp)) or self.marked.cut


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message on both sides, or on one."""

    number: int
    envelope: tuple[tuple[str, Marked], ...]
    headers: tuple[tuple[str, Marked], ...]
    trees: tuple[str, str]
    bodies: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class ScriptView:
    """All of a script's page."""

    comparison: Comparison
    page: str
    differences: tuple[DifferenceView, ...] = ()
    outputs: tuple[tuple[str, Marked], ...] = ()
    calls: tuple[Row, ...] = ()
    dialogues: tuple[tuple[Row, ...], ...] = ()
    messages: tuple[MessageView, ...] = field(default=())

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the differences, each once."""
        return tuple(dict.fromkeys(difference.id for difference in self.comparison.differences))


def view(comparison: Comparison, page: str) -> ScriptView:
    """What to show of a comparison; `page` is the name of the file."""
    reference, ours = comparison.reference, comparison.tclsmtp
    if reference is None or ours is None:
        return ScriptView(comparison, page)
    return ScriptView(
        comparison,
        page,
        tuple(_difference(difference) for difference in comparison.differences),
        tuple((name, mark(getattr(reference, name), getattr(ours, name))) for name in ("stdout", "stderr")),
        tuple(align(_calls(reference), _calls(ours))),
        tuple(_dialogues(reference.connections, ours.connections)),
        tuple(_messages(reference.messages, ours.messages)),
    )


def _difference(difference: Difference) -> DifferenceView:
    return DifferenceView(difference, title(difference), mark(difference.reference, difference.tclsmtp))


def _calls(run: Run) -> list[str]:
    return [f"{'error' if call.code else 'ok'}: {call.result or '{}'}" for call in run.calls]


def _dialogues(reference: Sequence[Connection], ours: Sequence[Connection]) -> Iterator[tuple[Row, ...]]:
    for number in range(max(len(reference), len(ours))):
        yield tuple(align(_lines(reference[number : number + 1]), _lines(ours[number : number + 1])))


def _lines(connections: Sequence[Connection]) -> list[str]:
    return [f"{line.side}: {line.text}" for connection in connections for line in connection.dialogue]


def _messages(reference: Sequence[Message], ours: Sequence[Message]) -> Iterator[MessageView]:
    for number, (before, after) in enumerate(pair_messages(reference, ours), 1):
        first, second = before and read(before.content), after and read(after.content)
        yield MessageView(
            number,
            (
                ("from", mark(before.sender if before else "", after.sender if after else "")),
                ("to", mark(_recipients(before), _recipients(after))),
            ),
            tuple(_headers(first, second)),
            (tree(first) if first else "", tree(second) if second else ""),
            tuple(_bodies(first, second)),
        )


def _recipients(message: Message | None) -> str:
    return "\n".join(message.recipients) if message else ""


def _headers(reference: Entity | None, ours: Entity | None) -> Iterator[tuple[str, Marked]]:
    """Each name once, with its values on both sides, a line each, in the order of the reference."""
    entities = [entity for entity in (reference, ours) if entity is not None]
    for name in dict.fromkeys(name for entity in entities for name, _ in entity.headers):
        yield name, mark(_values(reference, name), _values(ours, name))


def _values(entity: Entity | None, name: str) -> str:
    return "\n".join(map(_with_words, entity.values(name))) if entity else ""


def _with_words(value: str) -> str:
    decoded = decoded_words(value)
    return value if decoded == value else f"{decoded}   [{value}]"


def _bodies(reference: Entity | None, ours: Entity | None) -> Iterator[Body]:
    first, second = _leaves(reference), _leaves(ours)
    for number in dict.fromkeys((*first, *second)):
        before, after = first.get(number), second.get(number)
        shown = before or after
        assert shown is not None
        is_text = all(entity is None or entity.text is not None for entity in (before, after))
        marked = mark(_body(before, is_text), _body(after, is_text))
        yield Body(number, shown.kind, marked, is_text, _name(shown))


def _leaves(entity: Entity | None) -> dict[str, Entity]:
    return {part.number or "1": part for part in entity.walk() if not part.parts} if entity else {}


def _body(entity: Entity | None, is_text: bool) -> str:
    if entity is None:
        return ""
    return entity.text or "" if is_text else hashed(entity.data or b"")


def _name(entity: Entity) -> str:
    for value in (*entity.values("Content-Disposition"), *entity.values("Content-Type")):
        for key in ('filename="', 'name="'):
            if key in value:
                return value.split(key, 1)[1].split('"', 1)[0]
    return ""
