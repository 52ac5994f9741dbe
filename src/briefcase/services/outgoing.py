"""Files on their way to a stick: begun, counted as handed over, standing under their names; and those that are not.

The order of a hand-over, each step durable before the next:

1. ``begin``: the audit chain says that a file of this name is begun in this folder, for whom and with which content.
2. The file is written under ``.part`` without its front, read back; nobody can open it.
3. One transaction: registry, disclosure log, ``bundle.seal`` or ``message.send``, and ``count`` here. From now on it
   counts as handed over.
4. The front, and the name (``Held.release``).
5. ``end``: the audit chain says that it stands.

So no file that can be opened is ever on a stick that no log knows of. Whatever ends the program between 1 and 5 leaves
the file in the list that ``unfinished`` returns: before 3 only noise can be left, after 3 a whole file may be.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, TypeVar, cast

import msgspec

from briefcase.bundle import medium
from briefcase.bundle.content import AttachmentSource
from briefcase.bundle.errors import BundleNotFinished
from briefcase.bundle.sealing import Held
from briefcase.disk import drop_cache, is_empty_place
from briefcase.errors import BriefcaseError
from briefcase.language import _
from briefcase.seal import parts
from briefcase.services.errors import FileUnwritable
from briefcase.services.files import path_of, path_text
from briefcase.services.keeping.errors import CopyInside
from briefcase.services.session import Session

PRINTED = parts.MOST_PARTS * parts.PART_BYTES
"""Of files up to this size the log keeps the digest, so that they may be printed as codes, and no others."""
_COMPARED = 16 * 1024 * 1024
"""Of files up to this size the list keeps the digest until they stand; to hash a gigabyte would take a second."""
_LIST = "seals.begun"
Kind = Literal["bundle", "message"]
Done = TypeVar("Done")
Outcome = Literal["removed", "absent", "whole", "stands", "torn", "unreachable"]


@dataclass(frozen=True)
class Unfinished:
    """A file that was begun and of which the log does not say that it stands.

    Attributes:
        folder: where it was to stand; the stick may be somewhere else by now.
        name: of the finished file; the unfinished one ends in ``.part``.
        when: UTC, when it was begun.
        recipients: fingerprints.
        counted: whether it counts as handed over; if not, nobody can open what may be left.
        kind: ``bundle`` or ``message``.
    """

    folder: Path
    name: str
    when: str
    recipients: tuple[str, ...]
    counted: bool
    kind: Kind = "bundle"

    @property
    def path(self) -> Path:
        """Of the finished file."""
        return self.folder / self.name

    @property
    def part(self) -> Path:
        """Of the unfinished file."""
        return self.folder / (self.name + medium.PART)


@dataclass(frozen=True)
class LeftOver:
    """An unfinished file in a folder; *ours* when this vault began it."""

    path: Path
    ours: bool


def unfinished(session: Session) -> list[Unfinished]:
    """Return the files that were begun and do not stand, oldest first."""
    return [
        Unfinished(path_of(one.folder), one.name, one.when, one.recipients, bool(one.counted), one.kind)
        for one in _read(session)
    ]


def leftovers(session: Session, folder: Path) -> list[LeftOver]:
    """Return the unfinished files that stand in *folder*, whoever began them."""
    known = {one.name + medium.PART for one in unfinished(session)}
    return [LeftOver(path, path.name in known) for path in medium.leftovers(folder)]


def words(one: Unfinished) -> str:
    """Return what an officer is told of an unfinished file."""
    facts = {"name": one.name, "folder": one.folder, "when": one.when}
    if one.counted:
        return (
            _(
                "%(name)s was logged as handed over on %(when)s and not finished in %(folder)s; it may be whole"
                " there: remove it or hand it over, and seal again if it is gone."
            )
            % facts
        )
    return (
        _(
            "%(name)s was begun in %(folder)s on %(when)s and not finished; nobody can open what is left of it, and"
            " it can be removed."
        )
        % facts
    )


def outcome_words(outcome: Outcome) -> str:
    """Return what an officer is told of the outcome of ``settle``."""
    return {
        "removed": _("what was left of it is removed"),
        "absent": _("nothing is left of it"),
        "whole": _("it stands as it was sealed, byte for byte, and stays"),
        "stands": _("it stands with its beginning and its full size and stays; its inside was not read again"),
        "torn": _(
            "it is damaged, not what was sealed: remove it yourself and seal again; it stays in this list until then"
        ),
        "unreachable": _("its folder is not there; put the stick in, or say that it is gone"),
    }[outcome]


@dataclass(frozen=True)
class Begun:
    """A file that is to be written.

    Attributes:
        kind: ``bundle`` or ``message``.
        path: of the finished file.
        recipients: fingerprints.
        content: digest of the content.
    """

    kind: Kind
    path: Path
    recipients: Sequence[str]
    content: str


def carry_out(
    session: Session, begun: Begun, prepare: Callable[[], tuple[Done, Held]], log: Callable[[Done, Held], None]
) -> Done:
    """Take a file through the five steps, and return what *prepare* made of it.

    Args:
        session: open.
        begun: the file.
        prepare: seals it, inside the transaction of step 3.
        log: writes it down, inside the same transaction.

    Raises:
        BundleNotFinished: it was logged and then could not be finished on the stick.
        And what *prepare* and *log* raise; then nothing of it can be opened.
    """
    path, held, counted = begun.path, None, False
    begin(session, begun)
    try:
        with session.vault.transaction():
            done, held = prepare()
            log(done, held)
            count(session, held)
        counted = True
        held.release()
    except BaseException as error:
        if held is not None:
            held.discard()
        stop(session, path, error)
        if counted and isinstance(error, BriefcaseError):
            raise BundleNotFinished(name=path.name, reason=error.code) from None
        raise
    end(session, path)
    return done


def begin(session: Session, begun: Begun) -> None:
    """Write down, durably and before a byte is written, that a file is begun.

    Raises:
        CopyInside: it would stand inside the vault, which removes what it does not know.
    """
    path, recipients = begun.path, tuple(begun.recipients)
    if path.parent.resolve().is_relative_to(session.vault.folder.resolve()):
        raise CopyInside
    entry = _Entry(path_text(path.parent.absolute()), path.name, session.now(), recipients, kind=begun.kind)
    detail: dict[str, object] = {"recipients": list(recipients), "content": begun.content}
    detail |= {"folder": entry.folder, "file": entry.name}
    with session.vault.transaction():
        _write(session, [*_read(session), entry])
        session.vault.audit.append(f"{begun.kind}.begin", "", detail, actor=session.officer)


def count(session: Session, held: Held) -> None:
    """Say, in the transaction that logs the hand-over, that the file counts as handed over from now on."""
    facts = {"counted": 1, "size": held.size, "front_size": held.front_size, "front_sha256": held.front_sha256}
    facts["sha256"] = held.digest() if held.size <= _COMPARED else ""
    _write(
        session,
        (msgspec.structs.replace(one, **facts) if one.name == held.path.name else one for one in _read(session)),
    )


def end(session: Session, path: Path) -> None:
    """Say that the file stands whole under its name."""
    _drop(session, path.name, "stands", {})


@contextlib.contextmanager
def refusals(session: Session, fingerprints: Sequence[str], *, kind: Kind = "bundle") -> Iterator[None]:
    """Enter in the chain that a hand-over or a message was refused, for whom and why."""
    try:
        yield
    except BriefcaseError as error:
        detail: dict[str, object] = {"recipients": list(fingerprints), "reason": error.code}
        with contextlib.suppress(BriefcaseError):
            session.vault.audit.append(f"{kind}.refused", "", detail, actor=session.officer)
        raise


def stop(session: Session, path: Path, error: BaseException) -> None:
    """Say that the file was not finished; it stays in the list while something of it may be left.

    Raises nothing: the error that stopped the work is the one to be told.
    """
    reason = error.code if isinstance(error, BriefcaseError) else type(error).__name__
    with contextlib.suppress(BriefcaseError):
        kept = next((one for one in unfinished(session) if one.name == path.name), None)
        left = kept is None or kept.counted or not path.parent.is_dir() or kept.part.exists()
        if left:
            detail: dict[str, object] = {"file": path.name, "reason": reason, "left": 1}
            kind = kept.kind if kept else "bundle"
            session.vault.audit.append(f"{kind}.stop", "", detail, actor=session.officer)
        else:
            _drop(session, path.name, "stop", {"reason": reason})


def settle(session: Session, one: Unfinished, *, gone: bool = False) -> Outcome:
    """Remove what is left of an unfinished file and take it from the list.

    Args:
        session: open.
        one: from ``unfinished``.
        gone: the officer says that the stick or the file is gone; nothing is looked for.

    Returns:
        ``removed``; ``absent`` when nothing was there; ``whole`` when the finished file is there as it was sealed,
        and stays; ``stands`` when it is too large for the log to have its digest, and has the size and the front it was
        sealed with; ``torn`` when something else has its name, and ``unreachable`` when the folder is not there: both
        stay in the list.

    Raises:
        FileUnwritable: it could not be removed.
    """
    outcome: Outcome = "absent"
    try:
        if not gone and not one.folder.is_dir():
            return "unreachable"
        if not gone and one.counted and os.path.lexists(one.path):
            outcome = _compared(session, one)
            if outcome == "torn":
                return outcome
        elif not gone and one.part.exists():
            one.part.unlink()
            outcome = "removed"
    except OSError:
        raise FileUnwritable(name=one.part.name) from None
    _drop(session, one.name, "settle", {"outcome": "gone" if gone else outcome})
    return outcome


def _compared(session: Session, one: Unfinished) -> Outcome:
    """Return what has the name of a finished file: what was sealed, as far as the log can tell, or something else."""
    kept = next((entry for entry in _read(session) if entry.name == one.name), None)
    if kept is None or one.path.is_symlink() or not one.path.is_file() or one.path.stat().st_size != kept.size:
        return "torn"
    try:
        with one.path.open("rb", buffering=0) as file:
            drop_cache(file.fileno())
            if not kept.sha256:
                front = file.read(kept.front_size)
                return "stands" if hashlib.sha256(front).hexdigest() == kept.front_sha256 else "torn"
            return "whole" if hashlib.file_digest(file, "sha256").hexdigest() == kept.sha256 else "torn"
    except OSError:  # a part of the stick that cannot be read
        return "torn"


def place_notices(folder: Path) -> tuple[str, ...]:
    """Return what the officer is told of the folder that he chose: that no stick is there, where one belongs."""
    words = _(
        "No stick is mounted at %(folder)s: what was sealed lies on the disk of this computer. Put the stick in and"
        " move it there."
    )
    return (words % {"folder": folder},) if is_empty_place(folder) else ()


def attachment(session: Session, sha256: str) -> AttachmentSource:
    """Return an attached file as it goes into a bundle; the vault verifies every byte of it under its own key."""
    kept = session.vault.attachments.need(sha256)
    return AttachmentSource(
        sha256=kept.sha256,
        size=kept.size,
        crc32=kept.crc32,
        blocks=kept.blocks,
        media_type=kept.media_type,
        open=lambda: cast("BinaryIO", session.vault.attachments.open(sha256)),
        authenticated=True,
    )


class _Entry(msgspec.Struct, frozen=True):
    """One entry of the list as it is kept; what follows ``counted`` is known from then on."""

    folder: str
    name: str
    when: str
    recipients: tuple[str, ...]
    counted: int = 0
    size: int = 0
    front_size: int = 0
    front_sha256: str = ""
    sha256: str = ""
    kind: Kind = "bundle"


def _read(session: Session) -> list[_Entry]:
    return msgspec.convert(session.vault.settings.get(_LIST) or [], list[_Entry])


def _write(session: Session, entries: Iterable[_Entry]) -> None:
    session.vault.settings.set(_LIST, [msgspec.to_builtins(one) for one in entries])


def _drop(session: Session, name: str, word: str, detail: dict[str, object]) -> None:
    with session.vault.transaction():
        entries = _read(session)
        kind = next((one.kind for one in entries if one.name == name), "bundle")
        _write(session, [one for one in entries if one.name != name])
        session.vault.audit.append(f"{kind}.{word}", "", {"file": name, **detail}, actor=session.officer)
