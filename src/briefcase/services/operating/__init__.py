"""Joint operations: who takes part, what is promised by whom until when, and what came of it on every side."""
