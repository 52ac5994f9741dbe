"""Our own identity: renewing it, revoking it, and the one way in which its secret key leaves the vault.

One set of keys belongs to one device. A renewal makes new keys here; the former ones stay in the vault, open what was
sealed to them and sign nothing but the card that follows them.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from briefcase.language import _
from briefcase.seal.card import Card
from briefcase.seal.errors import CardInvalid
from briefcase.seal.identity import create_identity, revocation_text
from briefcase.services import standing
from briefcase.services.access import entry
from briefcase.services.access.keys import prove
from briefcase.services.errors import DeviceInvalid, FileExists, IdentityExpired
from briefcase.services.files import need_free, write_file
from briefcase.services.keeping import copies
from briefcase.services.session import FORMER, IDENTITY, Session


@dataclass(frozen=True, repr=False)
class Renewed:
    """A renewal: the session to go on with, and the revocations to be printed and kept apart from the device."""

    session: Session
    revocations: str

    @property
    def card(self) -> Card:
        """The new card, to be handed out and its words compared again."""
        return self.session.identity.card


def renew(session: Session, passphrase: str, *, device: str | None = None, revocation: Path | None = None) -> Renewed:
    """Make new keys and a card that the old keys sign, too; partners compare its words again.

    Args:
        session: open; go on with the one that is returned.
        passphrase: asked for again.
        device: name of this device; as on the old card when None.
        revocation: file for the new revocations, written before the old keys give way.

    Raises:
        PassphraseWrong: it does not open this vault.
        DeviceInvalid: the name cannot stand on a card.
        FileExists, FileUnwritable: nothing was changed.
    """
    if revocation is not None:
        need_free(revocation)
    _ask_again(session, passphrase)
    old = session.identity
    try:
        identity = create_identity(
            old.card.name,
            old.card.agency,
            old.card.country,
            role=old.card.role,
            device=old.card.device if device is None else device,
            renewed=old,
        )
    except CardInvalid:
        raise DeviceInvalid from None
    changed = dataclasses.replace(session, own=identity, former=(old, *session.former))
    detail: dict[str, object] = {
        "predecessor": old.fingerprint,
        "serial": identity.card.serial,
        "valid_until": identity.card.valid_until,
    }
    with _taken_back(revocation), session.vault.transaction():
        session.vault.settings.set(f"{FORMER}{old.card.serial:08d}", old.to_bytes(), actor=session.officer)
        session.vault.settings.set(IDENTITY, identity.to_bytes(), actor=session.officer)
        session.vault.audit.append("identity.renew", identity.fingerprint, detail, actor=session.officer)
        standing.settle_notices(changed)
        if revocation is not None:
            from briefcase.services import sheets  # noqa: PLC0415 - paper is heavy, and only a sheet needs it

            sheets.write_revocation(changed, revocations(changed), revocation)
    return Renewed(changed, revocations(changed))


@contextlib.contextmanager
def _taken_back(path: Path | None) -> Iterator[None]:
    """Remove the revocations of keys that did not come to be."""
    try:
        yield
    except FileExists:
        raise
    except BaseException:
        if path is not None:
            path.unlink(missing_ok=True)
        raise


def revocations(session: Session) -> str:
    """Return the revocations of every set of keys in this vault: whoever has the device has them all."""
    return "".join(revocation_text(one) for one in session.identities)


def write_revocations(session: Session, path: Path, passphrase: str) -> None:
    """Write the revocations once more, when the paper that was printed is lost.

    This takes nothing from anybody: who holds the open vault could sign one anyway. It needs the passphrase and stands
    in the audit chain, because the file lets its holder cut us off from our partners.

    Raises:
        PassphraseWrong: it does not open this vault.
        FileExists, FileUnwritable.
    """
    need_free(path)
    _ask_again(session, passphrase)
    session.vault.audit.append("identity.revocation", session.identity.fingerprint, actor=session.officer)
    from briefcase.services import sheets  # noqa: PLC0415 - paper is heavy, and only a sheet needs it

    sheets.write_revocation(session, revocations(session), path)


def need_current(session: Session) -> None:
    """Refuse to sign for partners with a card that they would find expired.

    Raises:
        IdentityExpired: our own card is not valid now.
        RestoredUnsettled: the vault was restored, and nobody has said what was revoked since.
    """
    copies.need_settled(session)
    card = session.identity.card
    if not card.is_current(session.now()):
        raise IdentityExpired(since=card.valid_from, until=card.valid_until)


def export_secret(session: Session, path: Path, passphrase: str) -> None:
    """Write the age identities, the present one first, to a private file, for opening a bundle with another tool.

    The passphrase is asked for again, and the export stands in the audit chain before the file exists.

    Raises:
        PassphraseWrong: it does not open this vault.
        FileExists, FileUnwritable.
    """
    need_free(path)
    _ask_again(session, passphrase)
    session.vault.audit.append("identity.export-secret", session.identity.fingerprint, actor=session.officer)
    comment = _("Secret key: whoever has this file opens every file that was sealed for this card.")
    keys = "".join(f"{one.age}\n" for one in session.identities)
    lines = f"# {comment}\n# {session.officer}, {session.agency}\n{keys}"
    write_file(path, lines.encode(), private=True)


def _ask_again(session: Session, passphrase: str) -> None:
    entry.settle(session.vault, prove(session.vault, passphrase))
