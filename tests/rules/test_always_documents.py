"""Always: a decision stands on a document with number, date and issuer."""

from typing import Any

import pytest

from tests.spec import Spec
from tests.world import (
    FIRST_DAY,
    HP_CITY,
    HP_SECTOR,
    VP_GRASSROOTS,
    Command,
    command,
    council,
    crowd,
    document,
    eve,
    line,
    names,
    seats,
    step,
    story,
    without,
)

PAPER = document("70/QĐ-SYT", "2026-05-04")
DAY = FIRST_DAY["HP36"]


def decided(name: str, **fields: Any) -> Command:
    return command(name, "lead", "2026-05-04", task="T1", document=PAPER, reason="Lý do bịa", **fields)


SUSPENDED = [*story(HP_SECTOR, until="in_progress"), decided("suspend_task")]
WAIVER = command(
    "waive_rule",
    "lead",
    "2026-05-04",
    task="T1",
    rule="customary.extension",
    step="amend_task",
    document=PAPER,
    reason="Lý do bịa",
)
CASES: dict[str, tuple[list[Command], Command, str]] = {
    "set_up_council": (
        [*story(HP_SECTOR, until="registered"), *crowd(5, DAY)],
        council("HD-X", DAY, "sector", "HP36", seats(names(5))),
        "document",
    ),
    "open_budget_line": (
        story(HP_SECTOR, until="registered"),
        line("L-X", "department", "HP36"),
        "document",
    ),
    "hold_session": (eve(HP_SECTOR, "appraise.session"), step(HP_SECTOR, "appraise.session"), "minutes"),
    "approve_task": (eve(HP_SECTOR, "approve_task"), step(HP_SECTOR, "approve_task"), "document"),
    "appraise_task": (eve(HP_CITY, "appraise_task"), step(HP_CITY, "appraise_task"), "document"),
    "accept_task": (eve(HP_CITY, "accept_task"), step(HP_CITY, "accept_task"), "document"),
    "reject_task": (story(HP_SECTOR, until="appraised"), decided("reject_task"), "document"),
    "terminate_task": (story(HP_SECTOR, until="in_progress"), decided("terminate_task"), "document"),
    "suspend_task": (story(HP_SECTOR, until="in_progress"), decided("suspend_task"), "document"),
    "resume_task": (SUSPENDED, decided("resume_task"), "document"),
    "close_task": (eve(HP_SECTOR, "close_task"), step(HP_SECTOR, "close_task"), "document"),
    "waive_rule": (story(HP_SECTOR, until="in_progress"), WAIVER, "document"),
}
OPTIONAL = ("hold_session", "appraise_task", "accept_task")


@pytest.mark.rule("house.document", "refuses")
@pytest.mark.parametrize("missing", ["number", "date", "issuer"])
@pytest.mark.parametrize("name", CASES)
def test_a_document_without_number_date_or_issuer_is_refused(spec: Spec, name: str, missing: str) -> None:
    past, decision, field = CASES[name]
    spec.given(*past)
    spec.when(decision | {field: without(decision[field], missing)})

    spec.then_refused("house.document")


@pytest.mark.rule("house.document", "refuses")
@pytest.mark.parametrize("name", [one for one in CASES if one not in OPTIONAL])
def test_a_decision_without_its_document_is_refused(spec: Spec, name: str) -> None:
    past, decision, field = CASES[name]
    spec.given(*past)
    spec.when(without(decision, field))

    spec.then_refused("house.document")


@pytest.mark.rule("house.document", "refuses")
@pytest.mark.parametrize("blank", ["number", "issuer"])
def test_a_document_with_a_blank_number_or_issuer_is_refused(spec: Spec, blank: str) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"))
    spec.when(step(HP_SECTOR, "approve_task", document=PAPER | {"date": "2026-03-10", blank: ""}))

    spec.then_refused("house.document")


@pytest.mark.rule("house.document", "passes")
@pytest.mark.parametrize("name", CASES)
def test_a_decision_with_number_date_and_issuer_passes(spec: Spec, name: str) -> None:
    past, decision, _ = CASES[name]
    spec.given(*past)
    spec.when(decision)

    spec.then_recorded()


@pytest.mark.rule("house.document", "passes")
def test_a_step_whose_document_is_optional_passes_without_one(spec: Spec) -> None:
    spec.given(*eve(VP_GRASSROOTS, "fund_task"))
    spec.when(step(VP_GRASSROOTS, "fund_task"))

    spec.then_recorded()


def test_a_document_with_an_impossible_date_is_invalid(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"))
    spec.when(step(HP_SECTOR, "approve_task", document=document("88/QĐ", "2026-02-30")))

    spec.then_invalid("document")
