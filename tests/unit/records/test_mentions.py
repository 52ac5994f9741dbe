"""Names in running text: found in every script and spelling, as whole words, and not when they are too short."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefcase.records.folding import fold
from briefcase.records.mentions import folded_text, may_stand_in, names_in, stands_in

FOUND = [
    ("Işıldak Elektronik", "What do you know of ISILDAK, elektronik? No: of Isildak Elektronik."),
    ("Severnaya Zvezda", "О компании «Северная Звезда» мы знаем мало."),
    ("Северная Звезда", "Severnaya  Zvezda is the consignee"),
    ("Ελληνική Ναυτιλία", "the firm ελληνικη ναυτιλια of Piraeus"),
    ("深圳市恒晟微电子有限公司", "关于深圳市恒晟微电子有限公司的情况"),
    ("恒晟", "关于恒晟的情况"),
    ("عبد الرحمن", "سألت عن عبد الرحمن أمس"),
    ("GB-4471/09", "the licence GB 4471-09 was used"),
    ("O'Neil Trading", "oneil trading"),
    ("4471", "part 4471."),
]


@pytest.mark.parametrize(("name", "text"), FOUND)
def test_a_name_is_found_however_it_is_written(name: str, text: str) -> None:
    made = folded_text(text)
    assert stands_in(name, made)
    assert may_stand_in(fold(name), made)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Kestrel", "Kestrels fly"),
        ("Kestrel Trading", "Kestrel sold it; Trading stopped"),
        ("Li", "Li Wei came"),
        ("447", "part 447"),
        ("晟", "恒晟"),
        ("...", "..."),
        ("", "words"),
        ("words", ""),
    ],
)
def test_parts_of_words_and_short_names_are_not_found(name: str, text: str) -> None:
    assert not stands_in(name, folded_text(text))


def test_each_name_is_told_once() -> None:
    assert names_in(["Kestrel", "Heron", "Kestrel"], folded_text("kestrel and kestrel")) == ["Kestrel"]


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_what_stands_between_blanks_is_found_and_the_index_never_says_no(before: str, name: str, after: str) -> None:
    made = folded_text(f"{before} {name} {after}")
    if stands_in(name, folded_text(name)):
        assert stands_in(name, made)
    if stands_in(name, made):
        assert may_stand_in(fold(name), made)
