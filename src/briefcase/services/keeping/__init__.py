"""The vault as a whole: copies, restoring, travelling, purging, repairing, and the audit log on its way out."""
