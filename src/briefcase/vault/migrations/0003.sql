-- Schema 3: messages with their signatures, receipts for what went out, and what partners said of their audit chains.

-- Signed papers other than bundles. "text" is the signed text, byte for byte; "partner" is the sender's fingerprint, or
-- those of the recipients with a blank between; "series" is sender and set of recipients, in which "serial" counts the
-- messages of a type; "about" is what it speaks of. "state" is sent, or whether a received one counts by our own contacts.
DROP TABLE message;
CREATE TABLE message (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    type TEXT NOT NULL,
    series TEXT NOT NULL,
    serial INTEGER NOT NULL,
    partner TEXT NOT NULL,
    about TEXT NOT NULL,
    created TEXT NOT NULL,
    registered TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sent', 'counts', 'noted')),
    text BLOB NOT NULL,
    ssh BLOB NOT NULL,
    mldsa BLOB NOT NULL,
    UNIQUE (id, direction)
) STRICT;
CREATE INDEX message_series ON message (series, type, direction, serial);
CREATE INDEX message_about ON message (about) WHERE about <> '';

-- Id of the receipt that acknowledged it; empty while none has come.
ALTER TABLE disclosure ADD COLUMN receipt TEXT NOT NULL DEFAULT '';
CREATE INDEX disclosure_bundle ON disclosure (bundle);

-- Heads of partners' audit chains, as they signed them in bundles and receipts ("source" is the id of either).
CREATE TABLE witness (
    n INTEGER PRIMARY KEY,
    partner TEXT NOT NULL,
    head TEXT NOT NULL,
    created TEXT NOT NULL,
    source TEXT NOT NULL,
    UNIQUE (partner, source)
) STRICT;
CREATE INDEX witness_head ON witness (head);
