"""The pack in force: which one, signed by whom, and how another one takes its place.

A root is the fingerprint of a record authority's card that the officer pinned, when the vault was made or by a later
act. Under a root only packs that it signed come into force, each with a higher version than the last that this root
brought. Without a root only a draft comes into force, by an explicit word, and is shown as one. Pack, signature, root
and versions are settings of the vault; the state that the audit chain speaks of covers them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from briefcase.errors import BriefcaseError
from briefcase.records.pack_rules import strictly
from briefcase.records.packs import Pack
from briefcase.seal.card import Card
from briefcase.seal.errors import RevocationInvalid, SuiteUnsupported
from briefcase.seal.identity import parse_revocation
from briefcase.services import contacts
from briefcase.services.errors import ContactUnknown
from briefcase.services.files import need_free, read_file, write_file
from briefcase.services.keeping import copies
from briefcase.services.packs import signature
from briefcase.services.packs.errors import (
    PackIsDraft,
    PackNotAuthority,
    PackOlder,
    PackRootFallen,
    PackRootMissing,
    PackRootTaken,
    PackRootUnfit,
    PackUnsigned,
)
from briefcase.services.packs.signature import AUTHORITY, PackSignature
from briefcase.services.session import PACK, PACK_ROOT, PACK_SIGNATURE, PACK_VERSIONS, Session
from briefcase.vault.errors import VaultError

Signed = Literal["root", "nobody", "other"]
"""By whom the pack in force is signed: the pinned root, nobody (a draft), or somebody who is not the root now."""
_DRAFT = "draft"


@dataclass(frozen=True)
class Held:
    """The pack in force, or one that is looked at.

    Attributes:
        pack: what it says.
        signed: by whom.
        signer: the card that signed it; None for a draft.
        when: it was signed, UTC; empty for a draft.
        root: fingerprint of the pinned root, or empty.
    """

    pack: Pack
    signed: Signed
    signer: Card | None
    when: str
    root: str


def held(session: Session) -> Held:
    """Return the pack in force; its signature is verified again.

    Raises:
        PackSignatureInvalid: what is kept beside the pack does not fit it.
    """
    return _judged(session, session.pack, session.vault.settings.text(PACK_SIGNATURE), session.pack.id)


def look(session: Session, path: Path) -> Held:
    """Return a pack in a file, and by whom it is signed; nothing is changed.

    Raises:
        FileUnreadable, briefcase.records.errors.PackInvalid, PackSignatureInvalid.
    """
    return _judged(session, strictly(read_file(path)), signature.text_beside(path), path.name)


def _judged(session: Session, pack: Pack, text: str, name: str) -> Held:
    root = root_fingerprint(session)
    if not text:
        return Held(pack, "nobody", None, "", root)
    signer = signature.read(text, name).card.fingerprint
    found = signature.check(text, pack, name, root=signer)
    return Held(pack, "root" if signer == root else "other", found.card, found.statement.signed, root)


def root_fingerprint(session: Session) -> str:
    """Return the fingerprint of the pinned root, or an empty text."""
    return session.vault.settings.text(PACK_ROOT)


def sign(session: Session, path: Path) -> Path:
    """Sign the pack in a file with our card, a record authority's; return where the signature was written.

    Raises:
        PackNotAuthority: our card is an officer's.
        PackIsDraft: the pack says that it is a draft.
        TravelWithoutKeys, FileUnreadable, FileExists, FileUnwritable, briefcase.records.errors.PackInvalid.
        IdentityExpired, RestoredUnsettled.
    """
    from briefcase.services import identity  # noqa: PLC0415 - it imports much that only signing needs

    if session.identity.card.role != AUTHORITY:
        raise PackNotAuthority
    identity.need_current(session)
    pack = strictly(read_file(path))
    if pack.status == _DRAFT:
        raise PackIsDraft(name=path.name)
    where = signature.beside(path)
    need_free(where)
    text = signature.sign(pack, session.identity, session.now())
    detail: dict[str, object] = {"sha256": pack.sha256, "version": pack.version}
    session.vault.audit.append("pack.sign", pack.id, detail, actor=session.officer)
    write_file(where, text.encode())
    return where


def load(session: Session, path: Path, *, draft: bool = False) -> Session:
    """Put the pack in a file into force; go on with the session that is returned.

    Records keep their labels word for word. What the new pack does not know of them counts as highest, and blocks.

    Args:
        session: open.
        path: of the pack; its signature stands beside it.
        draft: the officer said that an unsigned pack is meant; counts only where no root is pinned.

    Raises:
        FileUnreadable, briefcase.records.errors.PackInvalid: nothing was changed, as with all that follow.
        PackUnsigned, PackRootMissing, PackSignatureInvalid, PackOtherRoot, PackRootFallen, PackOlder.
        RestoredUnsettled: the vault was restored, and nobody has said what was revoked since.
    """
    try:
        return _load(session, path, draft=draft)
    except BriefcaseError as error:
        if not session.vault.read_only and not isinstance(error, VaultError):
            detail: dict[str, object] = {"file": path.name, "reason": error.code}
            session.vault.audit.append("pack.refused", "", detail, actor=session.officer)
        raise


def _load(session: Session, path: Path, *, draft: bool) -> Session:
    data, text = read_file(path), signature.text_beside(path)
    offered, root = strictly(data), root_fingerprint(session)
    if text and not root:
        raise PackRootMissing(name=path.name)
    if not text and (root or not draft):
        raise PackUnsigned(name=path.name, signature=signature.beside(path).name)
    if text:
        _need_in_force(session, signature.check(text, offered, path.name, root=root))
        _need_newer(path.name, offered, *_last(session, root))
    _need_newer(path.name, offered, session.pack.version if session.pack.id == offered.id else 0)
    return _put(session, data, offered, text, root)


def _put(session: Session, data: bytes, pack: Pack, text: str, root: str) -> Session:
    settings = session.vault.settings
    detail: dict[str, object] = {
        "sha256": pack.sha256,
        "version": pack.version,
        "former": session.pack.sha256,
        "root": root if text else "",
    }
    with session.vault.transaction():
        settings.set(PACK, data)
        settings.set(PACK_SIGNATURE, text)
        if text:
            settings.set(PACK_VERSIONS, {**_versions(session), root: [pack.version, pack.sha256]})
        session.vault.audit.append("pack.load", pack.id, detail, actor=session.officer)
    return dataclasses.replace(session, pack=pack)


def _versions(session: Session) -> Mapping[str, object]:
    found = session.vault.settings.get(PACK_VERSIONS)
    return found if isinstance(found, dict) else {}


def _last(session: Session, root: str) -> tuple[int, str]:
    """Return version and digest of the last pack that a root brought; 0 and nothing when it brought none."""
    match _versions(session).get(root):
        case [int(version), str(sha256)]:
            return version, sha256
    return 0, ""


def _need_newer(name: str, offered: Pack, version: int, sha256: str = "") -> None:
    """Refuse a pack that is older; with a digest, also another one under the same number."""
    if offered.version < version or (sha256 and offered.version == version and offered.sha256 != sha256):
        raise PackOlder(name=name, version=offered.version, held=version)


def _need_in_force(session: Session, found: PackSignature) -> None:
    """Refuse what a root signed whose card was revoked, renewed, or is not valid now."""
    copies.need_settled(session)
    card, vault = found.card, session.vault
    kept = vault.contacts.get(card.fingerprint)
    fallen = kept is not None and (kept.state == "revoked" or bool(kept.replaced_by))
    if fallen or _is_revoked(session, card) or not card.is_current(session.now()):
        raise PackRootFallen


def _is_revoked(session: Session, card: Card) -> bool:
    """Say whether a revocation or a notice of a card counts, be it one that came when the card was not here."""
    for one in session.vault.withdrawals.of(card.fingerprint):
        if one.applied:
            return True
        if one.kind == "revocation":
            try:
                parse_revocation(one.body, card)
            except (RevocationInvalid, SuiteUnsupported):
                continue
            return True
    return False


def pin(session: Session, who: str, *, replace: bool = False) -> str:
    """Pin a record authority's card as the root of our packs; return its fingerprint.

    The pack in force stays until the new root's own is loaded; meanwhile it is shown as not signed by the root.

    Args:
        session: open.
        who: name or fingerprint of a verified contact, or the fingerprint of our own card.
        replace: the officer said by a second act that another root gives way.

    Raises:
        ContactUnknown, ContactAmbiguous.
        PackRootUnfit: it is not a verified card of our agency's record authority.
        PackRootTaken: another one is pinned.
        RestoredUnsettled: the vault was restored, and nobody has said what was revoked since.
    """
    copies.need_settled(session)
    fingerprint = _fit(session, who)
    former = root_fingerprint(session)
    if fingerprint == former:
        return fingerprint
    if former and not replace:
        raise PackRootTaken(root=former[:16])
    with session.vault.transaction():
        session.vault.settings.set(PACK_ROOT, fingerprint)
        session.vault.audit.append("pack.root", fingerprint, {"former": former}, actor=session.officer)
    return fingerprint


def _fit(session: Session, who: str) -> str:
    """Return the fingerprint of the card that is meant, when it may be the root."""
    own = session.own
    if own is not None and "".join(who.split()).lower() == own.fingerprint:
        if own.card.role != AUTHORITY:
            raise PackRootUnfit(name=own.card.name, agency=session.agency)
        return own.fingerprint
    contact = contacts.find(session, who)
    if (contact.state, contact.card.role, contact.agency) != ("verified", AUTHORITY, session.agency):
        raise PackRootUnfit(name=contact.name, agency=session.agency)
    return contact.fingerprint


def root_card(session: Session) -> Card | None:
    """Return the card of the pinned root: our own, a contact's, or the one that signed the pack; else None."""
    root = root_fingerprint(session)
    if not root:
        return None
    own = next((one.card for one in session.identities if one.fingerprint == root), None)
    if own is not None:
        return own
    try:
        return contacts.get(session, root).card
    except ContactUnknown:
        found = held(session)
        return found.signer if found.signed == "root" else None
