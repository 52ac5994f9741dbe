"""Sealing a file for some cards: who may be a recipient, an opaque name, the age layer, and a whole file or none."""

from __future__ import annotations

import contextlib
import random
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from briefcase.bundle import medium
from briefcase.bundle.errors import BundleRecipientsRefused
from briefcase.bundle.forms import RECIPIENTS_LIMIT
from briefcase.bundle.medium import Cancel, Progress
from briefcase.seal import age
from briefcase.seal.card import Card

SUFFIX = ".brief"


def recipients_of(cards: Sequence[Card]) -> tuple[Card, ...]:
    """Return the cards that a file is sealed to, ascending by fingerprint; one that stands twice counts once.

    Raises:
        BundleRecipientsRefused: nobody, more than 64, or two cards with one key.
    """
    found = {card.fingerprint: card for card in cards}
    if not 1 <= len(found) <= RECIPIENTS_LIMIT:
        raise BundleRecipientsRefused(reason="nobody" if not found else "more than 64")
    if len({card.age for card in found.values()}) != len(found):
        raise BundleRecipientsRefused(reason="two cards with one key")
    return tuple(found[fingerprint] for fingerprint in sorted(found))


@contextlib.contextmanager
def sealed_file(
    folder: Path, plain: int, cards: Sequence[Card], *, progress: Progress | None = None, cancel: Cancel | None = None
) -> Iterator[tuple[Path, age.Writer]]:
    """Give the path of a new file in *folder* and the writer of its plaintext; see ``medium.whole_file``.

    Args:
        folder: on the stick; it must exist.
        plain: size of the plaintext in bytes, exactly.
        cards: from ``recipients_of``; the order of their stanzas is random.
        progress: called with (done, total) in bytes.
        cancel: asked now and then whether to stop.
    """
    path = folder / (secrets.token_hex(8) + SUFFIX)
    keys = [card.recipient for card in cards]
    random.SystemRandom().shuffle(keys)
    size = age.encrypted_size(plain, len(cards))
    with (
        medium.whole_file(path, size, progress=progress, cancel=cancel) as output,
        age.encrypt(cast("BinaryIO", output), keys) as writer,
    ):
        yield path, writer
