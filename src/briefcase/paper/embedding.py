"""Subset fonts inside the document: one code per (glyph, source text), with a ToUnicode map that says the source.

reportlab's own font objects know one code per character only, so that a glyph that stands for two characters, or
one glyph that stands for different texts, could not be copied out right. This is a Type 0 font with Identity-H codes,
a CIDToGIDMap and a subset made by HarfBuzz (PDF 32000-1, 9.7 and 9.10.3). What stands for one cluster of characters
and takes several glyphs of the face becomes one glyph of the subset (``composites``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import uharfbuzz as hb  # type: ignore[import-untyped] # ships no types
from reportlab.pdfbase import pdfdoc  # type: ignore[import-untyped] # ships no types

from briefcase.paper.composites import compose
from briefcase.paper.fonts import Face, Foreign
from briefcase.paper.shaping import Glyph

_DROPPED = ("GSUB", "GPOS", "GDEF", "BASE", "OS/2", "name", "post", "gasp", "vhea", "vmtx", "VORG", "STAT", "meta")
_ASCENT, _DESCENT, _CAP_HEIGHT, _STEM = 1069, -293, 714, 80


@dataclass
class EmbeddedFont:
    """One face in one document: hands out codes while pages are drawn, writes its objects at the end."""

    face: Face
    name: str
    number: int
    codes: dict[Glyph, int] = field(default_factory=dict)

    def code(self, glyph: Glyph) -> int:
        """Return the two-byte code of a glyph that stands for its source; kerning makes no other code."""
        key = glyph._replace(advance=self.face.advance(glyph.parts[0].number)) if glyph.is_plain else glyph
        found = self.codes.get(key)
        if found is None:
            found = self.codes[key] = len(self.codes) + 1
        return found

    def addObjects(self, document: Foreign) -> None:  # noqa: N802 - reportlab calls it by this name
        """Write the font into the document; reportlab calls this once, after the last page."""
        if not self.codes:
            return
        data, places = _subset(self.face, {part.number for glyph in self.codes for part in glyph.parts})
        data, composed = compose(data, [_moved(glyph, places) for glyph in self.codes if not glyph.is_plain])
        base = f"{_tag(self.number)}+{self.face.name}"
        descendant = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("CIDFontType2"),
                "BaseFont": pdfdoc.PDFName(base),
                "CIDSystemInfo": pdfdoc.PDFDictionary(
                    {
                        "Registry": pdfdoc.PDFString("Adobe"),
                        "Ordering": pdfdoc.PDFString("Identity"),
                        "Supplement": 0,
                    }
                ),
                "FontDescriptor": self._descriptor(document, base, data),
                "DW": 1000,
                "W": self._widths(),
                "CIDToGIDMap": _stream(document, self._glyph_map(places, iter(composed)), f"map:{self.name}"),
            }
        )
        font = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("Type0"),
                "BaseFont": pdfdoc.PDFName(base),
                "Encoding": pdfdoc.PDFName("Identity-H"),
                "DescendantFonts": pdfdoc.PDFArray([document.Reference(descendant, f"descendant:{self.name}")]),
                "ToUnicode": _stream(document, self._to_unicode(), f"unicode:{self.name}"),
            }
        )
        document.idToObject[pdfdoc.BasicFonts].dict[self.name] = document.Reference(font, f"font:{self.name}")

    def _descriptor(self, document: Foreign, base: str, data: bytes) -> Foreign:
        bold = "Bold" in base
        descriptor = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("FontDescriptor"),
                "FontName": pdfdoc.PDFName(base),
                "Flags": 4 | (1 if "Mono" in base else 0) | (64 if "Italic" in base else 0),
                "FontBBox": pdfdoc.PDFArray([-621, -389, 2800, 1160]),
                "ItalicAngle": -12 if "Italic" in base else 0,
                "Ascent": _ASCENT,
                "Descent": _DESCENT,
                "CapHeight": _CAP_HEIGHT,
                "StemV": _STEM * 2 if bold else _STEM,
                "FontFile2": _stream(document, data, f"file:{self.name}", Length1=len(data)),
            }
        )
        return document.Reference(descriptor, f"descriptor:{self.name}")

    def _widths(self) -> Foreign:
        return pdfdoc.PDFArray([1, pdfdoc.PDFArray([glyph.advance for glyph in self.codes])])

    def _glyph_map(self, places: dict[int, int], composed: Iterator[int]) -> bytes:
        numbers = [places[glyph.parts[0].number] if glyph.is_plain else next(composed) for glyph in self.codes]
        return b"\0\0" + b"".join(number.to_bytes(2, "big") for number in numbers)

    def _to_unicode(self) -> bytes:
        lines = [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
        ]
        entries = [f"<{code:04X}> <{_utf16(glyph.source)}>" for glyph, code in self.codes.items()]
        for start in range(0, len(entries), 100):
            part = entries[start : start + 100]
            lines += [f"{len(part)} beginbfchar", *part, "endbfchar"]
        lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
        return "\n".join(lines).encode("ascii")


def _moved(glyph: Glyph, places: dict[int, int]) -> Glyph:
    """Return a glyph with the numbers that its parts have in the subset."""
    return glyph._replace(parts=tuple(part._replace(number=places[part.number]) for part in glyph.parts))


def _utf16(source: str) -> str:
    return source.encode("utf-16-be").hex().upper()


def _tag(number: int) -> str:
    """Return the six capital letters that mark a subset (PDF 32000-1, 9.6.4)."""
    letters = ""
    for _ in range(6):
        number, rest = divmod(number, 26)
        letters = chr(65 + rest) + letters
    return letters


def _stream(document: Foreign, content: bytes, name: str, **entries: int) -> Foreign:
    stream = pdfdoc.PDFStream(content=content)
    for key, value in entries.items():
        stream.dictionary[key] = value
    stream.filters = [pdfdoc.PDFZCompress]
    return document.Reference(stream, name)


def _subset(face: Face, glyphs: set[int]) -> tuple[bytes, dict[int, int]]:
    """Return a font file with only *glyphs* (and .notdef), and where each of them went."""
    wanted = hb.SubsetInput()
    wanted.glyph_set.update(glyphs)
    for tag in _DROPPED:
        wanted.drop_table_tag_set.add(int.from_bytes(tag.encode("ascii"), "big"))
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.NOTDEF_OUTLINE
    plan = hb.SubsetPlan(face.face, wanted)
    places = dict(plan.old_to_new_glyph_mapping.items())
    return bytes(plan.execute().blob.data), places
