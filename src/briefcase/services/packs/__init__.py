"""Agency packs as a vault holds them: signed by the agency's record authority, under a root that the officer pinned."""
