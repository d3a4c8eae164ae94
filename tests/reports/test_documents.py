"""Reports as files: the same bytes on any day, the layout of Decree 30, native cells, the user's own template."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
import zlib
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
import time_machine
from docx import Document
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from console.report import cells_of
from console.speech import set_language
from documents.letter import letter, roman
from documents.pdf import pdf_document
from documents.reports import report_workbook
from documents.word import TEMPLATE, TemplateWrong, word_document
from documents.workbook import Field, Sheet, workbook
from documents.zipped import without_times
from engine.calendar import Calendar
from projections.registries import REGISTRIES
from projections.reports.reporting import report
from projections.reports.shape import Report
from tests.console.khcn import Khcn
from tests.spec import Spec
from tests.world import HP_SECTOR, VP_GRASSROOTS, changed, life, story, world
from tools.templates import make

DAYS = ("2026-11-20T03:00:00Z", "2031-02-03T10:11:12Z")
FORMULA = "=1+1 & <b>"
LETTERS = "ăâđêôơư ẮẰẲẴẶ ấầẩẫậ ếềểễệ ốồổỗộ ớờởỡợ ứừửữự ỳýỷỹỵ ìíỉĩị"


@pytest.fixture(autouse=True)
def vietnamese(english: None) -> None:
    set_language("vi")


def made(spec: Spec, name: str = "year", plan: str = "HP36", period: str = "2026") -> Report:
    return report(spec.log, name, plan, period, today=date(2026, 12, 31), calendar=Calendar())


def files(spec: Spec, name: str, plan: str, period: str) -> dict[str, bytes]:
    found = made(spec, name, plan, period)
    told, day = letter(found, cells_of(found)), date(2026, 12, 31)
    return {
        "xlsx": report_workbook(found, cells_of(found)),
        "docx": word_document(told, made_on=day),
        "pdf": pdf_document(told, made_on=day),
    }


@pytest.mark.parametrize(
    ("plan", "name", "period"),
    [("VP57", "half-year", "2026-H1"), ("HP36", "quarter", "2026-Q1"), ("HP36", "year", "2026")],
)
def test_the_same_log_gives_the_same_bytes_whatever_day_it_is(spec: Spec, plan: str, name: str, period: str) -> None:
    spec.given(*story(VP_GRASSROOTS if plan == "VP57" else HP_SECTOR))
    found = []
    for day in DAYS:
        with time_machine.travel(day, tick=False):
            found.append(files(spec, name, plan, period))

    assert found[0] == found[1]


def test_a_zip_without_times_has_the_same_files() -> None:
    given = {}
    for day in DAYS:
        out = io.BytesIO()
        with time_machine.travel(day, tick=False), ZipFile(out, "w") as file:
            file.writestr("b.xml", "<b/>")
            file.writestr("a.xml", "<a/>")
        given[day] = out.getvalue()
    first, second = given.values()

    assert first != second
    assert without_times(first) == without_times(second)
    assert ZipFile(io.BytesIO(without_times(first))).namelist() == ["b.xml", "a.xml"]


def test_a_workbook_has_native_cells_and_no_formula(spec: Spec) -> None:
    spec.given(*world("HP36"), *life(HP_SECTOR, title=FORMULA))
    data = report_workbook(made(spec, "proposals"), cells_of(made(spec, "proposals")))
    (_, sheet) = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    head, row, totals = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python()
    told = dict(zip(head, row, strict=True))
    xml = ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet2.xml").decode()

    assert (told["Ngày đăng ký"], told["Dự toán"], told["Tên"]) == (date(2026, 2, 20), 100_000_000, FORMULA)
    assert totals[head.index("Dự toán")] == 100_000_000
    assert ("<f>" in xml, '<pane ySplit="1"' in xml, "<autoFilter" in xml) == (False, True, True)


def test_a_workbook_shows_charts_below_its_rows(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    book = ZipFile(io.BytesIO(report_workbook(made(spec), cells_of(made(spec)))))
    drawings = [book.read(name).decode() for name in book.namelist() if re.match(r"xl/drawings/drawing\d", name)]

    assert len([name for name in book.namelist() if name.startswith("xl/charts/")]) == len(drawings) == 3
    assert all("<xdr:from><xdr:col>0</xdr:col>" in drawing for drawing in drawings)


def test_a_workbook_is_printed_as_wide_as_the_page_with_its_head_on_each(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    book = ZipFile(io.BytesIO(report_workbook(made(spec), cells_of(made(spec)))))
    pages = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]

    assert len(pages) > 3
    for page in pages:
        assert '<pageSetUpPr fitToPage="1"/>' in page
        assert '<pageSetup paperSize="9"' in page
        assert 'fitToHeight="0" orientation="landscape"' in page
    assert book.read("xl/workbook.xml").decode().count("_xlnm.Print_Titles") == len(pages)


def test_a_row_is_as_high_as_what_stands_in_it() -> None:
    sheet = Sheet("Nhiệm vụ", [Field("Tên", width=10), Field("Lý do\nkhác", width=10)], [["a" * 31, "b"], ["c", 5]])
    page = ZipFile(io.BytesIO(workbook([sheet], lang="vi", title="t"))).read("xl/worksheets/sheet1.xml").decode()

    assert re.findall(r'<row r="(\d)"[^>]*?(?: ht="(\d+)" customHeight="1")?>', page) == [
        ("1", "30"),
        ("2", "60"),
        ("3", ""),
    ]


def paragraphs(data: bytes) -> list[str]:
    """Every paragraph of a document, those in tables too."""
    document = Document(io.BytesIO(data))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    inner = [paragraph for cell in cells for paragraph in cell.paragraphs]
    return [paragraph.text for paragraph in [*document.paragraphs, *inner] if paragraph.text.strip()]


def test_a_word_document_has_the_parts_that_the_decree_asks_for(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    told = letter(made(spec), cells_of(made(spec)), number="12", dated=date(2026, 2, 5))
    found = paragraphs(word_document(told, made_on=date(2026, 12, 31)))

    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "UBND THÀNH PHỐ HẢI PHÒNG",
        "SỞ Y TẾ",
        "Số: 12/BC-SYT",
        "Hải Phòng, ngày 05 tháng 02 năm 2026",
        "BÁO CÁO",
        "Tổng kết công tác nghiên cứu khoa học, công nghệ và đổi mới sáng tạo ngành Y tế (năm 2026)",
        "Nơi nhận:",
        "- UBND thành phố (để báo cáo);",
        "- Lưu: VT, NVY.",
        "GIÁM ĐỐC",
        "Trên đây là báo cáo của Sở Y tế Hải Phòng./.",
        "Kinh phí cấp trong kỳ: 100.000.000 đồng (bằng chữ: một trăm triệu đồng).",
        "Đơn vị tính: đồng",
        "Chi tiết tại Phụ lục I kèm theo, gồm 1 nhiệm vụ.",
        "Phụ lục I",
        "NHIỆM VỤ ĐƯỢC GIẢI QUYẾT TRONG KỲ HOẶC ĐANG THỰC HIỆN CUỐI KỲ",
        "Phụ lục II",
        "(Kèm theo Báo cáo số 12/BC-SYT ngày 05 tháng 02 năm 2026 của Sở Y tế Hải Phòng)",
    ):
        assert part in found, part
    assert [line for line in found if "{" in line] == []


def test_before_it_is_signed_number_and_date_are_open(spec: Spec) -> None:
    found = letter(made(spec), cells_of(made(spec)))

    assert [found[name] for name in ("number", "day", "month", "year")] == ["", "", "", ""]


def test_tables_are_as_wide_as_the_page_however_many_columns_they_have(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    told = letter(made(spec), cells_of(made(spec)))
    document = Document(io.BytesIO(word_document(told, made_on=date(2026, 12, 31))))
    tables = document.tables[1:-3]  # without the head, the signature and the annexes
    widths = {table._tbl.tblPr.find(qn("w:tblW")).get(qn("w:w")) for table in tables}

    assert widths == {"5000"}
    for table in tables:
        assert len(table._tbl.tblGrid.gridCol_lst) == len(table.rows[0]._tr.tc_lst)
        assert {cell.get(qn("w:type")) for cell in table._tbl.iter(qn("w:tcW"))} == {"pct"}


def test_numbers_stand_to_the_right(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    found = made(spec, "stages")
    document = Document(io.BytesIO(word_document(letter(found, cells_of(found)), made_on=date(2026, 12, 31))))
    (table,) = document.tables[1:-1]
    head, first = table.rows[0], table.rows[1]

    assert [cell.text for cell in first.cells] == ["cấp ngành", "đã đăng ký", "1", "6", "6", "6"]
    assert [str(cell.paragraphs[0].alignment).split(" ")[0] for cell in first.cells] == ["LEFT"] * 2 + ["RIGHT"] * 4
    assert len(head.cells) == len(first.cells) == 6


@pytest.mark.parametrize(("name", "pages"), [("year", 3), ("stages", 1)])
def test_wide_tables_stand_in_an_annex_across_the_page(spec: Spec, name: str, pages: int) -> None:
    spec.given(*story(HP_SECTOR))
    found = made(spec, name)
    document = Document(io.BytesIO(word_document(letter(found, cells_of(found)), made_on=date(2026, 12, 31))))

    assert [round((section.page_width or 0) / 36_000) for section in document.sections] == [210, 297, 297][:pages]


def test_what_a_person_wrote_stays_text(spec: Spec) -> None:
    spec.given(*world("HP36"), *life(HP_SECTOR, title=f"{FORMULA} {{{{ plan }}}}\x0b\x01ô"))
    found = made(spec, "proposals")
    lines = paragraphs(word_document(letter(found, cells_of(found)), made_on=date(2026, 12, 31)))

    assert f"{FORMULA} {{{{ plan }}}}ô" in lines


def own_template(folder: Path, text: str) -> Path:
    document = Document()
    document.add_paragraph(text)
    document.save(str(folder / "own.docx"))
    return folder / "own.docx"


def test_a_template_of_ones_own_is_filled_in(spec: Spec, khcn: Khcn, tmp_path: Path) -> None:
    spec.given(*story(HP_SECTOR))
    file = own_template(tmp_path, "{{ plan.number }}: {% for section in sections %}{{ section.number }} {% endfor %}")
    asked = ("report", "proposals", "--plan", "HP36", "--period", "2026", "--lang", "vi")
    ran = khcn(*asked, "--format", "docx", "--template", file, "-o", tmp_path / "out.docx")

    assert (ran.code, ran.out, ran.err) == (0, "", f"Đã ghi {tmp_path}/out.docx.\n")
    assert paragraphs((tmp_path / "out.docx").read_bytes()) == ["36/KH-SYT: I "]
    assert khcn(*asked, "--format", "pdf", "--template", file).code == 2


@pytest.mark.parametrize("text", ["{{ nonsense }}", "{{ plan.nonsense }}", "{% for %}", "{{ plan.__class__.mro() }}"])
def test_a_template_that_asks_for_what_is_not_there_is_refused(
    spec: Spec, khcn: Khcn, tmp_path: Path, text: str
) -> None:
    file = own_template(tmp_path, text)
    ran = khcn(
        "report", "proposals", "--plan", "HP36", "--period", "2026", "--format", "docx", "--template", file, "-o", "x"
    )

    assert (ran.code, ran.out, "docs/reports.md" in ran.err) == (2, "", True)


@pytest.mark.parametrize("content", [None, b"no Word document", b"PK\x03\x04"])
def test_a_file_that_is_no_template_is_refused(spec: Spec, tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "own.docx").write_bytes(content)
    told = letter(made(spec), cells_of(made(spec)))

    with pytest.raises(TemplateWrong):
        word_document(told, tmp_path / "own.docx", made_on=date(2026, 12, 31))


def test_the_template_is_the_one_that_the_script_makes() -> None:
    assert TEMPLATE.read_bytes() == make()


def fonts(data: bytes) -> set[str]:
    """The fonts embedded in a PDF."""
    streams = [zlib.decompress(part) for part in re.findall(rb"stream\r?\n(x.*?)\r?\nendstream", data, re.DOTALL)]
    text = b"\n".join([data, *streams])
    return {name.decode().partition("+")[2] for name in re.findall(rb"/BaseFont ?/([A-Z]{6}\+[\w-]+)", text)}


def test_every_vietnamese_letter_is_set_in_the_free_font_that_the_pdf_carries(spec: Spec) -> None:
    spec.given(*world("HP36"), *life(HP_SECTOR, title=LETTERS))
    data = files(spec, "proposals", "HP36", "2026")["pdf"]

    assert data.startswith(b"%PDF-")
    assert {name.split("-")[0] for name in fonts(data)} == {"LibertinusSerif"}


@pytest.mark.parametrize("form", ["xlsx", "docx", "pdf"])
def test_a_file_goes_to_a_pipe_as_it_would_to_a_file(spec: Spec, khcn: Khcn, tmp_path: Path, form: str) -> None:
    spec.given(*story(HP_SECTOR))
    asked = ("report", "stages", "--plan", "HP36", "--period", "2026-Q3", "--format", form)
    khcn(*asked, "-o", tmp_path / "file")
    program = [sys.executable, "cli.py", "--db", spec.url, *asked]
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    piped = subprocess.run(program, capture_output=True, check=True, cwd=Path(__file__).parents[2], env=environment)

    assert piped.stdout == (tmp_path / "file").read_bytes()


@pytest.mark.parametrize("asked", [("registry", "tasks"), ("report", "targets", "--plan", "VP57", "--period", "2026")])
def test_a_file_is_not_poured_onto_a_screen(spec: Spec, asked: tuple[str, ...]) -> None:
    screen, terminal = pty.openpty()
    program = [sys.executable, "cli.py", "--db", spec.url, "--lang", "en", *asked, "--format", "xlsx"]
    ran = subprocess.run(program, stdout=terminal, stderr=subprocess.PIPE, check=False, cwd=Path(__file__).parents[2])
    os.close(terminal)
    os.close(screen)

    assert ran.returncode == 2
    assert ran.stderr.decode().endswith("name one with --output FILE.\n")


def test_a_registry_is_a_workbook_too(spec: Spec, khcn: Khcn, tmp_path: Path) -> None:
    [registration, *rest] = life(HP_SECTOR)
    spec.given(*world("HP36"), changed(registration, title=FORMULA), *rest)
    rows = json.loads(khcn("registry", "tasks", "--json").out)
    ran = khcn("registry", "tasks", "--format", "xlsx", "-o", tmp_path / "t.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "t.xlsx"))
    head, cells = book.get_sheet_by_index(0).to_python()

    assert (ran.code, len(head)) == (0, len(rows[0]))
    assert cells[list(rows[0]).index("title")] == FORMULA
    assert cells[list(rows[0]).index("approved")] == 100_000_000
    assert cells[list(rows[0]).index("closed_on")] == date(2026, 10, 20)


def test_in_a_trace_days_are_dates_and_numbers_are_numbers(spec: Spec, khcn: Khcn, tmp_path: Path) -> None:
    spec.given(*story(HP_SECTOR, until="registered"))
    ran = khcn("registry", "tasks", "--trace", "T1", "--format", "xlsx", "-o", tmp_path / "t.xlsx", "--lang", "vi")
    head, row = CalamineWorkbook.from_path(str(tmp_path / "t.xlsx")).get_sheet_by_index(0).to_python()
    (event,) = json.loads(khcn("registry", "tasks", "--trace", "T1", "--json").out)
    told = dict(zip(event, row, strict=True))

    assert (ran.code, len(head)) == (0, len(row))
    assert (told["position"], told["version"], told["on"]) == (event["position"], 1, date(2026, 2, 20))


@pytest.mark.parametrize("name", REGISTRIES)
def test_each_registry_is_a_sheet_with_all_its_rows_and_columns(
    spec: Spec, khcn: Khcn, tmp_path: Path, name: str
) -> None:
    spec.given(*story(VP_GRASSROOTS, title="Tên\x01\x0b có ký tự lạ"))
    rows = json.loads(khcn("registry", name, "--json").out)
    ran = khcn("registry", name, "--format", "xlsx", "-o", tmp_path / "r.xlsx", "--lang", "vi")
    head, *found = CalamineWorkbook.from_path(str(tmp_path / "r.xlsx")).get_sheet_by_index(0).to_python()

    assert (ran.code, len(found)) == (0, len(rows))
    assert len(head) == len(rows[0]) if rows else len(head) > 0


def test_a_file_that_cannot_be_written_is_said(khcn: Khcn, tmp_path: Path) -> None:
    ran = khcn("registry", "tasks", "--format", "xlsx", "-o", tmp_path / "no" / "t.xlsx")
    table = khcn("registry", "tasks", "-o", tmp_path / "t.txt")

    assert (ran.code, "cannot be written: No such file" in ran.err) == (2, True)
    assert (table.code, table.out) == (2, "")


def test_sections_are_numbered_in_roman_figures() -> None:
    expected = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI"

    assert " ".join(map(roman, range(1, 22))) == expected
