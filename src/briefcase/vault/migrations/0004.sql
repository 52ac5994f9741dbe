-- Schema 4: cases deleted for good.

-- What the audit chain still needs of revisions that were purged: which ones an entry spoke of, and their digests, which
-- say nothing without salt and words. "n" is the place that the revision had.
CREATE TABLE purged (
    audit INTEGER NOT NULL,
    n INTEGER NOT NULL,
    record BLOB NOT NULL CHECK (length(record) = 16),
    revision BLOB NOT NULL CHECK (length(revision) = 16),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (audit, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX purged_record ON purged (record);
