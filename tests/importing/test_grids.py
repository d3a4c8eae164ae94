"""Registers as files: every kind of file gives the same rows, each cell by the name its program shows."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from importing.grids import Grid, Spoiled, open_book
from intake import IntakeError
from tests.importing.registers import EXCERPTS
from tests.intake.files import new_book, workbook


def refusal(path: Path) -> str:
    with pytest.raises(IntakeError) as caught:
        open_book(str(path)).grid(None)
    return caught.value.message.render("en")


def texts(grid: Grid) -> list[list[str]]:
    return [[str(cell) for cell in row] for row in grid.rows]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_csv_with_its_separators(tmp_path: Path, sign: str) -> None:
    path = tmp_path / "sổ.csv"
    path.write_text(f"\ufeffDanh mục\n\na{sign}b\n1{sign}2\n", "utf-8")
    grid = open_book(str(path)).grid(None)

    assert (grid.name, texts(grid)) == ("sổ", [["Danh mục"], [], ["a", "b"], ["1", "2"]])
    assert (grid.cell(3, 1), grid.number(3)) == ("B4", 4)


LONG = ", ".join(["một", "hai", "ba", "bốn"])


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('Mã;Tên\nI1;"a, b, c, d"\n', [["Mã", "Tên"], ["I1", "a, b, c, d"]]),
        (
            f"Danh mục: {LONG}\nMã;Tên\nI1;{LONG}\nI2;x\n",
            [[f"Danh mục: {LONG}"], ["Mã", "Tên"], ["I1", LONG], ["I2", "x"]],
        ),
        ('Mã;Tên, loại\nI1;"a, b\nc, d"\n', [["Mã", "Tên, loại"], ["I1", "a, b\nc, d"]]),
        ('Mã,Tên\nI1,"a; b; c; d"\n', [["Mã", "Tên"], ["I1", "a; b; c; d"]]),
        ("Mã\tTên\nI1\ta, b; c\n", [["Mã", "Tên"], ["I1", "a, b; c"]]),
        ("Mã;Số\nI1;1,5\nI2;2,5\n", [["Mã", "Số"], ["I1", "1,5"], ["I2", "2,5"]]),
        ("Mã\nI1\n", [["Mã"], ["I1"]]),
    ],
    ids=[
        "commas in a text",
        "in a title above",
        "in a heading",
        "semicolons in a text",
        "tabs",
        "decimals",
        "one column",
    ],
)
def test_signs_in_texts_are_not_taken_for_separators(tmp_path: Path, text: str, rows: list[list[str]]) -> None:
    path = tmp_path / "r.csv"
    path.write_text(text, "utf-8")

    assert texts(open_book(str(path)).grid(None)) == rows


def test_a_line_of_json_ends_where_json_lines_end(tmp_path: Path) -> None:
    """And not at what some editors take for the end of a line: NEL, the line and the paragraph separator."""
    odd = "một\u2028hai\u2029ba\x85bốn"
    path = tmp_path / "r.jsonl"
    path.write_bytes("\r\n".join(json.dumps({"id": odd}, ensure_ascii=False) for _ in "ab").encode())

    assert texts(open_book(str(path)).grid(None)) == [["id"], [odd], [odd]]


def test_xlsx_keeps_dates_numbers_and_texts_apart(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", {"A": [["x"]], "B": [["d", "n", "t"], [date(2026, 3, 12), 7, "007"]]})
    grid = open_book(str(path)).grid("B")

    assert list(grid.rows[1]) == [date(2026, 3, 12), 7, "007"]


def test_a_cell_with_an_error_is_spoiled(tmp_path: Path) -> None:
    book = new_book(tmp_path / "r.xlsx")
    sheet = book.add_worksheet("A")
    sheet.write_row(0, 0, ["a", "b"])
    sheet.write_formula(1, 0, "=1/0", None, "#DIV/0!")
    sheet.write_string(1, 1, "x")
    book.close()

    (_, (first, second)) = open_book(str(tmp_path / "r.xlsx")).grid(None).rows
    assert isinstance(first, Spoiled)
    assert second == "x"


def test_excel_97_of_an_odd_size(tmp_path: Path) -> None:
    path = EXCERPTS / "gso_vinhphuc_units_2017-10.xls"
    grid = open_book(str(path)).grid("Sheet1")

    assert path.stat().st_size % 512
    assert (len(grid.rows), list(grid.rows[1])[4:7]) == (138, ["Phường Tích Sơn", "08707", "Phường"])


def test_json_by_paths_and_pointers(tmp_path: Path) -> None:
    path = tmp_path / "g.json"
    path.write_text(
        json.dumps({"by": "x", "grants": [{"id": "1", "a/b": 2}, {"id": "3", "to": [{"n": "c"}], "k": None}]})
    )
    grid = open_book(str(path)).grid(None)

    assert texts(grid) == [["id", "a/b", "to.0.n"], ["1", "2", ""], ["3", "", "c"]]
    assert (grid.cell(1, 1), grid.cell(2, 2), grid.number(2)) == ("/grants/0/a~1b", "/grants/1/to/0/n", 2)


def test_json_lines_and_a_bare_list(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": 1}\n\n{"id": 2}\n')
    (tmp_path / "b.json").write_text('[{"id": 1}, {"id": 2}]')
    grids = [open_book(str(tmp_path / name)).grid(None) for name in ("a.jsonl", "b.json")]

    assert [texts(grid) for grid in grids] == [[["id"], ["1"], ["2"]]] * 2
    assert [(grid.name, grid.cell(2, 0)) for grid in grids] == [("a", "/1/id"), ("b", "/1/id")]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", b"x", "The name of a register ends in"),
        ("a.csv", b"", "The file is empty"),
        ("a.csv", b'a,"b\nc', "Broken CSV"),
        ("a.csv", "tên".encode("utf-16"), "The file is not in UTF-8"),
        ("a.xlsx", b"no zip", "The file is not a workbook"),
        ("a.xls", b"no compound file", "The file is not a workbook"),
        ("a.json", b"{", "Broken JSON"),
        ("a.json", b'{"a": 1, "a": 2}', "The key a is there twice"),
        ("a.json", b'{"a": 1}', "There is no list of records in it"),
        ("a.json", b'{"a": [{"x": 1}], "b": [{"x": 1}]}', "There are several lists of records"),
    ],
)
def test_a_file_that_cannot_be_read_as_a_whole(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    assert refusal(path).startswith(why)


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    book = open_book(str(workbook(tmp_path / "r.xlsx", {"A": [["x"]], "B": [["y"]]})))

    with pytest.raises(IntakeError, match="There is no sheet C; there are: A, B"):
        book.grid("C")
