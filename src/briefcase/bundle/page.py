"""stub"""

from __future__ import annotations

from collections.abc import Sequence

from briefcase.bundle.content import AttachmentSource
from briefcase.bundle.manifest import Manifest
from briefcase.records.kinds import TearLine
from briefcase.records.record import Record


def render(
    manifest: Manifest, views: Sequence[Record], tear_lines: Sequence[TearLine], attachments: Sequence[AttachmentSource]
) -> bytes:
    """Stub"""
    return b"<html>"
