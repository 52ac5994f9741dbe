"""The whole matrix, record by recipient: what records say of each other decides, too, until nothing changes.

What quotes or speaks of a withheld record is withheld, and so is a link with an end that is not given, and a record
whose text names a withheld one, until the officer has looked at it. All recipients are decided at once, one bit each,
so that a text is read once and a label is judged once a recipient, however many records carry it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from briefcase.records.fields import protected_fields
from briefcase.records.kinds import Identifier, Link, Note, Record, RedFlag, TearLine, kind_of
from briefcase.release.decision import Circumstances, Decision, Verdict, alone, recipient_name
from briefcase.release.quoting import Mention
from briefcase.release.reasons import Reason

T = TypeVar("T")
_ENDS = frozenset({"from_id", "to_id"})
_DECIDING = tuple(
    name
    for name in Record.__struct_fields__
    if name
    not in ("id", "label", "case_ids", "originator", "author", "created", "revision", "parents", "sources", "quotes")
)
"""What any record may have that decides over it beside its label; a field that is added counts without being named."""
_OF_RECIPIENT = frozenset({"dangling"})
"""Reasons that name the recipient."""


def check(
    records: Sequence[Record],
    circumstances: Circumstances,
    *,
    context: Iterable[Record] = (),
    mentions: Iterable[Mention] = (),
) -> dict[str, Decision]:
    """Decide for every one of *records* and one recipient, tear-lines included; see ``Matrix``.

    Returns:
        Decisions by record id.
    """
    return Matrix(records, [circumstances], context=context, mentions=mentions).decisions(0)


@dataclass(frozen=True)
class _Alone:
    """What a label, or a record, gets by itself: decisions in the order of the recipients, and the same in bits."""

    decisions: tuple[Decision, ...]
    goes: int
    whole: int
    complete: int
    ends: int


@dataclass(frozen=True)
class _Hold:
    """What a record hangs on: quotes whole, what it speaks of, and the ends of a link."""

    quotes: tuple[str, ...]
    about: tuple[str, ...]
    ends: tuple[str, ...]


@dataclass
class _Words:
    """For one name: which records called so are withheld from whom, and who learns it anyway."""

    withheld: list[tuple[str, int]] = field(default_factory=list)
    harmless: int = 0


class Matrix:
    """Decisions for records and recipients.

    Args:
        records: what is to go.
        circumstances: for whom, under which pack and consents, when; one for each recipient, in their order.
        context: other records that these point to or name; decided with them. A record that is pointed to and is in
            neither counts as withheld.
        mentions: what the texts of *records* and *context* name.
    """

    def __init__(
        self,
        records: Sequence[Record],
        circumstances: Sequence[Circumstances],
        *,
        context: Iterable[Record] = (),
        mentions: Iterable[Mention] = (),
    ) -> None:
        self._selected = {record.id: record for record in records}
        self._by_id = {record.id: record for record in context} | self._selected
        self._around = tuple(circumstances)
        self._every = (1 << len(self._around)) - 1
        self._given = _bits(one.given for one in self._around)
        self._theirs = _bits(one.theirs for one in self._around)
        self._confirmed = _bits(one.confirmed for one in self._around)
        self._alone: dict[str, _Alone] = {}
        self._goes: dict[str, int] = {}
        self._whole: dict[str, int] = {}
        self._lost: dict[str, list[tuple[int, str]]] = {}
        self._torn: dict[str, list[tuple[int, str]]] = {}
        self._refusals: dict[tuple[int, str], Decision] = {}
        self._mentions: dict[str, list[Mention]] = {}
        for one in mentions:
            self._mentions.setdefault(one.record_id, []).append(one)
        self._by_themselves()
        self._holds = {one: hold for one, record in self._by_id.items() if (hold := _hold(record, self._alone[one]))}
        self._dependents = self._reversed()
        self._settle()
        self._drop_needless()
        self._settle()
        self._place_tear_lines()

    def decisions(self, number: int) -> dict[str, Decision]:
        """Return what happens to every selected record for one recipient, by record id."""
        return {record_id: self.row(record_id)[number] for record_id in self._selected}

    def row(self, record_id: str) -> tuple[Decision, ...]:
        """Return what happens to one record, in the order of the recipients."""
        own = self._alone[record_id].decisions
        if record_id not in self._lost and record_id not in self._torn:
            return own
        return tuple(self._decision(record_id, number, one) for number, one in enumerate(own))

    def open_mentions(self, number: int) -> list[Mention]:
        """Return the matches for which selected records stay back from one recipient, only what he is not to know."""
        bit = 1 << number
        found = []
        for record_id, losses in self._lost.items():
            if record_id in self._selected and any(mask & bit and code in _BY_WORDS for mask, code in losses):
                rest, words = self._incomplete(), dict[str, _Words]()
                for one in self._mentions[record_id]:
                    if self._named(one, self._every, rest, words) & bit:
                        left = {target for target, mask in self._state(one, words).withheld if mask & bit}
                        found.append(replace(one, targets=tuple(each for each in one.targets if each[0] in left)))
        return found

    def _decision(self, record_id: str, number: int, own: Decision) -> Decision:
        bit = 1 << number
        code = next((code for mask, code in self._lost.get(record_id, ()) if mask & bit), "")
        if code:
            own = self._refused(number, code)
        lines = tuple(line for mask, line in self._torn.get(record_id, ()) if mask & bit)
        if not lines:
            return own
        return replace(own, verdict=Verdict.TEAR_LINE, reasons=(*own.reasons, Reason("tear_line")), tear_lines=lines)

    def _refused(self, number: int, code: str) -> Decision:
        known = self._refusals.get((number, code))
        if known is None:
            name = recipient_name(self._around[number].recipient)
            facts = (("recipient", name),) if code in _OF_RECIPIENT else ()
            known = self._refusals[number, code] = Decision(Verdict.REFUSE, reasons=(Reason(code, facts),))
        return known

    def _by_themselves(self) -> None:
        """Judge each record by itself; one about which its label alone decides, like all others with that label."""
        singled: set[str] = set().union(*(one.singled_out for one in self._around))
        known: dict[object, _Alone] = {}
        for record_id, record in self._by_id.items():
            if record_id in singled or any(getattr(record, name) for name in _DECIDING):
                found = self._judged(record)
            else:
                filled = tuple(name for name in _protected(record) if getattr(record, name))
                tear_line = isinstance(record, TearLine)
                key = (
                    record.label,
                    record.originator.agency,
                    *((kind_of(record), filled) if filled or tear_line else ()),
                )
                found = known.get(key) or known.setdefault(key, self._judged(record))
            self._alone[record_id] = found
            self._goes[record_id], self._whole[record_id] = found.goes, found.whole

    def _judged(self, record: Record) -> _Alone:
        decisions = tuple(alone(record, one) for one in self._around)
        goes = whole = complete = ends = 0
        for number, one in enumerate(decisions):
            bit = 1 << number
            goes |= bit if one.goes else 0
            # A tear-line is whole without what it stands for, which never leaves.
            if one.verdict == Verdict.ALLOW and (not one.withheld or isinstance(record, TearLine)):
                whole |= bit
            complete |= bit if one.goes and not one.withheld else 0
            ends |= bit if one.withheld & _ENDS else 0
        return _Alone(decisions, goes, whole, complete, ends)

    def _reversed(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for record_id, hold in self._holds.items():
            for one in {*hold.quotes, *hold.about, *hold.ends}:
                found.setdefault(one, []).append(record_id)
        return found

    def _arrives(self, record_id: str) -> int:
        """Return who will hold a record: sent now, or given before and still allowed."""
        going = self._goes.get(record_id, 0)
        return going if record_id in self._selected else going & self._given.get(record_id, 0)

    def _lose(self, losses: Mapping[str, list[tuple[int, str]]]) -> None:
        for record_id, lost in losses.items():
            self._lost.setdefault(record_id, []).extend(lost)
            for mask, _code in lost:
                self._goes[record_id] &= ~mask
                self._whole[record_id] &= ~mask

    def _settle(self) -> None:
        """Withhold what hangs on withheld records, and what names them, until nothing changes.

        A round looks at the state before it, so that neither verdicts nor reasons depend on the order of the records.
        Words are looked at when the rest is at rest, so that the officer is asked only about what would go.
        """
        todo: Iterable[str] = self._holds
        while True:
            while losses := {one: lost for one in todo if (lost := list(self._hangs(one)))}:
                self._lose(losses)
                todo = {each for one in losses for each in self._dependents.get(one, ())}
            losses = self._by_words()
            if not losses:
                return
            self._lose(losses)
            todo = {each for one in losses for each in self._dependents.get(one, ())}

    def _hangs(self, record_id: str) -> Iterator[tuple[int, str]]:
        """Yield for whom a record is lost and why, each recipient once."""
        left, hold = self._goes[record_id], self._holds[record_id]
        if not left:
            return
        ends = self._every
        for one in hold.ends:
            ends &= self._arrives(one)
        for kept, code in (
            (~self._alone[record_id].ends, "dangling"),
            (_all(self._whole, hold.quotes), "quotes"),
            (_all(self._goes, hold.about), "about"),
            (ends, "dangling"),
        ):
            if lost := left & ~kept:
                yield lost, code
                left &= kept

    def _by_words(self) -> dict[str, list[tuple[int, str]]]:
        found: dict[str, list[tuple[int, str]]] = {}
        rest, words = self._incomplete(), dict[str, _Words]()
        for record_id, mentions in self._mentions.items():
            left = self._goes.get(record_id, 0)
            for one in mentions:
                if left and (lost := self._named(one, left, rest, words)):
                    found.setdefault(record_id, []).append((lost, "mentions" if one.targets else "unsearched"))
                    left &= ~lost
        return found

    def _incomplete(self) -> int:
        """Return from whom anything is withheld at all, so that a file that nobody can search may speak of it."""
        found = self._every
        for record_id, record in self._by_id.items():
            if not isinstance(record, TearLine):
                found &= self._goes[record_id] & self._alone[record_id].complete
        return self._every & ~found

    def _named(self, one: Mention, among: int, rest: int, words: dict[str, _Words]) -> int:
        """Return for whom of *among* a match stands open: he is not to know what it names, and does not anyway."""
        if not one.targets:
            lost = rest & ~self._confirmed.get((one.record_id, "", one.words), 0)
        else:
            state, lost = self._state(one, words), 0
            for target, mask in state.withheld:
                lost |= mask & ~self._confirmed.get((one.record_id, target, one.words), 0)
            lost &= ~state.harmless
        lost &= among & ~self._stays(one.record_id, one.field)
        for target, name in one.targets if lost else ():
            if target == one.record_id:  # what it is called itself, too, betrays nobody else
                lost &= self._stays(target, name)
        return lost

    def _stays(self, record_id: str, name: str) -> int:
        """Return from whom a field of a record stays back by itself."""
        own = self._alone[record_id]
        if own.complete == own.goes:
            return 0
        return sum(1 << number for number, one in enumerate(own.decisions) if name in one.withheld)

    def _state(self, one: Mention, words: dict[str, _Words]) -> _Words:
        state = words.get(one.words)
        if state is None:
            state = words[one.words] = _Words()
            for target, name in one.targets:
                if withheld := self._withheld(target, name) & ~self._theirs.get(target, 0):
                    state.withheld.append((target, withheld))
                if name:
                    state.harmless |= self._whole.get(target, 0) & self._arrives(target)
        return state

    def _withheld(self, record_id: str, name: str) -> int:
        stays = self._stays(record_id, name) if record_id in self._alone else 0
        return (self._every & ~self._goes.get(record_id, 0)) | stays

    def _drop_needless(self) -> None:
        """Refuse the tear-lines of which everything they stand for arrives.

        A tear-line that stands for another is never needless: were one dropped for the other's sake, what is left
        would depend on which was looked at first.
        """
        losses = {}
        for record_id, record in self._by_id.items():
            if isinstance(record, TearLine) and record.stands_for:
                needless = self._goes[record_id]
                for one in record.stands_for:
                    needless &= 0 if isinstance(self._by_id.get(one), TearLine) else self._arrives(one)
                if needless:
                    losses[record_id] = [(needless, "not_needed")]
        self._lose(losses)

    def _place_tear_lines(self) -> None:
        placed = (one for one in self._selected.values() if isinstance(one, TearLine))
        for record in sorted(placed, key=lambda one: one.id):
            for one in dict.fromkeys(record.stands_for):
                if one in self._selected and (torn := self._goes[record.id] & ~self._goes[one]):
                    self._torn.setdefault(one, []).append((torn, record.id))


_BY_WORDS = frozenset({"mentions", "unsearched"})


def _bits(sets: Iterable[Iterable[T]]) -> dict[T, int]:
    found: dict[T, int] = {}
    for number, members in enumerate(sets):
        for one in members:
            found[one] = found.get(one, 0) | 1 << number
    return found


def _all(masks: Mapping[str, int], record_ids: tuple[str, ...]) -> int:
    kept = -1
    for one in record_ids:
        kept &= masks.get(one, 0)
    return kept


def _protected(record: Record) -> frozenset[str]:
    return protected_fields(kind_of(record))


def _hold(record: Record, own: _Alone) -> _Hold | None:
    ends = (record.from_id, record.to_id) if isinstance(record, Link) else ()
    about = _spoken_of(record)
    return _Hold(record.quotes, about, ends) if record.quotes or about or ends or own.ends else None


def _spoken_of(record: Record) -> tuple[str, ...]:
    """Return what a record is about in such a way that it would betray it."""
    if isinstance(record, RedFlag):
        return (record.subject,) if record.subject else ()
    if isinstance(record, Note):
        return record.about
    if isinstance(record, Identifier):
        return (record.holder,) if record.holder else ()
    return ()
