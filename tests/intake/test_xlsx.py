"""XLSX: what a secretary's workbook holds, with real dates, merged cells, sheets of nested fields, and faults."""

import zipfile
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from intake import IntakeError
from tests.intake.files import commands, faults, new_book, read, refusal, workbook

Rows = list[list[Any]]

HEADER = ["command", "on", "task", "amount"]
ROW: list[Any] = ["fund_task", date(2026, 3, 12), "T1", 110_000_000]


def cell(tmp_path: Path, field: str, value: Any) -> object:
    """What one cell becomes: the value, or the sentence that says why not."""
    line = read(workbook(tmp_path / "a.xlsx", {"Tasks": [["command", field], ["x", value]]}))[0]
    return [message for _, message in faults(line)] if line.errors else (line.command or {}).get(field)


def test_rows_are_commands_with_real_dates_and_whole_numbers(tmp_path: Path) -> None:
    found = read(workbook(tmp_path / "file.xlsx", {"Tasks": [HEADER, ROW, [], ["close_task", "13/03/2026"]]}))

    assert commands(found) == [
        {"command": "fund_task", "on": "2026-03-12", "task": "T1", "amount": 110_000_000},
        {"command": "close_task", "on": "2026-03-13"},
    ]
    assert [(line.number, line.place.rpartition("/")[2]) for line in found] == [
        (1, "file.xlsx, sheet Tasks, row 2"),
        (2, "file.xlsx, sheet Tasks, row 4"),
    ]


def test_the_sheet_named_commands_is_read_wherever_it_stands(tmp_path: Path) -> None:
    book = workbook(tmp_path / "a.xlsx", {"Ghi chú": [["Đọc trước"]], "Commands": [HEADER, ROW]})

    assert read(book)[0].place.rpartition("/")[2] == "a.xlsx, sheet Commands, row 2"


@pytest.mark.parametrize(
    ("field", "value", "becomes"),
    [
        ("amount", "110000000", 110_000_000),
        ("percent", 85.5, 85.5),
        ("percent", 90.0, 90),
        ("human_subjects", True, True),
        ("human_subjects", 1, True),
        ("human_subjects", "không", False),
        ("task", 123, "123"),
        ("period", 2025, "2025"),
        ("title", "Nghie\u0302n cu\u031b\u0301u", "Nghiên cứu"),
        ("start", date(2026, 3, 5), "2026-03-05"),
        ("unheard_of", date(2026, 3, 5), "2026-03-05"),
        ("unheard_of", 5, 5),
        ("unheard_of", 5.5, 5.5),
        ("unheard_of", True, True),
        ("title", "ế" * 30_000, "ế" * 30_000),
    ],
)
def test_a_cell_becomes_what_its_field_holds(tmp_path: Path, field: str, value: Any, becomes: object) -> None:
    assert becomes == cell(tmp_path, field, value)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("amount", 1.5, "'1.5' is not a whole number: write the digits alone, without separators or decimals"),
        ("amount", "1.234.567", "'1.234.567' has separators: write whole đồng with digits alone, as in 1234567"),
        (
            "amount",
            2.0**60,
            "The number is too large for a spreadsheet to keep all its digits: format the cell as Text",
        ),
        ("amount", True, "The cell holds 'True', not a number: check the format of the cell"),
        ("amount", date(2026, 3, 5), "The cell holds '2026-03-05', not a number: check the format of the cell"),
        ("start", 46086, "'46086' is not a date: write dd/mm/yyyy or YYYY-MM-DD"),
        ("start", datetime(2026, 3, 5, 14, 30), "2026-03-05 14:30:00 has a time of day: write the date alone"),  # noqa: DTZ001
        (
            "task",
            date(2026, 3, 12),
            "The cell holds '2026-03-12', not a text (did the spreadsheet turn it into a date?): format it as Text",
        ),
        ("plans", 5, "Write it as JSON, as [...] or {...}, or in Excel on a sheet of its own named plans"),
    ],
)
def test_a_bad_cell_is_named_with_its_cure(tmp_path: Path, field: str, value: Any, message: str) -> None:
    assert [f"a.xlsx, sheet Tasks, cell B2: {message}"] == cell(tmp_path, field, value)


def test_a_time_is_shown_as_text(tmp_path: Path) -> None:
    book = new_book(tmp_path / "a.xlsx")
    sheet = book.add_worksheet("Tasks")
    sheet.write_row(0, 0, ["command", "at"])
    sheet.write_string(1, 0, "x")
    sheet.write_datetime(1, 1, time(14, 30), book.add_format({"num_format": "hh:mm"}))
    book.close()

    assert commands(read(tmp_path / "a.xlsx")) == [{"command": "x", "at": "14:30:00"}]


def test_merged_cells_are_errors_of_each_row_they_touch(tmp_path: Path) -> None:
    rows: Rows = [HEADER, ROW, ["close_task"], ["close_task"], ["close_task", None, "T9"]]
    found = read(workbook(tmp_path / "a.xlsx", {"Tasks": rows}, merged="C3:C4"))
    problem = "The cells C3:C4 are merged: unmerge them, and fill in each cell"

    assert [
        [],
        [("task", f"a.xlsx, sheet Tasks, cell C3: {problem}")],
        [("task", f"a.xlsx, sheet Tasks, cell C4: {problem}")],
        [],
    ] == list(map(faults, found))


def test_merged_cells_in_the_header_are_refused(tmp_path: Path) -> None:
    book = workbook(tmp_path / "a.xlsx", {"Tasks": [["command", "on"], ["x"]]}, merged="B1:C1")

    assert refusal(book) == (
        "a.xlsx, sheet Tasks, cell B1",
        "The cells B1:C1 are merged: unmerge them, and fill in each cell",
    )


def test_a_cell_with_an_error_is_an_error(tmp_path: Path) -> None:
    book = new_book(tmp_path / "a.xlsx")
    sheet = book.add_worksheet("Nhiệm vụ & tiền")
    sheet.write_row(0, 0, ["command", "amount"])
    sheet.write_string(1, 0, "x")
    sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    book.close()
    line = read(tmp_path / "a.xlsx")[0]

    place = "a.xlsx, sheet Nhiệm vụ & tiền, cell B2"
    assert [("amount", f"{place}: The cell holds an error, such as #N/A: put it right")] == [
        (error.field, error.message.render("en").removeprefix(f"{tmp_path}/")) for error in line.errors
    ]


ONE_REFERENCE = "The sheet needs one column that says whose each row is, named row or line"
NESTED: dict[str, Rows] = {
    "commands": [HEADER, ["register_task", None, "T1"], [], ["register_task", None, "T2"], ["close_task", None, "T3"]],
}


@pytest.mark.parametrize(("reference", "first", "second"), [("row", 2, 4), ("line", 1, 2)])
@pytest.mark.parametrize("sheet", ["estimate", "register_task.estimate"])
def test_a_nested_field_may_have_a_sheet_of_its_own(
    tmp_path: Path, sheet: str, reference: str, first: int, second: int
) -> None:
    rows: Rows = [[reference, "content", "amount"], [second, "Thuốc", 5], [first, "Công", "7"], [], [second, "Xe", 6]]
    found = commands(read(workbook(tmp_path / "a.xlsx", {**NESTED, sheet: rows})))

    assert [command and command.get("estimate") for command in found] == [
        [{"content": "Công", "amount": 7}],
        [{"content": "Thuốc", "amount": 5}, {"content": "Xe", "amount": 6}],
        None,
    ]


def test_a_list_of_texts_has_a_column_named_value(tmp_path: Path) -> None:
    found = commands(read(workbook(tmp_path / "a.xlsx", {**NESTED, "plans": [["row", "value"], [2, "VP57"], [2, 36]]})))

    assert (found[0] or {}).get("plans") == ["VP57", "36"]


def test_a_single_object_takes_one_row(tmp_path: Path) -> None:
    rows: Rows = [["row", "number", "date"], [2, "1/QĐ", date(2026, 3, 12)]]
    book = workbook(tmp_path / "a.xlsx", {**NESTED, "document": rows})

    assert (commands(read(book))[0] or {}).get("document") == {"number": "1/QĐ", "date": "2026-03-12"}


def test_a_second_row_of_a_single_object_is_an_error_of_its_command(tmp_path: Path) -> None:
    book = workbook(tmp_path / "a.xlsx", {**NESTED, "document": [["row", "number"], [2, "1"], [2, "2"], [4, "3"]]})

    assert list(map(faults, read(book))) == [
        [("document", "a.xlsx, sheet document, row 3: document takes one row for each command")],
        [],
        [],
    ]


def test_a_field_in_its_cell_and_on_a_sheet_is_an_error(tmp_path: Path) -> None:
    main = [["command", "plans"], ["register_unit", '["VP57"]']]
    line = read(workbook(tmp_path / "a.xlsx", {"commands": main, "plans": [["row", "value"], [2, "HP36"]]}))[0]

    assert faults(line) == [("plans", "a.xlsx, sheet commands, row 2: plans is filled in here and on the sheet plans")]


def test_a_sheet_of_something_else_is_left_alone(tmp_path: Path) -> None:
    others: dict[str, Rows] = {
        "Ghi chú": [["gì cũng được", 1]],
        "other_command.estimate": [["x"], [1]],
        "rows": [["row"], [99]],
        "plans": [],
    }

    assert len(commands(read(workbook(tmp_path / "a.xlsx", {**NESTED, **others})))) == 3


def test_a_bad_cell_of_a_nested_sheet_is_an_error_of_its_command_alone(tmp_path: Path) -> None:
    rows: Rows = [["row", "amount", ""], [2, "1.000"], [4, 5], [2, 1, "x"]]
    found = read(workbook(tmp_path / "a.xlsx", {**NESTED, "estimate": rows}))
    separators = "'1.000' has separators: write whole đồng with digits alone, as in 1234567"

    assert list(map(faults, found)) == [
        [
            ("estimate", f"a.xlsx, sheet estimate, cell B2: {separators}"),
            ("estimate", "a.xlsx, sheet estimate, cell C4: Something is written under a column without a name"),
        ],
        [],
        [],
    ]
    assert (found[1].command or {}).get("estimate") == [{"amount": 5}]


@pytest.mark.parametrize(("column", "rows_at_fault"), [(0, [2, 4]), (1, [4])])
def test_a_cell_with_an_error_on_a_nested_sheet(tmp_path: Path, column: int, rows_at_fault: list[int]) -> None:
    """The number of its command is not known where that cell is spoiled: it may be any of those that have the field."""
    book = new_book(tmp_path / "a.xlsx")
    book.add_worksheet("commands").write_column(0, 0, ["command", "register_task", "close_task", "register_task"])
    sheet = book.add_worksheet("register_task.estimate")
    sheet.write_row(0, 0, ["row", "amount"])
    sheet.write_row(1, 0, [4, 5])
    sheet.write_formula(1, column, "=1/0", None, "#DIV/0!")
    book.close()
    told = [line.place.rpartition(" ")[2] for line in read(tmp_path / "a.xlsx") if line.errors]

    assert told == [str(row) for row in rows_at_fault]


@pytest.mark.parametrize(("sheet", "stopped"), [("estimate", 3), ("register_task.estimate", 2)])
@pytest.mark.parametrize(
    ("rows", "place", "message"),
    [
        ([["row", "amount"], [3, 1], [2, 5]], "cell A2", "There is no command in row 3 of the sheet commands"),
        ([["line", "amount"], [9, 1]], "cell A2", "There is no command in line 9 of the sheet commands"),
        (
            [["content", "amount", "row"], ["Thuốc", 1, 2], ["Tổng", 1]],
            "cell C3",
            "'' is not a whole number: write the digits alone, without separators or decimals",
        ),
        ([["content", "amount"], ["x", 1]], "row 1", ONE_REFERENCE),
        ([["row", "line", "amount"], [1, 1]], "row 1", ONE_REFERENCE),
        ([["row", "amount", "amount"], [2, 1]], "cell C1", "The column amount is there twice"),
    ],
)
def test_a_part_that_may_be_anybodys_stops_every_command_that_may_have_it(
    tmp_path: Path, rows: Rows, place: str, message: str, sheet: str, stopped: int
) -> None:
    """It may be missing from any of them. Here every command may have the field, unless the sheet names the command."""
    book = workbook(tmp_path / "a.xlsx", {**NESTED, sheet: rows})
    whose = "(whose part this is cannot be told: each command that may have estimate waits for it)"
    fault = ("estimate", f"a.xlsx, sheet {sheet}, {place}: {message} {whose}")

    assert [[fault]] * stopped + [[]] * (3 - stopped) == list(map(faults, read(book)))


def test_a_nested_sheet_of_one_command_takes_no_part_of_another(tmp_path: Path) -> None:
    found = read(workbook(tmp_path / "a.xlsx", {**NESTED, "register_task.estimate": [["row", "amount"], [5, 1]]}))

    assert [[error.field for error in line.errors] for line in found] == [["estimate"], ["estimate"], []]


def test_two_sheets_do_not_make_one_field_of_a_command(tmp_path: Path) -> None:
    both: dict[str, Rows] = {
        "estimate": [["row", "amount"], [2, 1]],
        "register_task.estimate": [["row", "amount"], [2, 2]],
    }
    found = read(workbook(tmp_path / "a.xlsx", NESTED | both))
    message = "estimate of this command is on the sheet estimate too: put it on one of them"

    assert [[("estimate", f"a.xlsx, sheet register_task.estimate, row 2: {message}")], [], []] == list(
        map(faults, found)
    )


def test_of_many_faults_that_concern_every_command_ten_are_told(tmp_path: Path) -> None:
    rows: Rows = [["row", "amount"], *([99, 1] for _ in range(30))]
    found = read(workbook(tmp_path / "a.xlsx", {**NESTED, "register_task.estimate": rows}))

    assert [len(line.errors) for line in found] == [10, 10, 0]


BROKEN = "The file is not a workbook that can be read: save it as Excel workbook (.xlsx), without a password"


@pytest.mark.parametrize("data", [b"text", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99])
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(data)

    assert refusal(tmp_path / "a.xlsx") == ("a.xlsx", BROKEN)


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("hello.txt", "hello")

    assert refusal(tmp_path / "a.xlsx") == ("a.xlsx", BROKEN)


def test_a_workbook_cut_or_damaged_anywhere_is_read_or_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "a.xlsx", {"Tasks": [HEADER, ROW]}).read_bytes()
    for at in range(0, len(whole), 97):
        for data in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            (tmp_path / "b.xlsx").write_bytes(data)
            with suppress(IntakeError):
                read(tmp_path / "b.xlsx")


def test_a_cell_written_far_away_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    book = new_book(tmp_path / "a.xlsx")
    sheet = book.add_worksheet("Tasks")
    sheet.write_row(0, 0, HEADER)
    sheet.write_string(1_048_575, 16_383, "x")
    book.close()

    assert refusal(tmp_path / "a.xlsx") == (
        "a.xlsx, sheet Tasks, cell XFD1048576",
        "Something is written as far away as this: delete the empty rows and columns, or divide the sheet",
    )


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.xlsxscan.MAX_UNPACKED", 1000)
    book = workbook(tmp_path / "a.xlsx", {"Tasks": [HEADER, ROW]})

    assert refusal(book) == ("a.xlsx", "The workbook is too large when unpacked: divide it")


@pytest.mark.parametrize("rows", [[], [HEADER], [["command"], [" "]]])
def test_a_workbook_without_a_command_is_refused(tmp_path: Path, rows: Rows) -> None:
    assert refusal(workbook(tmp_path / "a.xlsx", {"Tasks": rows})) == ("a.xlsx", "There is no command in it")
