"""Tables of letters: their width is shared out so that no amount and no date is torn, in Word as in PDF."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from console.report import cells_of
from console.speech import set_language
from documents.columns import LONGEST, PADDING, ROOM, shared_out
from documents.letter import letter
from documents.word import word_document
from engine.calendar import Calendar
from projections.reports.reporting import report
from tests.spec import Spec
from tests.world import HP_SECTOR, story

AMOUNT = "1.234.567.890"
WEIGHTS = st.lists(st.tuples(st.integers(1, 9), st.text("a1.", max_size=14)), min_size=1, max_size=12)


@pytest.fixture(autouse=True)
def vietnamese(english: None) -> None:
    set_language("vi")


def test_where_there_is_room_widths_go_by_weight() -> None:
    assert shared_out([1, 2, 2], [["a"], ["b"], ["c d e"]], wide=False) == [17.0, 34.0, 34.0]


def test_a_column_is_as_wide_as_its_longest_word() -> None:
    narrow, amount, other = shared_out([10, 1, 10], [["tên"], ["tiền", AMOUNT], ["lý do"]], wide=False)

    assert amount == 10 + 3 * 0.5 + PADDING
    assert narrow == other == pytest.approx((ROOM[False] - amount) / 2, abs=0.1)


def test_no_word_claims_the_whole_table() -> None:
    long, short = shared_out([1, 9], [["x" * 200], ["y"]], wide=True)

    assert (long, short) == (round(ROOM[True] / LONGEST, 1), round(ROOM[True] - ROOM[True] / LONGEST, 1))


def test_an_address_is_torn_rather_than_a_title_squeezed() -> None:
    title, address = shared_out([5, 1], [["Nghiên cứu"], ["https://so-y-te.example.vn/khcn/VP25-03"]], wide=False)

    assert title == pytest.approx(5 * address, abs=0.5)


@given(WEIGHTS, st.booleans())
def test_the_whole_width_is_shared_out_and_nobody_gets_less_than_he_needs(
    columns: list[tuple[int, str]], wide: bool
) -> None:
    weights, texts = [weight for weight, _ in columns], [[text] for _, text in columns]
    widths = shared_out(weights, texts, wide=wide)
    least = [
        min(sum(0.5 if sign == "." else 1 for sign in text) + PADDING, ROOM[wide] / LONGEST) for _, text in columns
    ]

    assert all(width >= need - 0.1 for width, need in zip(widths, least, strict=True))
    assert sum(widths) == pytest.approx(max(ROOM[wide], sum(least)), abs=0.1 * len(widths))


@pytest.fixture
def told(spec: Spec) -> Any:
    spec.given(*story(HP_SECTOR, "closed"))
    found = report(spec.log, "year", "HP36", "2026", today=date(2026, 12, 31), calendar=Calendar())
    return letter(found, cells_of(found))


def tables(told: Any) -> list[Any]:
    """The tables of sections in the Word document, without those of letterhead and signature."""
    document = Document(io.BytesIO(word_document(told, made_on=date(2026, 12, 31))))
    return [table._tbl for table in document.tables[1:] if "Nơi nhận" not in table.cell(0, 0).text]


def test_a_table_in_word_has_the_widths_of_its_section(told: Any) -> None:
    sections = [each for each in told["sections"] if each["rows"] and not each["wide"]] + told["annexes"]
    found = tables(told)

    assert len(found) == len(sections) > 3
    for table, section in zip(found, sections, strict=True):
        shares = [width / sum(section["widths"]) for width in section["widths"]]
        for row in table.tr_lst:
            given = [int(cell.tcPr.find(qn("w:tcW")).get(qn("w:w"))) for cell in row.tc_lst]
            assert given == [round(5000 * share) for share in shares]
        whole = sum(column.w for column in table.tblGrid.gridCol_lst)
        grid = [column.w / whole for column in table.tblGrid.gridCol_lst]
        assert grid == pytest.approx(shares, abs=0.01)


def test_a_table_of_which_no_row_is_left_is_left_alone(told: Any, tmp_path: Path) -> None:
    document = Document()
    table = document.add_table(rows=3, cols=1)
    for row, text in zip(table.rows, ("{%tr for each in [] %}", "{{ each }}", "{%tr endfor %}"), strict=True):
        row.cells[0].text = text
    document.save(str(tmp_path / "own.docx"))
    made = Document(io.BytesIO(word_document(told, tmp_path / "own.docx", made_on=date(2026, 12, 31))))

    assert [len(each.rows) for each in made.tables] == [0]


def test_no_row_of_a_table_in_word_is_torn_where_a_page_ends(told: Any) -> None:
    rows = [row for table in tables(told) for row in table.tr_lst]

    assert rows
    assert all(row.trPr is not None and row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
