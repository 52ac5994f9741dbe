"""The text layer: visible characters, faces, lines, and what comes out again."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefcase.paper.breaking import Span, line_width, set_lines, units
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


def test_combining_sequences_keep_their_code_points() -> None:
    from briefcase.paper.shaping import _glyphs  # noqa: PLC0415 - a look behind the door

    face = Library().face(Style.REGULAR.value)
    for text in ("e\u0301", "I\u0307", "a\u0328\u0301", "Ж\u0301", "q\u0303"):
        assert "".join(glyph.source for glyph in _glyphs(face, text, "")) == text


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


def test_scripts_of_a_later_version_are_never_set() -> None:
    assert visible("شركة ok") == "[Arabic U+0634 0631 0643 0629] ok"
    assert visible("ש" * 60) == "[Hebrew script, 60 characters, not printed]"
    assert visible("विद्युत") == "[Devanagari U+0935 093F 0926 094D 092F 0941 0924]"
    assert script_later("บริษัท") == "Thai"
    assert not script_later("Işıldak Ωμέγα Волна 深圳 한국")


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
