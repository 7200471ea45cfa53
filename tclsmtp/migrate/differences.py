"""What differs between two runs of a script, one thing at a time, each under its id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from tclsmtp.migrate.dialogues import differing, failed, refusals, shape
from tclsmtp.migrate.messages import LONG, RAW, Entity, Header, read
from tclsmtp.migrate.model import Captured, Delivery, Difference, Run
from tclsmtp.migrate.normal import Surroundings, normal_text, without_library_frames
from tclsmtp.migrate.pairing import Pairs, Sketch, pair, sketch
from tclsmtp.migrate.showing import ABSENT, cut, excerpts, octets, visible

UNLABELLED = "(unlabelled 8-bit text)"
"""What is told of a part beside its type, where that explains much."""


LEFT = "left from"
"""What is told of a header that a token has from an earlier attempt to send it."""

_OWN = ("MIME-Version", "Message-ID", "Date")
"""Headers of each message, whatever was on the token."""

SENDERS = frozenset(("From", "Sender", "Resent-From", "Resent-Sender"))
"""Headers in which the user stands where the script says nothing of a sender (observed)."""

_RECIPIENTS = ("To", "Bcc")
"""Headers of which sendmessage gives at least one where the script does not (observed)."""


def differences(
    reference: Run, ours: Run, *, reference_around: Surroundings | None = None, around: Surroundings | None = None
) -> Iterator[Difference]:
    """What differs, in the order of Difference's ids; messages in the reference's order.

    The Surroundings tell, for either side, what of its text is no difference; unless given, they are those that the run
    tells.
    """
    first = _Side(reference, reference_around or surroundings(reference))
    second = _Side(ours, around or surroundings(ours))
    if reference.exit_code != ours.exit_code:
        yield Difference("exit-code", str(reference.exit_code), str(ours.exit_code))
    yield from _texts("stdout", first.text(reference.stdout), second.text(ours.stdout))
    yield from _texts("stderr", first.text(reference.stderr), second.text(ours.stderr))
    yield from _texts("result", first.refusals(), second.refusals())
    pairs = pair(first.sketches(), second.sketches())
    yield from _dialogues(first, second, pairs)
    yield from _count(first, second, pairs)
    for one, other in pairs.both:
        yield from _envelope(first.envelope(one), second.envelope(other), one)
        yield from _content(_Message(first, one), _Message(second, other))


def surroundings(run: Run) -> Surroundings:
    """Where and when a run was, as far as it tells."""
    return Surroundings(run.begun, run.seconds, hosts=run.hosts, users=(run.user,) if run.user else ())


class _Side:
    """A run and what surrounds it; messages are read once."""

    def __init__(self, run: Run, around: Surroundings) -> None:
        self.captured: Captured = run.captured
        self.deliveries: tuple[Delivery, ...] = run.captured.deliveries
        self.around = around
        self.messages = [read(delivery.content) for delivery in self.deliveries]
        self._failed = [failed(dialogue) for dialogue in run.captured.dialogues]
        self._sent: dict[tuple[str, ...], list[tuple[int, Entity]]] = defaultdict(list)
        for index, message in enumerate(self.messages):
            for entity in message.walk():
                if identity := entity.values("Content-ID"):
                    self._sent[identity].append((index, entity))

    def normal(self, text: str) -> str:
        return normal_text(text, self.around)

    def text(self, output: bytes) -> str:
        try:
            text = output.decode("utf-8")
        except UnicodeDecodeError:
            text = output.decode("latin-1")
        return self.normal(without_library_frames(text))

    def envelope(self, message: int) -> tuple[str, ...]:
        """Originator and recipients."""
        delivery = self.deliveries[message]
        return tuple(self.normal(name.strip()) for name in (delivery.originator, *delivery.recipients))

    def sent_before(self, part: Entity, message: int) -> list[tuple[int, Entity]]:
        """That part in messages before, and their indices: a token keeps its Content-ID."""
        sent = self._sent.get(part.values("Content-ID"), [])
        return [(index, entity) for index, entity in sent if index < message]

    def failed_before(self, message: int) -> list[tuple[str, ...]]:
        """The addresses of what was tried in connections before that of the message and came to no message."""
        number = self.deliveries[message].connection
        tried = [names for dialogue in self._failed[: max(0, number)] for names in dialogue]
        return [tuple(map(self.normal, names)) for names in tried]

    def refusals(self) -> str:
        return self.normal("\n".join(refusals(self.captured.dialogues)))

    def sketches(self) -> list[Sketch]:
        return [
            sketch(delivery, message, self.normal)
            for delivery, message in zip(self.deliveries, self.messages, strict=True)
        ]

    def shapes(self, alone: AbstractSet[int]) -> list[tuple[str, ...]]:
        """The dialogues without the transactions of those messages."""
        left_out: dict[int, set[int]] = defaultdict(set)
        counted: dict[int, int] = defaultdict(int)
        for index, delivery in enumerate(self.deliveries):
            if index in alone:
                left_out[delivery.connection].add(counted[delivery.connection])
            counted[delivery.connection] += 1
        shapes = [shape(dialogue, left_out[number]) for number, dialogue in enumerate(self.captured.dialogues)]
        return [told for told in shapes if told]


class _Message:
    """A message of a side, and its parts by number."""

    def __init__(self, side: _Side, index: int) -> None:
        self.side = side
        self.normal = side.normal
        self.index = index
        self.parts = {entity.number: entity for entity in side.messages[index].walk()}

    def values(self, part: Entity, name: str) -> tuple[str, ...]:
        """The headers of that name as they are compared and shown: decoded and normal, with their marks."""
        found = [header for header in part.headers if header.name == name]
        return tuple(self._value(header) for header in found)

    def marked(self, part: Entity, name: str, others: tuple[str, ...], unseen: int) -> tuple[str, ...]:
        """The same, with a mark at each that was on the token already, where it is these that the other side lacks.

        A token keeps what every attempt gave it, and gets what the next one gives behind that. `unseen` is how many
        attempts there were without a connection.
        """
        values = self.values(part, name)
        plain, wanted = [_unmarked(value) for value in values], [_unmarked(value) for value in others]
        for index, sent in self.side.sent_before(part, self.index):
            before = [_unmarked(value) for value in self.values(sent, name)]
            given = plain[len(before) :]
            own = wanted[: len(wanted) - len(given)]
            if plain[: len(before)] == before and wanted[len(own) :] == given and before[: len(own)] == own:
                return _left(values, len(own), len(before), f"message {index + 1}")
        surplus = len(plain) - len(wanted)
        before = plain[:surplus]
        tried = self._were_tried(before, wanted) or (unseen and before == wanted * unseen)
        if wanted and plain[surplus:] == wanted and tried:
            return _left(values, 0, surplus, "a failed attempt")
        return values

    def _were_tried(self, values: list[str], wanted: list[str]) -> bool:
        tried = self.side.failed_before(self.index)
        addresses = {address for names in tried for address in names}
        return bool(tried) and all(
            value in wanted or any(address in value for address in addresses) for value in values
        )

    def structure(self) -> str:
        return "\n".join(line for part in self.parts.values() for line in self._described(part))

    def _value(self, header: Header) -> str:
        is_user = header.name in SENDERS and header.value in self.side.around.users
        return " ".join(["USER" if is_user else self.normal(header.value), *(f"({mark})" for mark in header.marks)])

    def _described(self, part: Entity) -> Iterator[str]:
        depth = part.number.count(".") + 1 if part.number else 0
        told = [part.kind]
        for name, value in part.parameters:
            if name != "boundary":
                told.append(f'{name}="{value.lower() if name == "charset" else self.normal(value)}"')
        unlabelled = part.text is not None and not part.body.isascii() and "charset" not in dict(part.parameters)
        yield "  " * depth + "; ".join(told) + (f" {UNLABELLED}" if unlabelled else "")
        if part.around:
            yield "  " * (depth + 1) + f"(beside the parts: {self.normal(part.around)})"


def _short(name: str, reference: str, ours: str, message: int = -1) -> Difference:
    """A difference of two texts that are no bodies, shown whole."""
    return Difference(name, cut(visible(reference)), cut(visible(ours)), message)


def _texts(name: str, reference: str, ours: str, message: int = -1) -> Iterator[Difference]:
    if reference != ours:
        first, second = excerpts(reference, ours)
        if first == second:
            first, second = (
                f"{shown}\n[{octets(_encoded(text))}]" for shown, text in ((first, reference), (second, ours))
            )
        yield Difference(name, first, second, message)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _dialogues(first: _Side, second: _Side, pairs: Pairs) -> Iterator[Difference]:
    shapes = first.shapes(set(pairs.only_reference)), second.shapes(set(pairs.only_ours))
    for reference, ours in differing(*shapes):
        yield _short("dialogue", reference, ours)


def _count(first: _Side, second: _Side, pairs: Pairs) -> Iterator[Difference]:
    if pairs.only_reference or pairs.only_ours:
        yield _short("count", _counted(first, pairs.only_reference), _counted(second, pairs.only_ours))
    elif not pairs.in_order:
        in_order = ", ".join(str(one + 1) for one, _ in pairs.both)
        other = ", ".join(str(one + 1) for one, _ in sorted(pairs.both, key=lambda both: both[1]))
        yield _short("count", f"in the order {in_order}", f"in the order {other}")


def _counted(side: _Side, alone: Sequence[int]) -> str:
    lines = [f"{len(side.deliveries)} message{'s' * (len(side.deliveries) != 1)}"]
    for index in alone:
        subject = ", ".join(side.messages[index].values("Subject")) or ABSENT
        delivery = side.deliveries[index]
        lines.append(f"only here: message {index + 1} to {', '.join(delivery.recipients)}, subject: {subject}")
    return "\n".join(lines)


def _envelope(reference: tuple[str, ...], ours: tuple[str, ...], message: int) -> Iterator[Difference]:
    if reference[0] != ours[0]:
        yield _short("envelope.from", reference[0], ours[0], message)
    if reference[1:] != ours[1:]:
        yield _short("envelope.recipients", "\n".join(reference[1:]) or ABSENT, "\n".join(ours[1:]) or ABSENT, message)


def _content(first: _Message, second: _Message) -> Iterator[Difference]:
    both = [(first.parts[number], second.parts[number]) for number in first.parts if number in second.parts]
    for reference, ours in both:
        yield from _headers(first, second, reference, ours)
    yield from _texts("structure", first.structure(), second.structure(), first.index)
    for reference, ours in both:
        if not reference.parts and not ours.parts:
            yield from _body(first, second, reference, ours)


def _headers(first: _Message, second: _Message, reference: Entity, ours: Entity) -> Iterator[Difference]:
    place = f"part {reference.number}: " if reference.number else ""
    for name in dict.fromkeys(header.name for header in (*reference.headers, *ours.headers)):
        values = first.values(reference, name), second.values(ours, name)
        # What one Content-Type says is the structure's to tell.
        if values[0] == values[1] or (name == "Content-Type" and len(values[0]) == len(values[1]) == 1):
            continue
        if name not in _OWN and not name.startswith("Content-"):
            values = (
                first.marked(reference, name, values[1], _unseen_attempts(first, second, reference, ours)),
                values[1],
            )
        shown = place + _told(values[0], name, reference), place + _told(values[1], name, ours)
        yield _short(f"header.{name}", *shown, first.index)


def _unseen_attempts(first: _Message, second: _Message, reference: Entity, ours: Entity) -> int:
    """How many attempts without a connection gave the token what the last one gave it too.

    Each gives From, and at least one of the recipients' headers, so those are there that many times more than with us.
    """
    counts = [_repeated(first.values(reference, name), second.values(ours, name)) for name in ("From", *_RECIPIENTS)]
    return counts[0] if counts[0] in counts[1:] else 0


def _repeated(values: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    times = len(values) // len(wanted) - 1 if wanted else 0
    return times if times > 0 and values == wanted * (times + 1) else 0


def _left(values: tuple[str, ...], start: int, end: int, origin: str) -> tuple[str, ...]:
    marked = (f"{value} ({LEFT} {origin})" for value in values[start:end])
    return (*values[:start], *marked, *values[end:])


def _unmarked(value: str) -> str:
    return value.removesuffix(f" ({LONG})").removesuffix(f" ({RAW})")


def _told(values: tuple[str, ...], name: str, part: Entity) -> str:
    forms = [f" ({form} body)" for form in part.forms] if name == "Content-Transfer-Encoding" else []
    return ("\n".join(values) if values else ABSENT) + "".join(forms)


def _body(first: _Message, second: _Message, reference: Entity, ours: Entity) -> Iterator[Difference]:
    name = f"body.{reference.number or '1'}"
    if reference.text is not None and ours.text is not None:
        if reference.text != ours.text:
            yield from _texts(name, first.normal(reference.text), second.normal(ours.text), first.index)
    elif reference.body != ours.body:
        yield Difference(name, octets(reference.body), octets(ours.body), first.index)
