"""Between the plan and the seal: what comes to name a withheld record, or comes to be withheld, stops the sealing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.services.conftest import World

from briefcase.services import cases, handover
from briefcase.services.errors import DecisionChanged

AUS_ONLY = "EXERCISE OFFICIAL//REL TO USA, AUS"
WITHHELD, FREE = "Wintergarten Praezision", "Ochre Lantern Works"


class Table:
    """A case that is planned for GBR: a withheld company, a free one, and three notes, the last one withheld."""

    def __init__(self, world: World) -> None:
        self.world, self.usa = world, world.usa
        self.case = world.add(self.usa, "case", title="Harbour Kettle", status="open").id
        self.withheld, self.free = self._company(WITHHELD, AUS_ONLY), self._company(FREE)
        self.plain, self.named = self._note("Nothing to see."), self._note(f"Ordered by {FREE}.")
        self.kept_back = self._note(f"Ordered by {WITHHELD}.", AUS_ONLY)
        self.gbr_label = cases.get(self.usa, self.plain).label
        self.planned = handover.plan(self.usa, handover.of_case(self.usa, self.case), [world.gbr.fingerprint])

    def _company(self, name: str, *marking: str) -> str:
        one = self.world.add(self.usa, "party", *marking, case=self.case, party_kind="company", names=[{"text": name}])
        return str(one.id)

    def _note(self, text: str, *marking: str) -> str:
        return str(self.world.add(self.usa, "note", *marking, case=self.case, title="A note", text=text).id)

    def name_comes_into_a_text(self) -> None:
        """Write the name of the withheld company into a note that goes."""
        cases.edit_record(self.usa, self.plain, {"text": f"Paid by {WITHHELD}."})

    def named_record_is_withheld(self) -> None:
        """Withhold the company that a note names that goes."""
        cases.edit_record(self.usa, self.free, {"label": cases.get(self.usa, self.withheld).label})

    def withheld_record_outside_is_named_so(self) -> None:
        """Make a withheld company, in no case of the plan, that has the name of what goes."""
        world = self.world
        other = world.add(self.usa, "case", AUS_ONLY, title="Some other matter", status="open").id
        world.add(self.usa, "party", AUS_ONLY, case=other, party_kind="company", names=[{"text": "Nothing to see"}])

    def text_that_names_it_is_released(self) -> None:
        """Release the note that names the withheld company: it stays out of the file, yet nobody was asked."""
        cases.edit_record(self.usa, self.kept_back, {"label": self.gbr_label})

    def seal(self) -> Path:
        """Seal what was planned."""
        stick = self.world.folder / "stick"
        stick.mkdir()
        return handover.seal(self.usa, self.planned, stick)[0].path


@pytest.fixture
def table(world: World) -> Table:
    made = Table(world)
    assert made.planned.matches == ()
    return made


def test_without_a_change_it_is_sealed(table: Table) -> None:
    assert table.seal().exists()


@pytest.mark.parametrize(
    "change",
    [
        Table.name_comes_into_a_text,
        Table.named_record_is_withheld,
        Table.withheld_record_outside_is_named_so,
        Table.text_that_names_it_is_released,
    ],
)
def test_a_change_that_opens_a_match_stops_the_sealing(table: Table, change: Callable[[Table], None]) -> None:
    change(table)
    again = handover.plan(table.usa, table.planned.record_ids, [table.world.gbr.fingerprint])
    assert len(again.matches) == 1
    with pytest.raises(DecisionChanged):
        table.seal()
    assert list((table.world.folder / "stick").iterdir()) == []
    assert table.usa.vault.disclosures.list() == []
    assert table.usa.vault.bundles.list() == []
