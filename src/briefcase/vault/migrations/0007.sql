-- Schema 7: under which consents something went, and who approved it.

-- Serials (message ids) of the consents that a line rests on, and fingerprints of the second officers who approved its
-- file, each with a blank between.
ALTER TABLE disclosure ADD COLUMN consents TEXT NOT NULL DEFAULT '';
ALTER TABLE disclosure ADD COLUMN approvals TEXT NOT NULL DEFAULT '';
