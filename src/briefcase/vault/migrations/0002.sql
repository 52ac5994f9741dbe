-- Schema 2: renewed cards, and cards whose keys are known to be lost.

-- The fingerprint of the verified card that renewed this one; empty while there is none.
ALTER TABLE contact ADD COLUMN replaced_by TEXT NOT NULL DEFAULT '';
CREATE INDEX contact_replaced ON contact (replaced_by) WHERE replaced_by <> '';

-- Why a card counts no more. A revocation is kept verbatim, also before its card is known ("applied" is 0 until its
-- signatures were checked with that card); "source" is the fingerprint of who said so, empty for our own officer.
CREATE TABLE withdrawal (
    id TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('revocation', 'compromise')),
    source TEXT NOT NULL,
    since TEXT NOT NULL,
    reason TEXT NOT NULL,
    registered TEXT NOT NULL,
    applied INTEGER NOT NULL CHECK (applied IN (0, 1)),
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX withdrawal_fingerprint ON withdrawal (fingerprint);
