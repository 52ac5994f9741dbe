-- Briefcase vault, schema 1. Ids of records and revisions are the 16 raw bytes of their hex form.
-- Times are UTC text, 2026-11-24T06:02:56Z.

-- What is true now; the words stand in the revision that "current" points at.
CREATE TABLE record (
    n INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    current INTEGER NOT NULL,
    created TEXT NOT NULL,
    changed TEXT NOT NULL
) STRICT;
CREATE INDEX record_kind ON record (kind);

-- Full snapshots, appended only. One revision may come again, with another bundle, with more of it or from its originator. A purge empties body and salt and leaves the digest.
CREATE TABLE revision (
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
    UNIQUE (record, id, bundle)
) STRICT;
CREATE INDEX revision_audit ON revision (audit);
CREATE INDEX revision_bundle ON revision (bundle) WHERE bundle <> '';

CREATE TABLE case_record (
    case_id BLOB NOT NULL,
    record INTEGER NOT NULL REFERENCES record (n),
    PRIMARY KEY (case_id, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_record_record ON case_record (record);

-- Relations, both ends indexed; "record" is the link record itself.
CREATE TABLE link (
    record INTEGER PRIMARY KEY REFERENCES record (n),
    from_id BLOB NOT NULL,
    to_id BLOB NOT NULL,
    role TEXT NOT NULL
) STRICT;
CREATE INDEX link_from ON link (from_id);
CREATE INDEX link_to ON link (to_id);

-- Every other record that a record names.
CREATE TABLE mention (
    target BLOB NOT NULL,
    record INTEGER NOT NULL REFERENCES record (n),
    PRIMARY KEY (target, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_record ON mention (record);

-- Names folded for finding; the order is that of the record.
CREATE TABLE name (
    record INTEGER NOT NULL REFERENCES record (n),
    position INTEGER NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (record, position)
) STRICT, WITHOUT ROWID;

-- The rowid of both is record.n; only the index is stored, the words are in the revision.
CREATE VIRTUAL TABLE name_index USING fts5 (
    folded, content = '', contentless_delete = 1, prefix = '1 2 3', tokenize = 'ascii'
);
CREATE VIRTUAL TABLE body_index USING fts5 (
    folded, content = '', contentless_delete = 1, prefix = '3', tokenize = 'ascii'
);

-- A file outside the database: blobs/ab/abcd..., sealed under its own key, which is wrapped here.
CREATE TABLE attachment (
    sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    size INTEGER NOT NULL,
    crc32 INTEGER NOT NULL,
    blocks BLOB NOT NULL,
    media_type TEXT NOT NULL,
    blob BLOB NOT NULL UNIQUE CHECK (length(blob) = 16),
    wrapped BLOB NOT NULL,
    uses INTEGER NOT NULL CHECK (uses > 0),
    added TEXT NOT NULL,
    audit INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (
    fingerprint TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    card TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('unverified', 'verified', 'revoked', 'expired')),
    agency TEXT NOT NULL,
    country TEXT NOT NULL,
    verified_at TEXT NOT NULL,
    verified_by TEXT NOT NULL,
    note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every bundle that went out or came in; "sequence" counts per partner and direction.
CREATE TABLE bundle (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    partner TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    sequence INTEGER NOT NULL,
    manifest TEXT NOT NULL,
    registered TEXT NOT NULL,
    UNIQUE (id, partner, direction)
) STRICT;
CREATE INDEX bundle_partner ON bundle (partner, direction, sequence);

-- Which view of which revision went to whom.
CREATE TABLE disclosure (
    n INTEGER PRIMARY KEY,
    bundle TEXT NOT NULL,
    recipient TEXT NOT NULL,
    recipient_name TEXT NOT NULL,
    record BLOB NOT NULL,
    revision BLOB NOT NULL,
    released TEXT NOT NULL,
    withheld TEXT NOT NULL,
    manifest TEXT NOT NULL
) STRICT;
CREATE INDEX disclosure_recipient ON disclosure (recipient, record);
CREATE INDEX disclosure_record ON disclosure (record);

CREATE TABLE consent (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    record BLOB,
    recipient TEXT NOT NULL,
    starts TEXT NOT NULL,
    ends TEXT NOT NULL,
    registered TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX consent_record ON consent (record);

-- Signed papers other than bundles: requests, receipts, recalls, revocations.
CREATE TABLE message (
    id TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    partner TEXT NOT NULL,
    about TEXT NOT NULL,
    registered TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX message_type ON message (type, registered);

-- Unfinished input, kept when the window locks.
CREATE TABLE draft (
    name TEXT PRIMARY KEY,
    saved TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The chain: docs/vault-format.md says how "chain" is computed.
CREATE TABLE audit (
    n INTEGER PRIMARY KEY,
    entry BLOB NOT NULL,
    chain BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    form TEXT NOT NULL CHECK (form IN ('bytes', 'text', 'json')),
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
