"""A refusal lists every rule that fails, leaves no trace that stands in the way, and its cure cures it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decider.answers import Refused
from engine.desk import Result
from engine.parse import read
from tests.properties.checks import index_of, rows_of
from tests.properties.lives import CHANGES, TASKS, Change, altered, life_of
from tests.properties.stores import copied
from tests.spec import NOW, Spec
from tests.world import Command, changed, document, without

TOMORROW = (NOW.date() + timedelta(days=1)).isoformat()
PAPERS = ("document", "contract", "minutes")
SOME = settings(max_examples=settings.default.max_examples)  # type: ignore[union-attr]


def paperless(one: Command) -> Command:
    """Without the number of each document it has."""
    return changed(one, **{name: without(one[name], "number") for name in PAPERS if name in one})


FAULTS: dict[str, Change] = {
    "house.role": lambda one: changed(one, actor="nobody"),
    "house.chronology": lambda one: changed(one, on=TOMORROW),
    "house.document": paperless,
}
EVES = st.sampled_from([(task, at) for task in TASKS for at in range(len(life_of(task)))])


def refused_by(result: Result) -> list[str]:
    return sorted(verdict.id for verdict in result.refusals)


def explained(spec: Spec, raw: Command) -> list[str]:
    command = read(raw)
    assert not isinstance(command, tuple)
    decision = spec.desk.explain(command)
    return sorted(verdict.id for verdict in decision.verdicts) if isinstance(decision, Refused) else []


def on_the_eve(url: str, task: str, at: int) -> tuple[Spec, Command]:
    spec = Spec(url)
    spec.given(*life_of(task)[:at])
    return spec, life_of(task)[at]


@SOME
@given(eve=EVES, faults=st.sets(st.sampled_from(sorted(FAULTS)), min_size=2))
def test_every_fault_of_a_command_is_listed_as_it_is_alone(
    sqlite_of_both_plans: Path, eve: tuple[str, int], faults: set[str]
) -> None:
    with copied(sqlite_of_both_plans) as url:
        spec, command = on_the_eve(url, *eve)
        alone = {rule for fault in faults for rule in explained(spec, FAULTS[fault](command))}
        together = altered(command, tuple(FAULTS[fault] for fault in sorted(faults)))
        found = explained(spec, together)
        spec.close()

        assert sorted(alone) == found


@pytest.mark.parametrize("fault", sorted(FAULTS))
@pytest.mark.parametrize("task", sorted(TASKS))
def test_a_fault_is_refused_by_its_rule_and_cured_by_what_it_lacks(
    sqlite_of_both_plans: Path, task: str, fault: str
) -> None:
    with copied(sqlite_of_both_plans) as url:
        spec = Spec(url)
        for command in life_of(task):
            wrong = FAULTS[fault](command)
            if wrong != command:
                spec.when(wrong)
                assert fault in refused_by(spec.desk.handle(wrong))
            spec.when(command)
            spec.then_recorded()
        spec.close()


@SOME
@given(eve=EVES, changes=st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3).map(tuple))
def test_an_attempt_that_failed_does_not_stand_in_the_way(
    sqlite_of_both_plans: Path, eve: tuple[str, int], changes: tuple[Change, ...]
) -> None:
    with copied(sqlite_of_both_plans) as url:
        spec, command = on_the_eve(url, *eve)
        before = rows_of(spec.log), index_of(spec.log)
        tried = spec.desk.handle(changed(altered(command, changes), command_id="once")).outcome
        after = rows_of(spec.log), index_of(spec.log)
        then = spec.desk.handle(changed(command, command_id="once")).outcome
        spec.close()

        assert tried == "recorded" or before == after
        assert tried == "recorded" or then == "recorded"


SHORT = {
    "disburse": ("amount", (500_000_000, 100_000_001)),
    "approve_task": ("amount", (500_000_000, 100_000_001)),
    "fund_task": ("amount", (600_000_000, 100_000_001)),
    "return_funds": ("amount", (900_000_000, 25_000_001)),
}


@pytest.mark.parametrize("task", sorted(TASKS))
@pytest.mark.parametrize("name", sorted(SHORT))
def test_a_sum_that_is_too_high_is_cured_by_a_lower_one(sqlite_of_both_plans: Path, task: str, name: str) -> None:
    at = [one["command"] for one in life_of(task)].index(name)
    field, sums = SHORT[name]
    with copied(sqlite_of_both_plans) as url:
        spec, command = on_the_eve(url, task, at)
        refused = {spec.desk.handle(changed(command, **{field: amount})).outcome for amount in sums}
        spec.when(command)
        spec.close()

        assert {"refused"} == refused
        spec.then_recorded()


@pytest.mark.parametrize("task", sorted(TASKS))
def test_a_document_completed_is_a_document(sqlite_of_both_plans: Path, task: str) -> None:
    at = [one["command"] for one in life_of(task)].index("approve_task")
    whole = document("88/QĐ", "2025-05-05", "UBND tỉnh")
    with copied(sqlite_of_both_plans) as url:
        spec, command = on_the_eve(url, task, at)
        given_up_to = [dict(list(whole.items())[:count]) for count in range(3)]
        found = [refused_by(spec.desk.handle(changed(command, document=paper))) for paper in given_up_to]
        spec.when(changed(command, document=whole))
        spec.close()

        assert found == [["house.document"]] * 3
        spec.then_recorded()
