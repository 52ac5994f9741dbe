"""The decision: default is no, and every yes has a reason.

A decision is made in two passes. The first looks at each record by itself: marking and label agree, level within the
recipient's clearance row in our pack, recipient named in the label, no national caveat, consent where the caveat wants
one, origin. The second follows what records say of each other, until nothing changes: what quotes or speaks of a
withheld record is withheld, and so is a link with an end that is not given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from briefcase.records.fields import protected_fields
from briefcase.records.kinds import Document, Identifier, Link, Note, Record, RedFlag, TearLine, kind_of
from briefcase.records.label import Label
from briefcase.records.lattice import covers, is_within
from briefcase.records.markings import disagreement
from briefcase.records.packs import Pack, Policy
from briefcase.release.protocols import Between, kept_by, told_by
from briefcase.release.reasons import Reason, field_title

_FILE_FACTS = frozenset({"file_name", "sha256", "size", "media_type", "pages"})
"""What a document says of its file: it goes with the file or not at all."""

_CIRCLE = "shared_by"
"""Who keeps a record together is said to those agencies only."""


class Verdict(StrEnum):
    """What happens to a record for one recipient."""

    ALLOW = "allow"
    ALLOW_FIELDS = "allow_fields"
    TEAR_LINE = "tear_line"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Recipient:
    """Who it is for, as OUR officer knows him: agency (``GBR/HMRC``) and country (``GBR``) were set when verifying."""

    name: str
    fingerprint: str
    country: str
    agency: str = ""


@dataclass(frozen=True)
class Consent:
    """The originator's consent to pass one revision on; ``fields`` empty means all, ``until`` is exclusive, UTC."""

    serial: str
    record_id: str
    revision: str
    recipient: str
    since: str
    until: str
    fields: tuple[str, ...] = ()

    def covers(self, record: Record, recipient: Recipient, now: str) -> bool:
        """Say whether it speaks of exactly this revision and recipient (fingerprint or agency), and is in force."""
        return (
            (self.record_id, self.revision) == (record.id, record.revision)
            and self.recipient in (recipient.fingerprint, recipient.agency)
            and bool(self.recipient)
            and self.since <= now < self.until
        )


@dataclass(frozen=True)
class Decision:
    """What happens to one record for one recipient, and why.

    Attributes:
        verdict: the answer.
        withheld: names of the fields that do not go.
        reasons: at least one.
        tear_lines: ids of the tear-lines that go in its place.
        consents: serials of the consents without which less would go, ascending.
    """

    verdict: Verdict
    withheld: frozenset[str] = frozenset()
    reasons: tuple[Reason, ...] = ()
    tear_lines: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()

    @property
    def goes(self) -> bool:
        """Whether the record itself goes, whole or in part."""
        return self.verdict in (Verdict.ALLOW, Verdict.ALLOW_FIELDS)


@dataclass(frozen=True)
class Circumstances:
    """Everything a decision rests on beside the record.

    Attributes:
        recipient: for whom.
        pack: our agency's pack.
        now: UTC, the vault's time, which never runs backwards.
        consents: on file.
        reported: ids of records that came from somebody who is not their originator.
        unverified: ids of records taken in from an unverified source.
        recalled: ids of records that their originator has withdrawn, as they are now.
        given: ids of records that this recipient was given before.
        unsettled: ids of joint records of which a field waits for an officer's decision.
        agency: ours; without it every record counts as somebody else's.
    """

    recipient: Recipient
    pack: Pack
    now: str
    consents: tuple[Consent, ...] = ()
    reported: frozenset[str] = frozenset()
    unverified: frozenset[str] = frozenset()
    recalled: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    unsettled: frozenset[str] = frozenset()
    agency: str = ""


@dataclass
class _Walk:
    """The second pass: decisions by id, changed until they rest."""

    by_id: Mapping[str, Record]
    selected: Collection[str]
    given: frozenset[str]
    recipient: Recipient
    decisions: dict[str, Decision] = field(default_factory=dict)

    def goes(self, record_id: str) -> bool:
        decision = self.decisions.get(record_id)
        return decision is not None and decision.goes

    def whole(self, record_id: str) -> bool:
        """Whether the recipient may know every word of it, a tip's source included; a tear-line is all text."""
        decision, record = self.decisions.get(record_id), self.by_id.get(record_id)
        if decision is None or decision.verdict != Verdict.ALLOW:
            return False
        return not decision.withheld or isinstance(record, TearLine)

    def arrives(self, record_id: str) -> bool:
        """Whether the recipient will hold that record: sent now, or given before and still allowed."""
        return self.goes(record_id) and (record_id in self.selected or record_id in self.given)


def check(
    records: Sequence[Record], circumstances: Circumstances, *, context: Iterable[Record] = ()
) -> dict[str, Decision]:
    """Decide for every one of *records*, tear-lines included.

    Args:
        records: what is to go.
        circumstances: for whom, under which pack and consents, when.
        context: other records that these point to; decided with them, not returned. A record that is pointed to and is
            in neither counts as withheld.

    Returns:
        Decisions by record id.
    """
    selected = {record.id: record for record in records}
    by_id = {record.id: record for record in context} | selected
    walk = _Walk(by_id, selected, circumstances.given, circumstances.recipient)
    walk.decisions = {record.id: alone(record, circumstances) for record in by_id.values()}
    _settle(walk)
    _drop_needless(walk)
    _settle(walk)
    _place_tear_lines(walk)
    return {record_id: walk.decisions[record_id] for record_id in selected}


def alone(record: Record, circumstances: Circumstances) -> Decision:
    """Decide for one record by itself, without what it says of others."""
    origin = _origin(record, circumstances)
    consents = _in_force(record, circumstances)
    by_label = [*origin, *_label_reasons(record.label, record, circumstances, consented=False)]
    by_consent = [*origin, *_label_reasons(record.label, record, circumstances, consented=True)]
    if by_label and (by_consent or not consents):
        return Decision(Verdict.REFUSE, reasons=tuple(by_consent if consents else by_label))
    usable = () if by_consent else consents
    withheld, why = _withheld_fields(record, circumstances, usable, by_label=not by_label)
    relied = _relied_on(record, circumstances, usable, by_label=not by_label, withheld=withheld)
    granted = [Reason("consented", (("serial", consent.serial),)) for consent in relied]
    if not by_label:
        granted.insert(0, Reason("released", (("recipient", _name(circumstances.recipient)),)))
    # A tip without its source and a tear-line without what it stands for are whole by definition.
    kept_back = withheld - protected_fields(kind_of(record)) - {_CIRCLE}
    verdict = Verdict.ALLOW_FIELDS if kept_back else Verdict.ALLOW
    going = [record.label, *(label for name, label in record.field_labels.items() if name not in withheld)]
    return Decision(verdict, withheld, (*granted, *why, *told_by(going)), consents=tuple(one.serial for one in relied))


def _relied_on(
    record: Record,
    circumstances: Circumstances,
    consents: tuple[Consent, ...],
    *,
    by_label: bool,
    withheld: frozenset[str],
) -> tuple[Consent, ...]:
    """Return the consents that are needed: for the record itself, or for a field that its own label keeps back."""
    if not by_label:
        return consents
    bare, _why = _withheld_fields(record, circumstances, (), by_label=True)
    opened = bare - withheld
    return tuple(one for one in consents if opened and (not one.fields or opened.intersection(one.fields)))


def _in_force(record: Record, circumstances: Circumstances) -> tuple[Consent, ...]:
    found = (one for one in circumstances.consents if one.covers(record, circumstances.recipient, circumstances.now))
    return tuple(sorted(found, key=lambda consent: consent.serial))


def _name(recipient: Recipient) -> str:
    return recipient.agency or recipient.country or "?"


def _origin(record: Record, circumstances: Circumstances) -> list[Reason]:
    found = []
    if record.id in circumstances.reported:
        found.append(Reason("reported"))
    if record.id in circumstances.unverified:
        found.append(Reason("unverified"))
    if record.id in circumstances.recalled:
        found.append(Reason("recalled"))
    if record.id in circumstances.unsettled:
        found.append(Reason("unsettled"))
    return found


def _label_reasons(label: Label, record: Record, circumstances: Circumstances, *, consented: bool) -> list[Reason]:
    """Return every reason why a label of *record* keeps something from this recipient; none when it does not.

    A consent stands in for the naming of the recipient and for what a caveat, TLP or H2 asks; never for marking, level,
    nation or a day of review that has passed.
    """
    pack, recipient = circumstances.pack, circumstances.recipient
    policy = pack.policy(label.policy)
    if policy is None:
        return [Reason("policy", (("policy", label.policy or "?"),))]
    found = [Reason("marking")] if disagreement(label, pack) else []
    found += _level_reasons(label, policy, circumstances)
    if not consented:
        found += _audience_reasons(label, pack, recipient)
    found += _caveat_reasons(label, policy, recipient, consented=consented)
    if not (label.tlp or label.pap or label.handling or label.review_on):
        return found
    named = pack.expand(label.releasable_to)
    between = Between(record.originator.agency, circumstances.agency, recipient.agency, named, record.shared_by)
    return found + kept_by(label, between, circumstances.now, consented=consented)


def _level_reasons(label: Label, policy: Policy, circumstances: Circumstances) -> list[Reason]:
    recipient = circumstances.recipient
    who = ("recipient", _name(recipient))
    if policy.level(label.level) is None:
        return [Reason("level", (("level", label.level or "?"),))]
    row = _row(circumstances)
    if row is None:
        return [Reason("no_row", (who,))]
    cleared = row.get(policy.id)
    if cleared is None:
        return [Reason("no_policy_row", (who, ("policy", policy.id)))]
    if not is_within(label.level, cleared, policy):
        return [Reason("above", (who, ("level", label.level), ("cleared", cleared)))]
    return []


def _row(circumstances: Circumstances) -> Mapping[str, str] | None:
    recipient = circumstances.recipient
    for code in (recipient.agency, recipient.country):
        row = circumstances.pack.partner(code) if code else None
        if row is not None:
            return row.cleared_to
    return None


def _audience_reasons(label: Label, pack: Pack, recipient: Recipient) -> list[Reason]:
    who = ("recipient", _name(recipient))
    codes = pack.expand(label.releasable_to)
    if not codes:
        return [Reason("nobody", (who,))]
    if any(covers(codes, code) for code in (recipient.agency, recipient.country) if code):
        return []
    return [Reason("not_named", (who,))]


def _caveat_reasons(label: Label, policy: Policy, recipient: Recipient, *, consented: bool) -> list[Reason]:
    found = []
    for caveat_id in label.caveats:
        caveat = policy.caveat(caveat_id)
        said = (("caveat", caveat_id),)
        if caveat is None:
            found.append(Reason("caveat", said))
        elif caveat.national and recipient.country != policy.country:
            found.append(Reason("national", said))
        elif caveat.consent and not consented:
            found.append(Reason("consent", said))
    return found


def _withheld_fields(
    record: Record, circumstances: Circumstances, consents: tuple[Consent, ...], *, by_label: bool
) -> tuple[frozenset[str], list[Reason]]:
    """Return the fields that stay, and why: a field goes under the labels alone, or under a consent that names it."""
    kind, recipient = kind_of(record), circumstances.recipient
    withheld: dict[str, str] = {name: "protected" for name in protected_fields(kind) if getattr(record, name)}
    for name in (one for one in record.__struct_fields__ if one not in Record.__struct_fields__):
        label = record.field_labels.get(name)
        if label is None and not getattr(record, name):
            continue
        freely = by_label and (label is None or not _label_reasons(label, record, circumstances, consented=False))
        named = any(not consent.fields or name in consent.fields for consent in consents)
        if not freely and not (
            named and (label is None or not _label_reasons(label, record, circumstances, consented=True))
        ):
            withheld.setdefault(name, "field" if by_label or label is not None else "not_consented")
    if record.shared_by and recipient.agency not in record.shared_by:
        withheld[_CIRCLE] = _CIRCLE
    if isinstance(record, Document) and withheld.keys() & _FILE_FACTS:
        withheld |= {name: "field" for name in _FILE_FACTS if getattr(record, name)}
    said = sorted((name, code) for name, code in withheld.items() if name != _CIRCLE)
    why = [Reason(code, (("field", field_title(kind, name)),)) for name, code in said]
    return frozenset(withheld), why


def _settle(walk: _Walk) -> None:
    """Withhold what hangs on withheld records until nothing changes; each round only ever refuses more.

    A round looks at the state before it, so that neither verdicts nor reasons depend on the order of the records.
    """
    while True:
        hanging = {
            record_id: reason
            for record_id, record in walk.by_id.items()
            if walk.goes(record_id) and (reason := _hangs(record, walk)) is not None
        }
        if not hanging:
            return
        for record_id, reason in hanging.items():
            walk.decisions[record_id] = Decision(Verdict.REFUSE, reasons=(reason,))


def _hangs(record: Record, walk: _Walk) -> Reason | None:
    if isinstance(record, Link) and walk.decisions[record.id].withheld & {"from_id", "to_id"}:
        return Reason("dangling", (("recipient", _name(walk.recipient)),))
    if any(not walk.whole(quoted) for quoted in record.quotes):
        return Reason("quotes")
    if any(not walk.goes(subject) for subject in _spoken_of(record)):
        return Reason("about")
    if isinstance(record, Link) and not all(walk.arrives(end) for end in (record.from_id, record.to_id)):
        return Reason("dangling", (("recipient", _name(walk.recipient)),))
    return None


def _spoken_of(record: Record) -> tuple[str, ...]:
    """Return what a record is about in such a way that it would betray it."""
    if isinstance(record, RedFlag):
        return (record.subject,) if record.subject else ()
    if isinstance(record, Note):
        return record.about
    if isinstance(record, Identifier):
        return (record.holder,) if record.holder else ()
    return ()


def _drop_needless(walk: _Walk) -> None:
    """Refuse the tear-lines of which everything they stand for arrives.

    A tear-line that stands for another is never needless: were one dropped for the other's sake, what is left would
    depend on which was looked at first.
    """
    arriving = {one for one, record in walk.by_id.items() if walk.arrives(one) and not isinstance(record, TearLine)}
    for record in walk.by_id.values():
        replaced = record.stands_for if isinstance(record, TearLine) and walk.goes(record.id) else ()
        if replaced and arriving.issuperset(replaced):
            walk.decisions[record.id] = Decision(Verdict.REFUSE, reasons=(Reason("not_needed"),))


def _place_tear_lines(walk: _Walk) -> None:
    placed = (one for one in walk.by_id.values() if isinstance(one, TearLine) and one.id in walk.selected)
    for record in sorted(placed, key=lambda one: one.id):
        if not walk.goes(record.id):
            continue
        for one in (one for one in record.stands_for if one in walk.selected and not walk.goes(one)):
            decision = walk.decisions[one]
            walk.decisions[one] = replace(
                decision,
                verdict=Verdict.TEAR_LINE,
                reasons=(*(each for each in decision.reasons if each.code != "tear_line"), Reason("tear_line")),
                tear_lines=(*decision.tear_lines, record.id),
            )
