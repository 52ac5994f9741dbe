"""The check before something leaves: the records that leave and what decides over them, at a cost that follows those.

Seen is whatever puts an older page, which needs no key, under one of these records, its revision, the contacts,
withdrawals, consents, our pack or our identity: each must fit the state (``vault.state``), whose root stands in the
newest entry of the audit chain. ``check.check`` looks at everything else.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from itertools import islice

from briefcase.errors import N_
from briefcase.vault.audit import Audit
from briefcase.vault.database import Database, Row
from briefcase.vault.state import BITS
from briefcase.vault.values import Finding, Source, id_text, raw_id
from briefcase.vault.writing import CHUNK, digest, digest_prefix

_ROWS = (
    "SELECT r.n, r.id, v.record, v.standing, v.received_from, v.bundle, v.unverified, v.salt, v.digest, v.body"
    " FROM record r JOIN revision v ON v.n = r.current WHERE r.id IN (%s)"
)


def check_leaving(database: Database, audit: Audit, record_ids: Iterable[str]) -> list[Finding]:
    """Return what is wrong with these records and with what decides over them; nothing when they may be relied on.

    A vault whose state was not established yet (it is of an older schema, or its keys were changed) has a finding, too.
    """
    fault = "audit" if not audit.speaks_of_state() else audit.state.top_fault()
    if fault:
        return [Finding("error", fault, N_("What decides over a release is not as the audit chain says."))]
    numbers: dict[int, str] = {}
    found: list[Finding] = []
    iterator = iter(dict.fromkeys(record_ids))
    while chunk := list(islice(iterator, CHUNK)):
        sql = _ROWS % ",".join("?" * len(chunk))
        for row in database.rows(sql, [raw_id(one) for one in chunk]):
            identifier = id_text(row[1]) if isinstance(row[1], bytes) else ""
            numbers[int(row[0] or 0)] = identifier
            if not fits(row[2:]) or row[2] != row[0]:
                found.append(_changed(identifier))
    wrong = audit.state.leaf_faults(numbers)
    return found + [_changed(one) for number, one in sorted(numbers.items()) if number >> BITS in wrong]


def _changed(identifier: str) -> Finding:
    message = N_("The record %(id)s, or one kept close to it, is not as the audit chain says.")
    return Finding("error", "records", message, (("id", identifier),))


def fits(row: Row) -> bool:
    """Return whether a revision fits its digest.

    Args:
        row: record, standing, received_from, bundle, unverified, salt, digest, body.
    """
    _record, standing, sender, bundle, unverified, salt, value, body = row
    if not isinstance(salt, bytes) or not isinstance(value, bytes) or not isinstance(body, bytes):
        return False
    prefix = digest_prefix(Source(str(sender), str(bundle), bool(unverified)), str(standing))
    return standing == "kept" and hmac.compare_digest(digest(salt, prefix, body), value)


def state_findings(audit: Audit) -> Iterator[Finding]:
    """Compare the whole state with what is there; one that was never established has nothing to be compared with."""
    if audit.state.root():
        if not audit.speaks_of_state() or not audit.state.is_whole():
            yield Finding("error", "state", N_("The sums over the present records are not as the audit chain says."))
    elif audit.had_state():
        yield Finding("error", "state", N_("The sums over the present records were taken away."))
