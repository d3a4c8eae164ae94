"""Cells of a workbook that would be read as something else than a person sees are told, however the file is read."""

import zipfile
from pathlib import Path

import pytest

from tests.intake.files import faults, new_book, read


@pytest.mark.parametrize("form", ["0%", "0.00%", "0.0 %", "[Red]-0%;0%"])
def test_a_percentage_is_not_read_as_the_hundredth_that_is_in_the_cell(tmp_path: Path, form: str) -> None:
    book = new_book(tmp_path / "a.xlsx")
    sheet = book.add_worksheet("Tasks")
    sheet.write_row(0, 0, ["command", "percent", "title", "amount"])
    sheet.write_row(1, 0, ["x", None, "100%", 5])
    sheet.write_number(1, 1, 1, book.add_format({"num_format": form}))
    sheet.write_blank(1, 4, None, book.add_format({"num_format": form}))
    book.close()
    line = read(tmp_path / "a.xlsx")[0]

    [(field, message)] = faults(line)
    assert field == "percent"
    assert message.startswith("a.xlsx, sheet Tasks, cell B2: The cell is shown as a percentage")
    assert line.command == {"command": "x", "percent": 1, "title": "100%", "amount": 5}


@pytest.mark.parametrize("form", ['0" %"', "0.00", r"0\%", "[$%-42A]0"])
def test_a_sign_of_percent_that_is_only_text_changes_no_number(tmp_path: Path, form: str) -> None:
    book = new_book(tmp_path / "a.xlsx")
    sheet = book.add_worksheet("Tasks")
    sheet.write_row(0, 0, ["command", "percent"])
    sheet.write_string(1, 0, "x")
    sheet.write_number(1, 1, 85, book.add_format({"num_format": form}))
    book.close()

    assert read(tmp_path / "a.xlsx")[0].command == {"command": "x", "percent": 85}


@pytest.mark.parametrize(("formula", "fault"), [("<f>TRUE()</f>", True), ("<f/>", True), ("<f>A1</f><v></v>", False)])
def test_a_formula_without_its_result_is_not_an_empty_cell(tmp_path: Path, formula: str, fault: bool) -> None:
    """Programs that write formulas and do not calculate them leave such cells. A result may be an empty text."""
    book = new_book(tmp_path / "a.xlsx")
    book.add_worksheet("Tasks").write_row(0, 0, ["command", "title"])
    book.worksheets()[0].write_row(1, 0, ["x", 4711])
    book.close()
    parts = {
        info.filename: zipfile.ZipFile(tmp_path / "a.xlsx").read(info)
        for info in zipfile.ZipFile(tmp_path / "a.xlsx").infolist()
    }
    kind = "" if fault else ' t="str"'
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        '<c r="B2"><v>4711</v></c>', f'<c r="B2"{kind}>{formula}</c>'
    ).encode()
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as made:
        for name, data in parts.items():
            made.writestr(name, data)
    line = read(tmp_path / "b.xlsx")[0]

    assert [field for field, _ in faults(line)] == (["title"] if fault else [])
    assert all("cell B2: The cell holds a formula without its result" in message for _, message in faults(line))


@pytest.mark.parametrize("size", [16, 61, 4096])
def test_a_cell_that_is_read_in_pieces_is_the_same_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    book = new_book(tmp_path / "a.xlsx")
    sheet = book.add_worksheet("Tasks")
    sheet.write_row(0, 0, ["command", "percent", "title", "amount", "year"])
    percent = book.add_format({"num_format": "0%"})
    for row in range(1, 20):
        sheet.write_row(row, 0, ["x", None, "Tên" * row, 5])
        sheet.write_number(row, 1, 0.85, percent if row % 3 == 0 else None)
        sheet.write_formula(row, 4, "=1/0", None, "#DIV/0!" if row % 2 else 2026)
    book.close()
    whole = [faults(line) for line in read(tmp_path / "a.xlsx")]
    monkeypatch.setattr("intake.xlsxscan._CHUNK", size)

    assert [faults(line) for line in read(tmp_path / "a.xlsx")] == whole
    assert [len(line) for line in whole] == [(row % 3 == 0) + row % 2 for row in range(1, 20)]
