"""Make the two fictitious PDF documents of the demonstration; run by hand, the results are kept in ``resources/demo``.

python installers/demo/make_documents.py
"""

from __future__ import annotations

from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

ROOT = Path(__file__).resolve().parents[2] / "resources"
INK, GREY, STAMP = "#1F2A37", "#6B7280", "#1D4ED8"
LEFT, RIGHT = 60.0, A4[0] - 60.0


def start(name: str, title: str) -> Canvas:
    """Return a canvas with letterhead and title."""
    pdfmetrics.registerFont(TTFont("Sans", str(ROOT / "fonts/NotoSans-Regular.ttf")))
    pdfmetrics.registerFont(TTFont("SansBold", str(ROOT / "fonts/NotoSans-Bold.ttf")))
    canvas = Canvas(str(ROOT / "demo" / name), pagesize=A4, invariant=True, initialFontName="Sans")
    canvas.setTitle(title)
    canvas.setAuthor("Fictitious")
    write(canvas, LEFT, 780, "Işıldak Elektronik", font="SansBold", size=16)
    write(canvas, LEFT, 764, "Perpa Ticaret Merkezi B Blok Kat 11 No 1903, Şişli, İstanbul", size=8, colour=GREY)
    canvas.setStrokeColor(INK)
    canvas.line(LEFT, 752, RIGHT, 752)
    write(canvas, LEFT, 712, title, font="SansBold", size=20)
    write(canvas, LEFT, 40, "Fictitious document, made up for a demonstration.", size=8, colour=GREY)
    return canvas


def write(
    canvas: Canvas, x: float, y: float, text: str, *, font: str = "Sans", size: float = 10, colour: str = INK
) -> None:
    """Set one line of text."""
    canvas.setFont(font, size)
    canvas.setFillColor(colour)
    canvas.drawString(x, y, text)


def facts(canvas: Canvas, y: float, rows: list[tuple[str, str]]) -> float:
    """Set a list of facts and return where it ends."""
    for title, value in rows:
        write(canvas, LEFT, y, title, colour=GREY)
        write(canvas, LEFT + 130, y, value)
        y -= 18
    return y


def invoice() -> None:
    """Make the commercial invoice."""
    canvas = start("invoice.pdf", "Commercial invoice")
    y = facts(
        canvas,
        680,
        [
            ("Invoice number", "EX-88213"),
            ("Date", "2026-01-08"),
            ("Terms", "DAP Istanbul Airport"),
            ("Air waybill", "000-12345675"),
            ("Seller", "Example Components Inc., Portland"),
            ("Consignee", "İstanbul Işıldak Elektronik San. ve Tic. Ltd. Şti."),
        ],
    )
    y -= 16
    columns = (LEFT, LEFT + 40, LEFT + 280, LEFT + 340, RIGHT - 60)
    for x, text in zip(columns, ("No", "Description", "HS code", "Quantity", "USD"), strict=True):
        write(canvas, x, y, text, font="SansBold", size=9)
    canvas.line(LEFT, y - 6, RIGHT, y - 6)
    rows = (("1", "Gate array EX7K325T-2FFG900I", "8542.39", "200", "412,000.00"),)
    for row in rows:
        y -= 22
        for x, text in zip(columns, row, strict=True):
            write(canvas, x, y, text, size=9)
    canvas.line(LEFT, y - 10, RIGHT, y - 10)
    write(canvas, columns[3], y - 28, "Total", font="SansBold")
    write(canvas, columns[4], y - 28, "412,000.00", font="SansBold")
    canvas.save()


def statement() -> None:
    """Make the end-user statement."""
    canvas = start("statement.pdf", "End-user statement")
    y = facts(
        canvas,
        680,
        [
            ("Consignee", "İstanbul Işıldak Elektronik San. ve Tic. Ltd. Şti."),
            ("Goods", "Gate arrays, 200 pieces"),
            ("Stated use", "Civil telecommunications test benches"),
            ("Stated end user", "The consignee itself"),
            ("Date", "2025-12-19"),
        ],
    )
    lines = (
        "We declare that the goods will be used by us in Türkiye only, that they will not be",
        "re-exported, and that they will not be used in connection with weapons of any kind.",
    )
    for number, line in enumerate(lines):
        write(canvas, LEFT, y - 20 - 16 * number, line)
    canvas.setStrokeColor(STAMP)
    canvas.setLineWidth(1.5)
    canvas.circle(RIGHT - 70, y - 120, 44)
    canvas.circle(RIGHT - 70, y - 120, 38)
    canvas.setFillColor(STAMP)
    canvas.setFont("SansBold", 9)
    canvas.drawCentredString(RIGHT - 70, y - 123, "IŞILDAK")
    canvas.setStrokeColor(INK)
    canvas.line(LEFT, y - 150, LEFT + 180, y - 150)
    write(canvas, LEFT, y - 164, "Authorised signatory", size=8, colour=GREY)
    canvas.save()


if __name__ == "__main__":
    invoice()
    statement()
