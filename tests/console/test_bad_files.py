"""Files that are no files of commands, values that no file may hold: told with file, line or cell, nothing written."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.console.khcn import Khcn, Ran
from tests.intake.files import new_book, workbook
from tests.world import Command, person

PERSON = person("p9", "2026-03-01")
LINE = json.dumps(PERSON, ensure_ascii=False)
HEADER = "command,actor,on,person,name"
ROW = "add_person,admin,2026-03-01,p9,Nguyễn Văn Bịa"
BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(9)
)


def tried(khcn: Khcn, name: str, content: bytes | str) -> Ran:
    """What recording a file that must not be taken says; nothing is written."""
    file = khcn.file(name, content)
    with khcn.unchanged():
        return khcn("record", file, "--json")


def shown(khcn: Khcn, text: str) -> str:
    return text.replace(f"{khcn.folder}/", "").strip()


UNREADABLE: dict[str, tuple[str, bytes | str, str]] = {
    "an empty file": ("a.jsonl", b"", "a.jsonl: The file is empty"),
    "an empty table": ("a.csv", b"", "a.csv: The file is empty"),
    "an empty YAML file": ("a.yaml", b"", "a.yaml: The file is empty"),
    "blank lines": ("a.jsonl", b"\n \n", "a.jsonl: There is no command in it"),
    "an empty YAML list": ("a.yaml", b"[]", "a.yaml: There is no command in it"),
    "a table without rows": ("a.csv", f"{HEADER}\n", "a.csv: There is no command in it"),
    "a table without a command": (
        "a.csv",
        "actor,on\nx,y\n",
        "a.csv, row 1: There is no column named command: the first row holds the names of the fields",
    ),
    "a column twice": ("a.csv", f"{HEADER},on\n{ROW},1\n", "a.csv, cell F1: The column on is there twice"),
    "a quote that stays open": (
        "a.csv",
        f'{HEADER}\n{ROW}\n"add_person,',
        "a.csv, line 3: Broken CSV: from here on a quote is not closed, or text follows a closing quote",
    ),
    "bytes": ("a.jsonl", b"\x00\x01\x02", "a.jsonl: The file is not text: write the commands in a text file"),
    "a picture": ("a.yaml", b"\x89PNG\r\n\x1a\n\xff", "a.yaml: The file is not text"),
    "a workbook named as a table": ("a.csv", b"PK\x03\x04\xff\xfe\x00", "a.csv: The file is not text"),
    "text named as a workbook": ("a.xlsx", ROW, "a.xlsx: The file is not a workbook that can be read"),
    "an archive named as a workbook": ("a.xlsx", b"PK\x05\x06" + b"\0" * 18, "a.xlsx: The file is not a workbook"),
    "Windows-1258": (
        "a.csv",
        f"{HEADER}\n{ROW}\nadd_person,admin,2026-03-01,p8,Bệnh Viện".encode("cp1258", "replace"),
        "a.csv: The file is not in UTF-8 (byte",
    ),
    "UTF-16": ("a.csv", f"{HEADER}\n{ROW}\n".encode("utf-16"), "a.csv: The file is not in UTF-8 (byte 1, line 1)"),
    "a YAML bomb": ("a.yaml", BOMB, "a.yaml, line 4: The YAML aliases repeat too much: write the values out"),
    "YAML that holds itself": ("a.yaml", "- &a [*a]", "a.yaml, line 1: The YAML alias *a repeats nothing, or itself"),
    "broken YAML": ("a.yaml", "- command: x\n actor: y\n", "a.yaml, line 2: Broken YAML"),
    "a deep YAML file": ("a.yaml", "[" * 5000, "a.yaml, line 1: Nested too deeply: at most 32 levels"),
    "another kind of file": ("a.txt", LINE, "a.txt: The name of a file of commands ends in .jsonl, .yaml, .yml, .csv"),
    "a name without an end": ("a", LINE, "a: The name of a file of commands ends in"),
}


@pytest.mark.parametrize("what", UNREADABLE)
@pytest.mark.parametrize("mode", [(), ("--dry-run",), ("--all-or-nothing",)], ids=["plain", "dry", "whole"])
def test_a_file_that_cannot_be_read_is_named_and_ends_in_2(khcn: Khcn, what: str, mode: tuple[str, ...]) -> None:
    name, content, expected = UNREADABLE[what]
    file = khcn.file(name, content)
    with khcn.unchanged():
        ran = khcn("record", file, "--json", *mode)

    assert (ran.code, ran.out) == (2, "")
    assert expected in [shown(khcn, line)[: len(expected)] for line in ran.err.splitlines()]


@pytest.mark.parametrize("name", ["a.jsonl", "a.yaml", "a.csv", "a.xlsx"])
def test_a_file_that_is_not_there_is_named(khcn: Khcn, name: str) -> None:
    ran = khcn("record", khcn.folder / name)

    assert (2, "", f"{name}: There is no such file") == (ran.code, ran.out, shown(khcn, ran.err))


@pytest.mark.parametrize("name", ["a.jsonl", "a.yaml", "a.csv", "a.xlsx"])
def test_a_folder_is_no_file(khcn: Khcn, name: str) -> None:
    (khcn.folder / name).mkdir()
    ran = khcn("record", khcn.folder / name)

    assert (2, "", f"{name}: This is a folder, not a file") == (ran.code, ran.out, shown(khcn, ran.err))


@pytest.mark.parametrize("name", ["", "a\udce9.jsonl", "ổ\n.jsonl", "x" * 300 + ".jsonl"])
def test_a_name_that_no_file_has_is_told(khcn: Khcn, name: str) -> None:
    ran = khcn("record", name)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err != ""


DEEP = '{"a":' * 40 + "1" + "}" * 40
LINES: dict[str, tuple[str, str, str]] = {
    "a list": ("[]", "command", "A command is an object: field names, each with its value"),
    "a text": ('"add_person"', "command", "A command is an object: field names, each with its value"),
    "null": ("null", "command", "A command is an object: field names, each with its value"),
    "no JSON": ("add_person admin", "command", "Broken JSON at character 1: Expecting value"),
    "half a line": ('{"command": "add_person"', "command", "Broken JSON at character 25: Expecting ',' delimiter"),
    "two objects": (f"{LINE} {LINE}", "command", f"Broken JSON at character {len(LINE) + 2}: Extra data"),
    "a key twice": (LINE[:-1] + ', "name": "Khác"}', "name", "The field is there twice"),
    "NaN": (LINE[:-1] + ', "amount": NaN}', "command", "NaN is not a number"),
    "Infinity": (LINE[:-1] + ', "amount": -Infinity}', "command", "-Infinity is not a number"),
    "1e400": (LINE[:-1] + ', "amount": 1e400}', "amount", "The number is too large"),
    "a long number": (LINE[:-1] + f', "amount": {"9" * 5000}}}', "amount", "The number is too large"),
    "a deep value": (LINE[:-1] + f', "document": {DEEP}}}', "document", "Nested too deeply: at most 32 levels"),
    "a bottomless value": ("[" * 200_000, "command", "Nested too deeply: at most 32 levels"),
    "a NUL": (LINE[:-1] + ', "name": "a\\u0000b"}', "name", "The text holds a character that is no character"),
    "half a character": (LINE[:-1] + ', "x": "\\ud800"}', "x", "The text holds a character that is no character"),
    "a NUL in a key": (LINE[:-1] + ', "a\\u0000b": 1}', "a\ufffdb", "The text holds a character that is no character"),
    "200 kB of text": (LINE[:-1].replace('"p9"', f'"{"p" * 200_000}"') + "}", "person", "An id has 1 to 64 letters"),
    "200 kB of a name": (LINE.replace("Người", "N" * 200_000), "name", "The text is too long: at most 10000"),
}


@pytest.mark.parametrize("what", LINES)
def test_a_line_that_is_no_command_is_invalid_and_the_next_goes_on(khcn: Khcn, what: str) -> None:
    line, field, message = LINES[what]
    file = khcn.file("a.jsonl", f"{line}\n{LINE}\n")
    before = khcn.head()
    ran = khcn("record", file, "--json")

    assert (2, ["invalid", "recorded"], before + 1) == (ran.code, ran.outcomes, khcn.head())
    assert (field, message) in [(e["field"], e["message"][: len(message)]) for e in ran.results[0]["errors"]]


@pytest.mark.parametrize("what", LINES)
def test_a_line_that_is_no_command_is_told_with_file_and_line(khcn: Khcn, what: str) -> None:
    line, field, message = LINES[what]
    with khcn.unchanged():
        ran = khcn("record", khcn.file("a.jsonl", f"\n\n{line}\n"))

    assert "a.jsonl, line 3: " in shown(khcn, ran.out)
    assert f"  {field}: {message}" in ran.out


def test_a_line_in_another_encoding_names_its_byte(khcn: Khcn) -> None:
    ran = tried(khcn, "a.jsonl", LINE.encode() + b"\n" + LINE.encode("cp1258", "replace") + b"\n")

    assert (ran.code, ran.out) == (2, "")
    assert "a.jsonl: The file is not in UTF-8 (byte" in shown(khcn, ran.err)
    assert ", line 2)" in ran.err


def test_a_message_repeats_no_more_than_a_little_of_what_was_typed(khcn: Khcn) -> None:
    long = "x" * 200_000
    rows = [PERSON | {"on": long}, PERSON | {"unit": long}, PERSON | {"roles": [long]}, PERSON | {long: 1}]
    ran = khcn.record(*rows)
    said = [error["message"] for result in ran.results for error in result["errors"]]

    assert ran.outcomes == ["invalid"] * 4
    assert [len(message) < 300 for message in said] == [True] * len(said)


CELLS: dict[str, tuple[str, str, str]] = {
    "a sum with separators": ("amount", "110.000.000", "cell F2: '110.000.000' has separators"),
    "a sum with words": ("amount", "110 triệu", "cell F2: '110 triệu' is not a whole number"),
    "a sum with decimals": ("amount", '"100,5"', "cell F2: '100,5' is not a whole number"),
    "a sum too long": ("amount", "9" * 30, "cell F2: The number is too large"),
    "a date in another order": ("on", "2026/03/01", "cell F2: '2026/03/01' is not a date"),
    "a day that never was": ("on", "30/02/2026", "cell F2: There is no such day: 30/02/2026"),
    "a document not as JSON": ("document", "123/QĐ", "cell F2: Write it as JSON"),
    "broken JSON": ("document", '"{""number"": 1"', "cell F2: Broken JSON"),
}


@pytest.mark.parametrize("what", CELLS)
def test_a_cell_that_cannot_be_read_is_named_with_its_field(khcn: Khcn, what: str) -> None:
    field, cell, message = CELLS[what]
    table = f"command,actor,task,line,authority,{field}\nfund_task,fin,T1,L-department,x,{cell}\n"
    with khcn.unchanged():
        ran = khcn("record", khcn.file("a.csv", table))

    assert ran.code == 2
    assert "a.csv, row 2: fund_task: invalid" in shown(khcn, ran.out)
    assert f"  {field}: a.csv, {message}" in shown(khcn, ran.out)


def test_a_bad_cell_on_a_sheet_of_its_own_stops_its_command_alone(khcn: Khcn) -> None:
    people: list[list[Any]] = [["command", "actor", "on", "person", "name"]]
    people += [["add_person", "admin", "2026-03-01", f"p{number}", "Nguyễn Văn Bịa"] for number in (8, 9)]
    roles: list[list[Any]] = [["row", "role", ""], [2, "finance", "?"], [3, "leader"]]
    book = workbook(khcn.folder / "a.xlsx", {"commands": people, "roles": roles})
    ran = khcn("record", book, "--json")

    assert (ran.code, ran.outcomes, ran.fields) == (2, ["invalid", "recorded"], [["roles"], []])
    assert [error["message"].rpartition("/")[2] for error in ran.results[0]["errors"]] == [
        "a.xlsx, sheet roles, cell C2: Something is written under a column without a name"
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_field(khcn: Khcn) -> None:
    ran = khcn("record", khcn.file("a.csv", f"\ufeff{HEADER}\r\n{ROW}\r\n"), "--json")

    assert (ran.code, ran.outcomes) == (0, ["recorded"])


@pytest.mark.parametrize("name", ["a.jsonl", "a.yaml"])
def test_a_byte_order_mark_is_no_part_of_the_first_command(khcn: Khcn, name: str) -> None:
    ran = khcn("record", khcn.file(name, f"\ufeff{LINE}\r\n"), "--json")

    assert (ran.code, ran.outcomes) == (0, ["recorded"])


def cells(command: Command) -> list[list[Any]]:
    return [list(command), [json.dumps(v) if isinstance(v, list) else v for v in command.values()]]


def test_merged_cells_are_named(khcn: Khcn) -> None:
    rows = cells(PERSON)
    file = workbook(khcn.folder / "a.xlsx", {"commands": [*rows, rows[1]]}, merged="D2:D3")
    with khcn.unchanged():
        ran = khcn("record", file)

    assert ran.code == 2
    assert "a.xlsx, sheet commands, cell D2: The cells D2:D3 are merged: unmerge them" in shown(khcn, ran.out)


def test_a_cell_with_an_error_is_named(khcn: Khcn) -> None:
    book = new_book(khcn.folder / "a.xlsx")
    sheet = book.add_worksheet("Sheet1")
    for column, (name, value) in enumerate(PERSON.items()):
        sheet.write(0, column, name)
        sheet.write(1, column, value)
    sheet.write_formula(1, 4, "=NA()", None, "#N/A")
    book.close()
    with khcn.unchanged():
        ran = khcn("record", khcn.folder / "a.xlsx")

    assert ran.code == 2
    assert "a.xlsx, sheet Sheet1, cell E2: The cell holds an error, such as #N/A" in shown(khcn, ran.out)


def test_a_workbook_that_unpacks_without_end_is_not_unpacked(khcn: Khcn) -> None:
    workbook(khcn.folder / "a.xlsx", {"commands": cells(PERSON)})
    packed = io.BytesIO()
    with zipfile.ZipFile(khcn.folder / "a.xlsx") as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        with new.open("xl/worksheets/sheet9.xml", "w") as bomb:
            for _ in range(600):
                bomb.write(b" " * 2**20)
    ran = tried(khcn, "b.xlsx", packed.getvalue())

    assert (ran.code, shown(khcn, ran.err)) == (2, "b.xlsx: The workbook is too large when unpacked: divide it")


def test_a_bad_file_among_good_ones_is_named_and_what_came_before_is_kept(khcn: Khcn) -> None:
    good, bad = khcn.lines([PERSON], "good.jsonl"), khcn.folder / "bad.jsonl"
    before = khcn.head()
    ran = khcn("record", good, bad, "--json")

    assert (2, ["recorded"], before + 1) == (ran.code, ran.outcomes, khcn.head())
    assert "bad.jsonl: There is no such file" in shown(khcn, ran.err)


def test_a_bad_file_among_good_ones_lets_nothing_through_when_it_is_all_or_nothing(khcn: Khcn) -> None:
    good, bad = khcn.lines([PERSON], "good.jsonl"), khcn.folder / "bad.jsonl"
    with khcn.unchanged():
        ran = khcn("record", good, bad, "--json", "--all-or-nothing")

    assert (ran.code, ran.outcomes) == (2, [])
    assert "bad.jsonl: There is no such file" in shown(khcn, ran.err)


NO_TEXT = ("a\x00b", "a\ud800b")


@pytest.mark.parametrize("text", NO_TEXT, ids=["NUL", "half a character"])
def test_a_verb_takes_no_text_that_a_file_may_not_hold(khcn: Khcn, text: str) -> None:
    paper = json.dumps({"number": text, "date": "2026-03-10", "issuer": "Sở Y tế"})
    with khcn.unchanged():
        ran = khcn("task", "withdraw", "T1", "--actor", "off1", "--reason", "x", "--document", paper, "--json")

    assert ran.code == 2


def test_a_verb_refuses_a_text_that_the_terminal_garbled(khcn: Khcn) -> None:
    with khcn.unchanged():
        ran = khcn("task", "withdraw", "T1", "--actor", "off1", "--reason", "a\udce9b", "--json")

    assert (ran.code, ran.fields) == (2, [["reason"]])


@pytest.mark.parametrize("value", ["[" * 100_000, "{", "[1", '{"number": }'])
def test_a_verb_tells_where_json_is_broken(khcn: Khcn, value: str) -> None:
    with khcn.unchanged():
        ran = khcn("task", "approve", "T1", "--actor", "lead", "--estimate", value)

    assert (ran.code, ran.out) == (2, "")
    assert "JSON" in ran.err


@pytest.mark.parametrize("amount", ["100.000.000", "100,000,000", "1e8", "1_000", "١٠٠", "-5", "nan", "1e400", "", "0"])
def test_a_verb_takes_money_as_plain_digits_only(khcn: Khcn, amount: str) -> None:
    with khcn.unchanged():
        ran = khcn("task", "fund", "T1", "--actor", "fin", "--line", "L-department", f"--amount={amount}", "--json")

    assert (ran.code, ran.outcomes, [ran.fields[0][:1]]) == (2, ["invalid"], [["amount"]])


def test_a_verb_without_its_fields_names_them(khcn: Khcn) -> None:
    with khcn.unchanged():
        ran = khcn("task", "approve", "--json", "--actor", "lead")

    assert (ran.code, ran.fields) == (2, [["amount", "authority", "task"]])


def test_a_verb_without_an_actor_names_it(khcn: Khcn) -> None:
    with khcn.unchanged():
        ran = khcn("task", "withdraw", "T1", "--reason", "x", "--json")

    assert (ran.code, ran.fields) == (2, [["actor"]])


def test_an_absent_folder_is_told(khcn: Khcn) -> None:
    ran = khcn("record", Path("/nowhere/at/all/a.jsonl"))

    assert (ran.code, ran.err) == (2, "/nowhere/at/all/a.jsonl: There is no such file\n")
