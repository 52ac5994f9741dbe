"""A purpose in the window that names what the recipient does not know: the officer rewords it or accepts that name."""

from __future__ import annotations

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures
import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from briefcase.desktop.handover_flow import Step
from briefcase.desktop.pages.matches import NamesCard
from briefcase.records.label import Label
from briefcase.services import cases, session

PASSPHRASE = "ribbon lantern orchard velvet compass saddle"
NAME = "Northern Meridian Instruments"
SECOND = "Osprey Shipping"
PURPOSE = f"After the visit to {NAME} and {SECOND}"


def hide(opened, case_id: str, name: str) -> None:
    label = Label(policy="EXERCISE", level="EXERCISE SENSITIVE", releasable_to=("country:USA",))
    cases.add_record(opened, "party", {"party_kind": "company", "names": [{"text": name}]}, label, [case_id])


@pytest.fixture
def asked(story, shell, settle, tmp_path):
    """The hand-over to GBR at sealing, stopped at a name in its purpose."""
    usa = session.unlock(story.usa, PASSPHRASE)
    hide(usa, story.case_id, NAME)
    usa.close()
    shell.welcome.set_vault(story.usa)
    shell.welcome.passphrase.set_text(PASSPHRASE)
    shell.welcome.unlock()
    settle()
    shell.show_page("handover", story.case_id)
    settle()
    page = shell.handover
    page._choose_partners(tuple(one.fingerprint for one in page._contacts))
    page.go_on()
    settle()
    page.go_on()
    page.go_on()
    stick = tmp_path / "stick"
    stick.mkdir()
    panel = page.stage.view
    panel.folder.setText(str(stick))
    panel.purpose.setText(PURPOSE)
    page.go_on()
    settle()
    assert page.flow.step == Step.SEAL
    assert not list(stick.iterdir())
    return page


def card(page) -> NamesCard | None:
    QApplication.processEvents()
    found = [one for one in page.stage.view.findChildren(NamesCard) if not one.isHidden()]
    return found[0] if found else None


def test_the_name_is_shown_and_accepted(asked, settle):
    shown = card(asked)
    (line,) = [one.text() for one in shown.lines]
    assert NAME in line
    assert line.startswith("Purpose")
    assert NAME not in asked.messages.words
    if folder := os.environ.get("BRIEFCASE_TEST_PICTURES"):
        asked.window().grab().save(str(Path(folder) / "names.png"))
    shown.accept.click()
    settle()
    assert asked.flow.step == Step.RESULT, asked.messages.words
    assert asked.flow.mentions == ()


def test_a_name_that_was_not_shown_is_asked_anew(asked, settle):
    hide(asked.desk.session, asked.flow.case_id, SECOND)
    card(asked).accept.click()
    settle()
    assert asked.flow.step == Step.SEAL
    assert {one.words for one in asked.flow.mentions} == {NAME, SECOND}
    assert len(card(asked).lines) == 2


@pytest.mark.parametrize("place", ["purpose", "caveat"])
def test_other_words_take_the_question_back(asked, place):
    getattr(asked.stage.view, place).setText("Other words")
    assert card(asked) is None
    assert asked.flow.mentions == ()


def test_another_folder_leaves_the_question(asked, tmp_path):
    asked.stage.view.folder.setText(str(tmp_path))
    assert card(asked) is not None
    assert asked.flow.mentions


def test_partners_plan_step_and_lock_drop_it(asked):
    flow = asked.flow
    changed = (
        flow.with_partners(()),
        flow.with_plan(flow.plan),
        flow.without(("x",)),
        flow.with_case("another", ""),
        flow.back(),
        type(flow).from_bytes(flow.to_bytes()),
    )
    assert [one.mentions for one in changed] == [()] * len(changed)
    asked.forget()
    assert card(asked) is None
    assert asked.flow.mentions == ()
