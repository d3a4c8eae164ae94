"""Mergers: tasks, roles, councils, lines and portal of a merged unit are the successor's from that day."""

from datetime import date, timedelta

import pytest

from tests.rules.merging import DAY, OF_BV3, merger
from tests.spec import Spec
from tests.world import (
    HP_GRASSROOTS,
    HP_SECTOR,
    Command,
    between,
    council,
    council_of,
    eve,
    line,
    names,
    person,
    scores,
    seats,
    sitting,
    step,
    story,
    voting,
    world,
)


def day_after(on: str) -> str:
    return (date.fromisoformat(on) + timedelta(days=1)).isoformat()


def of_bv2(role: str) -> Command:
    """Somebody who holds a role for BV2 alone."""
    return person("local2", DAY, "BV2", [{"role": role, "unit": "BV2"}])


# (workflow, key of the step, who of BV2 takes it)
SERVED = [
    pytest.param(HP_SECTOR, "report_progress", "unit_officer", id="officer"),
    pytest.param(HP_SECTOR, "submit_for_acceptance", "unit_officer", id="officer-submits"),
    pytest.param(HP_GRASSROOTS, "appraise.session", "secretary", id="secretary-sits"),
    pytest.param(HP_GRASSROOTS, "accept_task", "secretary", id="secretary-accepts"),
    pytest.param(HP_GRASSROOTS, "fund_task", "finance", id="finance-funds"),
    pytest.param(HP_GRASSROOTS, "disburse", "finance", id="finance-pays"),
    pytest.param(HP_GRASSROOTS, "approve_task", "leader", id="leader"),
]


@pytest.mark.rule("house.role", "passes")
@pytest.mark.parametrize(("workflow", "key", "role"), SERVED)
def test_from_the_merger_on_the_successors_people_serve_the_merged_units_tasks(
    spec: Spec, workflow: str, key: str, role: str
) -> None:
    taken = step(workflow, key, actor="local2")
    spec.given(*eve(workflow, key), of_bv2(role), merger(taken["on"]))
    spec.when(taken)

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize(("workflow", "key", "role"), SERVED)
def test_the_day_before_the_merger_they_do_not(spec: Spec, workflow: str, key: str, role: str) -> None:
    taken = step(workflow, key, actor="local2")
    spec.given(*eve(workflow, key), of_bv2(role), merger(day_after(taken["on"])))
    spec.when(taken)

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
@pytest.mark.parametrize("key", ["report_progress", "submit_for_acceptance", "publish_task"])
def test_the_merged_units_own_officer_goes_on_with_its_tasks(spec: Spec, key: str) -> None:
    taken = step(HP_SECTOR, key)
    spec.given(*eve(HP_SECTOR, key), merger(taken["on"]))
    spec.when(taken | ({"url": "https://bv2.example.vn/khcn/T1"} if key == "publish_task" else {}))

    spec.then_recorded()


@pytest.mark.rule("house.role", "passes")
def test_the_merged_units_own_officer_acts_for_the_successor(spec: Spec) -> None:
    spec.given(*world("HP36"), merger("2026-02-20"))
    spec.when(step(HP_SECTOR, "register_task", lead_unit="BV2"))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
def test_the_day_before_the_merger_he_does_not(spec: Spec) -> None:
    spec.given(*world("HP36"), merger("2026-02-21"))
    spec.when(step(HP_SECTOR, "register_task", lead_unit="BV2"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "refuses")
def test_a_third_units_officer_gains_nothing_by_the_merger(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "report_progress"), *OF_BV3, merger("2026-05-04"))
    spec.when(step(HP_SECTOR, "report_progress", actor="off-BV3"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.right_council", "passes")
def test_the_successors_council_accepts_a_merged_units_task(spec: Spec) -> None:
    spec.given(*eve(HP_GRASSROOTS, "accept.session"), *council_of(5, "HP36", kind="science", unit="BV2"))
    spec.given(merger("2026-09-21"))
    spec.when(sitting("accept", "2026-09-21", council="HD-X", present=names(5)))

    spec.then_recorded()


@pytest.mark.rule("house.right_council", "refuses")
def test_the_day_before_the_merger_it_does_not(spec: Spec) -> None:
    spec.given(*eve(HP_GRASSROOTS, "accept.session"), *council_of(5, "HP36", kind="science", unit="BV2"))
    spec.given(merger("2026-09-22"))
    spec.when(sitting("accept", "2026-09-21", council="HD-X", present=names(5)))

    spec.then_refused("house.right_council")


@pytest.mark.rule("house.right_council", "passes")
@pytest.mark.parametrize("lead", [{}, {"lead_unit": "BV2", "actor": "off2"}], ids=["merged", "successor"])
def test_the_merged_units_council_sits_on_tasks_of_both(spec: Spec, lead: Command) -> None:
    spec.given(*eve(HP_GRASSROOTS, "appraise.session", **lead), merger("2026-03-02"))
    spec.when(step(HP_GRASSROOTS, "appraise.session"))

    spec.then_recorded()


@pytest.mark.rule("house.payer", "passes")
def test_a_line_of_the_successor_pays_for_a_merged_units_task(spec: Spec) -> None:
    spec.given(*eve(HP_GRASSROOTS, "fund_task"), line("L-X", "unit", "HP36", unit="BV2"), merger("2026-03-16"))
    spec.when(step(HP_GRASSROOTS, "fund_task", line="L-X"))

    spec.then_recorded()


@pytest.mark.rule("house.payer", "passes")
def test_a_line_of_the_merged_unit_pays_for_the_successors_task(spec: Spec) -> None:
    spec.given(*world("HP36"), step(HP_GRASSROOTS, "register_task", lead_unit="BV2", actor="off2"))
    spec.given(merger("2026-03-01"), *between(HP_GRASSROOTS, "register_task", "fund_task"))
    spec.when(step(HP_GRASSROOTS, "fund_task"))

    spec.then_recorded()


@pytest.mark.rule("house.payer", "refuses")
def test_a_line_of_the_successor_does_not_pay_before_the_merger(spec: Spec) -> None:
    spec.given(*eve(HP_GRASSROOTS, "fund_task"), line("L-X", "unit", "HP36", unit="BV2"), merger("2026-03-17"))
    spec.when(step(HP_GRASSROOTS, "fund_task", line="L-X"))

    spec.then_refused("house.payer")


def mixed_council(merged_on: str) -> list[Command]:
    """The appraisal session on 2 March in a council with one plain member of BV1 and one of BV2."""
    places = {"x6": "BV1", "x7": "BV2"}
    members = [person(who, DAY, places.get(who)) for who in names(7)]
    chamber = council("HD-X", DAY, "sector", "HP36", seats(names(7)))
    met = sitting("appraise", "2026-03-02", council="HD-X", present=names(7))
    return [*eve(HP_SECTOR, "appraise.session"), *members, chamber, met, merger(merged_on)]


@pytest.mark.rule("customary.conflict_of_interest", "refuses")
def test_members_of_merged_units_are_of_one_unit(spec: Spec) -> None:
    spec.given(*mixed_council("2026-03-02"))
    spec.when(voting("appraise", "2026-03-02", scores(80, names(7))))

    spec.then_refused("customary.conflict_of_interest")


@pytest.mark.rule("customary.conflict_of_interest", "passes")
def test_the_day_before_the_merger_they_are_of_two(spec: Spec) -> None:
    spec.given(*mixed_council("2026-03-03"))
    spec.when(voting("appraise", "2026-03-02", scores(80, names(7))))

    spec.then_recorded()


@pytest.mark.rule("house.publication", "passes")
@pytest.mark.parametrize(("merged", "host"), [("2026-10-05", "bv2"), ("2026-10-06", "bv1")])
def test_a_merged_units_result_is_published_on_the_portal_of_the_day(spec: Spec, merged: str, host: str) -> None:
    spec.given(*eve(HP_SECTOR, "publish_task"), merger(merged))
    spec.when(step(HP_SECTOR, "publish_task", on="2026-10-05", url=f"https://{host}.example.vn/khcn/T1"))

    spec.then_recorded()


@pytest.mark.rule("house.publication", "refuses")
@pytest.mark.parametrize(("merged", "host"), [("2026-10-05", "bv1"), ("2026-10-06", "bv2")])
def test_a_merged_units_result_is_not_published_on_another(spec: Spec, merged: str, host: str) -> None:
    spec.given(*eve(HP_SECTOR, "publish_task"), merger(merged))
    spec.when(step(HP_SECTOR, "publish_task", on="2026-10-05", url=f"https://{host}.example.vn/khcn/T1"))

    spec.then_refused("house.publication")


CHAIN = [merger("2026-06-01"), merger("2026-06-10", "BV2", into="BV3")]


@pytest.mark.rule("house.role", "passes")
@pytest.mark.parametrize("chain", [CHAIN, CHAIN[::-1]], ids=["in order", "the later first"])
@pytest.mark.parametrize(("actor", "on"), [("off2", "2026-06-01"), ("off-BV3", "2026-06-10"), ("off1", "2026-06-10")])
def test_a_chain_of_mergers_hands_the_task_on(spec: Spec, actor: str, on: str, chain: list[Command]) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"), *OF_BV3, *chain)
    spec.when(step(HP_SECTOR, "report_progress", actor=actor, on=on))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize(("actor", "on"), [("off2", "2026-05-31"), ("off-BV3", "2026-06-09")])
def test_each_successor_of_a_chain_waits_for_its_own_day(spec: Spec, actor: str, on: str) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"), *OF_BV3, *CHAIN)
    spec.when(step(HP_SECTOR, "report_progress", actor=actor, on=on))

    spec.then_refused("house.role")


def test_a_merged_units_task_is_shown_under_the_successor(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"), *OF_BV3, *CHAIN)
    days = ["2026-05-31", "2026-06-01", "2026-06-09", "2026-06-10"]

    assert [spec.task("T1", as_of=day)["lead_unit"] for day in days] == ["BV1", "BV2", "BV2", "BV3"]
