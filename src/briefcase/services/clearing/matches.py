"""Matches that stop a hand-over, and the officer's word that one may go.

A word is about exactly one revision of the text, one recipient, one withheld record and one name of it; of each only a
digest is kept, so that it goes with no purge and betrays nothing. Whatever changes, the officer is asked again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from briefcase.language import _
from briefcase.records.kinds import Record, kind_of
from briefcase.records.names import title_of
from briefcase.release.matrix import Matrix
from briefcase.release.quoting import Mention
from briefcase.release.reasons import field_title
from briefcase.services.clearing.errors import MatchUnknown
from briefcase.services.clearing.quotation import Scope
from briefcase.services.contacts import Contact
from briefcase.services.session import Session

_KEPT = "quotation.confirmed"
_SHOWN = 16


@dataclass(frozen=True)
class Match:
    """A text that would go and names what is withheld, or a file that would go and cannot be searched.

    Attributes:
        id: number by which it is confirmed.
        recipient: fingerprint.
        name: of the recipient.
        record_id: whose text or file it is.
        title: of that record.
        field: title of the field.
        words: what was found, folded; empty for a file that cannot be searched.
        targets: ids of the withheld records.
        titles: of these.
        digests: what is kept when it is confirmed.
    """

    id: str
    recipient: str
    name: str
    record_id: str
    title: str
    field: str
    words: str
    targets: tuple[str, ...]
    titles: tuple[str, ...]
    digests: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What an officer is told of it."""
        facts = {
            "id": self.id,
            "title": self.title,
            "field": self.field,
            "name": self.name,
            "words": self.words,
            "titles": "; ".join(self.titles),
        }
        if self.targets:
            return (
                _(
                    "%(id)s: for %(name)s, %(field)s of \u201c%(title)s\u201d has \u201c%(words)s\u201d, which names"
                    " what is withheld (%(titles)s)."
                )
                % facts
            )
        return (
            _(
                "%(id)s: for %(name)s, the file of \u201c%(title)s\u201d cannot be searched; look through it for what"
                " is withheld, and confirm that you did."
            )
            % facts
        )


def confirmed(session: Session, scope: Scope, contact: Contact) -> frozenset[tuple[str, str, str]]:
    """Return what the officer let go to a contact, of the matches of a scope, as ``Circumstances.confirmed`` has it."""
    kept = _kept(session)
    if not kept:
        return frozenset()
    revisions = {record.id: record.revision for record in scope.records}
    return frozenset(
        (one.record_id, target, one.words)
        for one in scope.mentions
        for target in _targets(one)
        if _digest(revisions[one.record_id], contact.fingerprint, one, target) in kept
    )


def open_matches(scope: Scope, matrix: Matrix, contacts: Sequence[Contact]) -> tuple[Match, ...]:
    """Return the matches that stand open, recipient by recipient."""
    by_id = {record.id: record for record in scope.all}
    found = [
        _match(by_id, contact, one) for number, contact in enumerate(contacts) for one in matrix.open_mentions(number)
    ]
    return tuple(dict.fromkeys(sorted(found, key=lambda one: (one.name, one.title, one.id))))


def confirm(session: Session, matches: Iterable[Match], numbers: Iterable[str]) -> int:
    """Keep the officer's word that matches may go, each with an entry in the audit chain; return how many.

    Raises:
        MatchUnknown: a number is not among the open ones; nothing is kept then.
    """
    known = {one.id: one for one in matches}
    chosen = []
    for number in dict.fromkeys(numbers):
        if number not in known:
            raise MatchUnknown(id=number)
        chosen.append(known[number])
    if not chosen:
        return 0
    with session.vault.transaction():
        kept = _kept(session) | {digest for one in chosen for digest in one.digests}
        session.vault.settings.set(_KEPT, [*sorted(kept)])
        for one in chosen:
            detail: dict[str, object] = {
                "recipient": one.recipient,
                "withheld": list(one.targets),
                "match": list(one.digests),
                "searched": int(bool(one.targets)),
            }
            session.vault.audit.append("handover.confirm", one.record_id, detail, actor=session.officer)
    return len(chosen)


def _targets(one: Mention) -> tuple[str, ...]:
    return tuple(dict.fromkeys(target for target, _field in one.targets)) or ("",)


def _match(by_id: dict[str, Record], contact: Contact, one: Mention) -> Match:
    record, targets = by_id[one.record_id], tuple(target for target in _targets(one) if target)
    digests = tuple(_digest(record.revision, contact.fingerprint, one, target) for target in targets or ("",))
    return Match(
        id=hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()[:_SHOWN],
        recipient=contact.fingerprint,
        name=contact.name,
        record_id=record.id,
        title=title_of(record),
        field=field_title(kind_of(record), one.field) if one.field != "sha256" else _("the file"),
        words=one.words if targets else "",
        targets=targets,
        titles=tuple(title_of(by_id[target]) for target in targets if target in by_id),
        digests=digests,
    )


def _digest(revision: str, recipient: str, one: Mention, target: str) -> str:
    said = f"briefcase quotation 1\n{one.record_id}\n{revision}\n{recipient}\n{target}\n{one.words}"
    return hashlib.sha256(said.encode()).hexdigest()


def _kept(session: Session) -> frozenset[str]:
    value = session.vault.settings.get(_KEPT)
    return frozenset(map(str, value if isinstance(value, list) else ()))
