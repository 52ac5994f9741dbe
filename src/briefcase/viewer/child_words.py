"""The words of a PDF, read inside the limited process: text layer, titles, outline, notes about the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from briefcase.viewer import frame

_MOST_PAGES = 3000
_FEW = 16
"""A page with fewer characters is taken for a picture of a page."""
_LINK = 2
"""Subtype of an annotation that only points somewhere (FPDF_ANNOT_LINK)."""
_XMP = re.compile(rb"<\?xpacket begin.*?<\?xpacket end", re.DOTALL)

Loose = Any
"""An object of a library without types."""


def words_of(pdf: Loose, document: bytes, raw: Loose) -> tuple[bytes, bool]:
    """Return the words of a PDF in UTF-8, and whether that is everything that could be read in it.

    It is not when a page has no text layer, when there are notes on pages, forms or files inside, or too much of it.
    """
    pages = len(pdf)
    whole = 0 < pages <= _MOST_PAGES and not pdf.count_attachments()
    whole = whole and pdf.get_formtype() == raw.FORMTYPE_NONE
    parts = [*_about(pdf, document)]
    left = frame.MOST_WORDS - sum(map(len, parts))
    for number in range(min(pages, _MOST_PAGES)):
        page = pdf[number]
        text = page.get_textpage().get_text_range()
        whole = whole and len("".join(text.split())) >= _FEW and not _has_notes(page, raw)
        parts.append(text.encode("utf-8", "replace"))
        left -= len(parts[-1]) + 1
        if left < 0:
            return b"", False
    return b"\n".join(parts), whole


def _about(pdf: Loose, document: bytes) -> Iterator[bytes]:
    for value in pdf.get_metadata_dict(skip_empty=True).values():
        yield value.encode("utf-8", "replace")
    for item in pdf.get_toc(max_depth=15):
        yield str(item.get_title()).encode("utf-8", "replace")
    for found in _XMP.findall(document):
        yield re.sub(rb"<[^>]*>", b" ", found).decode("utf-8", "replace").encode()


def _has_notes(page: Loose, raw: Loose) -> bool:
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        subtype = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if subtype != _LINK:
            return True
    return False
