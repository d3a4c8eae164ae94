"""Makes the Word template of reports anew: layout by Decree 30/2020/NĐ-CP, fields as docs/reports.md names them.

People edit the template in Word from then on; run this only to begin again: python -m tools.templates."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from documents.word import TEMPLATE
from documents.zipped import without_times

FONT = "Times New Roman"
LEFT, CENTRE, JUSTIFY = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
RIGHT_CELL = "{{cell}}"  # the same to the template; told apart here
STATE, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"


def _write(
    paragraph: Any, text: str, size: float = 14, *, bold: bool = False, italic: bool = False, align: Any = LEFT
) -> Any:
    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.bold, run.italic = FONT, Pt(size), bold, italic
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def _underlined(paragraph: Any, width: str) -> None:
    """A line under a heading, as long as the decree has it; a border would be as wide as the cell."""
    _write(paragraph, width, 8, align=CENTRE)


def _head(document: Any) -> None:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    left.width, right.width = Mm(70), Mm(95)
    _write(left.paragraphs[0], "{{ superior }}", 13, align=CENTRE)
    _write(left.add_paragraph(), "{{ issuer }}", 13, bold=True, align=CENTRE)
    _underlined(left.add_paragraph(), "_________")
    _write(
        left.add_paragraph(),
        "Số: {% if number %}{{ number }}{% else %}      {% endif %}/{{ symbol }}",
        13,
        align=CENTRE,
    )
    _write(right.paragraphs[0], STATE, 13, bold=True, align=CENTRE)
    _write(right.add_paragraph(), MOTTO, 14, bold=True, align=CENTRE)
    _underlined(right.add_paragraph(), "________________________")
    dated = (
        "{{ place }}, ngày {% if day %}{{ day }}{% else %}     {% endif %} tháng {% if month %}{{ month }}"
        "{% else %}     {% endif %} năm {% if year %}{{ year }}{% else %}        {% endif %}"
    )
    _write(right.add_paragraph(), dated, 14, italic=True, align=CENTRE)


def _title(document: Any) -> None:
    _write(document.add_paragraph(), "", 8)
    _write(document.add_paragraph(), "{{ kind }}", 14, bold=True, align=CENTRE)
    _write(document.add_paragraph(), "{{ title }} ({{ period }})", 14, bold=True, align=CENTRE)
    _underlined(document.add_paragraph(), "_________")
    _body(document, "{{ opening }}")


def _body(document: Any, text: str, *, bold: bool = False) -> None:
    paragraph = _write(document.add_paragraph(), text, 14, bold=bold, align=JUSTIFY)
    paragraph.paragraph_format.first_line_indent = Mm(10)
    paragraph.paragraph_format.space_before = Pt(6)
    paragraph.paragraph_format.keep_with_next = bold


def _tag(document: Any, text: str) -> None:
    """A line of the template that is not there in the document."""
    _write(document.add_paragraph(), text, 9)


def _table(document: Any, size: float) -> None:
    """Headings, then a row for each row, then the totals; columns as many as the section has, numbers to the right."""
    table = document.add_table(rows=7, cols=7)
    table.style = "Table Grid"
    _repeat(table.rows[0])
    _cells(
        table.rows[0], ["{%tc for heading in section.headings %}", "{{ heading }}", "{%tc endfor %}"], size, bold=True
    )
    _span(table.rows[1], "{%tr for row in section.rows %}", size)
    _cells(table.rows[2], _aligned("row"), size)
    _span(table.rows[3], "{%tr endfor %}", size)
    _span(table.rows[4], "{%tr for total in [section.totals] if total %}", size)
    _cells(table.rows[5], _aligned("total"), size, bold=True)
    _span(table.rows[6], "{%tr endfor %}", size)
    _as_wide_as_the_page(table)


def _aligned(cells: str) -> list[str]:
    """A cell for each value: the first form is for numbers, the second for what else there is."""
    start, number = f"{{%tc for cell in {cells} %}}", "{%tc if section.numeric[loop.index0] %}"
    return [start, number, RIGHT_CELL, "{%tc else %}", "{{ cell }}", "{%tc endif %}", "{%tc endfor %}"]


def _as_wide_as_the_page(table: Any) -> None:
    """Word shares the width among the columns there are; what they were given in the template would add up to more."""
    width = table._tbl.tblPr.find(qn("w:tblW"))
    width.set(qn("w:type"), "pct")
    width.set(qn("w:w"), "5000")
    for cell in table._tbl.iter(qn("w:tcW")):
        cell.set(qn("w:type"), "auto")
        cell.set(qn("w:w"), "0")


def _repeat(row: Any) -> None:
    """The headings stand on every page that the table runs over."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _cells(row: Any, texts: list[str], size: float, *, bold: bool = False) -> None:
    for spare in row.cells[len(texts) :]:
        row._tr.remove(spare._tc)
    for cell, text in zip(row.cells, texts, strict=True):
        right = text == RIGHT_CELL
        align = WD_ALIGN_PARAGRAPH.RIGHT if right else CENTRE if text == "{{ heading }}" else LEFT
        _write(cell.paragraphs[0], text, size, bold=bold, align=align)


def _span(row: Any, text: str, size: float) -> None:
    _write(row.cells[0].paragraphs[0], text, size)


def _sections(document: Any) -> None:
    _tag(document, "{%p for section in sections %}")
    _body(document, "{{ section.number }}. {{ section.title }}", bold=True)
    _tag(document, "{%p if section.empty %}")
    _body(document, "{{ section.empty }}")
    _tag(document, "{%p elif section.wide %}")
    _body(document, "Chi tiết tại Phụ lục {{ section.annex }} kèm theo ({{ section.rows | length }} dòng).")
    _tag(document, "{%p else %}")
    _table(document, 11)
    _tag(document, "{%p endif %}")
    _tag(document, "{%p for note in section.notes %}")
    _body(document, "{{ note }}")
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p endfor %}")
    _body(document, "{{ closing }}./.")


def _signature(document: Any) -> None:
    _write(document.add_paragraph(), "", 8)
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    _write(left.paragraphs[0], "Nơi nhận:", 12, bold=True, italic=True)
    _write(left.add_paragraph(), "{%p for recipient in recipients %}", 9)
    _write(left.add_paragraph(), "- {{ recipient }}{% if loop.last %}.{% else %};{% endif %}", 11)
    _write(left.add_paragraph(), "{%p endfor %}", 9)
    _write(right.paragraphs[0], "{{ capacity }}", 14, bold=True, align=CENTRE)
    for _ in range(4):
        _write(right.add_paragraph(), "", 14, align=CENTRE)
    _write(right.add_paragraph(), "{{ signer }}", 14, bold=True, align=CENTRE)


def _annexes(document: Any) -> None:
    across = document.add_section(WD_SECTION.NEW_PAGE)
    across.orientation = WD_ORIENT.LANDSCAPE
    across.page_width, across.page_height = Mm(297), Mm(210)
    _tag(document, "{%p for section in annexes %}")
    _write(document.add_paragraph(), "Phụ lục {{ section.annex }}", 13, bold=True, align=CENTRE)
    _write(document.add_paragraph(), "{{ section.title }}", 13, bold=True, align=CENTRE)
    _write(
        document.add_paragraph(),
        "(Kèm theo Báo cáo của {{ plan.issuer }}, số liệu đến ngày {{ as_of }})",
        12,
        italic=True,
        align=CENTRE,
    )
    _table(document, 9)
    _write(document.add_paragraph(), "", 8)
    _tag(document, "{%p endfor %}")


def make() -> bytes:
    """The template as a file."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin = page.bottom_margin = Mm(20)
    page.left_margin, page.right_margin = Mm(30), Mm(15)
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = FONT, Pt(14)
    _head(document)
    _title(document)
    _sections(document)
    _signature(document)
    _annexes(document)
    told = document.core_properties
    told.author, told.title, told.comments = "khcn-ledger", "Mẫu báo cáo", "docs/reports.md"
    told.created = told.modified = datetime(2025, 1, 1)  # noqa: DTZ001 - a day has no zone
    out = io.BytesIO()
    document.save(out)
    return without_times(out.getvalue())


if __name__ == "__main__":
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(make())
    print(f"written: {TEMPLATE}")
