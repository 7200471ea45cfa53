"""A message of either side for a page: envelope, headers, the tree of parts, bodies, and attachments by their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from tclsmtp.migrate.messages import Entity, Header
from tclsmtp.migrate.model import Delivery
from tclsmtp.migrate.report.marks import Compared, Work, compare
from tclsmtp.migrate.report.pairs import Side
from tclsmtp.migrate.showing import octets

MOST_TEXT = 1 << 20
"""Characters of a body that are looked at."""

MOST_PARTS = 100
"""Parts of a message that are shown."""

MOST_HEADERS = 200
"""Names of headers that are shown of a part."""

FORM = "(body as sent)"
"""The name under which it stands that a body has octets above 127 or long lines."""

ADDRESSES = 1000
"""Recipients that are shown."""


@dataclass(frozen=True, slots=True)
class Field:
    """A header, or a word of the envelope, on both sides."""

    name: str
    text: Compared


@dataclass(frozen=True, slots=True)
class FileView:
    """What is no text on a side: what it is called, and what it is."""

    name: str
    kind: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of either message. It has a `body` if it is text, files if it is none, and neither if it has parts."""

    title: str
    same: bool
    headers: tuple[Field, ...]
    body: Compared | None
    reference_file: FileView | None
    ours_file: FileView | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message: `only` names the side that has it, where the other one has none."""

    title: str
    subject: str
    only: str
    same: bool
    envelope: tuple[Field, ...]
    tree: Compared
    parts: tuple[PartView, ...]
    notes: tuple[str, ...]


def view_message(reference: Side, one: int | None, ours: Side, other: int | None, work: Work) -> MessageView:
    """The message of those indices, either of which may be None."""
    first, second = _Shown(reference, one), _Shown(ours, other)
    envelope = (
        Field("MAIL FROM", compare(first.originator, second.originator, work, whole=True)),
        Field("RCPT TO", compare(first.recipients, second.recipients, work, whole=True)),
    )
    numbers = _merged(list(first.parts), list(second.parts))
    parts = tuple(_part(number, first, second, work) for number in numbers[:MOST_PARTS])
    tree = compare(first.tree(), second.tree(), work, whole=True)
    left_out = numbers[MOST_PARTS:]
    return MessageView(
        _title(one, other),
        first.subject() or second.subject(),
        "Reference" if other is None else "tclsmtp" if one is None else "",
        all(field.text.same for field in envelope)
        and tree.same
        and all(part.same for part in parts)
        and all(first.parts.get(number) == second.parts.get(number) for number in left_out),
        envelope,
        tree,
        parts,
        (f"{len(left_out)} more parts are not shown.",) if left_out else (),
    )


class _Shown:
    """A message of a side, or none, and its parts by number."""

    def __init__(self, side: Side, index: int | None) -> None:
        self.normal = side.normal
        delivery: Delivery | None = None if index is None else side.run.captured.deliveries[index]
        self.originator = delivery.originator if delivery else None
        self.recipients = _addresses(delivery.recipients) if delivery else None
        entities = () if index is None else side.messages[index].walk()
        self.parts: dict[str, Entity] = {entity.number: entity for entity in entities}

    def subject(self) -> str:
        return ", ".join(self.parts[""].values("Subject")) if self.parts else ""

    def tree(self) -> str | None:
        if not self.parts:
            return None
        return "\n".join(self._branch(entity) for entity in list(self.parts.values())[:MOST_PARTS])

    def fields(self, number: str) -> dict[str, str]:
        """The headers of a part by name, in their order, each value on a line."""
        found: dict[str, list[str]] = {}
        for header in self.parts[number].headers if number in self.parts else ():
            found.setdefault(header.name, []).append(self._value(header))
        form = ", ".join(self.parts[number].forms) if number in self.parts else ""
        return {name: "\n".join(values) for name, values in found.items()} | ({FORM: form} if form else {})

    def text(self, number: str) -> str | None:
        entity = self.parts.get(number)
        return None if entity is None or entity.text is None else self.normal(entity.text[:MOST_TEXT])

    def _value(self, header: Header) -> str:
        return " ".join([self.normal(header.value), *(f"({mark})" for mark in header.marks)])

    def _branch(self, entity: Entity) -> str:
        depth = entity.number.count(".") + 1 if entity.number else 0
        told = [f"{entity.number} {entity.kind}".strip()]
        told += [f"{name}={self.normal(value)}" for name, value in entity.parameters]
        return "\u2007\u2007" * max(0, depth - 1) + ("\u2514 " if depth else "") + "; ".join(told)


def _addresses(recipients: Sequence[str]) -> str:
    """One a line; those that are not shown are told by their hash, so that a difference among them is seen."""
    shown, others = recipients[:ADDRESSES], recipients[ADDRESSES:]
    rest = octets("\n".join(others).encode("utf-8", "surrogatepass"))
    return "\n".join((*shown, *((f"and {len(others)} more: {rest}",) if others else ())))


def _title(one: int | None, other: int | None) -> str:
    if one is None:
        return f"Message {(other or 0) + 1} of tclsmtp"
    return f"Message {one + 1}" + ("" if other in (one, None) else f" (tclsmtp's {(other or 0) + 1})")


def _merged(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """The numbers of both, in the order of the parts."""
    return sorted({*first, *second}, key=lambda number: [int(step) for step in number.split(".") if step])


def _part(number: str, first: _Shown, second: _Shown, work: Work) -> PartView:
    one, other = first.parts.get(number), second.parts.get(number)
    fields = first.fields(number), second.fields(number)
    headers, notes = _headers(*fields, work)
    texts = first.text(number), second.text(number)
    body = None if texts == (None, None) else compare(*texts, work)
    same_body = body is None or body.same
    if body and any(entity and entity.text and len(entity.text) > MOST_TEXT for entity in (one, other)):
        notes.append(f"The first {MOST_TEXT} characters of the body are looked at.")
        same_body = bool(one and other and one.text == other.text)
    files = _file(one), _file(other)
    same = same_body and _content(files[0]) == _content(files[1]) and fields[0] == fields[1]
    return PartView(
        f"Part {number}" if number else "The message itself",
        same and one is not None and other is not None,
        headers,
        body,
        *files,
        tuple(notes),
    )


def _content(file: FileView | None) -> str:
    return file.sha256 if file else ""


def _headers(first: dict[str, str], second: dict[str, str], work: Work) -> tuple[tuple[Field, ...], list[str]]:
    names = list(dict.fromkeys((*first, *second)))
    fields = tuple(
        Field(name, compare(first.get(name), second.get(name), work, whole=True)) for name in names[:MOST_HEADERS]
    )
    more = len(names) - len(fields)
    return fields, [f"{more} more headers are not shown."] if more else []


def _file(entity: Entity | None) -> FileView | None:
    if entity is None or entity.text is not None or entity.parts:
        return None
    return FileView(_name(entity), entity.kind, len(entity.body), hashlib.sha256(entity.body).hexdigest())


def _name(entity: Entity) -> str:
    parameters = dict(entity.parameters)
    told = ", ".join(entity.values("Content-Disposition"))
    return parameters.get("name") or told or "without a name"
