"""Names and numbers in the words of a message that its recipient does not know from us or from himself.

What the officer wrote freely is searched as the texts of records are before a hand-over (``release.quoting``). A name
is known to a partner when a record that he was given, as he was given it, or that came from him is called so. What he
may know from elsewhere nobody here can tell: so a find stops the message until the officer has said a second time that
he means it. What a name is worth is his to judge; a text that speaks of somebody without naming him is not found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from briefcase.bundle.message_bodies import Body
from briefcase.records.folding import fold
from briefcase.records.kinds import Record, kind_of
from briefcase.records.names import names_of, title_of
from briefcase.release.quoting import called
from briefcase.services.clearing import quotation
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


@dataclass(frozen=True)
class _Named:
    """What a text names: the place, the words as they are compared, and the record that is called so."""

    place: str
    words: str
    record: Record


def found(session: Session, body: Body, recipients: Sequence[Contact]) -> list[Mention]:
    """Return the names in the free words of a message that a recipient does not know, by recipient and record."""
    return in_words(session, tuple(free_texts(body)), recipients)


def in_words(
    session: Session, texts: Sequence[tuple[str, str]], recipients: Sequence[Contact], *, given: Sequence[Record] = ()
) -> list[Mention]:
    """Return the names in *texts* (place and words) that a recipient does not know, by recipient and record.

    Args:
        session: open.
        texts: what the officer wrote.
        recipients: who will read it.
        given: what they get along with the words, as they get it.
    """
    named = list(_named(session, texts))
    return [one for contact in recipients for one in _unknown(session, named, contact, given)] if named else []


def need_accepted(stopped: Sequence[Mention], *, accepted: bool) -> tuple[str, ...]:
    """Return the ids of the records that somebody's words name to a recipient who does not know them.

    Raises:
        MessageMentions: there are some, and the officer did not say that he means it.
    """
    if stopped and not accepted:
        raise MessageMentions(place=stopped[0].place, name=stopped[0].contact, count=len(stopped))
    return tuple(dict.fromkeys(one.record for one in stopped))


def need_shown(stopped: Sequence[Mention], shown: Collection[Mention]) -> tuple[str, ...]:
    """Return the ids of the records that are named, when the officer was shown and accepted every one of *stopped*.

    Raises:
        MessageMentions: there are some that he was not shown.
    """
    need_accepted([one for one in stopped if one not in shown], accepted=False)
    return need_accepted(stopped, accepted=True)


def _named(session: Session, texts: Sequence[tuple[str, str]]) -> Iterator[_Named]:
    """Yield everything that the words of an officer name; ids are ``naming``'s."""
    for place, text in texts:
        names = quotation.names_of_vault(session)
        for words in sorted(names.found_in(text)):
            ids = dict.fromkeys(record_id for record_id, _field in names.called.get(words, ()))
            records = session.vault.records.get_many(ids)
            yield from (_Named(place, words, records[one]) for one in ids if one in records)


def _unknown(session: Session, named: Sequence[_Named], contact: Contact, given: Sequence[Record]) -> Iterator[Mention]:
    known = known_to(session, contact)
    ids = dict.fromkeys(one.record.id for one in named)
    views = (*given, *(view for one in ids for view in known.views(one)))
    familiar = {words for view in views for _field, words in called(view)}
    for one in named:
        if one.words not in familiar:
            record = one.record
            yield Mention(
                one.place, _spelt(record, one.words), record.id, kind_of(record), title_of(record), contact.name
            )


def _spelt(record: Record, words: str) -> str:
    """Return the name of a record that holds *words*, as it is written there."""
    names = (name for name in names_of(record) if words in fold(name).replace(" ", ""))
    return next(names, words)
