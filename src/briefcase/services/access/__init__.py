"""The ways into a vault: what opens it, what is said at the door, and how the ways are changed."""
