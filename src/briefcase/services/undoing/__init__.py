"""What was done and how it is taken back: history, undo, and the bin for cases."""
