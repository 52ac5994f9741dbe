"""Make every character of a text printable, or visibly say that it is not.

Direction-changing and other invisible characters are shown by name (``<RLO>``), so that none can reorder or hide a
line; the joiners that Arabic and Devanagari are written with stay where they are at work. Scripts that this text layer
does not set are shown as a bracketed note with the stored code points, never in a wrong order.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from types import MappingProxyType

_NAMED = MappingProxyType(
    {
        0x00AD: "SHY",
        0x061C: "ALM",
        0x200B: "ZWSP",
        0x200C: "ZWNJ",
        0x200D: "ZWJ",
        0x200E: "LRM",
        0x200F: "RLM",
        0x202A: "LRE",
        0x202B: "RLE",
        0x202C: "PDF",
        0x202D: "LRO",
        0x202E: "RLO",
        0x2028: "LS",
        0x2029: "PS",
        0x2060: "WJ",
        0x2066: "LRI",
        0x2067: "RLI",
        0x2068: "FSI",
        0x2069: "PDI",
        0xFEFF: "BOM",
    }
)

_LATER = (
    (0x0700, 0x074F, "Syriac"),
    (0x0780, 0x07BF, "Thaana"),
    (0x07C0, 0x085F, "right-to-left"),
    (0x0860, 0x086F, "Syriac"),
    (0x0980, 0x09FF, "Bengali"),
    (0x0A00, 0x0A7F, "Gurmukhi"),
    (0x0A80, 0x0AFF, "Gujarati"),
    (0x0B00, 0x0B7F, "Oriya"),
    (0x0B80, 0x0BFF, "Tamil"),
    (0x0C00, 0x0C7F, "Telugu"),
    (0x0C80, 0x0CFF, "Kannada"),
    (0x0D00, 0x0D7F, "Malayalam"),
    (0x0D80, 0x0DFF, "Sinhala"),
    (0x0E80, 0x0EFF, "Lao"),
    (0x0F00, 0x0FFF, "Tibetan"),
    (0x1000, 0x109F, "Myanmar"),
    (0x10A0, 0x10FF, "Georgian"),
    (0x1200, 0x139F, "Ethiopic"),
    (0x1780, 0x17FF, "Khmer"),
    (0x1800, 0x18AF, "Mongolian"),
    (0x1C80, 0x1C8F, "Cyrillic extended"),
    (0x10800, 0x10FFF, "right-to-left"),
    (0x1E800, 0x1EFFF, "right-to-left"),
)
ARABIC = (
    range(0x0600, 0x0700),
    range(0x0750, 0x0780),
    range(0x0870, 0x0900),
    range(0xFB50, 0xFE00),
    range(0xFE70, 0xFEFF),
)
HEBREW = (range(0x0590, 0x0600), range(0xFB1D, 0xFB50))
DEVANAGARI = (range(0x0900, 0x0980), range(0x1CD0, 0x1D00), range(0xA8E0, 0xA900))
THAI = (range(0x0E00, 0x0E80),)
"""The blocks of the scripts that have faces of their own."""

_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that no category calls invisible, but that leave no mark on paper."""

_SPELLED = 40
"""Characters of an unset script that are spelled out as code points; a longer run is only counted."""

_PLAIN = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u02af\u0370-\u0481\u048a-\u052f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e]*\\Z"
)


def script_later(text: str) -> str:
    """Return the name of the first script in *text* that has no face here, or an empty string."""
    if _PLAIN.match(text):
        return ""
    return next((name for name in map(_later, map(ord, text)) if name), "")


def visible(text: str) -> str:
    """Return *text* with every control and every character of an unset script replaced by a visible note.

    Line feeds stay; a tab becomes a space. What no font has is left to the shaping, which shows ``[U+1F600]``.
    """
    if _PLAIN.match(text) or all(map(_stays, set(text))):
        return text
    return "".join(_pieces(text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")))


def code_point(character: str) -> str:
    """Return a character as ``[U+1F600]``."""
    return f"[U+{ord(character):04X}]"


@lru_cache(maxsize=16384)
def _stays(character: str) -> bool:
    """Say whether a character is printed as it is, wherever it stands."""
    return character not in "\r\t" and not _later(ord(character)) and _shown(character) == character


@lru_cache(maxsize=16384)
def _later(code: int) -> str:
    if code < _LATER[0][0]:
        return ""
    for first, last, name in _LATER:
        if first <= code <= last:
            return name
    if _is_set(code):
        return ""
    return "right-to-left" if unicodedata.bidirectional(chr(code)) in ("R", "AL", "AN") else ""


def _is_set(code: int) -> bool:
    return any(code in script for script in (*ARABIC, *HEBREW))


def _pieces(text: str) -> list[str]:
    """Walk *text*, gathering runs of unset scripts (with the spaces and joiners inside them)."""
    out: list[str] = []
    at = 0
    while at < len(text):
        name = _later(ord(text[at]))
        if name:
            end = _end_of_run(text, at)
            out.append(_note(text[at:end], name))
            at = end
        else:
            out.append(text[at] if _joiner_at_work(text, at) else _shown(text[at]))
            at += 1
    return out


def _end_of_run(text: str, at: int) -> int:
    """Return where the run that starts at *at* ends: after the last character of an unset script."""
    end = at + 1
    for index in range(at + 1, len(text)):
        code = ord(text[index])
        if _later(code) or unicodedata.category(text[index]) in ("Mn", "Mc"):
            end = index + 1
        elif text[index] != " " and code not in _NAMED:
            break
    return end


def _joiner_at_work(text: str, at: int) -> bool:
    """Say whether a joiner stands after a letter whose shape it may change; a second one does nothing and is shown."""
    if text[at] not in "\u200c\u200d" or at == 0:
        return False
    return any(ord(text[at - 1]) in script for script in (*ARABIC, *DEVANAGARI))


def _note(run: str, name: str) -> str:
    if len(run) > _SPELLED:
        return f"[{name} script, {len(run)} characters, not printed]"
    return f"[{name} U+{' '.join(f'{ord(character):04X}' for character in run)}]"


def _shown(character: str) -> str:
    code = ord(character)
    if character in _BLANK:
        return code_point(character)
    if code in _NAMED:
        return f"<{_NAMED[code]}>"
    category = unicodedata.category(character)
    if character == "\n" or not category.startswith("C"):
        return character
    return code_point(character)
