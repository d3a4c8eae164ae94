"""`khcn report`: names, periods, formats, exit codes, and the languages."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console import report
from projections.reports.reporting import SECTIONS
from tests.console.khcn import Khcn
from tests.plans.plans import NEXT_YEAR, plan
from tests.spec import NOW, Spec, adopt
from tests.unityears import measure
from tests.world import HP_SECTOR, VP_GRASSROOTS, story, world
from workflows.vocabulary import REPORTS
from workflows.vocabulary import SECTIONS as WORDS

ROOT = Path(__file__).parents[2]
ASKED = [
    ("VP57", "half-year", "2026-H1"),
    ("VP57", "year", "2026"),
    ("VP57", "proposals", "2025"),
    ("VP57", "results", "2026"),
    ("VP57", "targets", "2026"),
    ("VP57", "stages", "2026-H1"),
    ("VP57", "council-activity", "2026"),
    ("HP36", "quarter", "2026-Q1"),
    ("HP36", "year", "2026"),
    ("HP36", "proposals", "2026"),
    ("HP36", "results", "2026"),
    ("HP36", "targets", "2026"),
    ("HP36", "stages", "2026-Q3"),
    ("HP36", "council-activity", "2026-Q3"),
]
STORIES = {"VP57": VP_GRASSROOTS, "HP36": HP_SECTOR}


def told(khcn: Khcn, plan: str, name: str, period: str, *more: str) -> Any:
    ran = khcn("report", name, "--plan", plan, "--period", period, "--json", *more)
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


def test_help_waits_for_no_report_and_no_writer() -> None:
    late = ("projections", "documents", "docxtpl", "typst", "xlsxwriter", "holidays", "pydantic")
    program = f"import sys, console.report, cli; cli.program(); print(set({late}) & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout == "set()\n"


def test_names_are_the_same_everywhere() -> None:
    assert report.NAMES == REPORTS
    assert list(SECTIONS) == list(WORDS)
    assert {name for ident in STORIES for name in plan(ident).reports} == set(REPORTS)


@pytest.mark.parametrize(("plan", "name", "period"), ASKED, ids="-".join)
def test_each_report_is_told_as_json_table_and_csv(spec: Spec, khcn: Khcn, plan: str, name: str, period: str) -> None:
    spec.given(*story(STORIES[plan]))
    found = told(khcn, plan, name, period)
    options = ("report", name, "--plan", plan, "--period", period)
    table, rows = khcn(*options, "--lang", "vi"), khcn(*options, "--format", "csv")

    assert (found["report"], found["plan"], found["period"]) == (name, plan, period)
    assert (table.code, table.err, rows.code, rows.err) == (0, "", 0, "")
    assert table.out.count("\n1. ") == 1
    expected = sum(len(section["rows"]) for section in found["sections"])
    assert len(list(csv.DictReader(io.StringIO(rows.out.removeprefix("\ufeff"))))) == expected


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("half-year", "VP57", "2025"), 2, "2026-H1"),
        (("half-year", "VP57", "2025-Q1"), 2, "2026-H1"),
        (("year", "HP36", "2026-Q1"), 2, "2026."),
        (("half-year", "HP36", "2026-H1"), 2, "quarter"),
        (("quarter", "VP57", "2026-Q1"), 2, "half-year"),
        (("stages", "VP57", "2026-Q1"), 2, "2026-H1, 2026"),
        (("year", "XX", "2026"), 5, "HP36, VP57"),
        (("month", "VP57", "2026"), 2, "half-year"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else None,
)
def test_what_does_not_fit_is_said_with_what_does(
    khcn: Khcn, arguments: tuple[str, str, str], code: int, said: str
) -> None:
    name, plan, period = arguments
    ran = khcn("report", name, "--plan", plan, "--period", period)

    assert (ran.code, ran.out) == (code, "")
    assert said in " ".join(ran.err.split())


def test_a_report_stands_as_of_the_last_day_of_its_period(spec: Spec, khcn: Khcn) -> None:
    spec.now = NOW + timedelta(minutes=10)
    spec.given(*story(HP_SECTOR))

    assert told(khcn, "HP36", "quarter", "2026-Q1")["as_of"] == "2026-03-31"
    assert told(khcn, "HP36", "quarter", "2026-Q4")["as_of"] == "2026-11-20"
    assert told(khcn, "HP36", "quarter", "2026-Q1", "--as-of", "2026-03-05")["as_of"] == "2026-03-05"
    assert told(khcn, "HP36", "proposals", "2026", "--known-at", "2026-11-20T10:05")["sections"][0]["rows"] == []
    (row,) = told(khcn, "HP36", "proposals", "2026", "--as-of", "2026-03-05")["sections"][0]["rows"]
    assert (row["task"], row["state"], row["estimate"]) == ("T1", "appraised", 100_000_000)


def test_lists_tell_what_became_of_things_after_their_year(spec: Spec, khcn: Khcn) -> None:
    spec.given(*story(VP_GRASSROOTS), measure("2026-01-20", 80, "VP57", year=2025, measure="units_with_communication"))
    then = told(khcn, "VP57", "proposals", "2025", "--as-of", "2025-12-31")
    now = told(khcn, "VP57", "proposals", "2025")
    rows = told(khcn, "VP57", "targets", "2025")["sections"][0]["rows"]
    (measured,) = [row for row in rows if row["measure"] == "units_with_communication"]

    assert [(each["as_of"], each["sections"][0]["rows"][0]["state"]) for each in (then, now)] == [
        ("2025-12-31", "in_progress"),
        ("2026-11-20", "closed"),  # the plans were adopted on that day: nothing newer is on record
    ]
    assert (measured["measured"], measured["how"], measured["reached"]) == (80, "entered", False)


def test_of_values_entered_for_a_target_the_newest_of_the_newest_year_counts(spec: Spec, khcn: Khcn) -> None:
    named = {"measure": "smart_hospitals"}
    spec.given(*world("VP57"))
    for number in range(12):
        spec.given(measure("2026-03-02", number, "VP57", year=2026, **named))
    spec.given(
        measure("2026-04-02", 99, "VP57", year=2025, **named), measure("2026-05-04", 98, "VP57", unit="BV1", **named)
    )

    def value(period: str) -> object:
        rows = told(khcn, "VP57", "targets", period)["sections"][0]["rows"]
        return next((row["measured"], row["reached"]) for row in rows if row["measure"] == "smart_hospitals")

    assert (value("2026"), value("2025"), value("2024")) == ((11, True), (99, True), (None, None))


def test_before_a_plan_was_known_there_is_no_report_on_it(khcn: Khcn) -> None:
    ran = khcn("report", "year", "--plan", "HP36", "--period", "2026", "--known-at", "2026-11-19")

    assert (ran.code, ran.out) == (5, "")
    assert ran.err == "There is no plan HP36 on record (for the day or time asked).\n"


def test_a_plan_that_describes_no_reports_says_what_to_do(spec: Spec, khcn: Khcn) -> None:
    adopt(spec, "HP36", reports={})
    ran = khcn("report", "year", "--plan", "HP36", "--period", "2026")

    assert (ran.code, ran.out, "khcn plan add FILE" in ran.err) == (2, "", True)


@pytest.mark.parametrize("options", [("--number", "1"), ("--dated", "2026-01-02"), ("--template", "x.docx")])
def test_what_belongs_to_a_letter_is_refused_elsewhere(khcn: Khcn, options: tuple[str, str]) -> None:
    ran = khcn("report", "year", "--plan", "HP36", "--period", "2026", "--format", "xlsx", "-o", "x", *options)

    assert (ran.code, ran.out, "--format docx" in ran.err) == (2, "", True)


def test_a_third_plan_reports_without_a_line_of_python(spec: Spec, khcn: Khcn) -> None:
    assert khcn("plan", "add", NEXT_YEAR, "--actor", "admin").code == 0
    found = told(khcn, "SYT27", "half-year", "2027-H1", "--as-of", "2027-06-30")
    targets = told(khcn, "SYT27", "targets", "2027")["sections"][0]["rows"]

    assert [(each["section"], each["clauses"]) for each in found["sections"]] == [
        ("progress", []),
        ("obligations", ["SYT27-IV.1", "SYT27-IV.2", "SYT27-IV.3"]),
        ("difficulties", []),
    ]
    assert found["sections"][2]["title"] == "Difficulties and proposals"
    assert [(row["clause"], row["how"], row["stated"]) for row in targets] == [("SYT27-IV.4", "events", 100)]


def test_tables_are_in_the_language_asked_for(spec: Spec, khcn: Khcn) -> None:
    spec.given(*story(HP_SECTOR))
    ran = khcn("report", "quarter", "--plan", "HP36", "--period", "2026-Q1", "--lang", "vi")

    assert "số liệu đến ngày 31/03/2026" in ran.out
    assert "(bằng chữ: một trăm triệu đồng)" in ran.out
    assert "500.000.000" in ran.out


def test_names_are_readable_until_they_are_erased(khcn: Khcn, spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "funded"))
    before = [row["investigator_name"] for row in rows_of(told(khcn, "HP36", "quarter", "2026-Q1"), "tasks")]
    paper = {"number": "9/QĐ", "date": "2026-11-02", "issuer": "Sở Y tế"}
    khcn.record({"command": "erase_person", "actor": "admin", "on": "2026-11-02", "person": "pi1", "document": paper})
    after = [row["investigator_name"] for row in rows_of(told(khcn, "HP36", "quarter", "2026-Q1"), "tasks")]

    assert ["sealed" in name for name in before] == [False]
    assert after == ["[erased]"]


def rows_of(made: Any, section: str) -> list[Any]:
    (found,) = [each for each in made["sections"] if each["section"] == section]
    return list(found["rows"])


def test_a_second_suspension_is_a_difficulty_of_its_own(khcn: Khcn, spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    for number, (name, on) in enumerate(
        [("suspend_task", "2026-05-04"), ("resume_task", "2026-05-11"), ("suspend_task", "2026-06-01")]
    ):
        paper = {"number": f"7{number}/QĐ", "date": on, "issuer": "Sở Y tế"}
        spec.given({"command": name, "actor": "lead", "on": on, "task": "T1", "document": paper, "reason": "Thiên tai"})

    found = rows_of(told(khcn, "HP36", "quarter", "2026-Q2"), "difficulties")
    assert [(row["what"], row["on"]) for row in found] == [("suspended", "2026-05-04"), ("suspended", "2026-06-01")]


def test_a_period_that_has_not_begun_is_not_reported_on(khcn: Khcn) -> None:
    ran = khcn("report", "year", "--plan", "VP57", "--period", "2027")

    assert (ran.code, ran.out) == (2, "")
    assert "2027 begins on" in ran.err


STAGES = ("report", "stages", "--plan", "HP36", "--period", "2026-Q3")


@pytest.mark.parametrize("words", [("due",), STAGES], ids=["due", "report"])
def test_every_command_counts_by_the_same_calendar(
    khcn: Khcn, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHCN_CALENDAR", str(tmp_path / "none.yaml"))
    ran = khcn(*words)
    said = khcn("--lang", "vi", *words)

    assert (ran.code, ran.err) == (
        2,
        f"The calendar {tmp_path / 'none.yaml'} cannot be read: No such file or directory\n",
    )
    assert (said.code, "No such" in said.err) == (2, False)
    assert khcn(*words, "--calendar", khcn.file("days.yaml", "days: []\n")).code == 0
    assert "(line 2)" in khcn(*words, "--calendar", khcn.file("days.yaml", "days:\n - ]\n")).err
    assert "found {date: 2027-02-13}\n" in khcn(*words, "--calendar", khcn.file("d.yaml", "- {date: 2027-02-13}\n")).err


def test_a_day_that_was_decided_otherwise_counts_in_a_stage(spec: Spec, khcn: Khcn) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"))
    other = khcn.file("days.yaml", "days:\n  - {date: 2026-08-29, working: true, note: làm bù}\n")

    def days(*more: str | Path) -> list[int]:
        (section,) = json.loads(khcn(*STAGES, "--json", *more).out)["sections"]
        return [row["median"] for row in section["rows"]]

    assert [after - before for before, after in zip(days(), days("--calendar", other), strict=True)] == [1]
