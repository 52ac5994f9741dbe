"""The audit log: listed, narrowed, and written to a file that the officer signs.

The export is text in UTF-8, one canonical JSON object a line: a heading with the card, every entry, and at the end a
checkpoint that signs the SHA-256 of all lines before it. It is an ordinary file and holds names of partners and files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefcase.errors import N_, BriefcaseError
from briefcase.seal import canonical
from briefcase.seal.card import Card, card_text, parse_card
from briefcase.seal.errors import SealError
from briefcase.services.chain import checkpoints
from briefcase.services.chain.errors import LogInvalid
from briefcase.services.files import path_text, read_file, whole_file
from briefcase.services.session import Session
from briefcase.vault.audit import Entry

FORMAT: Final = "briefcase-log/1"
QUIET: Final = ("tables.change", "tables.begin")
"""What the program enters for its own book-keeping; not listed unless asked for by name."""
_NOT_ONE: Final = N_("it is not one canonical JSON object a line")
_NO_HEADING: Final = N_("its heading is missing or of another version")
_NOT_SIGNED: Final = N_("its signatures do not fit")
_GAPS: Final = N_("its entries are not all there")


@dataclass(frozen=True)
class Filter:
    """Which entries: of actions that begin so, about an object that begins so, by an actor, in a span of time (UTC)."""

    action: str = ""
    subject: str = ""
    actor: str = ""
    since: str = ""
    until: str = ""

    def wants(self, entry: Entry) -> bool:
        """Return whether an entry is among them."""
        if entry.action in QUIET and not (self.action and entry.action.startswith(self.action)):
            return False
        return (
            entry.action.startswith(self.action)
            and entry.subject.startswith(self.subject)
            and (not self.actor or entry.actor == self.actor)
            and (not self.since or entry.time >= self.since)
            and (not self.until or entry.time < self.until)
        )


def listed(session: Session, wanted: Filter, *, limit: int = 0) -> list[Entry]:
    """Return the entries that a filter wants, oldest first; with a *limit* the newest so many of them."""
    found = [entry for entry in session.vault.audit.entries() if wanted.wants(entry)]
    return found[-limit:] if limit else found


def as_object(entry: Entry) -> dict[str, object]:
    """Return an entry as plain JSON values: all that was entered, its number ``n`` and the value of the chain."""
    return {**entry.said, "n": entry.number, "chain": entry.chain}


def export(session: Session, path: Path) -> int:
    """Write the whole log, signed, to a new file; the export is its last entry. Return the number of entries.

    Raises:
        FileExists, FileUnwritable, and the vault's own.
    """
    audit = session.vault.audit
    if not session.vault.read_only:
        audit.append("log.export", path_text(Path(path.name)), actor=session.officer)
    digest = hashlib.sha256()
    with whole_file(path, private=True) as file:
        for value in (_heading(session), *map(as_object, audit.entries())):
            line = canonical.encode(value) + b"\n"
            digest.update(line)
            file.write(line)
        file.write(canonical.encode(checkpoints.signed(session.vault, session.identity, digest.hexdigest())) + b"\n")
    return audit.size()


def _heading(session: Session) -> dict[str, object]:
    return {"format": FORMAT, "vault": session.vault.vault_id, "card": card_text(session.identity.signed_card)}


@dataclass(frozen=True)
class Export:
    """A log that was read back and is as it was signed: whose card, how many entries, head, time of the signature."""

    card: Card
    entries: int
    head: str
    time: str


def read_export(path: Path) -> Export:
    """Verify a signed log against the card that stands in it; whether that card is trusted is for the caller to say.

    Raises:
        LogInvalid: it is none, or it is not as it was signed.
        FileUnreadable.
    """
    lines = read_file(path).splitlines(keepends=True)
    values = list(_values(path, lines))
    heading, last = values[0], values[-1]
    if heading.get("format") != FORMAT or len(values) <= 2:  # noqa: PLR2004 - a heading, an entry, the signature
        raise LogInvalid(name=path.name, reason=_NO_HEADING)
    digest = hashlib.sha256(b"".join(lines[:-1])).hexdigest()
    try:
        card = parse_card(str(heading.get("card"))).card
        checkpoints.verify(last, card, digest)
    except SealError:
        raise LogInvalid(name=path.name, reason=_NOT_SIGNED) from None
    entries = values[1:-1]
    whole = [one.get("n") for one in entries] == list(range(1, len(entries) + 1))
    if not whole or (last["size"], last["head"]) != (len(entries), entries[-1].get("chain")):
        raise LogInvalid(name=path.name, reason=_GAPS)
    if (last["signer"], last["vault"]) != (card.fingerprint, heading.get("vault")):
        raise LogInvalid(name=path.name, reason=_NOT_SIGNED)
    return Export(card, len(entries), str(last["head"]), str(last["time"]))


def _values(path: Path, lines: Iterable[bytes]) -> Iterator[dict[str, object]]:
    count = 0
    for line in lines:
        try:
            value = canonical.decode(line.removesuffix(b"\n"))
        except BriefcaseError:
            raise LogInvalid(name=path.name, reason=_NOT_ONE) from None
        if not isinstance(value, dict) or not line.endswith(b"\n"):
            raise LogInvalid(name=path.name, reason=_NOT_ONE)
        count += 1
        yield value
    if not count:
        raise LogInvalid(name=path.name, reason=_NOT_ONE)
