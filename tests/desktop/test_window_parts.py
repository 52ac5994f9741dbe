"""The parts of the window that need no vault: colours, tasks, the idle lock, flows, forms, words."""

# ruff: noqa: ANN001, ANN201, ANN202, ARG001 - the arguments are fixtures, some only wanted for what they set up

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QShortcut

from briefcase.desktop import hardening, showing
from briefcase.desktop.actions import ACTIONS
from briefcase.desktop.colours import MINIMUM_CONTRAST, PAIRS, SCHEMES, contrast
from briefcase.desktop.errors import Cancelled
from briefcase.desktop.forms.label_editor import LabelEditor
from briefcase.desktop.forms.making import editor_for, takes_input
from briefcase.desktop.forms.record_form import RecordForm, Writing, form_fields
from briefcase.desktop.handover_flow import Flow, Step
from briefcase.desktop.lock import IdleLock
from briefcase.desktop.models.rows import Row
from briefcase.desktop.tasks import Operation, Tasks, seconds_left
from briefcase.desktop.widgets.passphrase import StrengthNote
from briefcase.desktop.widgets.rowlist import RowList
from briefcase.records.kinds import KINDS
from briefcase.records.label import Label
from briefcase.records.packs import shipped


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=lambda scheme: scheme.name)
def test_every_pair_of_text_is_readable(scheme):
    poor = {
        (text, back): round(contrast(getattr(scheme, text), getattr(scheme, back)), 2)
        for text, back in PAIRS
        if contrast(getattr(scheme, text), getattr(scheme, back)) < MINIMUM_CONTRAST
    }
    assert poor == {}


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.fixture
def tasks(qapp, qtbot):
    made = Tasks()
    yield made
    made.cancel_all()
    made.finish()


def test_work_runs_on_one_other_thread_in_order(tasks, qtbot):
    seen = []
    for number in range(5):
        tasks.start(Operation(lambda _c, number=number: seen.append((number, threading.get_ident()))))
    qtbot.waitUntil(lambda: tasks.pending == 0)
    assert [number for number, _thread in seen] == [0, 1, 2, 3, 4]
    assert len({thread for _number, thread in seen}) == 1
    assert seen[0][1] != threading.get_ident()


def test_a_later_question_makes_an_earlier_answer_stale(tasks, qtbot):
    answers = []
    for number in range(3):
        tasks.start(Operation(lambda _c, number=number: number).success(answers.append).superseding("search"))
    qtbot.waitUntil(lambda: tasks.pending == 0)
    assert answers == [2]


def test_a_fault_is_told_without_its_text(tasks, qtbot):
    errors = []

    def work(_control):
        raise ValueError("the secret name")

    tasks.start(Operation(work).failure(errors.append))
    qtbot.waitUntil(lambda: tasks.pending == 0)
    assert errors[0].code == "INTERNAL"
    assert "secret" not in str(errors[0].facts)
    assert errors[0].facts["where"].startswith("test_window_parts.py:")


def test_work_in_bytes_can_be_stopped(tasks, qtbot):
    errors = []
    started = threading.Event()
    go = threading.Event()

    def work(control):
        report = control.bytes_of(10)
        started.set()
        go.wait(5)
        report(5)

    control = tasks.start(Operation(work).failure(errors.append))
    started.wait(5)
    control.cancel()
    go.set()
    qtbot.waitUntil(lambda: tasks.pending == 0)
    assert isinstance(errors[0], Cancelled)


def test_nothing_is_told_to_an_owner_that_is_gone(tasks, qtbot):
    answers = []
    owner = QObject()
    gate = threading.Event()
    tasks.start(Operation(lambda _c: gate.wait(5), owner).success(answers.append))
    from shiboken6 import delete  # noqa: PLC0415 - only here

    delete(owner)
    gate.set()
    qtbot.waitUntil(lambda: tasks.pending == 0)
    assert answers == []


def test_time_left():
    assert seconds_left(10.0, 25, 100) == pytest.approx(30.0)
    assert seconds_left(0.1, 25, 100) is None
    assert seconds_left(10.0, 0, 100) is None


def test_the_idle_lock_counts_time_asleep(qapp):
    now = [1000.0]
    lock = IdleLock(seconds=600, clock=lambda: now[0])
    fired = []
    lock.expired.connect(lambda: fired.append(now[0]))
    lock.arm()
    now[0] += 599
    lock.check()
    assert fired == []
    lock.touch()
    now[0] += 599
    lock.check()
    assert fired == []
    now[0] += 8 * 3600
    lock.check()
    assert len(fired) == 1
    assert not lock.armed


def test_a_hand_over_goes_on_only_when_its_step_is_whole():
    flow = Flow()
    assert flow.on() == flow
    flow = flow.with_case("c", "A case").on()
    assert flow.step == Step.PARTNERS
    assert flow.trouble()
    flow = flow.with_partners(("f",))
    assert flow.needs_plan()

    class Plan:
        files = ()
        matches = ()

    flow = flow.with_plan(Plan())
    assert flow.step == Step.MATRIX
    assert flow.on().step == Step.MATRIX
    Plan.files = ("one",)
    flow = flow.on().on()
    assert flow.step == Step.SEAL
    assert flow.trouble()
    assert flow.with_partners(("f", "g")).plan is None
    assert flow.with_result(("x",)).back() == Flow()


def test_the_program_keeps_foreign_plugins_out():
    environment = {"QT_QPA_PLATFORM": "vnc:size=800x600;xcb", "QT_PLUGIN_PATH": "elsewhere", "HOME": "/h"}
    hardening.narrow_qt(environment)
    assert environment == {"QT_QPA_PLATFORM": "xcb", "HOME": "/h"}
    environment = {"QT_QPA_PLATFORM": "vnc"}
    hardening.narrow_qt(environment)
    assert environment == {}


@pytest.mark.parametrize(
    ("passphrase", "tone"),
    [
        ("", "muted"),
        ("password", "bad"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "bad"),
        ("correct horse battery", "warn"),
        ("ribbon lantern orchard velvet compass saddle", "good"),
    ],
)
def test_strength_in_plain_words(qtbot, passphrase, tone):
    note = StrengthNote()
    qtbot.addWidget(note)
    note.judge(passphrase)
    assert note.property("role") == tone
    assert note.text().endswith(".")


def test_keys_are_unique():
    assert len({action.keys for action in ACTIONS}) == len(ACTIONS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_of_every_kind_gives_back_what_it_was_given(kind, qapp, qtbot):
    pack = shipped("exercise")
    label = {
        "policy": "EXERCISE",
        "level": "EXERCISE SENSITIVE",
        "releasable_to": ["country:GBR"],
        "marking": "EXERCISE SENSITIVE//REL TO GBR",
    }
    samples = {
        "line": "some words",
        "text": "first\nsecond",
        "date": "2026-05",
        "decimal": "12.50",
        "integer": 7,
        "country": "TR",
        "countries": ["TR", "KZ"],
        "lines": ["one", "two"],
        "references": ["id-1"],
        "reference": "id-2",
        "names": [{"text": "Işıldak", "lang": "tr"}, {"text": "Isildak", "kind": "alias"}],
        "addresses": [{"full": "Perpa B Blok", "country": "TR"}],
        "identifiers": [{"value": "47", "country": "TR"}],
        "legs": [{"origin": "Chicago", "destination": "Istanbul", "date": "2026-03-02"}],
        "open_choice": "own words",
        "open_choices": ["own words"],
    }
    fields = {}
    for spec in form_fields(kind):
        if spec.vocabulary and spec.shape in ("choice", "choices", "line", "lines"):
            editor = editor_for(spec, [])
            term = editor._combo.itemData(1)
            fields[spec.name] = term if spec.shape == "choice" else [term]
        else:
            fields[spec.name] = samples[spec.shape]
    writing = Writing(kind, fields=fields, label=label)
    form = RecordForm(writing, pack, [("id-1", "The first · Note"), ("id-2", "The second · Note")])
    qtbot.addWidget(form)
    assert form.writing().fields == fields
    assert form.changes() == {}
    assert form.writing().structured_label == writing.structured_label
    assert Writing.from_bytes(form.writing().to_bytes()).fields == fields


def test_every_field_of_every_kind_is_on_its_form_or_set_by_the_program():
    for kind in KINDS:
        assert all(takes_input(spec) for spec in form_fields(kind))


@pytest.fixture
def label_editor(qapp, qtbot):
    made = LabelEditor(shipped("exercise"))
    qtbot.addWidget(made)
    made.set_value(Label(policy="USA", level="CUI", releasable_to=("country:AUS", "country:GBR"), caveats=("EXPT",)))
    return made


def test_the_marking_is_written_live(label_editor):
    assert label_editor.value().marking == "CUI//EXPT//REL TO USA, AUS, GBR"
    label_editor._audience._boxes["country:GBR"].setChecked(False)
    assert label_editor.value().marking == "CUI//EXPT//REL TO USA, AUS"
    assert label_editor.trouble() == ""


def test_a_marking_by_hand_moves_the_ticks(label_editor, qtbot):
    label_editor._own_words.setChecked(True)
    label_editor._marking.clear()
    qtbot.keyClicks(label_editor._marking, "CUI//REL TO USA, NZL")
    label = label_editor.value()
    assert label.releasable_to == ("country:NZL",)
    assert label.caveats == ()
    assert label_editor.trouble() == ""
    qtbot.keyClicks(label_editor._marking, " AND EVERYBODY")
    assert "cannot be read" in label_editor.trouble()


def test_ten_thousand_rows_are_shown_at_once(qapp, qtbot):
    rows = RowList("Rows")
    qtbot.addWidget(rows)
    rows.resize(300, 600)
    rows.show()
    rows.show_rows(
        [Row(str(number), f"深圳市恒晟微电子有限公司 {number}", "second line", "party") for number in range(10_000)]
    )
    rows.choose("9999")
    assert rows.key == "9999"
    assert rows.visualRect(rows.currentIndex()).bottom() <= rows.viewport().height()


def test_every_action_has_a_key_in_the_window(shell):
    keys = {shortcut.key().toString() for shortcut in shell.findChildren(QShortcut)}
    assert {action.keys for action in ACTIONS} <= keys


def test_sizes_and_times_in_words():
    assert showing.size_words(0) == "0 bytes"
    assert showing.size_words(1536) == "1.5 kB"
    assert showing.size_words(3 * 1024**3) == "3.0 GB"
    assert showing.local_time("not a time") == "not a time"
    assert showing.local_time("2026-11-24T06:02:56Z").startswith("2026-11-2")
