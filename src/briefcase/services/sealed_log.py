"""Writing down what went to whom, in the transaction that seals it: registry, disclosure log and audit chain."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence

from briefcase.bundle.content import BundleContent, SealedFile
from briefcase.bundle.manifest import channel
from briefcase.bundle.sealing import Held
from briefcase.release.decision import Decision
from briefcase.services import outgoing
from briefcase.services.contacts import Contact
from briefcase.services.session import Session
from briefcase.vault.values import BundleRow, Disclosure


def enter(
    session: Session,
    sealed: SealedFile,
    content: BundleContent,
    decided: Sequence[tuple[Contact, Mapping[str, Decision]]],
    *,
    key: str,
    accepted: Collection[str],
    held: Held,
) -> None:
    """Write down one file.

    Args:
        session: open.
        sealed: the file.
        content: what is in it.
        decided: its recipients, each with the decisions by which it was made.
        key: digest of its content.
        accepted: fingerprints of contacts that were accepted although they are not verified.
        held: the file as it stands on the stick.
    """
    cards = [contact.fingerprint for contact, _decisions in decided]
    approvers = tuple(one.approval.approver.fingerprint for one in content.approvals)
    records, vault, series = (*content.views, *content.tear_lines), session.vault, channel(session.fingerprint, cards)
    manifest, when = sealed.manifest_sha256, content.created
    vault.bundles.add(BundleRow(sealed.bundle_id, series, "out", content.sequence, manifest, when, session.fingerprint))
    for contact, decisions in decided:
        vault.disclosures.add(
            Disclosure(
                bundle_id=sealed.bundle_id,
                recipient=contact.fingerprint,
                recipient_name=contact.name,
                record_id=record.id,
                revision=record.revision,
                when=when,
                withheld=tuple(sorted(decisions[record.id].withheld)),
                manifest_sha256=manifest,
                consents=decisions[record.id].consents,
                approvals=approvers,
            )
            for record in records
        )
    detail: dict[str, object] = {
        "recipients": cards,
        "unverified": sorted({*accepted} & {*cards}),
        "manifest": manifest,
        "size": sealed.size,
        "content": hashlib.sha256(key.encode()).hexdigest(),
        "records": len(content.views),
        "tear_lines": len(content.tear_lines),
        "pack": session.pack.sha256,
        "consents": [one.serial for one in content.consents],
        "approvals": list(approvers),
    }
    if held.size <= outgoing.PRINTED:
        detail["file"] = held.digest()
    vault.audit.append("bundle.seal", sealed.bundle_id, detail, actor=session.officer)
