"""The page setter against other ways to make the same PDF, by CPU time and memory, each in a process of its own.

    python benchmarks/paper.py [--pages 200] [--long 2000] [--python PYTHON]

``ours`` sets a case summary with names in fourteen scripts, tables and notes, whole: shaping, tables, markings, folios.
``paragraph`` is reportlab's own Paragraph with the same notes, one font, nothing shaped and no table; ``weasyprint``
makes HTML of the same notes with the shipped fonts, in the Python that ``--python`` names (it is not needed to run).
"""

# ruff: noqa: INP001, T201, S603 - a script that prints and starts itself
from __future__ import annotations

import argparse
import html
import io
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

FONTS = Path(__file__).resolve().parents[1] / "resources" / "fonts"
NAMES = (
    "İstanbul Işıldak Elektronik San. ve Tic. Ltd. Şti.",
    "Γεώργιος Παπαϊωάννου",
    "ООО «Северная Волна Электроникс»",
    "شركة النور للتجارة العامة",
    "مهندسی پارس\u200cآریا کنترل",
    "پاکستان ٹیکنالوجی لمیٹڈ",
    "חברת אלקטרוניקה בע״מ",
    "深圳市恒晟微电子有限公司",
    "臺灣精密機械股份有限公司",
    "株式会社髙橋製作所",
    "주식회사 한국정밀기계",
    "บริษัท ไทยอิเล็กทรอนิกส์ จำกัด",
    "विद्युत उपकरण प्राइवेट लिमिटेड",
    "Đặng Łukasz Ørsted",
)
WORDS = "The consignee asked the forwarder to change the way of the goods after the papers had been handed in at"
PER_PAGE = 8
"""Notes that fill about one page of the case summary."""


def texts(pages: int) -> list[str]:
    """Return the running text of a document of about so many pages."""
    return [
        f"{number}. {WORDS} {NAMES[number % len(NAMES)]}, {number * 7919 % 10_000} pieces. " * 3
        for number in range(pages * PER_PAGE)
    ]


def ours(pages: int) -> tuple[int, int]:
    """Set a case summary; return its pages and its size in bytes."""
    from briefcase.paper.case_summary import case_summary  # noqa: PLC0415 - each process loads only what it measures
    from briefcase.paper.content import Banner, CaseSummary  # noqa: PLC0415 - likewise
    from briefcase.records.kinds import Case, Note  # noqa: PLC0415 - likewise
    from briefcase.records.label import Label  # noqa: PLC0415 - likewise

    label = Label(marking="O", policy="GBR", level="OFFICIAL")
    notes = tuple(
        Note(id=f"00000000-0000-7000-8000-{number:012d}", label=label, title=f"Note {number}", text=text)
        for number, text in enumerate(texts(pages))
    )
    out = io.BytesIO()
    content = CaseSummary(
        case=Case(id="00000000-0000-7000-8000-ffffffffffff", label=label, title="A long case"),
        records=notes,
        banner=Banner("OFFICIAL"),
        control_number="C-1",
        audit_head="ab" * 32,
        officer="A",
        agency="B",
        created="2026-11-20T18:00:00Z",
        portion=lambda _labels: "O",
    )
    return case_summary(content, out).pages, len(out.getvalue())


def paragraph(pages: int) -> tuple[int, int]:
    """Set the texts with reportlab's Paragraph."""
    from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped] # noqa: PLC0415 - no types
    from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped] # noqa: PLC0415 - likewise
    from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped] # noqa: PLC0415 - likewise
    from reportlab.platypus import Paragraph, SimpleDocTemplate  # type: ignore[import-untyped] # noqa: PLC0415 - likewise

    pdfmetrics.registerFont(TTFont("N", str(FONTS / "NotoSans-Regular.ttf")))
    style = ParagraphStyle("n", fontName="N", fontSize=9.5, leading=13.3, spaceAfter=30)
    out = io.BytesIO()
    document = SimpleDocTemplate(out)
    document.build([Paragraph(html.escape(text), style) for text in texts(pages)])
    return document.page, len(out.getvalue())


def weasyprint(pages: int) -> tuple[int, int]:
    """Set the texts with WeasyPrint."""
    from weasyprint import HTML  # type: ignore[import-not-found] # noqa: PLC0415 - perhaps not installed

    faces = "".join(
        f"@font-face{{font-family:F{index};src:url({path.as_uri()})}}"
        for index, path in enumerate(sorted(FONTS.glob("*-Regular.ttf")))
    )
    family = ",".join(f"F{index}" for index in range(len(list(FONTS.glob("*-Regular.ttf")))))
    body = "".join(f"<h4>Note</h4><p>{html.escape(text)}</p>" for text in texts(pages))
    style = f"{faces} body{{font:9.5pt/13.3pt {family}}}"
    document = HTML(string=f"<meta charset=utf-8><style>{style}</style>{body}").render()
    return len(document.pages), len(document.write_pdf())


WAYS: dict[str, Callable[[int], tuple[int, int]]] = {"ours": ours, "paragraph": paragraph, "weasyprint": weasyprint}


def measure(way: str, pages: int) -> None:
    """Run one way here and print one line."""
    before = time.process_time()
    made, size = WAYS[way](pages)
    spent = time.process_time() - before
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    each = 1000 * spent / made
    print(
        f"{way:12}{made:7} pages {spent:9.2f} s {each:8.2f} ms a page {memory:7.0f} MiB {size / 1000:9.0f} kB",
        flush=True,
    )


def main() -> None:
    """Measure every way that is there, each in its own process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--long", type=int, default=2000)
    parser.add_argument("--python", default="", help="a Python that has WeasyPrint")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.way:
        measure(arguments.way, arguments.pages)
        return
    runs = [("ours", arguments.pages // 10), ("ours", arguments.pages), ("paragraph", arguments.pages)]
    runs += [("weasyprint", arguments.pages)] if arguments.python else []
    for way, pages in [*runs, ("ours", arguments.long)]:
        python = arguments.python if way == "weasyprint" else sys.executable
        subprocess.run([python, __file__, "--way", way, "--pages", str(pages)], check=True)


if __name__ == "__main__":
    main()
