"""The decision: default is no, and every yes has a reason.

Here a record is looked at by itself: marking and label agree, level within the recipient's clearance row in our pack,
recipient named in the label, no national caveat, consent where the caveat wants one, origin. ``matrix`` follows what
records say of each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from enum import StrEnum

from briefcase.records.fields import protected_fields
from briefcase.records.kinds import Document, Record, kind_of
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
        return self.verdict is Verdict.ALLOW or self.verdict is Verdict.ALLOW_FIELDS


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
        deleted: ids of records all of whose cases were deleted.
        given: ids of records that this recipient was given before.
        unsettled: ids of joint records of which a field waits for an officer's decision.
        agency: ours; without it every record counts as somebody else's.
        theirs: ids of records that this recipient sent us himself; their names are no news to him.
        confirmed: matches in text that the officer looked at and lets go (text, named record, words).
    """

    recipient: Recipient
    pack: Pack
    now: str
    consents: tuple[Consent, ...] = ()
    reported: frozenset[str] = frozenset()
    unverified: frozenset[str] = frozenset()
    recalled: frozenset[str] = frozenset()
    deleted: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    unsettled: frozenset[str] = frozenset()
    agency: str = ""
    theirs: frozenset[str] = frozenset()
    confirmed: frozenset[tuple[str, str, str]] = frozenset()

    @property
    def singled_out(self) -> frozenset[str]:
        """The ids of records about which more decides than what they are labelled with, so that each is asked for.

        Whatever set of ids is added here one day counts without being named: it costs time at most.
        """
        sets = (getattr(self, one.name) for one in dataclass_fields(self) if one.name not in _NO_NEWS)
        ids = frozenset[str]().union(*(value for value in sets if isinstance(value, frozenset)))
        return ids | {one.record_id for one in self.consents}


_NO_NEWS = frozenset({"given", "theirs", "confirmed"})
"""Circumstances that decide over what records say of each other, not over a record by itself."""


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
        granted.insert(0, Reason("released", (("recipient", recipient_name(circumstances.recipient)),)))
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


def recipient_name(recipient: Recipient) -> str:
    """Return the code by which reasons name a recipient."""
    return recipient.agency or recipient.country or "?"


def _origin(record: Record, circumstances: Circumstances) -> list[Reason]:
    found = []
    if record.id in circumstances.reported:
        found.append(Reason("reported"))
    if record.id in circumstances.unverified:
        found.append(Reason("unverified"))
    if record.id in circumstances.recalled:
        found.append(Reason("recalled"))
    if record.id in circumstances.deleted:
        found.append(Reason("deleted"))
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
    who = ("recipient", recipient_name(recipient))
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
    who = ("recipient", recipient_name(recipient))
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
