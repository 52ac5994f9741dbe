-- Schema 6: a sender's ids are his own: what somebody else signs under the same id keeps nothing out.

-- "sender" is the fingerprint of the card that signed; empty where an older schema did not keep it.
ALTER TABLE bundle ADD COLUMN sender TEXT NOT NULL DEFAULT '';
UPDATE bundle SET sender = coalesce(
    (SELECT received_from FROM revision WHERE revision.bundle = bundle.id AND received_from <> '' LIMIT 1), ''
) WHERE direction = 'in';

CREATE TABLE message_6 (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    type TEXT NOT NULL,
    series TEXT NOT NULL,
    serial INTEGER NOT NULL,
    sender TEXT NOT NULL,
    partner TEXT NOT NULL,
    about TEXT NOT NULL,
    created TEXT NOT NULL,
    registered TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sent', 'counts', 'noted')),
    text BLOB NOT NULL,
    ssh BLOB NOT NULL,
    mldsa BLOB NOT NULL,
    UNIQUE (id, sender, direction)
) STRICT;
INSERT INTO message_6 SELECT n, id, direction, type, series, serial, CASE direction WHEN 'in' THEN partner ELSE '' END,
    partner, about, created, registered, state, text, ssh, mldsa FROM message;
DROP TABLE message;
ALTER TABLE message_6 RENAME TO message;
CREATE INDEX message_series ON message (series, type, direction, serial);
CREATE INDEX message_about ON message (about) WHERE about <> '';

-- One revision may come in two bundles of one id from two senders.
CREATE TABLE revision_6 (
    n INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES record (n),
    id BLOB NOT NULL CHECK (length(id) = 16),
    parents BLOB NOT NULL,
    author TEXT NOT NULL,
    created TEXT NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('kept', 'reported')),
    received_from TEXT NOT NULL,
    bundle TEXT NOT NULL,
    unverified INTEGER NOT NULL CHECK (unverified IN (0, 1)),
    audit INTEGER NOT NULL,
    salt BLOB,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    body BLOB,
    UNIQUE (record, id, bundle, received_from)
) STRICT;
INSERT INTO revision_6 SELECT * FROM revision;
DROP TABLE revision;
ALTER TABLE revision_6 RENAME TO revision;
CREATE INDEX revision_audit ON revision (audit);
CREATE INDEX revision_bundle ON revision (bundle) WHERE bundle <> '';

-- Recalls decide over a release, too; the sums are made anew after a whole check.
DELETE FROM state;
