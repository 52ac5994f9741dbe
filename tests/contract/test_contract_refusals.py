"""The officer's guide lists every refusal of the matrix in the matrix's own words, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefcase.release.reasons import REFUSALS

ROOT = Path(__file__).resolve().parents[2]
HEADING = "### What the matrix says, and what helps"
FACTS = {
    "recipient": "GBR/HMRC",
    "policy": "USA",
    "level": "SECRET",
    "cleared": "CONFIDENTIAL",
    "caveat": "ORCON",
    "mark": "TLP:AMBER",
    "on": "2027-01-31",
    "field": "Remarks",
}
"""What stands in the guide for the places of the messages."""


def rows():
    """Return the cells of the table below the heading, its head left out."""
    text = (ROOT / "docs" / "officers-guide.md").read_text(encoding="utf-8")
    section = text.partition(f"\n{HEADING}\n")[2].partition("\n#")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]


def row_of(code):
    """Return the two cells that a refusal has in the table."""
    why, _semicolon, way = (REFUSALS[code] % FACTS).partition("; ")
    return f"{why}.", f"{way[0].upper()}{way[1:]}"


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_the_guide_has_the_refusal(code):
    assert row_of(code) in rows()


def test_the_guide_has_no_refusal_that_the_matrix_does_not_know():
    known = {row_of(code) for code in REFUSALS}
    assert [row for row in rows() if row not in known] == []
    assert len(rows()) == len(known)
