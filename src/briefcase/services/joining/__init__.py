"""What several agencies keep together: versions, merges, conflicts, and parties that may be the same."""
