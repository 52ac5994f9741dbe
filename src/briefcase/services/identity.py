"""Our own identity: what it is, and the one way in which its secret key leaves the vault."""

from __future__ import annotations

from pathlib import Path

from briefcase.language import _
from briefcase.services import entry
from briefcase.services.files import need_free, write_file
from briefcase.services.keys import prove
from briefcase.services.session import Session


def export_secret(session: Session, path: Path, passphrase: str) -> None:
    """Write the age identity to a private file, for opening a bundle with another tool in an emergency.

    The passphrase is asked for again, and the export stands in the audit chain before the file exists.

    Raises:
        PassphraseWrong: it does not open this vault.
        FileExists, FileUnwritable.
    """
    need_free(path)
    entry.settle(session.vault, prove(session.vault, passphrase))
    session.vault.audit.append("identity.export-secret", session.fingerprint, actor=session.officer)
    comment = _("Secret key: whoever has this file opens every file that was sealed for this card.")
    lines = f"# {comment}\n# {session.officer}, {session.agency}\n{session.identity.age}\n"
    write_file(path, lines.encode(), private=True)
