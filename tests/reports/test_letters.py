"""Letters by Decree 30/2020/NĐ-CP: pages, annexes, drawn lines, whose letter it is, and how it says things."""

from __future__ import annotations

import io
import json
import re
import zlib
from datetime import date
from zipfile import ZipFile

import pytest
import typst
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from console.report import cells_of
from console.speech import set_language, shown
from documents.letter import Letter, letter
from documents.pdf import TEMPLATE, pdf_document
from documents.reports import report_workbook
from documents.word import word_document
from engine.calendar import Calendar
from engine.plan import Plan
from engine.text import day_in_words, format_period
from projections.reports.reporting import report
from projections.reports.shape import Report
from tests.console.khcn import Khcn
from tests.plans.plans import plan
from tests.reports.test_documents import paragraphs
from tests.spec import Spec
from tests.unityears import gathering
from tests.world import HP_SECTOR, VP_GRASSROOTS, story, world
from workflows.load import content

MADE_ON = date(2026, 12, 31)


@pytest.fixture(autouse=True)
def vietnamese(english: None) -> None:
    set_language("vi")


def made(
    spec: Spec, ident: str = "HP36", name: str = "year", period: str = "2026", as_of: date | None = None
) -> Report:
    return report(spec.log, name, ident, period, today=MADE_ON, calendar=Calendar(), as_of=as_of)


def told(found: Report, dated: date | None = None) -> Letter:
    return letter(found, cells_of(found), number="12" if dated else None, dated=dated)


def section(found: Letter, name: str) -> dict[str, object]:
    return next(each for each in found["sections"] if each["name"] == name)


@pytest.fixture
def word(spec: Spec) -> bytes:
    spec.given(*story(HP_SECTOR))
    return word_document(told(made(spec)), made_on=MADE_ON)


def test_pages_are_numbered_in_the_top_margin_but_for_the_first(word: bytes) -> None:
    document = Document(io.BytesIO(word))
    for part in document.sections:
        (line,) = part.header.paragraphs
        assert line.alignment == WD_ALIGN_PARAGRAPH.CENTER
        assert [field.text for field in line._p.iter(qn("w:instrText"))] == ["PAGE"]
        assert part.different_first_page_header_footer
        assert list(part.first_page_header._element.iter(qn("w:instrText"))) == []
    starts = [part._sectPr.find(qn("w:pgNumType")) for part in document.sections]

    assert [None if start is None else start.get(qn("w:start")) for start in starts] == [None, "1", "1"]


def test_each_annex_begins_on_a_page_of_its_own_and_a_paragraph_ends_the_last(word: bytes) -> None:
    body = Document(io.BytesIO(word)).element.body
    *_, table, last, form = body

    assert [each.tag.partition("}")[2] for each in (table, last, form)] == ["tbl", "p", "sectPr"]
    assert len(list(body.iter(qn("w:sectPr")))) == 3


def test_lines_are_drawn_and_not_typed(word: bytes) -> None:
    document = Document(io.BytesIO(word))
    ruled = list(document.element.body.iter(qn("w:pBdr")))

    assert [line for line in paragraphs(word) if "__" in line] == []
    assert len(ruled) == 3  # under the issuer, the motto and the title
    assert all(rule.find(qn("w:bottom")).get(qn("w:val")) == "single" for rule in ruled)


def test_the_last_sentence_goes_with_the_signature_in_word(word: bytes) -> None:
    document = Document(io.BytesIO(word))
    (closing,) = [each for each in document.paragraphs if each.text.endswith("./.")]
    after = closing._p.getnext()

    assert closing.paragraph_format.keep_with_next
    assert after.pPr.find(qn("w:keepNext")) is not None
    assert next(after.getnext().iter(qn("w:cantSplit"))) is not None


@pytest.mark.parametrize("lines", range(14, 42, 3))
def test_the_last_sentence_goes_with_the_signature_in_pdf(spec: Spec, lines: int) -> None:
    found = dict(told(made(spec, name="proposals")))
    found["sections"] = [{**found["sections"][0], "notes": ["Dòng"] * lines}]
    source = (
        TEMPLATE.read_text("utf-8")
        + "#context [#metadata((locate(<closing>).page(), locate(<signature>).page())) <at>]"
    )
    given = {"letter": json.dumps({**found, "made_on": "2026-12-31"}, ensure_ascii=False)}
    (at,) = json.loads(typst.query(source.encode(), "<at>", sys_inputs=given, ignore_system_fonts=True))

    assert at["value"][0] == at["value"][1]


@pytest.mark.parametrize(("lang", "tag"), [("vi", "vi-VN"), ("en", "en-GB")])
def test_the_text_bears_its_language_and_the_file_no_program_of_others(spec: Spec, lang: str, tag: str) -> None:
    set_language(lang)
    file = ZipFile(io.BytesIO(word_document(told(made(spec)), made_on=MADE_ON)))
    styles, about = (
        file.read("word/styles.xml").decode(),
        file.read("docProps/app.xml") + file.read("docProps/core.xml"),
    )

    assert set(re.findall(r'<w:lang w:val="([^"]+)"', styles)) == {tag}
    assert [name for name in file.namelist() if "thumbnail" in name] == []
    assert [word for word in (b"Macintosh", b"docs/reports.md", b"python-docx") if word in about] == []


def test_no_vietnamese_letter_of_the_pdf_is_put_together_from_two_signs(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    data = pdf_document(told(made(spec)), made_on=MADE_ON)
    parts = [
        zlib.decompressobj().decompress(part) for part in re.findall(rb"stream\r?\n(x.*?)endstream", data, re.DOTALL)
    ]
    maps = [re.findall(rb"<[0-9A-F]{4}> <([0-9A-F]+)>", part) for part in parts if b"beginbfchar" in part]

    assert len(maps) >= 3
    for found in maps:
        signs = [sign for sign in found if b"007F" < sign < b"FFFF"]  # of an f the font has two forms
        assert sorted(signs) == sorted(set(signs))


@pytest.mark.parametrize(
    ("as_of", "dated", "place", "superior"),
    [
        ("2025-06-30", None, "Vĩnh Phúc", "UBND TỈNH VĨNH PHÚC"),
        ("2025-07-01", None, "Phú Thọ", "UBND TỈNH PHÚ THỌ"),
        ("2025-06-30", "2025-07-04", "Phú Thọ", "UBND TỈNH PHÚ THỌ"),
    ],
)
def test_whose_letter_it_is_goes_by_its_day(
    spec: Spec, as_of: str, dated: str | None, place: str, superior: str
) -> None:
    found = told(
        made(spec, "VP57", "year", "2025", date.fromisoformat(as_of)), date.fromisoformat(dated) if dated else None
    )

    assert (found["place"], found["superior"], found["issuer"]) == (place, superior, "SỞ Y TẾ")
    assert found["closing"] == f"Trên đây là báo cáo của Sở Y tế {place}"
    assert ("UBND tỉnh Phú Thọ (để báo cáo)" in found["recipients"]) == (place == "Phú Thọ")
    assert found["reference"].endswith(f"của Sở Y tế {place})")


@pytest.mark.parametrize(("as_of", "name"), [("2025-06-30", "Sở Y tế Vĩnh Phúc"), ("2025-07-01", "Sở Y tế Phú Thọ")])
def test_the_department_has_its_name_of_that_day_in_every_section(spec: Spec, as_of: str, name: str) -> None:
    spec.given(*world("VP57"), gathering("record_conference", "2025-05-12", "VP57"))
    year, activity = (
        made(spec, "VP57", each, "2025", date.fromisoformat(as_of)) for each in ("year", "council-activity")
    )
    held = next(each for each in year.sections if each.name == "conferences").rows
    councils = next(each for each in activity.sections if each.name == "councils").rows

    assert [row["unit_name"] for row in held] == [name]
    assert {row["unit_name"] for row in councils if row["unit"] is None} == {name}
    assert told(year)["closing"] == f"Trên đây là báo cáo của {name}"
    signed = told(year, date(2025, 7, 4))
    assert signed["closing"] == "Trên đây là báo cáo của Sở Y tế Phú Thọ"
    assert [row[1] for row in section(signed, "conferences")["rows"]] == ["Sở Y tế Phú Thọ"]  # type: ignore[attr-defined]


def test_a_plan_adopted_with_one_letterhead_has_it_on_every_day() -> None:
    stored = json.loads(content(plan("HP36")))
    (stored["letterhead"],) = stored["letterhead"]
    del stored["letterhead"]["from"], stored["letterhead"]["name"]  # as it was written before
    found = Plan.model_validate(stored)

    assert found == plan("HP36")
    assert found.letterhead_on(date(1999, 1, 1)) == found.letterhead_on(MADE_ON) == found.letterhead[0]
    assert Plan.model_validate(stored | {"letterhead": None}).letterhead_on(MADE_ON) is None


def test_a_letter_opens_as_letters_do(spec: Spec) -> None:
    own = told(made(spec, "VP57", "half-year", "2025-H1"))["opening"]
    other = told(made(spec, "VP57", "half-year", "2026-H1"))["opening"]

    assert own == (
        "Thực hiện Kế hoạch số 57/KH-SYT ngày 03 tháng 3 năm 2025, Sở Y tế Vĩnh Phúc báo cáo kết quả 6 tháng đầu"
        " năm 2025 như sau (số liệu đến ngày 30 tháng 6 năm 2025):"
    )
    assert "ngày 03 tháng 3 năm 2025 của Sở Y tế Vĩnh Phúc, Sở Y tế Phú Thọ báo cáo" in other


def test_annexes_say_to_which_letter_they_belong(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    open_, signed = told(made(spec)), told(made(spec), date(2027, 1, 4))

    assert [(each["annex_title"], each["capitals"]) for each in open_["annexes"]] == [
        ("Phụ lục I", "NHIỆM VỤ ĐƯỢC GIẢI QUYẾT TRONG KỲ HOẶC ĐANG THỰC HIỆN CUỐI KỲ"),
        ("Phụ lục II", "KINH PHÍ THEO DÒNG NGÂN SÁCH"),
    ]
    assert [each["details"] for each in open_["annexes"]] == [
        "Chi tiết tại Phụ lục I kèm theo, gồm 1 nhiệm vụ.",
        "Chi tiết tại Phụ lục II kèm theo, gồm 6 dòng ngân sách.",
    ]
    assert open_["reference"] == "(Kèm theo Báo cáo số .../BC-SYT ngày ... tháng ... năm ... của Sở Y tế Hải Phòng)"
    assert signed["reference"] == "(Kèm theo Báo cáo số 12/BC-SYT ngày 04 tháng 01 năm 2027 của Sở Y tế Hải Phòng)"


@pytest.mark.parametrize(("lang", "unit"), [("vi", "Đơn vị tính: đồng"), ("en", "Unit: đồng")])
def test_tables_of_money_say_their_unit(spec: Spec, lang: str, unit: str) -> None:
    spec.given(*story(HP_SECTOR))
    set_language(lang)
    found = told(made(spec))

    assert {each["name"] for each in found["sections"] if each["unit"] == unit} == {"tasks", "payers", "lines"}
    assert {each["unit"] for each in found["sections"]} == {"", unit}


def test_headings_and_words_are_those_of_the_field(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    found = told(made(spec))
    rows = section(found, "payers")["rows"]

    assert section(found, "obligations")["headings"] == [
        "Đơn vị", "Đúng hạn", "Hoàn thành muộn", "Quá hạn", "Chưa đến hạn", "Nội dung chưa thực hiện",
    ]  # fmt: skip
    assert "Kinh phí được phê duyệt" in section(found, "tasks")["headings"]  # type: ignore[operator]
    assert "Bộ" in [row[0] for row in rows]  # type: ignore[attr-defined]
    assert section(found, "conferences")["empty"] == "Trong kỳ không phát sinh."
    assert section(told(made(spec, name="council-activity")), "councils")["empty"] == ""


def test_targets_count_things(spec: Spec) -> None:
    spec.given(*story(VP_GRASSROOTS))
    found = made(spec, "VP57", "targets", "2026")
    (letters,) = told(found)["sections"]
    (rows,) = [each.rows for each in found.sections]
    counted = {row["measure"]: shown_[6] for row, shown_ in zip(rows, letters["rows"], strict=True)}
    basis = {row["measure"]: shown_[8] for row, shown_ in zip(rows, letters["rows"], strict=True)}

    assert [counted[name] for name in ("smart_hospitals", "department_conferences", "units_with_provincial_task")] == [
        "bệnh viện", "hội nghị", "đơn vị",
    ]  # fmt: skip
    assert re.fullmatch(r"\d+/\d+", basis["units_with_plan_and_regulation"])
    assert {row["unit"] for row in rows} == {"percent", "count"}


def test_months_are_written_as_people_write_them(spec: Spec, khcn: Khcn) -> None:
    spec.given(*story(VP_GRASSROOTS))
    missed = section(told(made(spec, "VP57", "half-year", "2025-H1")), "seminars")["rows"][0][4]  # type: ignore[index]
    due = khcn("due", "--lang", "vi", "--on", "2026-02-10").out

    assert re.fullmatch(r"[3-6]/2025(, [3-6]/2025)*", missed)
    assert re.search(r"\b1/2026\b", due)
    assert re.search(r"\b2026-01\b(?!-)", due) is None
    assert json.loads(khcn("due", "--on", "2026-02-10", "--json").out)[0]["period"][4:5] in ("-", "")


def test_periods_and_days_in_sentences() -> None:
    asked = ("2025-09", "2025-Q3", "2025-H1", "2025-H2", "2025", "2025-13")

    assert [format_period(each, "vi") for each in asked] == [
        "9/2025", "quý III/2025", "6 tháng đầu năm 2025", "6 tháng cuối năm 2025", "2025", "2025-13",
    ]  # fmt: skip
    assert [format_period(each, "en") for each in asked] == list(asked)
    assert shown("period", None) == "-"
    assert [day_in_words(day, "vi") for day in ("2025-03-03", "2026-02-28", "2026-10-20")] == [
        "ngày 03 tháng 3 năm 2025", "ngày 28 tháng 02 năm 2026", "ngày 20 tháng 10 năm 2026",
    ]  # fmt: skip
    assert day_in_words("2025-03-03", "en") == "2025-03-03"


def test_english_is_not_mixed_with_vietnamese(spec: Spec, khcn: Khcn) -> None:
    spec.given(*story(VP_GRASSROOTS))
    set_language("en")
    found = made(spec, "VP57", "half-year", "2026-H1")
    rows = cells_of(found).section(next(each for each in found.sections if each.name == "assignments"))["rows"]
    notes = section(told(made(spec, "VP57", "year", "2025")), "payers")["notes"]

    assert ["Functional offices", "the units"] in [row["coordinate"] for row in rows]
    assert {row["lead"] for row in rows} == {
        "Planning and Finance Office", "Medical and Pharmaceutical Affairs Office",
        "Organisation and Administration Office", "Functional offices", "Provincial Centre for Disease Control",
    }  # fmt: skip
    assert re.fullmatch(r"Allocated in the period: [0-9,]+ đồng\.", notes[0])  # type: ignore[index]


def test_an_english_letter_is_english_below_its_letterhead(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    set_language("en")
    found = paragraphs(word_document(told(made(spec), date(2026, 2, 5)), made_on=MADE_ON))
    by_law = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "UBND THÀNH PHỐ HẢI PHÒNG", "SỞ Y TẾ",
        "Số: 12/BC-SYT", "Hải Phòng, ngày 05 tháng 02 năm 2026", "GIÁM ĐỐC",
    ]  # fmt: skip

    assert [line for line in by_law if line not in found] == []
    assert [line for line in ("REPORT", "Recipients:") if line not in found] == []
    assert [line for line in ("BÁO CÁO", "Nơi nhận:", "Phụ lục I") if line in found] == []


def test_an_english_pdf_says_what_the_english_letter_says(spec: Spec) -> None:
    set_language("en")
    source = TEMPLATE.read_text("utf-8")
    words = [word for word in ("BÁO CÁO", "Nơi nhận") if word in source]

    assert words == []
    assert (told(made(spec))["kind"], told(made(spec))["recipients_title"]) == ("REPORT", "Recipients:")
    assert pdf_document(told(made(spec)), made_on=MADE_ON).startswith(b"%PDF-")


def test_the_sheets_of_a_workbook_are_named_in_whole_words(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    found = made(spec)
    book = CalamineWorkbook.from_filelike(io.BytesIO(report_workbook(found, cells_of(found))))
    names, titles = book.sheet_names, [cells_of(found).say(each.title) for each in found.sections]
    head, *cover = book.get_sheet_by_index(0).to_python()

    assert names[0] == "Báo cáo năm"
    assert head == ["mục", "nội dung"]
    assert ["kỳ báo cáo", "năm 2026"] in cover
    assert max(map(len, names)) <= 31
    for name, title in zip(names[1:], titles, strict=True):
        plain = title.replace("/", " ")
        assert plain == name or re.match(rf"{re.escape(name)}[ ,;-]", plain), name


@pytest.mark.parametrize("number", ["12", "12/BC-SYT"])
def test_the_symbol_of_a_letter_stands_once_behind_its_number(spec: Spec, number: str) -> None:
    found = made(spec)
    letter_ = letter(found, cells_of(found), number=number, dated=MADE_ON)

    assert (letter_["number"], letter_["symbol"]) == ("12", "BC-SYT")
    assert "12/BC-SYT ngày" in letter_["reference"]
    assert "BC-SYT/BC-SYT" not in letter_["reference"]


def test_totals_begin_with_a_capital(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))

    assert section(told(made(spec)), "payers")["totals"][0] == "Tổng cộng"  # type: ignore[index]
