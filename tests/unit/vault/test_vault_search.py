"""Search: one fold for names and questions, names before texts, nothing typed is syntax."""

# ruff: noqa: ANN001, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefcase.records.errors import QueryKeyUnknown, QueryValueInvalid
from briefcase.records.query import filters_in
from briefcase.vault import errors
from briefcase.vault import search as searching

NAMES = [
    ("İstanbul Işıldak Elektronik San. ve Tic. Ltd. Şti.", ""),
    ("ООО «Северная Волна Электроникс»", "OOO Severnaya Volna Electronics"),
    ("深圳市恒晟微电子有限公司", "Shenzhen Hengsheng Microelectronics Co., Ltd."),
    ("مهندسی پارس آریا کنترل", "Pars Aria Control Engineering"),
    ("Ελληνική Ναυτιλία", ""),
    ("Müller & Söhne GmbH", ""),
]


@pytest.fixture
def filled(vault, make):
    vault.records.put_many([make.party(name, latin) for name, latin in NAMES], actor="Ann")
    return vault


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("isildak", 0),
        ("IŞILDAK", 0),
        ("istanbul isil", 0),
        ("северная", 1),
        ("severnaya vol", 1),
        ("электроникс", 1),
        ("深圳", 2),
        ("恒晟", 2),
        ("微电子", 2),
        ("hengsheng", 2),
        ("پارس", 3),
        ("آريا", 3),
        ("كنترل", 3),
        ("pars aria", 3),
        ("ελληνικη", 4),
        ("muller", 5),
        ("sohne", 5),
    ],
)
def test_a_name_is_found_however_it_is_typed(filled, typed, place):
    assert [hit.title for hit in filled.search(typed)] == [NAMES[place][0]]


def test_names_come_before_texts_and_close_ones_first(vault, make):
    records = [
        make.note("Something else", "speaks of volna at length"),
        make.party("Great Volna Trading"),
        make.party("Volna Shipping"),
        make.party("Volna"),
    ]
    vault.records.put_many(records, actor="Ann")
    assert [(hit.title, hit.where) for hit in vault.search("volna")] == [
        ("Volna", "name"),
        ("Volna Shipping", "name"),
        ("Great Volna Trading", "name"),
        ("Something else", "text"),
    ]
    assert len(vault.search("volna", limit=2)) == 2
    assert vault.search("volna", limit=0) == []


def test_filters_and_marks(vault, make):
    case = make.case("Volna case")
    party = make.party("Severnaya VOLNA", case_ids=(case.id,))
    note = make.note("Note", "first words\nthen the Wólna came by", case_ids=(case.id,))
    vault.records.put_many([case, party, note, make.party("Volna elsewhere")], actor="Ann")
    assert {hit.title for hit in vault.search("volna", case_id=case.id)} == {"Severnaya VOLNA", "Note"} - {"Note"}
    assert [hit.kind for hit in vault.search("volna", kinds=["case"])] == ["case"]
    assert vault.search("volna", kinds=["note", "tip"]) == []
    hit = vault.search("volna", case_id=case.id)[0]
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["VOLNA"]
    (hit,) = vault.search("wolna", case_id=case.id)
    assert hit.where == "text"
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["Wólna"]
    assert "\n" not in hit.snippet


def test_a_change_is_found_and_what_it_replaced_is_not(vault, make):
    party = make.party("Oldname")
    vault.records.put(party, actor="Ann")
    vault.records.put(make.next(party, names=make.party("Newname").names), actor="Ann")
    assert vault.search("oldname") == []
    assert len(vault.search("newname")) == 1


def test_a_phrase_does_not_run_from_one_name_into_the_next(vault, make):
    party = make.party("Alpha 深", "圳 Omega")
    vault.records.put(party, actor="Ann")
    assert vault.search("深圳", kinds=["party"]) == []
    assert len(vault.search("圳 深")) == 1


@pytest.mark.parametrize(
    "typed",
    ["", " ", '"', '""', "*", "NEAR(", "a AND", "OR", "^x", "f:x", "-", "'; DROP TABLE record", "(", "\x00", "{}"],
)
def test_nothing_typed_is_syntax(filled, typed):
    assert isinstance(filled.search(typed), list)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_any_text_can_be_asked_or_is_refused_for_its_filter(filled, typed):
    try:
        hits = filled.search(typed)
    except (QueryKeyUnknown, QueryValueInvalid):
        assert filters_in(typed)
        return
    for hit in hits:
        for start, end in hit.marks:
            assert 0 <= start < end <= len(hit.snippet)


def test_too_many_hits_are_bounded_but_names_that_begin_so_are_there(monkeypatch, vault, make):
    monkeypatch.setattr(searching, "BOUND", 5)
    monkeypatch.setattr(searching, "RANKED", 10)
    vault.records.put_many([make.party(f"Good Trading {number}") for number in range(30)], actor="Ann")
    vault.records.put(make.party("Trading"), actor="Ann")
    found = vault.search("trading")
    assert found[0].title == "Trading"
    assert len(found) <= 6
    vault.records.put(make.party("Xy"), actor="Ann")
    assert [hit.title for hit in vault.search("x")] == ["Xy"]


def test_a_search_can_be_stopped_from_another_thread_and_a_write_cannot(vault):
    slow = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 500000000) SELECT count(*) FROM c"

    def stopping():
        time.sleep(0.1)
        vault.stop_search()

    thread = threading.Thread(target=stopping)
    thread.start()
    with pytest.raises(errors.SearchStopped), vault._database.reading():
        vault._database.rows(slow)
    thread.join()
    vault.stop_search()
    vault.settings.set("after", "all")
