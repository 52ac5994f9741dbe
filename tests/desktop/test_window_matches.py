"""A hand-over in the window whose texts name what is withheld: nothing goes before the officer has looked."""

from __future__ import annotations

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures
import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from briefcase.desktop.handover_flow import Step
from briefcase.desktop.pages.matches import MatchesCard
from briefcase.records.label import Label
from briefcase.services import cases, session

PASSPHRASE = "ribbon lantern orchard velvet compass saddle"
NAME = "Northern Meridian Instruments"
NOTES = ("Call of 3 June", "Call of 9 June")


def label(*countries: str) -> Label:
    return Label(
        policy="EXERCISE",
        level="EXERCISE SENSITIVE",
        releasable_to=tuple(f"country:{code}" for code in countries),
    )


@pytest.fixture
def naming(story):
    """Two notes that would go name a party that does not."""
    usa = session.unlock(story.usa, PASSPHRASE)
    fields = {"party_kind": "company", "names": [{"text": NAME}]}
    cases.add_record(usa, "party", fields, label("USA"), [story.case_id])
    for title in NOTES:
        text = f"The broker spoke of {NAME} twice."
        cases.add_record(usa, "note", {"title": title, "text": text}, label("USA", "GBR"), [story.case_id])
    usa.close()
    return story


@pytest.fixture
def matrix(naming, shell, settle):
    """The hand-over to GBR at its matrix."""
    shell.welcome.set_vault(naming.usa)
    shell.welcome.passphrase.set_text(PASSPHRASE)
    shell.welcome.unlock()
    settle()
    shell.show_page("handover", naming.case_id)
    settle()
    page = shell.handover
    page._choose_partners(tuple(one.fingerprint for one in page._contacts))
    page.go_on()
    settle()
    assert page.flow.step == Step.MATRIX
    return page


def card(page) -> MatchesCard | None:
    QApplication.processEvents()
    found = page.stage.view.findChildren(MatchesCard)
    return found[0] if found else None


def tick(page, title: str) -> MatchesCard:
    shown = card(page)
    for one in page.flow.plan.matches:
        shown.ticks._boxes[one.id].setChecked(one.title == title)
    return shown


def test_nothing_goes_on_before_each_text_was_looked_at(matrix, settle, tmp_path):
    shown = card(matrix)
    assert not shown.confirm.isEnabled()
    if folder := os.environ.get("BRIEFCASE_TEST_PICTURES"):
        matrix.window().grab().save(str(Path(folder) / "matches.png"))
    matrix.go_on()
    assert matrix.flow.step == Step.MATRIX
    assert "betray" in matrix.messages.words
    tick(matrix, NOTES[0]).confirm.click()
    settle()
    assert [one.title for one in matrix.flow.plan.matches] == [NOTES[1]]
    tick(matrix, NOTES[1]).leave.click()
    settle()
    assert card(matrix) is None
    matrix.go_on()
    matrix.go_on()
    matrix._choose_target(str(tmp_path), "", "")
    matrix.go_on()
    settle()
    assert matrix.flow.step == Step.RESULT, matrix.messages.words
    (file,) = matrix.flow.plan.files
    titles = {getattr(one, "title", "") for one in file.records}
    assert NOTES[0] in titles
    assert NOTES[1] not in titles


def test_what_was_left_out_is_forgotten_with_other_partners_or_another_case(matrix, settle):
    tick(matrix, NOTES[1]).leave.click()
    settle()
    flow = matrix.flow
    assert len(flow.left_out) == 1
    assert flow.with_partners(()).left_out == ()
    assert flow.with_case("another", "").left_out == ()
    assert flow.with_partners(flow.partners).left_out == flow.left_out
