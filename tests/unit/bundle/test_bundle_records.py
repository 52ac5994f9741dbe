"""records.jsonl and commitments.jsonl: exactly one spelling, in one order, with one salt for each field."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures and made-up edits

from __future__ import annotations

import dataclasses

import msgspec
import pytest

from briefcase.bundle import records_text
from briefcase.bundle.errors import BundleBroken, BundleContentRefused
from briefcase.bundle.manifest import channel
from briefcase.bundle.write import write_bundle
from briefcase.records.kinds import Case


@pytest.fixture
def text(make):
    content = make([b"x"])
    return records_text.write((*content.views, *content.tear_lines))


def test_what_is_written_is_read(text, make):
    records, root = records_text.read(text.records, text.commitments)
    assert root == text.root
    assert len(records) == text.count == 5
    assert {record.id for record in records} == {
        record.id for record in (*make([b"x"]).views, *make([b"x"]).tear_lines)
    }
    assert text.tear_lines == (records[-1].id,)


@pytest.mark.parametrize("title", [7, None, ["a"], "a" * (17 * 1024 * 1024)], ids=["number", "null", "list", "long"])
def test_nothing_is_sealed_that_our_reader_calls_broken(make, world, tmp_path, title):
    """A kind that was made without its checks is refused before anything is written."""
    content = make([])
    views = [msgspec.structs.replace(view, title=title) if isinstance(view, Case) else view for view in content.views]
    with pytest.raises(BundleContentRefused):
        write_bundle(tmp_path, dataclasses.replace(content, views=tuple(views)), world.usa, [world.gbr.card])
    assert list(tmp_path.iterdir()) == []


def test_salts_are_fresh(make):
    views = make([]).views
    one, two = records_text.write(views), records_text.write(views)
    assert one.records == two.records
    assert one.root != two.root


def lines(data):
    return data.splitlines(keepends=True)


def test_other_texts_are_refused(text):
    first, second, *rest = lines(text.records)
    salts, more, *others = lines(text.commitments)
    wrong = [
        (text.records[:-1], text.commitments),
        (text.records, text.commitments[:-1]),
        (second + first + b"".join(rest), more + salts + b"".join(others)),
        (first + first + b"".join(rest), salts + salts + b"".join(others)),
        (text.records, more + salts + b"".join(others)),
        (text.records + b"\n", text.commitments),
        (text.records + b"\n", text.commitments + b"\n"),
        (first, text.commitments),
        (first, salts.replace(b'"kind"', b'"kint"')),
        (first, salts.replace(b'"salts":{', b'"salts":{"a":"' + b"0" * 32 + b'",')),
        (first, salts[: salts.index(b'"kind"')] + salts[salts.index(b'"label"') :]),
        (first, salts.replace(b'"kind":"', b'"kind":"0')),
        (first, salts.replace(b'"kind":"', b'"kind":"zz').replace(b"zz", b"z", 1)),
        (first, salts.replace(b'{"id"', b'{"extra":1,"id"')),
        (first, b'{"id":1,"salts":[]}\n'),
        (first, b"[]\n"),
        (b"[]\n", salts),
        (b"{}\n", salts),
        (first.replace(b":", b": ", 1), salts),
        (first.replace(b'"kind":"case"', b'"kind":"cake"'), salts),
        (b"\xff\n", salts),
        (b"[" * 10_000 + b"\n", salts),
    ]
    for records, commitments in wrong:
        with pytest.raises(BundleBroken):
            records_text.read(records, commitments)
    records_text.read(first, salts)


def test_an_upper_case_salt_is_another_spelling(text):
    first, salts = lines(text.records)[0], lines(text.commitments)[0]
    start = salts.index(b'"kind":"') + 8
    upper = salts[:start] + b"AB" * 16 + salts[start + 32 :]
    with pytest.raises(BundleBroken):
        records_text.read(first, upper)
    records_text.read(first, upper.replace(b"AB" * 16, b"ab" * 16))


def test_a_series_is_a_sender_and_a_set():
    assert channel("a", ["b", "c"]) == channel("a", ["c", "b", "b"])
    assert len({channel("a", ["b"]), channel("b", ["a"]), channel("a", ["b", "c"]), channel("a", ["c"])}) == 4
