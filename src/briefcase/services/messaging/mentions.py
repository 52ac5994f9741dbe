"""Names and numbers in the words of a message that its recipient does not know from us or from himself.

Every name and number by which a record is looked up is looked for in what the officer wrote freely. It is known to a
partner when a record that he was given, as he was given it, or that came from him has the same one. What he may know
from elsewhere nobody here can tell: so a find stops the message until the officer has said a second time that he means
it. What a name is worth is his to judge; a text that speaks of somebody without naming him is not found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from briefcase.bundle.message_bodies import Body
from briefcase.records.folding import fold
from briefcase.records.kinds import Record, kind_of
from briefcase.records.mentions import FoldedText, folded_text, names_in
from briefcase.records.names import names_of, title_of
from briefcase.services.contacts import Contact
from briefcase.services.messaging.errors import MessageMentions
from briefcase.services.messaging.naming import free_texts, known_to
from briefcase.services.session import Session


@dataclass(frozen=True)
class Mention:
    """A name in a message that a recipient does not know.

    Attributes:
        place: in the body: text, purpose, note or reason.
        words: the name or number as it stands in the record.
        record: id of the record that has it.
        kind: of that record.
        title: likewise.
        contact: name of the recipient.
    """

    place: str
    words: str
    record: str
    kind: str
    title: str
    contact: str


def found(session: Session, body: Body, recipients: Sequence[Contact]) -> list[Mention]:
    """Return the names in the free words of a message that a recipient does not know, by recipient and record."""
    places = [(place, folded_text(text)) for place, text in free_texts(body)]
    named = [one for place, text in places for one in _named(session, place, text)]
    if not named:
        return []
    return [one for contact in recipients for one in _unknown(session, named, contact)]


def need_accepted(session: Session, body: Body, recipients: Sequence[Contact], *, accepted: bool) -> tuple[str, ...]:
    """Return the ids of the records that the words of a message name to somebody who does not know them.

    Raises:
        MessageMentions: there are some, and the officer did not say that he means it.
    """
    stopped = found(session, body, recipients)
    if stopped and not accepted:
        raise MessageMentions(place=stopped[0].place, name=stopped[0].contact, count=len(stopped))
    return tuple(dict.fromkeys(one.record for one in stopped))


def _named(session: Session, place: str, text: FoldedText) -> Iterator[tuple[str, Record, str]]:
    """Yield the place, the record and the name of everything that a text names."""
    ids = session.vault.records.may_be_named_in(text)
    records = session.vault.records.get_many(ids)
    for record_id in ids:
        for name in names_in(names_of(records[record_id]), text):
            yield place, records[record_id], name


def _unknown(session: Session, named: Sequence[tuple[str, Record, str]], contact: Contact) -> Iterator[Mention]:
    known = known_to(session, contact)
    ids = dict.fromkeys(record.id for _place, record, _name in named)
    names = {fold(name) for record_id in ids for view in known.views(record_id) for name in names_of(view)}
    for place, record, name in named:
        if fold(name) not in names:
            yield Mention(place, name, record.id, kind_of(record), title_of(record), contact.name)
