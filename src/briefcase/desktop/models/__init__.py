"""Item models that feed the tables and lists."""
