"""Choose the 2,048 words a language reads a key's fingerprint with.

This is a developer's tool. Its product, ``resources/words/<language>.txt``, is frozen with the card format: the
script stays here so that the choice can be checked, and so that a further language can be made the same way.

Run it as ``python installers/words/make_words.py en`` (or ``fr``), with ``--check`` to compare with the frozen file
instead of writing it. It needs ``espeak-ng`` on the path (Debian 1.51) and nothing else. The candidates, written by
hand, are in ``candidates-<language>.txt`` beside this file, the wanted ones before the line ``# reserve``.

A word is kept if, against every word kept before it and in every accent tried:

* its phonemes differ in at least two places (insertions, deletions and substitutions count one each);
* it still differs in one place when sounds that a bad line confuses (p/b, t/d, m/n, f/th ...) are made equal;
* its spelling without accents differs in two letters, and neither is the beginning of the other.
"""

from __future__ import annotations

import argparse
import itertools
import re
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COUNT = 2048
SHORTEST, LONGEST = 3, 9
APART = 2
HERE = Path(__file__).resolve().parent
PRODUCT = HERE.parents[1] / "resources" / "words"

#: The espeak-ng voices a word is spoken in: two words must be told apart in, and across, all of them.
VOICES = {"en": ("en-us", "en-gb", "en-gb-scotland"), "fr": ("fr-fr", "fr-be")}

#: What a bad telephone line does not tell apart: each key is heard as its value.
LINE = {
    **dict.fromkeys("bp", "p"),
    **dict.fromkeys(("d", "t", "ɾ", "ʔ", "t̬"), "t"),
    **dict.fromkeys(("g", "ɡ", "k"), "k"),
    **dict.fromkeys(("v", "f", "θ", "ð"), "f"),
    **dict.fromkeys("sz", "s"),
    **dict.fromkeys(("ʃ", "ʒ", "tʃ", "dʒ"), "ʃ"),
    **dict.fromkeys(("m", "n", "ŋ", "ɲ"), "n"),
    **dict.fromkeys(("ɹ", "r", "ʁ"), "r"),
    **dict.fromkeys(("i", "ɪ", "y", "iː", "ᵻ"), "i"),
    **dict.fromkeys(("e", "ɛ", "æ", "a", "ə", "ɐ", "ʌ", "ø", "œ"), "a"),
    **dict.fromkeys(("o", "ɔ", "ɒ", "ɑ", "ɑː", "ɔː"), "o"),
    **dict.fromkeys(("u", "ʊ", "uː"), "u"),
    **dict.fromkeys(("ɑ̃", "ɔ̃", "ɛ̃", "œ̃"), "an"),
}

Sound = tuple[str, ...]


def bare(word: str) -> str:
    """Return the word without its accents (and with its ligatures taken apart)."""
    apart = unicodedata.normalize("NFD", word.replace("œ", "oe").replace("æ", "ae"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def candidates(language: str) -> tuple[list[str], list[str]]:
    """Read the hand-written words: those wanted and those in reserve, each sorted, comments left out."""
    wanted: list[str] = []
    reserve: list[str] = []
    into = wanted
    for line in (HERE / f"candidates-{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            into = reserve if line.strip() == "# reserve" else into
            continue
        into.extend(unicodedata.normalize("NFC", line).split())
    return sorted(set(wanted)), sorted(set(reserve) - set(wanted))


def speak(words: list[str], voice: str) -> list[Sound]:
    """Return the phonemes of each word as espeak-ng's voice says them, stress and length left out."""
    program = shutil.which("espeak-ng")
    if program is None:
        sys.exit("espeak-ng is needed: apt-get install espeak-ng")
    text = "".join(f"{word}.\n" for word in words)
    command = [program, "-q", "--ipa", "--sep=_", "-v", voice, "--stdin"]
    spoken = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", check=True)  # noqa: S603 - a fixed command
    lines = [line.strip() for line in spoken.stdout.splitlines() if line.strip()]
    if len(lines) != len(words):
        sys.exit(f"espeak-ng gave {len(lines)} lines for {len(words)} words")
    return [_segments(line) for line in lines]


def _segments(line: str) -> Sound:
    """Split one line of espeak-ng's IPA into phonemes without stress marks."""
    told = re.sub(r"\([a-z-]+\)", "", line).replace(" ", "_")
    for mark in "ˈˌ-":
        told = told.replace(mark, "")
    return tuple(part for part in told.split("_") if part)


def sounds(words: list[str], language: str) -> dict[str, frozenset[Sound]]:
    """Return every way the voices of the language say each word."""
    said = [speak(words, voice) for voice in VOICES[language]]
    return {word: frozenset(way[place] for way in said) for place, word in enumerate(words)}


def on_the_line(sound: Sound) -> Sound:
    """Return what is left of a sound on a bad line."""
    return tuple(LINE.get(part, LINE.get(part.rstrip("ː"), part)) for part in sound)


def near(sound: Iterable[str]) -> Iterator[Sound]:
    """Give the keys two sequences share exactly when they are at most one edit apart."""
    whole = tuple(sound)
    yield ("=", *whole)
    for place in range(len(whole)):
        yield ("~", *whole[:place], "?", *whole[place + 1 :])
        yield ("=", *whole[:place], *whole[place + 1 :])


def conflicts(words: list[str], said: dict[str, frozenset[Sound]]) -> dict[str, set[str]]:
    """Return for each word the others that it cannot stand beside."""
    groups: defaultdict[tuple[str, Sound], set[str]] = defaultdict(set)
    for word in words:
        for key in _keys(word, said[word]):
            groups[key].add(word)
    found: dict[str, set[str]] = {word: set() for word in words}
    for group in groups.values():
        for one, other in itertools.permutations(group, 2):
            if _too_near(one, other, said):
                found[one].add(other)
    return found


def _keys(word: str, said: frozenset[Sound]) -> Iterator[tuple[str, Sound]]:
    """Give the keys under which a word meets every other that could be too near to it."""
    for sound in said:
        for key in near(sound):
            yield "sound", key
        yield "line", on_the_line(sound)
    for key in near(bare(word)):
        yield "letters", key
    for end in range(SHORTEST, len(bare(word)) + 1):
        yield "start", (bare(word)[:end],)


def _too_near(one: str, other: str, said: dict[str, frozenset[Sound]]) -> bool:
    """Say whether two words sound alike within one edit, are alike on the line, or alike in writing."""
    plain, counterpart = bare(one), bare(other)
    if plain.startswith(counterpart) or counterpart.startswith(plain) or distance(plain, counterpart) < APART:
        return True
    pairs = list(itertools.product(said[one], said[other]))
    return any(distance(a, b) < APART or on_the_line(a) == on_the_line(b) for a, b in pairs)


def distance(one: Iterable[str], other: Iterable[str]) -> int:
    """Return the edit distance (insertion, deletion, substitution: one each) of two sequences."""
    left, right = tuple(one), tuple(other)
    row = list(range(len(right) + 1))
    for place, part in enumerate(left, 1):
        before, row[0] = row[0], place
        for column, counterpart in enumerate(right, 1):
            step = before if part == counterpart else before + 1
            before, row[column] = row[column], min(step, row[column] + 1, row[column - 1] + 1)
    return row[-1]


def choose(language: str) -> tuple[list[str], list[str]]:
    """Return the chosen words in index order, and the wanted ones that had to stay out."""
    wanted, reserve = candidates(language)
    everything = wanted + reserve
    said = sounds(everything, language)
    rivals = conflicts(everything, said)
    kept: set[str] = set()
    for part in (wanted, reserve):
        within = set(part)
        for word in sorted(part, key=lambda w: (len(rivals[w] & within), bare(w))):
            if len(kept) < COUNT and not rivals[word] & kept and SHORTEST <= len(bare(word)) <= LONGEST:
                kept.add(word)
    left_out = sorted((set(wanted) - kept), key=bare)
    return sorted(kept, key=bare), left_out


def figures(words: list[str], language: str) -> str:
    """Return the figures of a list, one a line: lengths, sound distances, beginnings."""
    said = sounds(words, language)
    nearest = dict.fromkeys(words, 99)
    for one, other in itertools.combinations(words, 2):
        apart = min(distance(a, b) for a in said[one] for b in said[other])
        nearest[one], nearest[other] = min(nearest[one], apart), min(nearest[other], apart)
    spread = Counter(nearest.values())
    lengths = Counter(len(bare(word)) for word in words)
    mean = sum(len(s) for w in words for s in said[w]) / sum(map(len, said.values()))
    starts = Counter(bare(word)[:4] for word in words)
    return "\n".join(
        (
            f"words: {len(words)}",
            f"letters: {dict(sorted(lengths.items()))}",
            f"distance in phonemes to the nearest other word: {dict(sorted(spread.items()))}",
            f"phonemes in a word, mean: {mean:.2f}",
            f"words whose first four letters are theirs alone: {sum(starts[bare(w)[:4]] == 1 for w in words)}",
        )
    )


def main() -> int:
    """Make one list, or check it against the frozen file; print its figures if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("language", choices=sorted(VOICES))
    parser.add_argument("--check", action="store_true", help="compare with the frozen list, write nothing")
    parser.add_argument("--figures", action="store_true", help="print the figures of the list (about a minute)")
    chosen = parser.parse_args()
    words, left_out = choose(chosen.language)
    out = PRODUCT / f"{chosen.language}.txt"
    text = "".join(f"{word}\n" for word in words)
    sys.stdout.write(f"{len(words)} words; {len(left_out)} wanted ones left out\n")
    if chosen.figures:
        sys.stdout.write(figures(words, chosen.language) + "\n")
    if len(words) != COUNT:
        sys.stdout.write(f"{COUNT} are needed\n")
        return 1
    if chosen.check:
        same = out.read_text(encoding="utf-8") == text
        sys.stdout.write("same as the frozen list\n" if same else "differs from the frozen list\n")
        return 0 if same else 1
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
