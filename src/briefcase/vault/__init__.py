"""The encrypted case store: header, schema, search, attachments, audit. The only importer of sqlcipher3."""
