"""The audit chain in use: views, checkpoints, heads held elsewhere, the log and its signed export."""
