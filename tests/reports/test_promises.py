"""What a clause says of reports is so: each report named has a section for it, and each section's clauses name it."""

from __future__ import annotations

import pytest

from projections.reports.reporting import SECTIONS
from tests.plans.plans import plan
from workflows.show import plan_clauses

PLANS = ("VP57", "HP36")


@pytest.mark.parametrize("name", PLANS)
def test_the_reports_that_carry_a_clause_are_those_with_a_section_for_it(name: str) -> None:
    for row in plan_clauses(plan(name)):
        named = {carrier.removeprefix("report ") for carrier in row["carried_by"] if carrier.startswith("report ")}

        assert named == {each["report"] for each in row["sections"]}, row["id"]


@pytest.mark.parametrize("name", PLANS)
def test_each_section_that_carries_a_clause_is_one_that_is_made(name: str) -> None:
    sections = {each["section"] for row in plan_clauses(plan(name)) for each in row["sections"]}

    assert sections <= set(SECTIONS)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("VP57-III.1.7", {(name, part) for name in ("half-year", "year") for part in ("trainings", "assignments")}),
        ("VP57-II.2030.4", {("targets", "targets")}),
        ("VP57-V.2.e", {("proposals", "proposals"), ("results", "results")}),
        ("HP36-II.4.c", {("year", "conferences")}),
        ("HP36-II.3", {("quarter", "trainings"), ("year", "trainings")}),
        ("HP36-III.1.1.e", {("quarter", "commendations"), ("year", "commendations")}),
        ("HP36-III.1.1.a", {("quarter", "assignments"), ("year", "assignments")}),
        ("VP57-III.3.3", set()),
    ],
)
def test_a_clause_is_carried_by_its_own_sections(clause: str, expected: set[tuple[str, str]]) -> None:
    (row,) = [row for row in plan_clauses(plan(clause[:4])) if row["id"] == clause]

    assert {(each["report"], each["section"]) for each in row["sections"]} == expected
