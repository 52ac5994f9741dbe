"""Make resources/unicode/bidi.txt from three files of one version of the Unicode Character Database.

    python installers/unicode/make_bidi.py FOLDER resources/unicode/bidi.txt

FOLDER holds DerivedBidiClass.txt, BidiBrackets.txt and BidiMirroring.txt (Debian package ``unicode-data``: in
/usr/share/unicode and below). The output is the same for the same files.
"""

from __future__ import annotations

import argparse
import re
import unicodedata
from pathlib import Path

_LAST = 0x10FFFF
_RANGE = re.compile(r"(?P<first>[0-9A-F]+)(?:\.\.(?P<last>[0-9A-F]+))?\s*;\s*(?P<value>\w+)")
_MISSING = "# @missing: "
_LONG = {
    "Left_To_Right": "L",
    "Right_To_Left": "R",
    "Arabic_Letter": "AL",
    "European_Terminator": "ET",
    "Boundary_Neutral": "BN",
}


def classes(text: str) -> list[str]:
    """Return the class of every code point; the @missing lines give those of unassigned ones, later ones prevail."""
    out = ["L"] * (_LAST + 1)
    lines = text.splitlines()
    missing = [line.removeprefix(_MISSING) for line in lines if line.startswith(_MISSING)]
    for line in [*missing, *(line for line in lines if not line.startswith("#"))]:
        found = _RANGE.match(line)
        if found:
            first, last = int(found["first"], 16), int(found["last"] or found["first"], 16)
            value = _LONG.get(found["value"], found["value"])
            out[first : last + 1] = [value] * (last + 1 - first)
    return out


def brackets(text: str) -> list[str]:
    """Return a line for each paired bracket: whether it opens, itself, and the closing one in canonical form."""
    out = []
    for line in text.splitlines():
        words = [word.strip() for word in line.split("#", 1)[0].split(";")]
        if len(words) == 3 and words[2] in ("o", "c"):  # noqa: PLR2004 - character, its pair, which it is
            closer = words[1] if words[2] == "o" else words[0]
            plain = unicodedata.normalize("NFC", chr(int(closer, 16)))
            out.append(f"{'open' if words[2] == 'o' else 'close'} {words[0]} {ord(plain):04X}")
    return out


def mirrors(text: str) -> list[str]:
    """Return a line for each character that has a mirror image of its own."""
    rows = (line.split("#", 1)[0].split(";") for line in text.splitlines())
    return [f"mirror {row[0].strip()} {row[1].strip()}" for row in rows if len(row) == 2]  # noqa: PLR2004 - a pair


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    derived = next(arguments.folder.rglob("DerivedBidiClass.txt")).read_text(encoding="utf-8")
    paired = next(arguments.folder.rglob("BidiBrackets.txt")).read_text(encoding="utf-8")
    mirrored = next(arguments.folder.rglob("BidiMirroring.txt")).read_text(encoding="utf-8")
    version = derived.splitlines()[0].removeprefix("# DerivedBidiClass-").removesuffix(".txt")
    lines = ["# Made by installers/unicode/make_bidi.py from the Unicode Character Database.", f"unicode {version}"]
    previous = ""
    for code, value in enumerate(classes(derived)):
        if value != previous:
            lines.append(f"class {code:04X} {value}")
            previous = value
    arguments.out.write_text("\n".join([*lines, *brackets(paired), *mirrors(mirrored)]) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
