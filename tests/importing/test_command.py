"""`khcn import`: rows in, counts out; bad cells with cause and cure; nothing is recorded twice or overwritten."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.console.khcn import Khcn, Ran
from tests.importing.registers import HEAD, MAPPING, Json, cells, counts, csv_of, imported, row
from tests.intake.files import workbook


@pytest.fixture
def mapping(khcn: Khcn) -> Path:
    return khcn.file("map.yaml", MAPPING)


def shown(khcn: Khcn, task: str) -> Any:
    return json.loads(khcn("task", "show", task, "--json").out)


def test_a_clean_register(khcn: Khcn, mapping: Path) -> None:
    told = imported(khcn, khcn.file("sổ.csv", csv_of(row("A1"), row("A2", Tình="đang làm"))), mapping)

    assert (counts(told), told["reported"]) == ((2, 2, 0, 0), [])
    assert [shown(khcn, task)["state"] for task in ("A1", "A2")] == ["approved", "in_progress"]
    assert shown(khcn, "A1")["money"]["approved"] == 120_000_000


def test_the_source_is_in_each_fact(khcn: Khcn, mapping: Path) -> None:
    file = khcn.file("sổ.csv", "Danh mục đề tài\n\n" + csv_of(row("A1"), row("A2")))
    imported(khcn, file, khcn.file("m.yaml", MAPPING + "header: 3\n"))
    (event,) = json.loads(khcn("audit", "history", "task:A2", "--json").out)

    assert event["data"]["source"] == {
        "file": "sổ.csv",
        "sheet": "sổ",
        "row": 5,
        "sha256": sha256(file.read_bytes()).hexdigest(),
    }
    assert event["data"]["source"]["sha256"] in "".join(khcn("audit", "history", "task:A2").out.split())


def test_every_bad_cell_is_reported_and_its_row_left_out(khcn: Khcn, mapping: Path) -> None:
    rows = [
        row("A1", Ngày="2026", Kinh="$1,234.50"),
        row("A2"),
        row("A3", Tình="đã duyệt "),
        row("", Năm="?"),
        row("A5", Đơn="Viện Bịa"),
        row("A2"),
    ]
    told = imported(khcn, workbook(khcn.folder / "r.xlsx", {"Danh mục": [HEAD, *rows]}), mapping)

    assert counts(told) == (6, 1, 0, 5)
    assert {each["sheet"] for each in told["reported"]} == {"Danh mục"}
    assert cells(told) == [
        ("F2", "'2026' is only a year."),
        ("G2", "'$1,234.50' is in another currency; sums here are whole đồng."),
        ("E4", "«đã duyệt » is not «đã duyệt»: blanks, capitals or marks differ."),
        ("A5", "The cell is empty, and task is needed."),
        ("D5", "'?' is not a whole number."),
        ("C6", "The mapping does not say what «Viện Bịa» stands for."),
        ("A7", "The id A2 stands in row 3 of this file already."),
    ]


def test_a_dry_run_reports_the_same_and_records_nothing(khcn: Khcn, mapping: Path) -> None:
    file = khcn.file("r.csv", csv_of(row("A1"), row("A2", Ngày="?")))
    with khcn.unchanged():
        rehearsed = imported(khcn, file, mapping, "--dry-run")

    told = imported(khcn, file, mapping)
    assert (rehearsed.pop("dry_run"), told.pop("dry_run")) == (True, False)
    assert rehearsed == told


def test_the_same_register_again_changes_nothing(khcn: Khcn, mapping: Path) -> None:
    file = khcn.file("r.csv", csv_of(row("A1"), row("A2")))
    imported(khcn, file, mapping)
    with khcn.unchanged():
        assert counts(imported(khcn, file, mapping, "--on", "2026-11-01")) == (2, 0, 2, 0)


def test_of_a_changed_register_new_rows_come_in_and_differences_are_told(khcn: Khcn, mapping: Path) -> None:
    imported(khcn, khcn.file("r.csv", csv_of(row("A1"), row("A2"), row("A3"))), mapping)
    changed = csv_of(row("A0"), row("A1"), row("A2", Tình="đang làm", Kinh="90.000.000"), row("A3", Kinh=""))
    told = imported(khcn, khcn.file("r.csv", changed), mapping)

    assert counts(told) == (4, 1, 1, 2)
    assert cells(told) == [
        ("E4", "state is on record as «approved»; here it is «in_progress»."),
        ("G4", "facts.approved is on record as «120000000»; here it is «90000000»."),
        ("G5", "facts.approved is on record as «120000000»; here it is «-»."),
    ]
    assert shown(khcn, "A2")["state"] == "approved"


def correction(task: str, field: str, value: str, **more: Any) -> Json:
    paper = {"number": f"5/{field}", "date": "2026-11-02", "issuer": "Sở Y tế"}
    named = {"stream": f"task:{task}", "version": 1, "field": field, "value": value}
    who = {"command": "correct", "actor": "sec", "on": "2026-11-02"}
    return who | named | {"reason": "đọc nhầm", "document": paper} | more


def test_a_register_that_follows_a_correction_is_on_record(khcn: Khcn, mapping: Path) -> None:
    """And so is one that says what it said when it was imported; what neither said is a difference."""
    imported(khcn, khcn.file("r.csv", csv_of(row("A1"), row("A2"))), mapping)
    assert khcn.record(correction("A1", "title", "Tên đúng")).outcomes == ["recorded"]
    told = [
        imported(khcn, khcn.file("r.csv", csv_of(row("A1", Tên=title), row("A2"))), mapping)
        for title in ("Tên đúng", "Đề tài A1", "Tên khác")
    ]

    assert [counts(each) for each in told] == [(2, 0, 2, 0), (2, 0, 2, 0), (2, 0, 1, 1)]
    assert cells(told[2]) == [("B2", "title is on record as «Tên đúng»; here it is «Tên khác».")]


def test_what_the_desk_refuses_is_reported_at_its_cell(khcn: Khcn) -> None:
    text = MAPPING.replace("{value: sector}", "Cấp").replace("map: {Đại học Florida: UF}", "map: {Đại học Florida: UX}")
    rows = csv_of(row("A1")).replace("Kinh phí", "Kinh phí;Cấp").replace("120.000.000", "120.000.000;sector")
    mapping = khcn.file("m.yaml", text)
    unit = imported(khcn, khcn.file("r.csv", rows), mapping)
    level = imported(
        khcn, khcn.file("s.csv", rows.replace(";sector", ";huyện")), khcn.file("n.yaml", text.replace("UX", "UF"))
    )

    assert cells(unit) == [("C2", "There is no unit with the id UX on record.")]
    assert cells(level) == [("H2", "The plan HP36 has no level huyện. (HP36-II.2.b)")]


def test_an_id_that_was_registered_here_is_not_taken_for_an_import(khcn: Khcn, mapping: Path) -> None:
    khcn.record(
        {"command": "add_person", "actor": "admin", "on": "2026-02-05", "person": "o", "name": "O",
         "roles": [{"role": "unit_officer", "unit": "UF"}]},
        {"command": "assign_research_office", "actor": "o", "on": "2026-02-06", "unit": "UF", "office": "P"},
        {"command": "register_task", "actor": "o", "on": "2026-02-20", "task": "A1", "plan": "HP36", "level": "sector",
         "year": 2026, "title": "Đề tài A1", "lead_unit": "UF", "investigator": "o", "start": "2026-04-01",
         "end": "2027-03-31", "estimate": [{"content": "x", "amount": 5}]},
    )  # fmt: skip
    told = imported(khcn, khcn.file("r.csv", csv_of(row("A1"))), mapping)

    assert cells(told) == [("A2", "The id A1 is on record, and not from an import.")]


def test_without_the_role_every_row_is_refused(khcn: Khcn, mapping: Path) -> None:
    told = imported(khcn, khcn.file("r.csv", csv_of(row("A1"), row("A2"))), mapping, actor="nobody")

    assert counts(told) == (2, 0, 0, 2)
    assert cells(told)[0] == ("A2", "Nobody with the id nobody is on record. (house.role)")


def test_blank_rows_and_rows_below_the_last_are_no_rows(khcn: Khcn) -> None:
    rows = csv_of(row("A1"), [""] * 7, row("A2"), ["Tổng cộng", "", "", "", "", "", "240.000.000"])
    told = imported(khcn, khcn.file("r.csv", rows), khcn.file("m.yaml", MAPPING + "last_row: 4\n"))

    assert counts(told) == (2, 2, 0, 0)


def test_a_column_without_a_heading_by_its_letter(khcn: Khcn) -> None:
    rows = csv_of(row("A1")).replace("Kinh phí", "")
    told = imported(khcn, khcn.file("r.csv", rows), khcn.file("m.yaml", MAPPING.replace("Kinh phí", '"[G]"')))

    assert counts(told) == (1, 1, 0, 0)


def test_what_no_field_takes_is_told(khcn: Khcn, mapping: Path) -> None:
    rows = csv_of(row("A1")).replace("Kinh phí", "Kinh phí;Ghi chú").replace("120.000.000", "120.000.000;gấp")
    ran = khcn("import", khcn.file("r.csv", rows), "--mapping", mapping, "--actor", "sec")

    assert (ran.code, ran.out) == (0, "1 rows - imported: 1, on record already: 0, refused: 0\n")
    assert ran.err == "Columns that the mapping does not take: Ghi chú\n"


def test_for_a_person_each_problem_with_its_cure(khcn: Khcn, mapping: Path) -> None:
    ran = khcn("import", khcn.file("r.csv", csv_of(row("A1", Ngày="2026"))), "--mapping", mapping, "--actor", "sec")

    assert ran.code == 3
    assert ran.out.splitlines()[0] == "r!F2: 'This' is only a year.".replace("This", "2026")
    assert ran.out.splitlines()[1].startswith("  → Write the day")


@pytest.fixture
def annotated(khcn: Khcn, mapping: Path) -> Any:
    rows = [HEAD, row("A1", Ngày="2026"), row("=1+1", Tình="TBD")]
    file = workbook(khcn.folder / "r.xlsx", {"Danh mục": rows, "Khác": [["giữ nguyên"]]})
    imported(khcn, file, mapping, "--annotate", str(khcn.folder / "out.xlsx"), "--lang", "en")
    return khcn.folder / "out.xlsx"


def test_the_annotated_copy_has_the_same_cells(khcn: Khcn, annotated: Path) -> None:
    old, new = (CalamineWorkbook.from_path(str(path)) for path in (khcn.folder / "r.xlsx", annotated))

    assert new.sheet_names == old.sheet_names
    for name in old.sheet_names:
        assert new.get_sheet_by_name(name).to_python() == old.get_sheet_by_name(name).to_python()


def test_and_each_problem_as_a_comment(annotated: Path) -> None:
    import zipfile

    with zipfile.ZipFile(annotated) as archive:
        notes = archive.read("xl/comments1.xml").decode()
        assert [name for name in archive.namelist() if "comments" in name] == ["xl/comments1.xml"]
    assert notes.count("<comment ") == 3
    assert all(f'ref="{cell}"' in notes for cell in ("F2", "A3", "E3"))
    assert "is only a year" in notes
    assert "→ Write the day" in notes


def test_a_csv_is_annotated_as_a_workbook(khcn: Khcn, mapping: Path) -> None:
    imported(khcn, khcn.file("sổ.csv", csv_of(row("A1", Ngày="?"))), mapping, "--annotate", str(khcn.folder / "o.xlsx"))

    book = CalamineWorkbook.from_path(str(khcn.folder / "o.xlsx"))
    assert book.sheet_names == ["sổ"]
    assert book.get_sheet_by_name("sổ").to_python()[1] == [*map(str, row("A1", Ngày="?"))]


def fails(khcn: Khcn, file: Path | str, mapping: Path | str, *more: str, actor: str = "sec") -> Ran:
    with khcn.unchanged():
        ran = khcn("import", file, "--mapping", mapping, *(("--actor", actor) if actor else ()), *more)
    assert (ran.code, ran.out) == (2, "")
    return ran


def test_a_copy_never_goes_over_the_register(khcn: Khcn, mapping: Path) -> None:
    file = workbook(khcn.folder / "r.xlsx", {"A": [HEAD, row("A1")]})

    assert "needs a name of its own" in fails(khcn, file, mapping, "--annotate", str(file)).err
    assert "ends in .xlsx" in fails(khcn, file, mapping, "--annotate", "out.csv").err
    assert "There is no folder" in fails(khcn, file, mapping, "--annotate", str(khcn.folder / "x/o.xlsx")).err


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("Ngày duyệt", "Ngày"), "fields.facts.approved_on: there is no column Ngày in row 1; there are: Mã số, "),
        (("task: Mã số", "tasks: Mã số"), "fields.tasks: there is no such field"),
        (("task: Mã số", ""), "fields.task is missing: every row needs it"),
        (("  year: Năm", "  year: {column: Năm, value: 2026}"), "fields.year: this cannot be used (one of column"),
        (("yyyy-mm-dd]", "yyyy]"), "dates: yyyy does not say the day"),
        (("yyyy-mm-dd]", "mm-dd]"), "dates.1: this cannot be used (a date shape has yyyy"),
        (('"1.234.567"', "1.234,567"), "amounts: this cannot be used"),
        (("kind: tasks", "kind: goats"), "kind: this cannot be used"),
        (("{value: HP36}", '{value: "?"}'), "fields.plan: the proposal left it open"),
        (("kind: tasks", "kind: tasks\nkind: tasks"), "The field is there twice"),
        (("kind: tasks", "kind: [tasks"), "Broken YAML"),
        (("kind: tasks", "sheet: Không có"), "There is no sheet Không có; there are: r"),
    ],
)
def test_a_mapping_that_cannot_be_used(khcn: Khcn, change: tuple[str, str], why: str) -> None:
    mapping = khcn.file("m.yaml", MAPPING.replace(*change))

    assert why in fails(khcn, khcn.file("r.csv", csv_of(row("A1"))), mapping).err


def test_of_one_date_shape_that_is_none_it_is_not_said_that_none_was_given(khcn: Khcn) -> None:
    one, none = (re.sub("dates: .*", f"dates: {shapes}", MAPPING) for shapes in ("[mm-dd]", "[]"))
    told = [fails(khcn, khcn.file("r.csv", csv_of(row("A1"))), khcn.file("m.yaml", text)).err for text in (one, none)]

    assert [text.count("this cannot be used") for text in told] == [1, 1]
    assert ["at least 1 must be given" in text for text in told] == [False, True]


def test_two_columns_of_one_name(khcn: Khcn, mapping: Path) -> None:
    rows = csv_of(row("A1")).replace("Tên đề tài", "Mã số")

    assert "there are several columns Mã số in row 1" in fails(khcn, khcn.file("r.csv", rows), mapping).err


def test_what_cannot_be_read_or_is_not_said(khcn: Khcn, mapping: Path) -> None:
    file = khcn.file("r.csv", csv_of(row("A1")))

    assert "There is no such file" in fails(khcn, "none.csv", mapping).err
    assert "There is no such file" in fails(khcn, file, "none.yaml").err
    assert "The file is empty" in fails(khcn, khcn.file("e.csv", ""), mapping).err
    assert "Who imports?" in fails(khcn, file, mapping, actor="").err
    assert khcn("import", file).code == 2
    assert khcn("import", file, "--mapping", mapping, "--propose").code == 2


UNITS = """
kind: units
fields:
  unit: Mã
  name: Tên
  on: Ngày thành lập
  kind: {column: Tên, starts: {Bệnh viện: hospital}}
  ownership: {value: public}
  subordinate: Trực thuộc
  plans: {value: [HP36]}
  portal: {column: Web}
"""
UNITS_HEAD = "Mã;Tên;Ngày thành lập;Trực thuộc;Web\n"


def test_units_become_units(khcn: Khcn) -> None:
    rows = "B1;Bệnh viện Nhi;01/02/2020;x;https://b1.example.vn\nB2;Bệnh viện Mắt;;không;\nB3;Phòng khám;;;\n"
    told = imported(khcn, khcn.file("u.csv", UNITS_HEAD + rows), khcn.file("u.yaml", UNITS), actor="admin")

    assert counts(told) == (3, 2, 0, 1)
    assert [cell for cell, _ in cells(told)] == ["B4", "D4"]
    moved = rows.replace("01/02/2020", "01/02/2021").replace("không", "có")
    again = imported(khcn, khcn.file("u.csv", UNITS_HEAD + moved), khcn.file("u.yaml", UNITS), actor="admin")
    assert counts(again) == (3, 0, 0, 3)
    assert cells(again)[:2] == [
        ("C2", "on is on record as «2020-02-01»; here it is «2021-02-01»."),
        ("D3", "subordinate is on record as «false»; here it is «true»."),
    ]


def units(khcn: Khcn, name: str, portal: str = "") -> Json:
    """A register with one unit, imported."""
    rows = f"B1;{name};01/02/2020;x;{portal}\n"
    return imported(khcn, khcn.file("u.csv", UNITS_HEAD + rows), khcn.file("u.yaml", UNITS), actor="admin")


def test_a_unit_may_be_called_by_any_name_it_was_given(khcn: Khcn) -> None:
    units(khcn, "Bệnh viện Nhi", "https://nhi.example.vn")
    for day, name in (("2024-01-01", "Bệnh viện Sản Nhi"), ("2022-01-01", "Bệnh viện Trẻ Em")):
        assert khcn("unit", "rename", "B1", "--name", name, "--on", day, "--actor", "admin").code == 0
    portal = "https://b1.example.vn"
    assert khcn("unit", "set-portal", "B1", "--portal", portal, "--on", "2023-01-01", "--actor", "admin").code == 0
    names = "Bệnh viện Nhi", "Bệnh viện Trẻ Em", "Bệnh viện Sản Nhi"

    assert [counts(units(khcn, name, portal)) for name in names] == [(1, 0, 1, 0)] * 3
    assert cells(units(khcn, "Bệnh viện Phụ Sản", "https://old.example.vn")) == [
        ("B2", "name is on record as «Bệnh viện Sản Nhi»; here it is «Bệnh viện Phụ Sản»."),
        ("E2", "portal is on record as «https://b1.example.vn»; here it is «https://old.example.vn»."),
    ]


def test_a_new_name_or_portal_of_a_unit_is_recorded_from_its_day_and_not_corrected(khcn: Khcn) -> None:
    units(khcn, "Bệnh viện Nhi", "https://nhi.example.vn")
    told = units(khcn, "Bệnh viện Sản Nhi", "https://b1.example.vn")["reported"]

    assert [re.findall("`(.*?)`", each["cure"]) for each in told] == [
        ["khcn unit rename B1", "correct"],
        ["khcn unit set-portal B1", "correct"],
    ]
