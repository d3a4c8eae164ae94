"""Starting: money, a contract, and ethics clearance where people are studied."""

import pytest

from tests.spec import Spec
from tests.world import HP_SECTOR, SUM, VP_GRASSROOTS, document, eve, step, story, without

ETHICS = document("12/CN-HĐĐĐ", "2026-03-20", "Hội đồng đạo đức")


@pytest.mark.rule("house.contract", "refuses")
def test_a_start_without_a_contract_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "start_task"))
    spec.when(without(step(HP_SECTOR, "start_task"), "contract"))

    spec.then_refused("house.contract")


@pytest.mark.rule("house.contract", "passes")
@pytest.mark.parametrize("actor", ["sec", "off1"])
def test_a_start_with_a_contract_passes(spec: Spec, actor: str) -> None:
    spec.given(*eve(HP_SECTOR, "start_task"))
    spec.when(step(HP_SECTOR, "start_task", actor=actor))

    spec.then_recorded()


@pytest.mark.rule("house.document", "refuses")
@pytest.mark.parametrize("missing", ["number", "date", "issuer"])
def test_an_incomplete_contract_is_refused(spec: Spec, missing: str) -> None:
    contract = without(document("01/HĐ", "2026-04-01"), missing)
    spec.given(*eve(HP_SECTOR, "start_task"))
    spec.when(step(HP_SECTOR, "start_task", contract=contract))

    spec.then_refused("house.document")


@pytest.mark.rule("law.ethics", "refuses")
def test_research_on_people_without_ethics_clearance_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "start_task", human_subjects=True))
    spec.when(step(HP_SECTOR, "start_task"))

    spec.then_refused("law.ethics")


@pytest.mark.rule("law.ethics", "refuses")
def test_the_law_binds_tasks_of_vp57_too(spec: Spec) -> None:
    spec.given(*eve(VP_GRASSROOTS, "start_task", human_subjects=True))
    spec.when(step(VP_GRASSROOTS, "start_task"))

    spec.then_refused("law.ethics")


@pytest.mark.rule("law.ethics", "passes")
def test_research_on_people_with_ethics_clearance_passes(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "start_task", human_subjects=True))
    spec.when(step(HP_SECTOR, "start_task", ethics=ETHICS))

    spec.then_recorded()


@pytest.mark.rule("law.ethics", "passes")
def test_research_that_studies_nobody_needs_no_ethics_clearance(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "start_task", human_subjects=False))
    spec.when(step(HP_SECTOR, "start_task"))

    spec.then_recorded()


@pytest.mark.rule("house.document", "refuses")
@pytest.mark.parametrize("missing", ["number", "date", "issuer"])
def test_an_incomplete_ethics_clearance_is_refused(spec: Spec, missing: str) -> None:
    spec.given(*eve(HP_SECTOR, "start_task", human_subjects=True))
    spec.when(step(HP_SECTOR, "start_task", ethics=without(ETHICS, missing)))

    spec.then_refused("house.document")


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_task_without_money_does_not_start(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="approved"))
    spec.when(step(HP_SECTOR, "start_task"))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "passes")
@pytest.mark.parametrize("amount", [1, SUM])
def test_a_task_partly_or_fully_funded_starts(spec: Spec, amount: int) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), step(HP_SECTOR, "fund_task", amount=amount))
    spec.when(step(HP_SECTOR, "start_task"))

    spec.then_recorded()


@pytest.mark.rule("house.contract", "refuses")
def test_a_start_without_contract_and_without_clearance_names_both(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "start_task", human_subjects=True))
    spec.when(without(step(HP_SECTOR, "start_task"), "contract"))

    spec.then_refused("house.contract", "law.ethics")
