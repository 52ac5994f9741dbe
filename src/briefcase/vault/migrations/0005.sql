-- Schema 5: filters and parts of words are searched, searches are saved, and what decides over a release is bound to
-- the audit chain record by record.

-- The rowid of all three is record.n; only the index is stored. Every record is in both of the first; after its names or
-- texts, and a separator, stand its facets, each a token that begins with the separator (docs/vault-format.md).
-- Segments are merged sixteen at a time (crisismerge), not a little with every save.
DROP TABLE name_index;
DROP TABLE body_index;
CREATE VIRTUAL TABLE name_index USING fts5 (
    folded, content = '', contentless_delete = 1, prefix = '1 2 3', tokenize = 'ascii'
);
CREATE VIRTUAL TABLE body_index USING fts5 (
    folded, content = '', contentless_delete = 1, prefix = '3', tokenize = 'ascii'
);
CREATE VIRTUAL TABLE part_index USING fts5 (
    folded, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
);
INSERT INTO name_index (name_index, rank) VALUES ('automerge', 0);
INSERT INTO body_index (body_index, rank) VALUES ('automerge', 0);
INSERT INTO part_index (part_index, rank) VALUES ('automerge', 0);

CREATE TABLE saved_search (
    name TEXT PRIMARY KEY,
    query TEXT NOT NULL,
    saved TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Sums over the current revisions and hashes of the small tables; their root stands in every audit entry.
CREATE TABLE state (
    area TEXT NOT NULL,
    place INTEGER NOT NULL,
    value BLOB NOT NULL CHECK (length(value) = 32),
    PRIMARY KEY (area, place)
) STRICT, WITHOUT ROWID;
