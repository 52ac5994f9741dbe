"""``identity`` and ``contact``."""

from __future__ import annotations

import argparse

from briefcase.cli.opening import opened, passphrase
from briefcase.cli.output import Output
from briefcase.language import _, ngettext
from briefcase.seal.card import Card
from briefcase.services import contacts, identity, standing, trust, withdrawn
from briefcase.services.contacts import Contact
from briefcase.services.trust import Outcome

_HEADS = 3


def show_identity(arguments: argparse.Namespace, output: Output) -> int:
    """``identity show``."""
    with opened(arguments) as session:
        card, former = session.signed_card.card, [one.card for one in session.former]
        lost = standing.lost(session)
        notice = trust.own_notice(session)
    value: dict[str, object] = {
        **_card_value(card),
        "recipient": card.age,
        "ssh": card.ssh_line,
        "former": [{**_card_value(one), "revoked": one.fingerprint in lost} for one in former],
        "notice": notice,
    }
    lines = [
        f"{card.name} ({card.agency})",
        _("Words: %(words)s") % {"words": " ".join(card.words())},
        _("Fingerprint: %(fingerprint)s") % {"fingerprint": card.fingerprint},
        _("Valid until: %(time)s") % {"time": card.valid_until},
        _("Signing key: %(key)s") % {"key": card.ssh_line},
        *_device_lines(card),
        *(_former_line(one, is_lost=one.fingerprint in lost) for one in former),
        *filter(None, [notice]),
    ]
    output.answer(value, lines)
    return 0


def _card_value(card: Card) -> dict[str, object]:
    return {
        "name": card.name,
        "agency": card.agency,
        "country": card.country,
        "role": card.role,
        "device": card.device,
        "serial": card.serial,
        "predecessor": card.predecessor,
        "fingerprint": card.fingerprint,
        "words": list(card.words()),
        "valid_from": card.valid_from,
        "valid_until": card.valid_until,
    }


def _former_line(card: Card, *, is_lost: bool) -> str:
    words = _("Former card, revoked: %(fingerprint)s") if is_lost else _("Former card: %(fingerprint)s")
    return words % {"fingerprint": card.fingerprint}


def _device_lines(card: Card) -> list[str]:
    device = card.device or _("this device")
    words = _(
        "Role: %(role)s. The keys belong to %(device)s alone: another device needs a vault and a card of its own."
    )
    return [words % {"role": trust.role_words(card), "device": device}]


def renew(arguments: argparse.Namespace, output: Output) -> int:
    """``identity renew``: the passphrase is read again."""
    with opened(arguments) as session:
        renewed = identity.renew(
            session, passphrase(arguments), device=arguments.device, revocation=arguments.revocation
        )
    card = renewed.card
    lines = [
        _("Your identity was renewed. Give the new card to your partners; its words must be compared again."),
        _("Words: %(words)s") % {"words": " ".join(card.words())},
        *_device_lines(card),
    ]
    if not arguments.revocation:
        lines.append(_("No revocation was written: write one with identity revocation, print it and lock it away."))
    output.answer(_card_value(card), lines)
    return 0


def write_revocations(arguments: argparse.Namespace, output: Output) -> int:
    """``identity revocation``: the passphrase is read again."""
    with opened(arguments) as session:
        identity.write_revocations(session, arguments.file, passphrase(arguments))
    line = _("%(file)s revokes your card. Print it, lock the paper away from this device, and delete the file.")
    output.answer({"file": str(arguments.file)}, [line % {"file": arguments.file}])
    return 0


def export_secret(arguments: argparse.Namespace, output: Output) -> int:
    """``identity export-secret``: the passphrase is read again."""
    with opened(arguments) as session:
        identity.export_secret(session, arguments.file, passphrase(arguments))
    line = _("The secret key was written; whoever has %(file)s opens every file sealed for your card.")
    output.answer({"file": str(arguments.file)}, [line % {"file": arguments.file}])
    return 0


def export_card(arguments: argparse.Namespace, output: Output) -> int:
    """``contact export``."""
    with opened(arguments) as session:
        contacts.export_card(session, arguments.file)
        words = session.signed_card.card.words()
    lines = [_("Your card was written. Read these words to your partner: %(words)s") % {"words": " ".join(words)}]
    output.answer({"file": str(arguments.file), "words": list(words)}, lines)
    return 0


def show(arguments: argparse.Namespace, output: Output) -> int:
    """``contact show``."""
    with opened(arguments) as session:
        contact = contacts.find(session, arguments.contact)
        facts, notices = trust.facts(session, contact), trust.notices(session, contact)
        french = contact.card.words("fr")
        heads = session.vault.witnesses.list(contact.fingerprint)[-_HEADS:]
    value = {
        **contact_value(contact),
        "words_fr": list(french),
        "notices": notices,
        "heads": [{"time": time, "head": head} for time, head in heads],
    }
    lines = [
        *contact_lines(contact),
        f"  {' '.join(french)}",
        *(f"  {title}: {text}" for title, text in facts),
        *(f"  {_('Head of its audit log on %(time)s') % {'time': time}}: {head}" for time, head in heads),
        *notices,
    ]
    output.answer(value, lines)
    return 0


def revoke(arguments: argparse.Namespace, output: Output) -> int:
    """``contact revoke``."""
    with opened(arguments) as session:
        outcomes = withdrawn.revoke_file(session, arguments.file)
    output.answer({"cards": [_outcome(one) for one in outcomes]}, [one.words for one in outcomes])
    return 0


def compromised(arguments: argparse.Namespace, output: Output) -> int:
    """``contact compromised``: by our own officer's word."""
    with opened(arguments) as session:
        found = trust.find_card(session, arguments.contact)
        outcome = trust.compromised(session, found, since=arguments.since, reason=arguments.reason)
    output.answer(_outcome(outcome), [outcome.words])
    return 0


def _outcome(one: Outcome) -> dict[str, object]:
    return {
        "fingerprint": one.fingerprint,
        "name": one.name,
        "effect": one.effect,
        "sentence": one.words,
        "also": list(one.also),
        "renewed_by": list(one.stays),
    }


def export_revocations(arguments: argparse.Namespace, output: Output) -> int:
    """``contact export-revocations``."""
    with opened(arguments) as session:
        count = withdrawn.export_revocations(session, arguments.file)
    words = ngettext("%(count)d revocation was written.", "%(count)d revocations were written.", count)
    output.answer({"file": str(arguments.file), "count": count}, [words % {"count": count}])
    return 0


def import_card(arguments: argparse.Namespace, output: Output) -> int:
    """``contact import``."""
    with opened(arguments) as session:
        contact = contacts.import_card(session, arguments.file, agency=arguments.agency, country=arguments.country)
        notices = trust.notices(session, contact)
    output.answer({**contact_value(contact), "notices": notices}, [*contact_lines(contact), *notices])
    return 0


def list_contacts(arguments: argparse.Namespace, output: Output) -> int:
    """``contact list``."""
    with opened(arguments) as session:
        found = contacts.list_contacts(session)
    lines = [line for contact in found for line in contact_lines(contact)] or [_("There are no contacts yet.")]
    output.answer({"contacts": [contact_value(contact) for contact in found]}, lines)
    return 0


def verify(arguments: argparse.Namespace, output: Output) -> int:
    """``contact verify``."""
    with opened(arguments) as session:
        found = contacts.find(session, arguments.contact)
        contact = contacts.verify(session, found.fingerprint, arguments.words, arguments.agency, arguments.country)
        notices = trust.notices(session, contact)
    output.answer({**contact_value(contact), "notices": notices}, [*contact_lines(contact), *notices])
    return 0


def contact_value(contact: Contact) -> dict[str, object]:
    """Return a contact as a JSON object."""
    return {
        "name": contact.name,
        "fingerprint": contact.fingerprint,
        "state": contact.state,
        "agency": contact.agency,
        "country": contact.country,
        "claimed_agency": contact.claimed,
        "words": list(contact.words),
        "verified_at": contact.verified_at,
        "role": contact.card.role,
        "device": contact.card.device,
        "serial": contact.card.serial,
        "valid_from": contact.card.valid_from,
        "valid_until": contact.card.valid_until,
        "predecessor": contact.card.predecessor,
        "renewal": contact.renewal,
        "replaced_by": contact.replaced_by,
    }


def contact_lines(contact: Contact) -> list[str]:
    """Return a contact as lines for people."""
    # The state first and the name last and quoted: a name cannot look like a state, nor an agency like a name.
    agency = contact.agency or _('says "%(agency)s"') % {"agency": contact.claimed}
    return [
        f'{contact.state}, {agency}: "{contact.name}"',
        f"  {' '.join(contact.words)}",
        f"  {contact.fingerprint}",
    ]
