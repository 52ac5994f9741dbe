"""The window over a travel vault, which has a card and no keys."""

# ruff: noqa: ANN001, ANN201, ARG001 - the arguments are fixtures, some only wanted for what they set up
from __future__ import annotations

import contextlib

from PySide6.QtWidgets import QLabel

from briefcase.desktop.pages.own_card import OwnCard, OwnCardView
from briefcase.seal.keyslots import KdfParameters
from briefcase.services.keeping import travel
from briefcase.services.session import unlock

PASSPHRASE = "ribbon lantern orchard velvet compass saddle"
OTHER = "thimble marble cobalt saddle meadow"


def test_our_own_card_is_shown_where_its_keys_are_not(qapp, story, tmp_path):
    with contextlib.closing(unlock(story.usa, PASSPHRASE)) as home:
        travel.pack(home, tmp_path / "away", OTHER, [story.case_id], kdf=KdfParameters(1, 8192))
        words = home.identity.card.words()
    with contextlib.closing(unlock(tmp_path / "away", OTHER)) as away:
        own = OwnCard.of(away)
    assert own.card.words() == words
    assert own.former == ()
    view = OwnCardView(own)
    assert own.card.name in {label.text() for label in view.findChildren(QLabel)}
    view.deleteLater()
