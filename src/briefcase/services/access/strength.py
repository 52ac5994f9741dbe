"""How strong a passphrase is, in plain words.

What counts is somebody who took the laptop and tries passphrases on machines of his own. One try costs 256 MiB and
half a second; with ten thousand processors he tries about twenty thousand a second. ``zxcvbn`` estimates how many tries
the passphrase needs when the likely ones come first. Its own sentences are not used: they know nothing of that cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from briefcase.language import _
from briefcase.services.access.errors import PassphraseWeak
from briefcase.services.errors import PassphraseShort

Grade = Literal["none", "weak", "fair", "strong"]
SHORTEST = 8
WEAK = 10.0
"""Decimal digits of the number of tries: ten thousand million, gone within a week."""
STRONG = 15.0
"""A thousand years of the same machines."""
_JUDGED = 72


@dataclass(frozen=True)
class Strength:
    """What was found: a grade, the number of tries as a power of ten, and words for the officer."""

    grade: Grade
    digits: float
    sentence: str
    reason: str = ""

    @property
    def words(self) -> str:
        """The sentence, and why when there is a reason."""
        return f"{self.sentence} {self.reason}".strip()


def judge(passphrase: str, own: Sequence[str] = ()) -> Strength:
    """Return how strong a passphrase is.

    Args:
        passphrase: as typed; its first 72 characters are judged.
        own: what anybody would try first: the officer's name, the agency, the name of the vault.
    """
    if not passphrase:
        return Strength("none", 0.0, _("Write at least four unusual words, or let the program choose six."))
    digits, weakest = _estimate(passphrase, own)
    if len(passphrase) < SHORTEST or digits < WEAK:
        words = _("Too weak: whoever takes this computer could try all of these within a week.")
        return Strength("weak", digits, words, _reason(weakest))
    if digits < STRONG:
        words = _("Acceptable: it holds for months or years. Another unusual word makes it strong.")
        return Strength("fair", digits, words, _reason(weakest))
    return Strength("strong", digits, _("Strong: nobody can try all of these."))


def check(passphrase: str, own: Sequence[str] = ()) -> Strength:
    """Return how strong a new passphrase is.

    Raises:
        PassphraseShort: fewer than eight characters.
        PassphraseWeak: long enough, but quickly guessed.
    """
    if len(passphrase) < SHORTEST:
        raise PassphraseShort(least=SHORTEST)
    found = judge(passphrase, own)
    if found.grade == "weak":
        raise PassphraseWeak(why=found.reason or _("It is short or made of common parts."))
    return found


def _estimate(passphrase: str, own: Sequence[str]) -> tuple[float, str]:
    """Return (decimal digits of the number of tries, what the longest guessable part is)."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its word lists cost 80 ms, and few commands need them

    parts = [part for text in own for part in (text, *text.replace("/", " ").split()) if len(part) > 2]  # noqa: PLR2004
    result = zxcvbn(passphrase[:_JUDGED], user_inputs=parts)
    found = max(result["sequence"], key=lambda match: len(match["token"]), default={"pattern": ""})
    pattern = str(found["pattern"])
    return float(result["guesses_log10"]), str(found["dictionary_name"]) if pattern == "dictionary" else pattern


def _reason(weakest: str) -> str:
    return {
        "passwords": _("Much of it is a passphrase that many people use."),
        "user_inputs": _("Your own name or agency is what anybody tries first."),
        "surnames": _("Names are tried early."),
        "male_names": _("Names are tried early."),
        "female_names": _("Names are tried early."),
        "english_wikipedia": _("Much of it is a common word."),
        "us_tv_and_film": _("Much of it is a common word."),
        "spatial": _("Rows of keys are tried early."),
        "repeat": _("Repeating something adds almost nothing."),
        "sequence": _("Sequences such as abc or 6543 are tried early."),
        "date": _("Dates and years are tried early."),
        "regex": _("Dates and years are tried early."),
    }.get(weakest, "")
