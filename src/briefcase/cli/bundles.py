"""``handover``, ``bundle`` and ``report``."""

from __future__ import annotations

import argparse

import msgspec

from briefcase.bundle.errors import BundleBroken, BundleNotReadable, SealedMessage
from briefcase.bundle.verdict import Facts
from briefcase.cli import messages
from briefcase.cli.errors import UsageError
from briefcase.cli.opening import opened
from briefcase.cli.output import Output, StandardOutput, complain
from briefcase.language import _, listed, ngettext, sentence
from briefcase.records.fields import kind_title
from briefcase.services import cases, contacts, handover, outgoing, receiving, trust
from briefcase.services.approving import rule
from briefcase.services.clearing import matches
from briefcase.services.clearing.errors import MatchesOpen
from briefcase.services.errors import TakeInRefused
from briefcase.services.files import need_folder
from briefcase.services.handover import Plan, Sealed
from briefcase.services.messaging.errors import MessageMentions
from briefcase.services.messaging.mentions import Mention
from briefcase.services.receiving import Received, Taken
from briefcase.services.session import Session

_BLOCK = 1 << 20
_CLASH = 14
"""Exit status of a bundle that was taken in and contradicts what the vault knows."""


def hand_over(arguments: argparse.Namespace, output: Output) -> int:
    """``handover``: the release matrix, then one file for each distinct content."""
    if arguments.out is None and not arguments.dry_run:
        raise UsageError(reason="--out")
    if not arguments.dry_run:
        need_folder(arguments.out)
    with opened(arguments) as session:
        chosen = [contacts.find(session, name).fingerprint for name in arguments.to]
        case = cases.find_case(session, arguments.case)
        selected = handover.without(handover.of_case(session, case.id), arguments.without)
        planned = handover.plan(session, selected, chosen, allow_unverified=arguments.allow_unverified)
        if matches.confirm(session, planned.matches, arguments.confirm):
            planned = handover.plan(session, selected, chosen, allow_unverified=arguments.allow_unverified)
        sealed: list[Sealed] = []
        allowed: list[Mention] = []
        if not arguments.dry_run and not planned.matches:
            try:
                allowed = _allowed(session, planned, arguments, output)
                sealed = _seal(session, planned, arguments, allowed)
            except MessageMentions as error:
                stopped = handover.named(session, planned, purpose=arguments.purpose, caveat=arguments.caveat)
                messages.tell_mentions(stopped, output)
                complain(error)
                return error.exit_status
        notices = [*_endings(session, planned), *(outgoing.place_notices(arguments.out) if sealed else ())]
    value = {**_matrix(planned), "files": [_sealed(one) for one in sealed], "notices": notices}
    if allowed:
        value["mentions"] = [msgspec.to_builtins(one) for one in allowed]
    output.answer(value, [*_matrix_lines(planned), *map(_sealed_line, sealed), *notices])
    if not arguments.dry_run and planned.matches:
        refused = MatchesOpen(count=len(planned.matches))
        complain(refused)
        return refused.exit_status
    return 0


def _allowed(session: Session, planned: Plan, arguments: argparse.Namespace, output: Output) -> list[Mention]:
    """Return the names that ``--allow-names`` lets go, each said before anything is sealed."""
    if not arguments.allow_names:
        return []
    found = handover.named(session, planned, purpose=arguments.purpose, caveat=arguments.caveat)
    for line in messages.mention_lines(found):
        output.note(_("Allowed by --allow-names: %(name)s") % {"name": line})
    return found


def _seal(session: Session, planned: Plan, arguments: argparse.Namespace, allowed: list[Mention]) -> list[Sealed]:
    return handover.seal(
        session,
        planned,
        arguments.out,
        purpose=arguments.purpose,
        caveat=arguments.caveat,
        allow_names=allowed,
        approvals=rule.Approvals(rule.read_approvals(arguments.approval), arguments.requests),
    )


def _endings(session: Session, planned: Plan) -> list[str]:
    """Return what to say of cards that end soon, our own first."""
    theirs = (trust.ends_soon(session, one.card) for one in planned.recipients)
    return list(filter(None, [trust.own_notice(session), *theirs]))


def _matrix(planned: Plan) -> dict[str, object]:
    return {
        "recipients": [{"name": one.name, "fingerprint": one.fingerprint} for one in planned.recipients],
        "matrix": [
            {
                "id": row.id,
                "kind": row.kind,
                "title": row.title,
                "decisions": {
                    fingerprint: {
                        "verdict": cell.verdict,
                        "reasons": list(cell.reasons),
                        "withheld": list(cell.withheld),
                    }
                    for fingerprint, cell in row.cells.items()
                },
            }
            for row in planned.rows
        ],
        "matches": [_match(one) for one in planned.matches],
        "nothing_for": [one.name for one in planned.empty],
        "planned": [
            {
                "recipients": [one.name for one in file.recipients],
                "records": len(file.records),
                "tear_lines": len(file.tear_lines),
                "attachments": len(file.attachments),
                "consents": [one.serial for one in file.consents],
            }
            for file in planned.files
        ],
    }


def _match(one: matches.Match) -> dict[str, object]:
    return {
        "id": one.id,
        "recipient": one.recipient,
        "record": one.record_id,
        "title": one.title,
        "field": one.field,
        "words": one.words,
        "withheld": list(one.targets),
        "sentence": one.sentence,
    }


def _matrix_lines(planned: Plan) -> list[str]:
    lines = []
    for row in planned.rows:
        lines.append(f"{kind_title(row.kind)}: {row.title}")
        for contact in planned.recipients:
            cell = row.cells[contact.fingerprint]
            lines.append(f"  {contact.name}: {_verdict(cell.verdict)}. {' '.join(cell.reasons)}")
    lines += [one.sentence for one in planned.matches]
    lines += [_("Nothing may go to %(name)s.") % {"name": one.name} for one in planned.empty]
    return lines


def _verdict(verdict: str) -> str:
    words = {
        "allow": _("goes"),
        "allow_fields": _("goes with fields withheld"),
        "tear_line": _("tear-line only"),
        "refuse": _("does not go"),
    }
    return words[verdict]


def _sealed(one: Sealed) -> dict[str, object]:
    return {
        "file": str(one.path),
        "bundle_id": one.bundle_id,
        "recipients": [contact.name for contact in one.recipients],
        "fingerprints": [contact.fingerprint for contact in one.recipients],
        "size": one.size,
        "records": one.records,
        "tear_lines": one.tear_lines,
    }


def _sealed_line(one: Sealed) -> str:
    counted = ngettext("%(count)d record", "%(count)d records", one.records) % {"count": one.records}
    names = listed(contact.name for contact in one.recipients)
    return _("Sealed for %(names)s (%(counted)s): %(path)s") % {"names": names, "counted": counted, "path": one.path}


def unfinished(arguments: argparse.Namespace, output: Output) -> int:
    """``vault unfinished``: files that were begun and do not stand, and the removal of what is left of them."""
    found, lines = [], []
    with opened(arguments) as session:
        for one in outgoing.unfinished(session):
            outcome: outgoing.Outcome | None = None
            if arguments.settle or arguments.gone:
                away = arguments.gone and not one.folder.is_dir()
                outcome = outgoing.settle(session, one, gone=away)
            found.append(
                {
                    "file": str(one.path),
                    "begun": one.when,
                    "recipients": list(one.recipients),
                    "counted": one.counted,
                    "sentence": outgoing.words(one),
                    "outcome": outcome or "",
                }
            )
            lines += [f"{one.path}: {outgoing.outcome_words(outcome)}" if outcome else outgoing.words(one)]
    output.answer({"unfinished": found}, lines or [_("Every sealed file that was begun stands.")])
    return 0


def _judged(received: Received) -> tuple[int, str]:
    """Verify a readable file to its last byte and return exit status and verdict in words."""
    if received.is_readable:
        try:
            received.opened.verify_all()
        except BundleBroken as error:
            complain(error)
            return error.exit_status, sentence(error)
    return received.verdict.exit_status, received.headline


def verify(arguments: argparse.Namespace, output: Output) -> int:
    """``bundle verify``: the verdict, after every byte was read; of a message, what ``message show`` says."""
    with opened(arguments) as session:
        try:
            received = receiving.inspect(session, arguments.file)
        except SealedMessage:
            return messages.answer(session, arguments.file, output)
        try:
            status, headline = _judged(received)
        finally:
            received.close()
    whole = status == received.verdict.exit_status
    facts = received.opened.facts if whole else Facts(size=received.opened.facts.size)
    value: dict[str, object] = {
        "verdict": received.verdict.value if whole else "broken",
        "sentence": headline,
        "kind": received.opened.facts.kind,
        **_signed(facts),
        "notices": list(received.notices) if whole else [],
    }
    lines = [headline]
    if whole:
        lines += [*(f"  {title}: {text}" for title, text in received.facts), *received.notices]
    output.answer(value, lines)
    return status


def _signed(facts: Facts) -> dict[str, object]:
    """Return what is known of a file under names that scripts rely on; empty where nothing is."""
    return {
        "sender": facts.sender_name,
        "sender_agency": facts.sender_agency,
        "sender_fingerprint": facts.sender_fingerprint,
        "contact_agency": facts.contact_agency,
        "sender_state": facts.sender_state,
        "sender_until": facts.sender_until,
        "sender_key": facts.sender_key,
        "recipients": list(facts.recipients),
        "recipient_fingerprints": list(facts.recipient_fingerprints),
        "created": facts.created,
        "bundle_id": facts.bundle_id,
        "manifest_sha256": facts.manifest_sha256,
        "sequence": facts.sequence,
        "purpose": facts.purpose,
        "caveat": facts.caveat,
        "approvals": [msgspec.to_builtins(one) for one in facts.approvals],
        "size": facts.size,
        "expected_size": facts.expected,
        "stanzas": facts.stanzas,
        "opened_with": facts.opened_with,
    }


def list_entries(arguments: argparse.Namespace, output: Output) -> int:
    """``bundle list``: entries, records and tear-lines of a file that may be read."""
    with opened(arguments) as session:
        received = receiving.inspect(session, arguments.file)
        try:
            if not received.is_readable:
                return _refused(received)
            entries = [{"path": one.path, "size": one.size, "media_type": one.media_type} for one in received.entries]
            records = [cases.as_object(one) for one in received.records]
            tear_lines = [cases.as_object(one) for one in received.tear_lines]
        finally:
            received.close()
    value: dict[str, object] = {
        "verdict": received.verdict.value,
        "sentence": received.headline,
        "entries": entries,
        "records": records,
        "tear_lines": tear_lines,
    }
    lines = [received.headline, *(f"{one['size']:>12}  {one['path']}" for one in entries)]
    output.answer(value, lines)
    return received.verdict.exit_status


def _refused(received: Received) -> int:
    complain(BundleNotReadable(verdict=received.verdict.value))
    return received.verdict.exit_status


def show(arguments: argparse.Namespace, _output: Output) -> int:
    """``bundle show``: one entry, byte for byte, each block verified before it is written."""
    with opened(arguments) as session:
        received = receiving.inspect(session, arguments.file)
        try:
            if not received.is_readable:
                return _refused(received)
            with received.open_entry(arguments.entry) as file:
                standard = StandardOutput()
                while block := file.read(_BLOCK):
                    standard.write(block)
                standard.flush()
        finally:
            received.close()
    return received.verdict.exit_status


def take_in(arguments: argparse.Namespace, output: Output) -> int:
    """``bundle take-in``: keep what is verified to us, all or nothing."""
    with opened(arguments) as session:
        received = receiving.inspect(session, arguments.file)
        try:
            if not (received.can_take_in or (received.can_accept and arguments.accept_unverified)):
                output.answer({"verdict": received.verdict.value, "sentence": received.headline}, [received.headline])
                complain(TakeInRefused())
                return received.verdict.exit_status
            taken = receiving.take_in(session, received, accept_unverified=arguments.accept_unverified)
        finally:
            received.close()
    value: dict[str, object] = {
        "verdict": received.verdict.value,
        "sentence": received.headline,
        "new": list(taken.new),
        "newer": list(taken.newer),
        "reported": list(taken.reported),
        "older": list(taken.older),
        "refused": list(taken.refused),
        "clashes": list(taken.clashes),
        "same": taken.same,
        "attachments": taken.attachments,
        "cases": list(taken.cases),
        "nothing_new": taken.nothing_new,
        "accepted": taken.accepted,
        "recalled": list(taken.recalled),
        "joined": list(taken.joined),
        "conflicts": list(taken.conflicts),
        "alarm": taken.alarm,
        "notices": [one.words for one in taken.remarks],
    }
    output.answer(value, _taken_lines(received, taken))
    return _CLASH if taken.alarm or taken.conflicts else 0


def _taken_lines(received: Received, taken: Taken) -> list[str]:
    said = _("%(new)s new, %(newer)s newer, %(reported)s reported, %(same)s known already.") % {
        "new": len(taken.new),
        "newer": len(taken.newer),
        "reported": len(taken.reported),
        "same": taken.same,
    }
    lines = [received.headline, said, *(one.words for one in taken.remarks)]
    if taken.recalled:
        words = ngettext(
            "%(count)d of its records was recalled by its originator before it came; it goes to nobody.",
            "%(count)d of its records were recalled by their originator before they came; they go to nobody.",
            len(taken.recalled),
        )
        lines.append(words % {"count": len(taken.recalled)})
    if taken.joined:
        lines.append(_("%(count)s that you keep together with the sender were joined.") % {"count": len(taken.joined)})
    if taken.conflicts:
        line = _("%(count)s were changed differently on both sides; decide with conflicts list and conflicts resolve.")
        lines.append(line % {"count": len(taken.conflicts)})
    if taken.accepted:
        lines.append(_("Every record is marked as from an unverified source: it replaces nothing and is not released."))
    if taken.older:
        lines.append(_("%(count)s came late and are kept as history.") % {"count": len(taken.older)})
    if taken.refused:
        line = _("%(count)s were not kept, because a record of another kind has the same id.")
        lines.append(line % {"count": len(taken.refused)})
    if taken.clashes:
        line = _("Alarm: under %(count)s numbers two agencies claim a record of their own; speak with both in person.")
        lines.append(line % {"count": len(taken.clashes)})
    return lines
