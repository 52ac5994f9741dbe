"""A signed text as a block of lines that survives mail and a text editor: canonical JSON in Base 64 between markers."""

from __future__ import annotations

from briefcase.seal import base64, canonical

_COLUMNS = 64
_LONGEST = 256 * 1024


def write(label: str, value: object) -> str:
    """Return the block of *value* under *label*, lines of 64 columns, with a final line feed."""
    text = base64.encode(canonical.encode(value))
    lines = [text[i : i + _COLUMNS] for i in range(0, len(text), _COLUMNS)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def read(label: str, text: str) -> dict[str, object]:
    """Return the object inside the block; whitespace around it and at line ends is tolerated, nothing else.

    Raises:
        ValueError: not such a block; its text is one technical word.
        CanonicalInvalid: the JSON inside is not canonical.
    """
    if len(text) > _LONGEST:
        raise ValueError("size")
    lines = [line.rstrip() for line in text.removeprefix("\ufeff").strip().splitlines()]
    if len(lines) < 3 or lines[0] != f"-----BEGIN {label}-----" or lines[-1] != f"-----END {label}-----":  # noqa: PLR2004 - two markers and content
        raise ValueError("markers")
    value = canonical.decode(base64.decode("".join(lines[1:-1])))
    if not isinstance(value, dict):
        raise ValueError("object")  # noqa: TRY004 - the caller turns ValueError into its own error
    return value


def find(label: str, text: str) -> list[str]:
    """Return the blocks under *label* that stand in a text, each with a final line feed, in one pass.

    Words around them do not matter; a beginning that comes to no end before the next one is passed over.
    """
    found: list[str] = []
    begun: list[str] | None = None
    for line in text.split("\n"):
        marker = line.rstrip(" \t\r")
        if marker == f"-----BEGIN {label}-----":
            begun = [marker]
        elif begun is not None:
            begun.append(line)
            if marker == f"-----END {label}-----":
                found.append("\n".join([*begun, ""]))
                begun = None
    return found
