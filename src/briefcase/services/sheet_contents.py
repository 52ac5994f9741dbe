"""What stands on sheets with codes: the facts of a card, of its revocation and of a sealed message, in words."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from briefcase.language import _, current
from briefcase.paper.code_sheet import CodeSheet, Fact, WordList
from briefcase.paper.content import DARK_RED, Banner
from briefcase.records.romanise import spelled
from briefcase.seal.card import Card

_LANGUAGES = (("en", "English"), ("fr", "Français"))


def reference(codes: Sequence[str]) -> str:
    """Return kind and check of a sequence, as they stand in every code of it."""
    _form, kind, _number, _total, check, _data = codes[0].split("/", 5)
    return f"{kind} {check}"


def _language() -> str:
    return current().replace("_", "-")


def moment(text: str) -> str:
    """Return a time of the vault as people read it."""
    return text.replace("T", " ").replace("Z", " UTC")


def _how_to_scan() -> str:
    return _("Scan every page flat, at 150 dots per inch or more, in any order, and read the files together.")


def _roles() -> dict[str, str]:
    return {"officer": _("Officer"), "agency": _("Agency's record authority")}


def _is_foreign(name: str) -> bool:
    """Say whether a name has a letter that is not Latin, so that a reader may not know how to say it."""
    return any(each.isalpha() and not unicodedata.name(each, "").startswith("LATIN") for each in name)


def _about(card: Card) -> tuple[Fact, ...]:
    valid = _("%(first)s to %(last)s") % {"first": moment(card.valid_from), "last": moment(card.valid_until)}
    return (
        Fact(_("In Latin letters"), spelled(card.name) if _is_foreign(card.name) else ""),
        Fact(_("Agency"), card.agency),
        Fact(_("Country"), card.country),
        Fact(_("Role"), _roles().get(card.role, card.role)),
        Fact(_("Device"), card.device),
        Fact(_("Card number"), str(card.serial)),
        Fact(_("Valid"), valid),
        Fact(_("Renews"), card.predecessor[:16], code=True),
    )


def _words(card: Card) -> tuple[WordList, ...]:
    return tuple(WordList(name, card.words(language)) for language, name in _LANGUAGES)


def card_content(card: Card, codes: tuple[str, ...]) -> CodeSheet:
    """Return the sheet of a contact card."""
    after = _("Then compare the twelve words with their owner, face to face or by voice: until then nothing is proven.")
    return CodeSheet(
        document=_("CONTACT CARD"),
        title=card.name,
        facts=_about(card),
        codes=codes,
        instruction=f"{_how_to_scan()} {after}",
        reference=reference(codes),
        agency=card.agency,
        words=_words(card),
        fingerprint=card.fingerprint,
        language=_language(),
    )


def message_content(codes: tuple[str, ...], *, title: str, facts: tuple[Fact, ...], agency: str) -> CodeSheet:
    """Return the sheet of a sealed message; *facts* is what may be said of it in the clear."""
    return CodeSheet(
        document=_("SEALED MESSAGE"),
        title=title,
        facts=facts,
        codes=codes,
        instruction=_("%(scan)s Only the recipients' keys open what comes out of them.") % {"scan": _how_to_scan()},
        reference=reference(codes),
        agency=agency,
        language=_language(),
    )


def revocation_content(card: Card, issued: str, codes: tuple[str, ...]) -> CodeSheet:
    """Return the sheet that revokes a card; it says so on every page."""
    notice = [
        _("Whoever has this sheet can revoke this card at once and for good, without its laptop and its passphrase."),
        _("Keep it in a safe, apart from the laptop. Do not scan it, copy it or send it while all is well."),
        _("When the laptop or its keys are lost, give it to every partner: their programs then trust it no more."),
    ]
    return CodeSheet(
        document=_("REVOCATION OF A CONTACT CARD"),
        title=card.name,
        facts=(*_about(card), Fact(_("Made at"), moment(issued))),
        codes=codes,
        instruction=_how_to_scan(),
        reference=reference(codes),
        agency=card.agency,
        words=_words(card),
        fingerprint=card.fingerprint,
        notice_title=_("KEEP APART FROM THE LAPTOP"),
        notice="\n".join(notice),
        banner=Banner(_("REVOCATION — KEEP IN A SAFE"), "", DARK_RED),
        language=_language(),
    )
