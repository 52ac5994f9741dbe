"""The text layer: visible characters, faces, lines, and what comes out again."""

from __future__ import annotations

import io
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefcase.paper.breaking import Known, Span, line_width, set_lines, units
from briefcase.paper.drawing import Drawing
from briefcase.paper.fonts import Library, Style, fallback
from briefcase.paper.shaping import Shaper, graphemes
from briefcase.paper.visible import script_later, visible

NAMES = (
    "İstanbul Işıldak Elektronik San. ve Tic. Ltd. Şti.",
    "ООО «Северная Волна Электроникс»",
    "Γιώργος Παπαϊωάννου",
    "深圳市恒晟微电子有限公司",
    "臺灣精密機械股份有限公司",
    "株式会社髙橋製作所",
    "주식회사 한국정밀기계",
    "Ngô Đình Nhu, Łódź, Ærø, Ħal",
    "<img src=/etc/passwd>",
    "A & B <Ltd>",
    "FRA → DXB, AVAT, office affine",
)


def _text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def _drawn(*texts: str, style: Style = Style.REGULAR) -> bytes:
    drawing = Drawing((595.0, 842.0), title="t", author="a", language="en")
    for row, text in enumerate(texts):
        drawing.text(30, 800 - 20 * row, text, 9, style=style)
    drawing.canvas.showPage()
    out = io.BytesIO()
    drawing.finish(out)
    return out.getvalue()


@pytest.mark.parametrize("style", [Style.REGULAR, Style.BOLD, Style.NARROW, Style.MONO])
def test_names_come_out_as_they_went_in(style: Style) -> None:
    text = _text_of(_drawn(*NAMES, style=style))
    for name in NAMES:
        assert name in text


def test_a_letter_and_its_marks_are_one_glyph_that_says_both() -> None:
    shaper = Shaper(_LIBRARY)
    for text in ("e\u0301", "I\u0307", "a\u0328\u0301", "Ж\u0301", "q\u0303", "กำ", "क्षे"):
        (run,) = shaper.shape(text, Style.REGULAR).runs
        assert [glyph.source for glyph in run.glyphs] == [text]


SAMPLER = (
    ("Latin", "vi", "Ngô Đình Nhu, Łódź, Ærø, Ħal, q\u0303"),
    ("Turkish", "tr", "İstanbul Işıldak Elektronik San. ve Tic. Ltd. Şti."),
    ("Greek", "el", "Γεώργιος Παπαϊωάννου Α.Ε."),
    ("Cyrillic", "ru", "ООО «Северная Волна Электроникс»"),
    ("Arabic", "ar", "شركة النور للتجارة العامة والعَرَبِيَّة لا إله"),
    ("Persian", "fa", "مهندسی پارس\u200cآریا کنترل"),
    ("Urdu", "ur", "پاکستان ٹیکنالوجی لمیٹڈ کراچی ہے"),
    ("Hebrew", "he", "חברת אלקטרוניקה בע״מ שָׁלוֹם עֲלֵיכֶם"),
    ("simplified Chinese", "zh", "深圳市恒晟微电子有限公司"),
    ("traditional Chinese", "zh-Hant", "臺灣精密機械股份有限公司"),
    ("Japanese", "ja", "株式会社髙橋製作所「再輸出」された。"),
    ("Korean", "ko", "주식회사 한국정밀기계"),
    ("Thai", "th", "บริษัท ไทยอิเล็กทรอนิกส์ จำกัด ที่ น้ำ ปิ่น"),
    ("Devanagari", "hi", "विद्युत उपकरण प्राइवेट लिमिटेड कर्म क्षेत्र हिन्दी श्री"),
)
"""Fourteen scripts: name, language, and a line that must be copied out as it was put in."""


def _sampler(style: Style) -> bytes:
    drawing = Drawing((595.0, 842.0), title="t", author="a", language="en")
    for row, (_name, language, text) in enumerate(SAMPLER):
        (line,) = drawing.lines((Span(text, style, language=language),), 540, 11)
        drawing.line(30, 800 - 24 * row, line, 11)
    drawing.canvas.showPage()
    out = io.BytesIO()
    drawing.finish(out)
    return out.getvalue()


def _equal(text: str) -> str:
    """Return what Unicode says is equal: the canonical order of marks."""
    return unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("style", [Style.REGULAR, Style.NARROW_BOLD, Style.MONO])
def test_fourteen_scripts_are_copied_out_by_pdfium(style: Style) -> None:
    found = _equal(_text_of(_sampler(style)))
    for _name, _language, text in SAMPLER:
        assert _equal(text.replace("\u200c", "")) in found.replace("\u200c", "")  # pdfium drops the non-joiner


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")
@pytest.mark.parametrize("style", [Style.REGULAR, Style.NARROW_BOLD, Style.BOLD])
def test_fourteen_scripts_are_copied_out_by_poppler(style: Style, tmp_path: Path) -> None:
    file = tmp_path / "sampler.pdf"
    file.write_bytes(_sampler(style))
    done = subprocess.run(["pdftotext", file, "-"], capture_output=True, check=True)
    found = _equal(done.stdout.decode().replace("\u202b", "").replace("\u202c", ""))  # poppler's own embeddings
    for _name, _language, text in SAMPLER:
        assert _equal(text) in found


def test_brackets_are_turned_and_copied_out_as_they_were() -> None:
    text = "חברת אלקטרוניקה (תל אביב) 123"
    assert text in _text_of(_drawn(text))


def test_hostile_text_in_a_line_from_the_right_is_seen() -> None:
    found = _text_of(_drawn("שלום \u202e\U0001f600 עולם"))
    assert "RLO" in found
    assert "U+1F600" in found
    assert "\u202e" not in found


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")
def test_combining_sequences_are_copied_out(tmp_path: Path) -> None:
    texts = ("e\u0301t", "I\u0307i", "a\u0328\u0301", "Ж\u0301", "q\u0303", "\u1112\u1161\u11ab")
    file = tmp_path / "marks.pdf"
    file.write_bytes(_drawn(*texts))
    found = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout
    for text in texts:
        assert text in found


def test_direction_changes_and_missing_glyphs_are_seen() -> None:
    assert visible("x\u202egnp") == "x<RLO>gnp"
    assert visible("a\u0000b\u200b") == "a[U+0000]b<ZWSP>"
    assert "[U+1F600]" in _text_of(_drawn("smile \U0001f600"))


def test_joiners_stay_where_they_are_at_work_and_show_elsewhere() -> None:
    assert visible("پارس\u200cآریا") == "پارس\u200cآریا"
    assert visible("क्\u200dष") == "क्\u200dष"
    assert visible("پارس\u200c\u200cآ") == "پارس\u200c<ZWNJ>آ"
    assert visible("pay\u200cpal") == "pay<ZWNJ>pal"
    assert visible("\u3164") == "[U+3164]"


def test_scripts_without_a_face_are_never_set() -> None:
    assert visible("বাংলা ok") == "[Bengali U+09AC 09BE 0982 09B2 09BE] ok"
    assert visible("ܫ" * 60) == "[Syriac script, 60 characters, not printed]"
    assert script_later("ខ្មែរ") == "Khmer"
    assert not script_later("Işıldak Ωμέγα Волна 深圳 한국 شركة חברת ไทย हिन्दी")


@settings(max_examples=150)
@given(st.text())
def test_nothing_that_reorders_is_left(text: str) -> None:
    shown = visible(text)
    assert not script_later(shown)
    assert not any(ord(character) in range(0x202A, 0x202F) for character in shown)
    assert not any(ord(character) in range(0x2066, 0x206A) for character in shown)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="aé- /深圳。「Ж한\u0301", max_size=60), st.floats(20, 120))
def test_lines_keep_the_text_and_the_measure(text: str, width: float) -> None:
    lines = set_lines((Span(text),), width, 9, Shaper(_LIBRARY))
    assert "".join(piece.text for line in lines for piece in line).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert line_width(line) <= width + 9 or len(graphemes("".join(piece.text for piece in line))) == 1


_PIECES = ("a", "ב", " ", "ש", "1", "(", "ة", "لا", "٣", "-", "/", "深", "بَ", "ที่", "क्ष", "e\u0301", "\u202e")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join), st.floats(40, 200))
def test_lines_of_mixed_direction_keep_every_character(text: str, width: float) -> None:
    lines = set_lines((Span(text), Span("x" + text)), width, 9, Shaper(_LIBRARY))
    found = "".join(piece.text for line in lines for piece in line).replace(" ", "")
    assert sorted(found) == sorted(visible(text + "x" + text).replace(" ", ""))


def test_a_word_without_a_space_is_cut() -> None:
    lines = set_lines((Span("x" * 200),), 100, 9, Shaper(_LIBRARY))
    assert len(lines) > 5
    assert all(line_width(line) <= 100.1 for line in lines)


def test_cjk_lines_do_not_start_with_a_closing_mark() -> None:
    assert units("「再輸出」された。") == ["「再", "輸", "出」", "さ", "れ", "た。"]


def test_language_chooses_the_face() -> None:
    assert fallback("ja-JP")[0] == "NotoSansJP-Regular"
    assert fallback("zh-Hant-TW")[0] == "NotoSansTC-Regular"
    assert fallback("ko")[0] == "NotoSansKR-Regular"
    assert fallback("en")[0] == "NotoSansSC-Regular"
    face = _LIBRARY.choose("直", Style.BOLD, "ja")
    assert face is not None
    assert face.name == "NotoSansJP-Regular"


_LIBRARY = Library()


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("ab -/,;\nא深ไ"), max_size=20), min_size=2, max_size=4), st.floats(20, 200))
def test_words_that_were_set_before_are_set_the_same_again(texts: list[str], width: float) -> None:
    known: Known = {}
    shaper = Shaper(_LIBRARY)
    for text in [*texts, *texts]:
        for scale in (1.0, 0.8):
            fresh = set_lines((Span(text, scale=scale),), width, 9, shaper)
            again = set_lines((Span(text, scale=scale),), width, 9, shaper, known)
            assert [[(piece.text, piece.width, piece.span.scale) for piece in line] for line in fresh] == [
                [(piece.text, piece.width, piece.span.scale) for piece in line] for line in again
            ]


def test_a_mark_that_no_face_has_with_its_letter_is_a_code_before_the_order_is_found() -> None:
    assert "U+0591" in Shaper(_LIBRARY).present("א a\u0591", Style.REGULAR)
