"""The text of an attached file, as far as it can be searched: plain text, and PDF pages that have a text layer.

A PDF is read by the limited process. What cannot be searched whole (a picture, a scan, an archive, an office file, text
in codes) has no text here, and the officer has to look.
"""

from __future__ import annotations

import html
import re
from typing import BinaryIO, cast

from briefcase.records.kinds import Document
from briefcase.services.media import SNIFFED, sniff
from briefcase.services.session import Session
from briefcase.viewer import contents
from briefcase.viewer.errors import ViewerError

_LONGEST = 32 * 1024 * 1024
_CODED = re.compile(r"content-transfer-encoding:|;base64,|\A\s*\{\\rtf|=\?[\w-]+\?[bq]\?", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|%u([0-9a-fA-F]{4})")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def text_of(session: Session, document: Document) -> str | None:
    """Return the text of a document's file, or None when it cannot be searched; the vault verifies what is read."""
    known = session.readings.files
    if document.sha256 not in known:
        known[document.sha256] = _read(session, document.sha256)
    return known[document.sha256]


def _read(session: Session, sha256: str) -> str | None:
    kept = session.vault.attachments.meta(sha256)
    if kept is None or kept.size > _LONGEST:
        return None
    with cast("BinaryIO", session.vault.attachments.open(sha256)) as file:
        start = file.read(SNIFFED)
        file.seek(0)
        if sniff(start) == "application/pdf":
            return _pdf(file)
        data = file.read()
    return plain(data)


def _pdf(file: BinaryIO) -> str | None:
    try:
        found = contents.read_words(file)
    except ViewerError:
        return None
    return found.text if found.whole else None


def plain(data: bytes) -> str | None:
    """Return plain text with its usual escapes taken out, or None when it is no plain text."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    if encoding == "utf-8" and sniff(data[:SNIFFED]) != "text/plain":
        return None
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    if "\x00" in text or _CODED.search(text):
        return None
    plainer = html.unescape(_ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), text))
    return text if plainer == text else f"{text}\n{plainer}"
