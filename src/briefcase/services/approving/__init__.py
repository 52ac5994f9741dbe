"""The two-person rule: a second officer whom the pack names approves each file by the digest of its content."""
