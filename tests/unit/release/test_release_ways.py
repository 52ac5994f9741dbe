"""Every refusal says what would make it possible, and no reason is in neither list."""

from __future__ import annotations

import pytest

from briefcase.records.meanings import MEANINGS
from briefcase.release.reasons import MESSAGES, REFUSALS

INFORMS = {"released", "consented", "review_on", "tear_line", *MEANINGS}
"""Reasons of a yes, and what goes along with it."""

ORIGINATOR = "only its originator can"
PACK = "would make release possible"
WAYS = {
    "marking": ORIGINATOR,
    "policy": PACK,
    "level": PACK,
    "no_row": PACK,
    "no_policy_row": PACK,
    "above": PACK,
    "nobody": "its originator can name",
    "not_named": ORIGINATOR,
    "national": ORIGINATOR,
    "caveat": PACK,
    "consent": ORIGINATOR,
    "reported": "ask the originator",
    "unverified": "have him seal it again",
    "recalled": "only a new version from its originator could go",
    "deleted": "bin restore",
    "unsettled": "conflicts list",
    "mark_unknown": ORIGINATOR,
    "tlp_red": "the label must name the recipient's agency itself",
    "tlp_onward": "only with its consent",
    "handling_onward": "only with its permission",
    "review_due": ORIGINATOR,
    "quotes": "can go when the whole of that record may go",
    "about": "can go when that record may go",
    "mentions": "confirm it",
    "unsearched": "state that it may go",
    "dangling": "can go when both ends go",
    "protected": "nothing can change that",
    "not_consented": "its originator can give one",
    "field": ORIGINATOR,
    "not_needed": "can go where some of that stays back",
}
"""The way out of each refusal, in the words that must stand behind its semicolon."""

NO_CONSENT = {"above", "national", "protected"}
"""The refusals that say themselves that no consent opens them."""


def test_every_reason_either_informs_or_refuses() -> None:
    assert set(MESSAGES) == INFORMS | set(WAYS)
    assert set(REFUSALS) == set(WAYS)
    assert not INFORMS & set(WAYS)


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_refusal_says_its_way_out(code: str) -> None:
    why, _semicolon, way = REFUSALS[code].partition("; ")
    assert why
    assert WAYS[code] in way
    assert ("no consent" in way) == (code in NO_CONSENT)
