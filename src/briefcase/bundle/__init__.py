"""The sealed bundle, ``briefcase-bundle/1``: what one officer hands to another as a file.

Outside a standard age file, inside a canonical ZIP64 that is a pure function of its doubly signed manifest; the format
is described in docs/bundle-format.md. This room never sees a vault: it is given values and gives back values, so that
the format is tested by files alone.
"""
