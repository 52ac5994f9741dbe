"""Our own card: its words, how it is handed out, when it ends, and the cards before it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from briefcase.desktop.pages.page import pane
from briefcase.desktop.showing import grouped_fingerprint, numbered_words
from briefcase.desktop.widgets.basics import PlainLabel, box, button, column
from briefcase.desktop.widgets.facts import Facts
from briefcase.desktop.widgets.flow import flow
from briefcase.desktop.widgets.messages import Notice
from briefcase.desktop.widgets.papersize import PaperSize
from briefcase.desktop.widgets.passphrase import labelled
from briefcase.language import _
from briefcase.seal.card import Card
from briefcase.services import trust
from briefcase.services.session import Session


@dataclass(frozen=True)
class OwnCard:
    """What is shown of our own card: itself, those before it, and what is to be said of its end."""

    card: Card
    former: tuple[Card, ...]
    notice: str

    @classmethod
    def of(cls, session: Session) -> OwnCard:
        """Gather it; called in the background."""
        return cls(session.signed_card.card, tuple(one.card for one in session.former), trust.own_notice(session))


def words_of(card: Card) -> QFrame:
    """Return the twelve words of a card in both languages, either of which may be read aloud."""
    blocks = []
    for language, title in (("en", _("In English")), ("fr", _("In French"))):
        words = card.words(language)
        shown = PlainLabel(numbered_words(words), "words", wrap=False, selectable=True)
        shown.setAccessibleName(" ".join(words))
        blocks.append(box(column(PlainLabel(title, "field"), shown, gap=3)))
    return flow(*blocks)


class OwnCardView(QFrame):
    """Shows our card.

    Signals:
        save: the card is to be saved as a file.
        sheet: it is to be saved for printing, on this paper.
        keys: ``renew`` or ``revocation`` is wanted.
    """

    save = Signal()
    sheet = Signal(str)
    keys = Signal(str)

    def __init__(self, own: OwnCard) -> None:
        super().__init__()
        card = own.card
        self.paper = PaperSize()
        facts = Facts()
        facts.show_pairs(
            [
                (_("Agency"), card.agency),
                (_("Country"), card.country),
                (_("Role"), trust.role_words(card)),
                (_("Device"), card.device),
                (_("Card number"), str(card.serial)),
                (_("Valid from"), card.valid_from[:10]),
                (_("Valid until"), card.valid_until[:10]),
                (_("Fingerprint"), grouped_fingerprint(card.fingerprint)),
            ]
        )
        notice = Notice("warn", own.notice) if own.notice else None
        top = (PlainLabel(_("Our own card"), "section"), PlainLabel(card.name, "title"))
        why = PlainLabel(
            _("Read the twelve words to the partner who has your card, in the language you share."), "muted"
        )
        parts = (notice, why, words_of(card), self._handing_out(), self._keeping(), facts, _former(own.former))
        self.setLayout(column(pane(top, parts, _("Our own card"))))

    def _handing_out(self) -> QFrame:
        save = button(_("Save my card to a file…"), self.save.emit, role="primary", icon="save")
        sheet = button(
            _("Save for printing…"),
            lambda: self.sheet.emit(self.paper.paper),
            icon="print",
            name=_("Save my card as a PDF with codes for printing"),
        )
        why = PlainLabel(
            _("Where no stick may travel, print the card: the partner scans its codes with any office scanner."),
            "muted",
        )
        return box(
            column(
                PlainLabel(_("Hand out your card"), "heading"), why, flow(save, sheet, self.paper), margin=16, gap=10
            ),
            "card",
        )

    def _keeping(self) -> QFrame:
        renew = button(_("Renew the card…"), lambda: self.keys.emit("renew"), icon="key")
        revocation = button(_("Save the revocation…"), lambda: self.keys.emit("revocation"), icon="blocked")
        why = PlainLabel(
            _(
                "A card ends after three years. Its revocation is a paper in a safe: with it your card ends at once for"
                " every partner, should this computer be lost."
            ),
            "muted",
        )
        return box(
            column(PlainLabel(_("Keep it good"), "heading"), why, flow(renew, revocation), margin=16, gap=10), "card"
        )


def _former(cards: tuple[Card, ...]) -> QFrame | None:
    if not cards:
        return None
    facts = Facts()
    words = _("valid until %(end)s\n%(fingerprint)s")
    facts.show_pairs(
        (
            _("Card number %(number)d") % {"number": one.serial},
            words % {"end": one.valid_until[:10], "fingerprint": grouped_fingerprint(one.fingerprint)},
        )
        for one in cards
    )
    why = PlainLabel(_("Their keys still open what partners sealed to them, and sign nothing more."), "muted")
    return labelled(_("Cards before this one"), why, facts)
