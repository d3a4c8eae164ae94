"""`khcn due`: what is owed on a day, as a table, JSON, CSV and as a calendar that can be read back."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.console.khcn import Khcn
from tests.unityears import inspection, paper, report
from tests.world import new_unit

LONG = "BV-" + "Đ" * 40  # an id of many octets


@pytest.fixture
def owing(khcn: Khcn) -> Khcn:
    """BV1 and BV2 under HP36: BV1 has its plan on time, its first report late, its inspection done."""
    khcn.record(
        paper("submit_unit_plan", "2026-02-14", 2026), report("2026-Q1", "2026-03-25"), inspection("2026-05-05")
    )
    return khcn


def rows(khcn: Khcn, *arguments: str) -> list[dict[str, Any]]:
    ran = khcn("due", "--json", *arguments)
    assert (ran.code, ran.err) == (0, "")
    found: list[dict[str, Any]] = json.loads(ran.out)
    return found


def written(khcn: Khcn, *arguments: str) -> Calendar:
    """The calendar that is written, read back by a library."""
    file = khcn.folder / "due.ics"
    assert khcn("due", "--ics", file, *arguments).code == 0
    return Calendar.from_ical(file.read_bytes())


def events(calendar: Calendar) -> list[Any]:
    return list(calendar.walk("VEVENT"))


def uids(calendar: Calendar) -> list[str]:
    return [str(event["UID"]) for event in events(calendar)]


def test_a_row_has_the_keys_of_the_contract_and_the_working_days_left(owing: Khcn) -> None:
    (row,) = [row for row in rows(owing, "--on", "2026-06-10", "--unit", "BV1") if row["period"] == "2026-Q2"]

    assert row == {
        "unit": "BV1",
        "plan": "HP36",
        "clause": "HP36-II.5",
        "what": "quarter_report",
        "period": "2026-Q2",
        "due": "2026-06-24",
        "status": "open",
        "done_on": None,
        "working_days_left": 10,
    }


def test_json_tells_every_duty_of_the_year_with_its_status(owing: Khcn) -> None:
    found = rows(owing, "--on", "2026-06-25", "--unit", "BV1")

    assert [(row["what"], row["period"], row["status"], row["done_on"]) for row in found] == [
        ("unit_plan", "2026", "on_time", "2026-02-14"),
        ("quarter_report", "2026-Q1", "late", "2026-03-25"),
        ("quarter_report", "2026-Q2", "overdue", None),
        ("quarter_report", "2026-Q3", "open", None),
        ("quarter_report", "2026-Q4", "open", None),
        ("self_inspection", "2026", "on_time", "2026-05-05"),
        ("unit_procedure", "2026", "open", None),
    ]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_table_lists_what_is_not_done(owing: Khcn, lang: str) -> None:
    ran = owing("due", "--on", "2026-06-25", "--unit", "BV1", "--lang", lang)

    assert (ran.code, ran.err) == (0, "")
    assert [line.split()[0] for line in ran.out.splitlines()[2:]] == {
        "vi": ["24/06/2026", "24/09/2026", "24/12/2026", "31/12/2026"],
        "en": ["2026-06-24", "2026-09-24", "2026-12-24", "2026-12-31"],
    }[lang]


def test_without_a_day_it_is_today(owing: Khcn) -> None:
    assert rows(owing) == rows(owing, "--on", "2026-11-20") == rows(owing, "--on", "20/11/2026")


def test_a_day_to_come_is_seen_from_what_is_known_now(owing: Khcn) -> None:
    found = {row["period"]: row["status"] for row in rows(owing, "--on", "2026-12-25", "--unit", "BV1")}

    assert found["2026-Q4"] == "overdue"


def test_csv_is_the_same_rows(owing: Khcn) -> None:
    ran = owing("due", "--format", "csv", "--on", "2026-06-25")

    assert (ran.code, ran.err) == (0, "")
    assert len(ran.out.splitlines()) == 1 + len(rows(owing, "--on", "2026-06-25"))


def test_within_leaves_out_what_is_done_or_far(owing: Khcn) -> None:
    found = rows(owing, "--on", "2026-06-14", "--within", "10", "--unit", "BV1")

    assert [(row["period"], row["status"]) for row in found] == [("2026-Q2", "open")]


@pytest.mark.parametrize(
    "arguments",
    [("--within", "-1"), ("--within", "soon"), ("--on", "2026-02-30"), ("--ics", "."), ("--calendar", "none.yaml")],
    ids=" ".join,
)
def test_what_cannot_be_asked_is_wrong_usage(owing: Khcn, arguments: tuple[str, ...]) -> None:
    assert owing("due", *arguments).code == 2


def test_a_calendar_that_cannot_be_written_is_told(owing: Khcn) -> None:
    ran = owing("due", "--ics", owing.folder / "no such folder" / "due.ics")

    assert ran.code == 2
    assert "due.ics" in ran.err


def test_each_duty_is_an_all_day_event_on_its_last_day(owing: Khcn) -> None:
    calendar = written(owing, "--on", "2026-06-25", "--unit", "BV1")
    found = [
        (event["DTSTART"].dt, event["DTEND"].dt, str(event["SUMMARY"]), str(event["X-KHCN-STATUS"]))
        for event in events(calendar)
    ]

    assert found == [
        (date(2026, 2, 14), date(2026, 2, 15), "✓ unit plan 2026 - BV1", "on_time"),
        (date(2026, 3, 24), date(2026, 3, 25), "✓ quarterly report 2026-Q1 - BV1", "late"),
        (date(2026, 6, 24), date(2026, 6, 25), "! quarterly report 2026-Q2 - BV1", "overdue"),
        (date(2026, 9, 24), date(2026, 9, 25), "quarterly report 2026-Q3 - BV1", "open"),
        (date(2026, 12, 24), date(2026, 12, 25), "quarterly report 2026-Q4 - BV1", "open"),
        (date(2026, 12, 31), date(2027, 1, 1), "✓ self-inspection 2026 - BV1", "on_time"),
        (date(2026, 12, 31), date(2027, 1, 1), "research procedure 2026 - BV1", "open"),
    ]


def test_the_calendar_has_what_a_reader_asks_for(owing: Khcn) -> None:
    calendar = written(owing)

    assert (str(calendar["VERSION"]), str(calendar["METHOD"])) == ("2.0", "PUBLISH")
    assert calendar.errors == []
    assert {name for event in events(calendar) for name, _ in event.errors} == set()
    assert all(event["DTSTAMP"].dt.tzinfo and event["STATUS"] == "CONFIRMED" for event in events(calendar))


def test_a_duty_keeps_its_uid_whatever_becomes_of_it(owing: Khcn) -> None:
    before = written(owing, "--on", "2026-06-24")
    owing.record(report("2026-Q2", "2026-06-24"))
    after = written(owing, "--on", "2026-06-24")
    which = "BV1:HP36:quarter_report:2026-Q2@khcn-ledger"

    def sequence(calendar: Calendar) -> list[int]:
        return [int(event["SEQUENCE"]) for event in events(calendar) if event["UID"] == which]

    assert uids(before) == uids(after)
    assert len(uids(before)) == len(set(uids(before))) == 14
    assert (sequence(before), sequence(after)) == ([0], [1])


def test_the_same_question_writes_the_same_bytes(owing: Khcn) -> None:
    one, two = (owing("due", "--ics", "-", "--on", "2026-06-25").out for _ in range(2))

    assert one == two
    assert one.startswith("BEGIN:VCALENDAR\r\n")


def test_lines_end_as_they_must_and_none_is_too_long(owing: Khcn) -> None:
    owing.record(*new_unit(LONG, "2026-02-05", ["HP36"]))
    calendar = written(owing, "--unit", LONG)
    raw = (owing.folder / "due.ics").read_bytes()
    lines = raw.split(b"\r\n")

    assert lines.pop() == b""
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) == 75
    assert [line.decode() for line in lines]
    assert uids(calendar)[0] == f"{LONG}:HP36:unit_plan:2026@khcn-ledger"


def test_with_nothing_owed_the_calendar_is_still_one(founded: Khcn) -> None:
    assert uids(written(founded)) == []


def test_the_calendar_speaks_vietnamese(owing: Khcn) -> None:
    from console.speech import WORDS
    from engine.catalogue import render

    calendar = written(owing, "--unit", "BV2", "--on", "2026-02-10", "--lang", "vi")

    assert str(events(calendar)[0]["SUMMARY"]) == f"{render(WORDS['unit_plan'], 'vi')} 2026 - BV2"


def test_a_file_of_days_changes_the_working_days_left(owing: Khcn) -> None:
    file = owing.file(
        "days.yaml", "days:\n  - {date: 2026-06-13, working: true}\n  - {date: 2026-06-15, working: false}\n"
    )
    asked = ("--on", "2026-06-12", "--within", "12", "--unit", "BV1")

    def left(*arguments: str | Path) -> list[int]:
        return [row["working_days_left"] for row in rows(owing, *asked, *map(str, arguments))]

    assert left() == [8]
    assert left("--calendar", file) == [8]

    file.write_text("days:\n  - {date: 2026-06-13, working: true}\n", "utf-8")
    assert left("--calendar", file) == [9]


def test_a_day_far_away_is_answered(owing: Khcn) -> None:
    assert rows(owing, "--on", "9999-12-31", "--within", "3660") != []
    assert rows(owing, "--on", "0001-01-01") == []


def test_without_a_store_it_says_so(owing: Khcn, tmp_path: Path) -> None:
    assert owing("due", db=f"sqlite:///{tmp_path}/none.db").code == 7


def test_a_unit_that_is_not_on_record_is_told(owing: Khcn) -> None:
    ran = owing("due", "--unit", "NOPE", "--json")

    assert (ran.code, ran.out) == (5, "")
    assert "NOPE" in ran.err
