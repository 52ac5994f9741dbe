"""``identity`` and ``contact``."""

from __future__ import annotations

import argparse

from briefcase.cli.opening import opened, passphrase
from briefcase.cli.output import Output
from briefcase.language import _
from briefcase.services import contacts, identity
from briefcase.services.contacts import Contact


def show_identity(arguments: argparse.Namespace, output: Output) -> int:
    """``identity show``."""
    with opened(arguments) as session:
        card = session.identity.card
    value: dict[str, object] = {
        "name": card.name,
        "agency": card.agency,
        "country": card.country,
        "fingerprint": card.fingerprint,
        "words": list(card.words()),
        "recipient": card.age,
        "ssh": card.ssh_line,
        "valid_from": card.valid_from,
        "valid_until": card.valid_until,
    }
    lines = [
        f"{card.name} ({card.agency})",
        _("Words: %(words)s") % {"words": " ".join(card.words())},
        _("Fingerprint: %(fingerprint)s") % {"fingerprint": card.fingerprint},
        _("Valid until: %(time)s") % {"time": card.valid_until},
        _("Signing key: %(key)s") % {"key": card.ssh_line},
    ]
    output.answer(value, lines)
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
        words = session.identity.card.words()
    lines = [_("Your card was written. Read these words to your partner: %(words)s") % {"words": " ".join(words)}]
    output.answer({"file": str(arguments.file), "words": list(words)}, lines)
    return 0


def import_card(arguments: argparse.Namespace, output: Output) -> int:
    """``contact import``."""
    with opened(arguments) as session:
        contact = contacts.import_card(session, arguments.file, agency=arguments.agency, country=arguments.country)
    output.answer(_value(contact), _lines(contact))
    return 0


def list_contacts(arguments: argparse.Namespace, output: Output) -> int:
    """``contact list``."""
    with opened(arguments) as session:
        found = contacts.list_contacts(session)
    lines = [line for contact in found for line in _lines(contact)] or [_("There are no contacts yet.")]
    output.answer({"contacts": [_value(contact) for contact in found]}, lines)
    return 0


def verify(arguments: argparse.Namespace, output: Output) -> int:
    """``contact verify``."""
    with opened(arguments) as session:
        found = contacts.find(session, arguments.contact)
        contact = contacts.verify(session, found.fingerprint, arguments.words, arguments.agency, arguments.country)
    output.answer(_value(contact), _lines(contact))
    return 0


def _value(contact: Contact) -> dict[str, object]:
    return {
        "name": contact.name,
        "fingerprint": contact.fingerprint,
        "state": contact.state,
        "agency": contact.agency,
        "country": contact.country,
        "claimed_agency": contact.claimed,
        "words": list(contact.words),
        "verified_at": contact.verified_at,
    }


def _lines(contact: Contact) -> list[str]:
    known = contact.agency or _("says %(agency)s") % {"agency": contact.claimed}
    return [
        f"{contact.name} ({known}): {contact.state}",
        f"  {' '.join(contact.words)}",
        f"  {contact.fingerprint}",
    ]
