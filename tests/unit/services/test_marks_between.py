"""TLP, PAP and days of review between real vaults: what a partner gave goes no further, and marks are said in words."""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202 - the arguments are fixtures, and a name says what a test is about
from __future__ import annotations

import msgspec
import pytest

from briefcase.bundle.paths import PAGE
from briefcase.paper.case_summary import case_summary
from briefcase.services import cases, handover, printing, receiving


@pytest.fixture
def marked(world):
    """Return a function that keeps a party with marks beside its marking."""

    def kept(who, case="", **marks):
        label = msgspec.structs.replace(world.label(), **marks)
        fields = {"party_kind": "company", "names": [{"text": "Any"}]}
        return cases.add_record(who, "party", fields, label, [case] if case else ())

    return kept


def cell(who, record, to):
    planned = handover.plan(who, [record.id], [to.fingerprint])
    one = planned.rows[0].cells[to.fingerprint]
    return one.verdict, " ".join(one.reasons)


def test_what_was_given_under_amber_goes_to_no_third_agency(world, marked):
    record = marked(world.aus, tlp="TLP:AMBER")
    verdict, words = cell(world.aus, record, world.usa)
    assert verdict == "allow"
    assert "inside the recipient's organisation" in words
    world.give(world.aus, [record.id], world.usa)
    verdict, words = cell(world.usa, record, world.gbr)
    assert verdict == "refuse"
    assert "under TLP:AMBER; only with its consent" in words
    assert cell(world.usa, record, world.aus)[0] == "allow"


def test_green_goes_on_where_the_originators_label_names_the_third(world, marked):
    record = marked(world.aus, tlp="TLP:GREEN")
    world.give(world.aus, [record.id], world.usa)
    assert cell(world.usa, record, world.gbr)[0] == "allow"


def test_our_own_red_needs_the_agency_itself_in_the_label(world, marked):
    verdict, words = cell(world.usa, marked(world.usa, tlp="TLP:RED"), world.gbr)
    assert verdict == "refuse"
    assert "must name the recipient's agency itself" in words


def test_nothing_leaves_after_its_day_of_review_and_a_new_day_brings_it_back(world, marked):
    record = marked(world.usa, review_on="2020-01-01")
    verdict, words = cell(world.usa, record, world.gbr)
    assert verdict == "refuse"
    assert "2020-01-01" in words
    label = msgspec.to_builtins(msgspec.structs.replace(record.label, review_on="2099"))
    cases.edit_record(world.usa, record.id, {"label": label})
    assert cell(world.usa, record, world.gbr)[0] == "allow"


def test_page_and_paper_say_what_the_marks_ask(world, marked, monkeypatch):
    case = world.add(world.usa, "case", title="On the table")
    record = marked(world.usa, case.id, pap="PAP:RED", handling=("H1",), review_on="2099-01-01")
    path = world.seal(world.usa, [case.id, record.id], world.gbr)[0].path
    received = receiving.inspect(world.gbr, path)
    with received.opened.open_entry(PAGE) as entry:
        page = entry.read().decode()
    received.close()
    told = []

    def draw(content, out, **more):
        told.append(content.handling)
        return case_summary(content, out, **more)

    monkeypatch.setattr(printing, "case_summary", draw)
    printing.case_pdf_bytes(world.usa, case.id)
    for text in (page.replace("&#x27;", "'"), told[0]):
        assert "PAP:RED: nothing may be done that its subject could notice" in text
        assert "H1: not to be disclosed in judicial proceedings" in text
        assert "looked at again on 2099-01-01" in text
