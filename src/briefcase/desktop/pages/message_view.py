"""One message: its verdict, what it says in words, and what is known of it; a message that is looked at may be kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame

from briefcase.desktop.showing import readable
from briefcase.desktop.widgets.basics import PAGE_MARGIN, PlainLabel, box, button, column, row, scrolled
from briefcase.desktop.widgets.facts import Facts
from briefcase.desktop.widgets.messages import Notice, VerdictPanel
from briefcase.language import _
from briefcase.services import messages
from briefcase.services.message_words import type_title

Pairs = tuple[tuple[str, str], ...]
ICONS = (
    *(("receipt", "check"), ("consent", "licence"), ("recall", "back"), ("request", "request")),
    *(("answer", "request"), ("compromise", "warning")),
)
_WIDTH = 900


@dataclass(frozen=True)
class SeenMessage:
    """A message that is looked at, with the very bytes that were: those are kept, whatever the stick says later."""

    seen: messages.Seen
    data: bytes
    name: str

    @property
    def verdict(self) -> tuple[str, str]:
        """The tone of the verdict and what to do now, in words."""
        advice = {
            "verified": ("good", _("Read it here; keep it, and it has its effect.")),
            "not_addressed": ("warn", _("Ask the sender whether it was meant for another of your devices.")),
            "unverified_sender": ("warn", _("Compare the sender's twelve words under Contacts before relying on it.")),
            "expired_sender": ("warn", _("Ask the sender for his renewed card, and for the message again.")),
            "revoked_sender": ("bad", _("Do not rely on it. Speak with the sender in person.")),
            "unknown_sender": ("warn", _("Bring in the sender's card under Contacts, then open it again.")),
            "broken": ("bad", _("Do not rely on it. Ask the sender for another copy and say that it was changed.")),
            "incomplete": ("bad", _("The file is shorter than it was made. Copy it again from the stick.")),
        }
        return advice.get(str(self.seen.verdict.value), ("bad", ""))


def said_card(title: str, says: Pairs) -> QFrame:
    """Return the card with what a message says."""
    facts = Facts()
    facts.show_pairs((name, readable(text)) for name, text in says)
    return box(column(PlainLabel(title, "heading"), facts, margin=16, gap=10), "card")


class MessageView(QFrame):
    """A message that is looked at; *keep* is what happens when the officer keeps it."""

    def __init__(self, message: SeenMessage, keep: Callable[[], object]) -> None:
        super().__init__()
        seen = message.seen
        tone, advice = message.verdict
        verdict = VerdictPanel()
        verdict.show_verdict(tone, seen.headline, advice)
        self.keep = button(_("Keep this message"), keep, role="primary", icon="received")
        self.keep.setVisible(seen.can_take)
        facts = Facts()
        facts.show_pairs([(_("File"), message.name), *((title, readable(text)) for title, text in seen.facts)])
        kind = type_title(seen.opened.facts.message_type) if seen.says else ""
        parts = [Notice("warn", words) for words in seen.notices]
        body = said_card(kind, seen.says) if seen.says else None
        content = box(column(verdict, *parts, row(self.keep, 1), body, facts, 1, margin=PAGE_MARGIN, gap=14))
        content.setMaximumWidth(_WIDTH)
        self.setLayout(column(scrolled(content, _("Message"))))

    def kept(self) -> None:
        """Offer no more to keep it."""
        self.keep.hide()
