"""Names of entries: one spelling on every system, nothing that leaves the folder it is unpacked into."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

RECORDS: Final = "records.jsonl"
COMMITMENTS: Final = "commitments.jsonl"
LABEL: Final = "label.xml"
PAGE: Final = "READ-ME-FIRST.html"
FIXED: Final = (RECORDS, COMMITMENTS, LABEL, PAGE)
EXTENSIONS: Final = "extensions/"
ATTACHMENTS: Final = "attachments/"
OWN: Final = "briefcase/"
LONGEST = 200
_FORBIDDEN = frozenset('\\:*?"<>|')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?\Z", re.IGNORECASE)
_ATTACHMENT = re.compile(r"attachments/[0-9a-f]{64}\Z")
_EXTENSION = re.compile(r"extensions/[a-z0-9-]{1,64}\Z")


def path_fault(path: str) -> str:
    """Return why *path* may not be the name of an entry, in a word, or an empty text."""
    if not path or len(path.encode("utf-8", "surrogatepass")) > LONGEST:
        return "path length"
    if unicodedata.normalize("NFC", path) != path:
        return "path not NFC"
    if any(unicodedata.category(c)[0] == "C" or unicodedata.category(c) in ("Zl", "Zp") for c in path):
        return "path characters"
    if _FORBIDDEN.intersection(path):
        return "path characters"
    for part in path.split("/"):
        if part in ("", ".", "..") or part != part.strip() or part.endswith(".") or _DEVICE.match(part):
            return "path part"
    return ""


def paths_fault(paths: Iterable[str]) -> str:
    """Return why *paths* may not be the entries of one bundle, in their order, or an empty text.

    The four fixed entries come first, then what later versions add, then the attachments, both ascending; each name is
    good, and no two of them, nor a name and a folder of another, are the same once case is folded.
    """
    listed = tuple(paths)
    for path in listed:
        if fault := path_fault(path):
            return fault
    folded = [path.casefold() for path in listed]
    folders = {path[:end] for path in folded for end, c in enumerate(path) if c == "/"}
    if len(set(folded)) != len(folded) or folders.intersection(folded):
        return "path twice"
    if listed[: len(FIXED)] != FIXED:
        return "fixed entries"
    rest = listed[len(FIXED) :]
    added = sum(path.startswith(EXTENSIONS) for path in rest)
    if not _ascending(rest[:added], _EXTENSION):
        return "extension entries"
    return "" if _ascending(rest[added:], _ATTACHMENT) else "attachment entries"


def _ascending(listed: tuple[str, ...], form: re.Pattern[str]) -> bool:
    return all(form.match(path) for path in listed) and sorted(listed) == list(listed)
