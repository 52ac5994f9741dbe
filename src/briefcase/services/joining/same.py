"""Parties that may be the same: proposed with what speaks for it, never joined by themselves.

An officer's decision is an own link, *same as* or *not the same as*, with its grounds in words. It quotes both parties,
so it goes to nobody who may not have both whole. What was decided is not proposed again; the other decision, or
``undo``, takes it back as a new version of the link.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from briefcase.language import _
from briefcase.records import lattice, sameness
from briefcase.records.canonical import Json
from briefcase.records.errors import MarkingUnreadable, RecordInvalid
from briefcase.records.kinds import Identifier, Link, Party, Record
from briefcase.records.label import Label
from briefcase.records.markings import complete, typed
from briefcase.records.sameness import Pair, Sign
from briefcase.services import cases
from briefcase.services.joining.errors import PairDecided, PairMarkedLower, PairUnknown, PairUnmarked
from briefcase.services.session import Session

SAME, OTHER = "same_as", "not_same_as"
LEAST = 2
"""The least weight (``sameness.Pair.weight``) of a pair that is proposed without a number in common."""


@dataclass(frozen=True)
class Proposal:
    """Two parties that may be the same.

    Attributes:
        pair: with what was compared.
        titles: of both.
        own: whether each was written here.
        decision: ``same_as`` or ``not_same_as``; empty while nothing was decided.
        link: id of the link that says so; empty while there is none.
    """

    pair: Pair
    titles: tuple[str, str]
    own: tuple[bool, bool]
    decision: str = ""
    link: str = ""


def proposals(session: Session, *, decided: bool = False, about: str = "", limit: int = 100) -> list[Proposal]:
    """Return pairs of parties that may be the same, what most speaks for in front.

    Args:
        session: open.
        decided: those that were decided, in place of those that were not.
        about: only pairs of this party (id).
        limit: the most pairs.
    """
    known = _decisions(session)
    if decided:
        found = [_read(session, ends) for ends in known]
    else:
        every = sameness.pairs(_traits(session))
        found = [one for one in every if _tells(one) and frozenset((one.one, one.other)) not in known]
    wanted = [one for one in found if one is not None and about in ("", one.one, one.other)]
    first = sorted(wanted, key=lambda one: (-one.weight, one.one, one.other))[:limit]
    titles = cases.titles(session, (each for one in first for each in (one.one, one.other)))
    return [_proposal(session, one, titles, known.get(frozenset((one.one, one.other)))) for one in first]


def _tells(pair: Pair) -> bool:
    """Say whether a pair is worth an officer's look; a number that two have is, whatever speaks against it."""
    return pair.weight >= LEAST or any(one.sort == "number" for one in pair.signs)


def _proposal(session: Session, pair: Pair, titles: dict[str, str], link: Link | None) -> Proposal:
    own = [session.vault.records.source_of(each) is None for each in (pair.one, pair.other)]
    return Proposal(
        pair=pair,
        titles=(titles.get(pair.one, ""), titles.get(pair.other, "")),
        own=(own[0], own[1]),
        decision=link.role if link is not None else "",
        link=link.id if link is not None else "",
    )


def _traits(session: Session) -> Iterable[sameness.Traits]:
    numbers: dict[str, list[Identifier]] = {}
    for record in session.vault.records.stream(kind="identifier"):
        if isinstance(record, Identifier) and record.holder:
            numbers.setdefault(record.holder, []).append(record)
    for record in session.vault.records.stream(kind="party"):
        if isinstance(record, Party):
            yield sameness.traits(record, numbers.get(record.id, ()))


def _read(session: Session, ends: frozenset[str]) -> Pair | None:
    """Return what two parties have in common, None when one of them is not here."""
    found = session.vault.records.get_many(ends)
    parties = [one for one in found.values() if isinstance(one, Party)]
    held: dict[str, list[Identifier]] = {}
    for party in parties:
        rows = session.vault.records.mentioned_by(party.id)
        records = session.vault.records.get_many(row.id for row in rows if row.kind == "identifier")
        held[party.id] = [one for one in records.values() if isinstance(one, Identifier) and one.holder == party.id]
    compared = [sameness.traits(one, held[one.id]) for one in parties]
    return sameness.compare(*compared) if len(compared) == len(("one", "other")) else None


def _decisions(session: Session) -> dict[frozenset[str], Link]:
    """Return our own links that decide over two parties, by their ends."""
    return {
        frozenset((one.from_id, one.to_id)): one
        for one in session.vault.records.stream(kind="link")
        if isinstance(one, Link) and one.role in (SAME, OTHER) and cases.is_own(session, one)
    }


def accept(session: Session, one: str, other: str, *, marking: str = "") -> Link:
    """Say that two parties are the same; neither is changed.

    Args:
        session: open for writing.
        one: id of a party.
        other: id of the other.
        marking: of the link; made of the labels of both when empty.

    Raises:
        PairUnknown: they are not two parties that are here.
        PairDecided: that was said before.
        PairUnmarked: the labels of both cannot be joined into one, and no marking was given.
        PairMarkedLower: the marking keeps less back than they do.
        briefcase.records.errors.RecordInvalid: the marking cannot be read.
    """
    return _decide(session, (one, other), SAME, marking)


def reject(session: Session, one: str, other: str, *, marking: str = "") -> Link:
    """Say that two parties are not the same, also after the opposite was said; see ``accept``."""
    return _decide(session, (one, other), OTHER, marking)


def _decide(session: Session, ends: tuple[str, str], role: str, marking: str) -> Link:
    pair = _read(session, frozenset(ends))
    if pair is None:
        raise PairUnknown
    link = _decisions(session).get(frozenset(ends))
    if link is not None and link.role == role:
        raise PairDecided
    parties = tuple(session.vault.records.need(one) for one in ends)
    label = _label(session, parties, marking)
    grounds = "\n".join(words(one) for one in pair.signs)
    if link is not None:
        changes: dict[str, Json] = {"role": role, "grounds": grounds, "label": msgspec.to_builtins(label)}
        made: Record = cases.edit_record(session, link.id, changes)
    else:
        shared = [one for one in parties[0].case_ids if one in parties[1].case_ids]
        fields: dict[str, Json] = {
            "role": role,
            "from_id": ends[0],
            "to_id": ends[1],
            "grounds": grounds,
            "quotes": list(ends),
        }
        made = cases.add_record(session, "link", fields, label, shared)
    if not isinstance(made, Link):
        raise PairUnknown
    return made


def _label(session: Session, parties: tuple[Record, ...], marking: str) -> Label:
    """Return a label that is as strict as those of both parties."""
    pack, strict = session.pack, lattice.join_records(parties, session.pack)
    if marking:
        label = complete(Label(marking=marking), pack)
    elif len(strict.levels) != 1:
        raise PairUnmarked
    else:
        policy, level = next(iter(strict.levels))
        draft = Label(
            policy=policy,
            level=level,
            releasable_to=tuple(sorted(typed(code) for code in strict.releasable_to or ())),
            caveats=tuple(sorted(strict.caveats)),
            tlp=strict.tlp,
            pap=strict.pap,
            handling=tuple(sorted(strict.handling)),
            review_on=strict.review_on,
        )
        try:
            label = complete(draft, pack)
        except (MarkingUnreadable, RecordInvalid):
            raise PairUnmarked from None
    if not lattice.is_at_least(lattice.of(label, pack), strict, pack):
        raise PairMarkedLower
    return label


def words(sign: Sign) -> str:
    """Return one sign as a sentence."""
    facts = {"one": sign.one, "other": sign.other}
    if sign.sort == "number":
        return _("The same number: %(one)s and %(other)s.") % facts
    if sign.sort == "name":
        return _("The same name: %(one)s and %(other)s.") % facts
    if sign.sort == "kind":
        return _("Against it: one is a %(one)s, the other a %(other)s.") % facts
    if sign.sort == "country":
        said = _("Countries that agree: %(one)s and %(other)s.")
        return (said if sign.agrees else _("Against it: countries %(one)s and %(other)s.")) % facts
    said = _("Dates that agree: %(one)s and %(other)s.")
    return (said if sign.agrees else _("Against it: dates %(one)s and %(other)s.")) % facts
