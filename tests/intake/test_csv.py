"""CSV: a row is a command, a column a field; a bad cell is named, and the row's other cells are read."""

from pathlib import Path

import pytest

from intake import Line
from tests.intake.files import commands, faults, read, refusal


def lines(tmp_path: Path, text: str, encoding: str = "utf-8") -> list[Line]:
    (tmp_path / "a.csv").write_text(text, encoding=encoding, newline="")
    return read(tmp_path / "a.csv")


def refused(tmp_path: Path, text: str) -> tuple[str, str]:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8", newline="")
    return refusal(tmp_path / "a.csv")


def cell(tmp_path: Path, field: str, text: str) -> object:
    """What one cell becomes: the value, or the sentence that says why not."""
    line = lines(tmp_path, f"command;{field}\nx;{text}\n")[0]
    return [message for _, message in faults(line)] if line.errors else (line.command or {}).get(field)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("comma", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_are_commands_with_either_comma_and_with_or_without_the_mark(
    tmp_path: Path, encoding: str, comma: str, end: str
) -> None:
    rows = [
        "command,on,title,amount",
        "register_task,12/03/2026,Nghiên cứu,110000000",
        ",,,",
        "close_task,2026-03-13,,",
    ]
    found = lines(tmp_path, end.join(row.replace(",", comma) for row in rows), encoding)

    assert commands(found) == [
        {"command": "register_task", "on": "2026-03-12", "title": "Nghiên cứu", "amount": 110_000_000},
        {"command": "close_task", "on": "2026-03-13"},
    ]
    assert [(x.number, x.place.rpartition("/")[2]) for x in found] == [(1, "a.csv, row 2"), (2, "a.csv, row 4")]


def test_headers_are_taken_with_blanks_and_capitals(tmp_path: Path) -> None:
    assert commands(lines(tmp_path, " Command , TASK,\n x , T1 ,\n")) == [{"command": "x", "task": "T1"}]


def test_quoted_cells_may_hold_commas_quotes_and_lines(tmp_path: Path) -> None:
    assert commands(lines(tmp_path, 'command,title\nx,"a, ""b""\nc"\n')) == [{"command": "x", "title": 'a, "b"\nc'}]


def test_text_is_composed(tmp_path: Path) -> None:
    assert commands(lines(tmp_path, "command,title\nx,Nghie\u0302n\n")) == [{"command": "x", "title": "Nghiên"}]


def test_a_text_of_200_kb_is_read(tmp_path: Path) -> None:
    assert commands(lines(tmp_path, f"command,title\nx,{'ế' * 200_000}\n")) == [
        {"command": "x", "title": "ế" * 200_000}
    ]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("amount", "110000000", 110_000_000),
        ("amount", "007", 7),
        ("amount", "-5", -5),
        ("amount", "1.234.567", ["ô"]),
        ("percent", "85.5", 85.5),
        ("percent", "85,5", 85.5),
        ("percent", "90,00", 90),
        ("percent", "0.125", 0.125),
        ("percent", "40", 40),
        ("human_subjects", "có", True),
        ("human_subjects", "KHÔNG", False),
        ("human_subjects", "X", True),
        ("human_subjects", "1", True),
        ("human_subjects", "0", False),
        ("human_subjects", "True", True),
        ("human_subjects", "false", False),
        ("start", "5/3/2026", "2026-03-05"),
        ("start", "05/03/2026", "2026-03-05"),
        ("start", "2026-03-05", "2026-03-05"),
        ("task", "0123", "0123"),
        ("period", "2025", "2025"),
        ("unheard_of", "1.5", "1.5"),
        ("unheard_of", "12/03/2026", "12/03/2026"),
        ("plans", '["VP57", "HP36"]', ["VP57", "HP36"]),
        ("estimate", '[{"content": "Thuốc", "amount": 5}]', [{"content": "Thuốc", "amount": 5}]),
        ("document", '{"number": "1/QĐ", "date": "12/03/2026"}', {"number": "1/QĐ", "date": "2026-03-12"}),
        ("members", '[{"from": "1/3/2026"}, {"from": ""}]', [{"from": "2026-03-01"}, {"from": ""}]),
    ],
)
def test_a_cell_becomes_what_its_field_holds(tmp_path: Path, field: str, text: str, value: object) -> None:
    if value == ["ô"]:
        value = ["a.csv, cell B2: '1.234.567' has separators: write whole đồng with digits alone, as in 1234567"]
    quoted = text.replace('"', '""')

    assert value == cell(tmp_path, field, f'"{quoted}"')


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("amount", "1,234,567", "'1,234,567' has separators: write whole đồng with digits alone, as in 1234567"),
        ("amount", "1 234 567", "'1 234 567' has separators: write whole đồng with digits alone, as in 1234567"),
        ("amount", "1.5", "'1.5' is not a whole number: write the digits alone, without separators or decimals"),
        ("amount", "5 đồng", "'5 đồng' is not a whole number: write the digits alone, without separators or decimals"),
        ("amount", "9" * 30, "The number is too large"),
        ("percent", "1.234", "'1.234' can be read two ways: write 1234, or 1.23 with two decimals"),
        ("percent", "9" * 400 + ".5", "The number is too large"),
        ("percent", "nhiều", "'nhiều' is not a number"),
        ("percent", "NaN", "'NaN' is not a number"),
        ("human_subjects", "maybe", "'maybe' is not yes or no: write true or false, có or không, x, 1 or 0"),
        ("start", "31/02/2026", "There is no such day: 31/02/2026"),
        ("start", "2026-13-01", "There is no such day: 2026-13-01"),
        ("start", "2026-3-1", "'2026-3-1' is not a date: write dd/mm/yyyy or YYYY-MM-DD"),
        ("start", "x" * 50, f"'{'x' * 39}…' is not a date: write dd/mm/yyyy or YYYY-MM-DD"),
        ("plans", "VP57", "Write it as JSON, as [...] or {...}, or in Excel on a sheet of its own named plans"),
        ("plans", "[VP57]", "Broken JSON at character 2: Expecting value"),
        ("plans", "[" * 99 + "]" * 99, "Nested too deeply: at most 32 levels"),
        ("document", "{'a': 1}", "Broken JSON at character 2: Expecting property name enclosed in double quotes"),
        ("document", '{""a"": 1, ""a"": 2}', "The key a is there twice"),
    ],
)
def test_a_bad_cell_is_named_with_its_cure(tmp_path: Path, field: str, text: str, message: str) -> None:
    (tmp_path / "a.csv").write_text(f'command,task,{field}\nx,T1,"{text}"\n', encoding="utf-8")
    line = read(tmp_path / "a.csv")[0]

    assert line.command == {"command": "x", "task": "T1"}
    assert [(field, f"{tmp_path}/a.csv, cell C2: {message}")] == [
        (e.field, e.message.render("en")) for e in line.errors
    ]


@pytest.mark.parametrize(
    ("column", "cell", "field"),
    [("document", '{""date"": ""1/13/2026""}', "document.date"), ("members", '[{""from"": ""1/13/2026""}]', "members")],
)
def test_a_bad_day_in_json_is_named_by_its_field(tmp_path: Path, column: str, cell: str, field: str) -> None:
    (tmp_path / "a.csv").write_text(f'command,task,{column}\nx,T1,"{cell}"\n', encoding="utf-8")
    line = read(tmp_path / "a.csv")[0]

    assert faults(line) == [(field, "a.csv, cell C2: There is no such day: 1/13/2026")]


def test_parts_of_a_nested_field_may_have_columns_of_their_own(tmp_path: Path) -> None:
    text = "command,document.number,document.date,document.issuer\na,12/QĐ-SYT,12/03/2026,Sở Y tế\nb,,,\n"

    assert commands(lines(tmp_path, text)) == [
        {"command": "a", "document": {"number": "12/QĐ-SYT", "date": "2026-03-12", "issuer": "Sở Y tế"}},
        {"command": "b"},
    ]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('command;document;document.number\nx;{"number": "1"};2\n', "document.number"),
        ('command;document.number;document\nx;2;{"number": "1"}\n', "document"),
    ],
)
def test_a_field_given_whole_and_by_parts_is_an_error(tmp_path: Path, text: str, field: str) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    line = read(tmp_path / "a.csv")[0]

    assert [field] == [error.field for error in line.errors]


def test_a_cell_without_a_field_name_is_an_error(tmp_path: Path) -> None:
    found = lines(tmp_path, "command,,task\na,stray,T1\nb,,T2,more\nc,,T3\n")

    assert list(map(faults, found)) == [
        [("", "a.csv, cell B2: Something is written under a column without a name")],
        [("", "a.csv, cell D3: Something is written under a column without a name")],
        [],
    ]


NO_COLUMN = "There is no column named command: the first row holds the names of the fields"
NO_NAME = "'ngày ký' is no field name: the first row holds field names, such as command, on, task"
BROKEN = "Broken CSV: from here on a quote is not closed, or text follows a closing quote"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("task,on\nT1,2026-01-01\n", "a.csv, row 1", NO_COLUMN),
        ("command,task,Task\nx,1,2\n", "a.csv, cell C1", "The column task is there twice"),
        ("command,Ngày ký\nx,1\n", "a.csv, cell B1", NO_NAME),
        ("command,on\n", "a.csv", "There is no command in it"),
        ("command,on\n,\n \n", "a.csv", "There is no command in it"),
        ('command,on\nx,1\ny,"open\nz,2\n', "a.csv, line 3", BROKEN),
        ('command,on\nx,"a"b\n', "a.csv, line 2", BROKEN),
        ("\n \n", "a.csv", "The file is empty"),
    ],
)
def test_a_file_without_a_clear_header_or_shape_is_refused(tmp_path: Path, text: str, place: str, message: str) -> None:
    assert (place, message) == refused(tmp_path, text)
