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
# Millimetres. The decree has the line under the issuer and under the title a third to half as long as the words above
# it, and the line under the motto as long as the motto.
TEXT, LEFT_CELL, RIGHT_CELL_OF_HEAD, CELL_PADDING = 165, 70, 95, 3.8
ISSUER_RULE, MOTTO_RULE, TITLE_RULE = 7, 56, 60
PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>khcn-ledger</Application></Properties>"
)
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


def _rule(paragraph: Any, length: float, room: float) -> None:
    """A line drawn under a heading, so many millimetres long: the border of an empty paragraph with indents."""
    _write(paragraph, "", 4, align=CENTRE)
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm((room - length) / 2)
    form.line_spacing, form.space_after = Pt(4), Pt(4)
    border = _element("w:bottom", val="single", sz="6", space="1", color="auto")
    borders = OxmlElement("w:pBdr")
    borders.append(border)
    # The schema has an order, and Word insists on it: borders come before spacing, indents and alignment.
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _element(name: str, **values: str) -> Any:
    """An element of Word's with its values."""
    made = OxmlElement(name)
    for key, value in values.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _head(document: Any) -> None:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    for column, width in zip(table.columns, (LEFT_CELL, RIGHT_CELL_OF_HEAD), strict=True):
        column.width = Mm(width)
    left.width, right.width = Mm(LEFT_CELL), Mm(RIGHT_CELL_OF_HEAD)
    # 12 points, so that neither the name of a city nor the name of the state runs into a second line.
    _write(left.paragraphs[0], "{{ superior }}", 12, align=CENTRE)
    _write(left.add_paragraph(), "{{ issuer }}", 12, bold=True, align=CENTRE)
    _rule(left.add_paragraph(), ISSUER_RULE, LEFT_CELL - CELL_PADDING)
    _write(
        left.add_paragraph(),
        "Số: {% if number %}{{ number }}{% else %}      {% endif %}/{{ symbol }}",
        13,
        align=CENTRE,
    )
    _write(right.paragraphs[0], STATE, 12, bold=True, align=CENTRE)
    _write(right.add_paragraph(), MOTTO, 13, bold=True, align=CENTRE)
    _rule(right.add_paragraph(), MOTTO_RULE, RIGHT_CELL_OF_HEAD - CELL_PADDING)
    dated = (
        "{{ place }}, ngày {% if day %}{{ day }}{% else %}     {% endif %} tháng {% if month %}{{ month }}"
        "{% else %}     {% endif %} năm {% if year %}{{ year }}{% else %}        {% endif %}"
    )
    _write(right.add_paragraph(), dated, 13, italic=True, align=CENTRE)


def _title(document: Any) -> None:
    _write(document.add_paragraph(), "", 8)
    _write(document.add_paragraph(), "{{ kind }}", 14, bold=True, align=CENTRE)
    _write(document.add_paragraph(), "{{ title }} ({{ period }})", 14, bold=True, align=CENTRE)
    _rule(document.add_paragraph(), TITLE_RULE, TEXT)
    _body(document, "{{ opening }}")


def _body(document: Any, text: str, *, bold: bool = False, last: bool = False) -> None:
    paragraph = _write(document.add_paragraph(), text, 14, bold=bold, align=JUSTIFY)
    paragraph.paragraph_format.first_line_indent = Mm(10)
    paragraph.paragraph_format.space_before = Pt(6)
    paragraph.paragraph_format.keep_with_next = bold or last


def _tag(document: Any, text: str) -> None:
    """A line of the template that is not there in the document."""
    _write(document.add_paragraph(), text, 9)


def _table(document: Any, size: float) -> None:
    """The unit of money, headings, the rows, the totals; as many columns as the section has, numbers to the right."""
    _tag(document, "{%p if section.unit %}")
    unit = _write(document.add_paragraph(), "{{ section.unit }}", size + 1, italic=True, align=WD_ALIGN_PARAGRAPH.RIGHT)
    unit.paragraph_format.keep_with_next = True
    _tag(document, "{%p endif %}")
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
    """How wide each column is nobody knows before there are any: documents/word.py says it of what is made of it."""
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
    row._tr.get_or_add_trPr().insert(0, _element("w:cantSplit"))  # a row is not torn where a page ends
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
    _body(document, "{{ section.details }}")
    _tag(document, "{%p else %}")
    _table(document, 11)
    _tag(document, "{%p endif %}")
    _tag(document, "{%p for note in section.notes %}")
    _body(document, "{{ note }}")
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p endfor %}")
    _body(document, "{{ closing }}./.", last=True)


def _signature(document: Any) -> None:
    # What is said last, recipients and signature stay on one page.
    _write(document.add_paragraph(), "", 8).paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=2)
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:cantSplit"))
    left, right = table.rows[0].cells
    _write(left.paragraphs[0], "{{ recipients_title }}", 12, bold=True, italic=True)
    _write(left.add_paragraph(), "{%p for recipient in recipients %}", 9)
    _write(left.add_paragraph(), "- {{ recipient }}{% if loop.last %}.{% else %};{% endif %}", 11)
    _write(left.add_paragraph(), "{%p endfor %}", 9)
    _write(right.paragraphs[0], "{{ capacity }}", 14, bold=True, align=CENTRE)
    for _ in range(4):
        _write(right.add_paragraph(), "", 14, align=CENTRE)
    _write(right.add_paragraph(), "{{ signer }}", 14, bold=True, align=CENTRE)


def _annexes(document: Any) -> None:
    """Each annex has pages of its own across, numbered from 1; a section ends after each but the last."""
    across = document.add_section(WD_SECTION.NEW_PAGE)
    across.orientation = WD_ORIENT.LANDSCAPE
    across.page_width, across.page_height = Mm(297), Mm(210)
    across._sectPr.insert_element_before(_element("w:pgNumType", start="1"), "w:cols", "w:titlePg", "w:docGrid")
    _tag(document, "{%p for section in annexes %}")
    _write(document.add_paragraph(), "{{ section.annex_title }}", 14, bold=True, align=CENTRE)
    _write(document.add_paragraph(), "{{ section.capitals }}", 14, bold=True, align=CENTRE)
    _write(document.add_paragraph(), "{{ reference }}", 14, italic=True, align=CENTRE)
    _write(document.add_paragraph(), "", 8)
    _table(document, 9)
    _tag(document, "{%p if not loop.last %}")
    document.add_section(WD_SECTION.NEW_PAGE)
    _tag(document, "{%p else %}")
    _write(document.add_paragraph(), "", 1)  # Word wants a paragraph after the last table
    _tag(document, "{%p endif %}")
    _tag(document, "{%p endfor %}")


def _page_numbers(section: Any) -> None:
    """In the middle of the top margin, on every page but the first."""
    section.different_first_page_header_footer = True
    section.header_distance = Mm(10)
    paragraph = _write(section.header.paragraphs[0], "", 13, align=CENTRE)
    section.first_page_header.paragraphs[0].text = ""
    for form, said in (("begin", ""), ("", "PAGE"), ("separate", ""), (None, "2"), ("end", "")):
        run = paragraph.add_run("")
        run.font.name, run.font.size = FONT, Pt(13)
        if form:
            run._r.append(_element("w:fldChar", fldCharType=form))
        elif form is None:
            run.text = said  # until Word counts
        else:
            field = OxmlElement("w:instrText")
            field.text = said
            run._r.append(field)


def _about(document: Any) -> None:
    """What the file says of itself: no program and picture of others, and the language of its text."""
    told = document.core_properties
    told.author, told.title, told.comments = "", "Mẫu báo cáo", ""
    told.created = told.modified = datetime(2025, 1, 1)  # noqa: DTZ001 - a day has no zone
    package = document.part.package
    for ident, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[ident]
        elif relation.reltype.endswith("/extended-properties"):
            relation.target_part._blob = PROPERTIES.encode()
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "vi-VN")


def make() -> bytes:
    """The template as a file."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin = page.bottom_margin = Mm(20)
    page.left_margin, page.right_margin = Mm(30), Mm(15)
    _page_numbers(page)
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = FONT, Pt(14)
    _head(document)
    _title(document)
    _sections(document)
    _signature(document)
    _annexes(document)
    _about(document)
    out = io.BytesIO()
    document.save(out)
    return without_times(out.getvalue())


if __name__ == "__main__":
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(make())
    print(f"written: {TEMPLATE}")
