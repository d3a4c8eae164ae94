"""Corrections of every kind of entry: what comes after follows the corrected one, or stands in its way."""

from typing import Any

import pytest

from tests.projections.shelves import listed
from tests.rules.correcting import correction, refused_for
from tests.spec import Spec
from tests.world import (
    DEPARTMENT_MEMBERS,
    HP_SECTOR,
    SUM,
    VP_GRASSROOTS,
    Command,
    command,
    council,
    crowd,
    document,
    eve,
    line,
    names,
    person,
    scores,
    seats,
    seminar,
    sitting,
    step,
    story,
    unit,
    voting,
    world,
)

FIRST = "2026-02-05"
SAT = "2026-03-02"
SEVEN = names(7)


def local_council() -> list[Command]:
    """The appraisal session of T1 in a council of seven, two of whom are of BV1 on record."""
    chamber = council("HD-X", FIRST, "sector", "HP36", seats(SEVEN))
    met = sitting("appraise", SAT, council="HD-X", present=SEVEN)
    return [*eve(HP_SECTOR, "appraise.session"), *crowd(7, FIRST, ("x6", "x7")), chamber, met]


BALLOTS = voting("appraise", SAT, scores(80, SEVEN))


@pytest.mark.rule("customary.conflict_of_interest", "passes")
def test_a_person_whose_unit_is_corrected_votes(spec: Spec) -> None:
    spec.given(*local_council())
    spec.when(BALLOTS)
    spec.then_refused("customary.conflict_of_interest")
    spec.given(correction("person:x7", 1, "unit", "BV2"))
    spec.when(BALLOTS)

    spec.then_recorded()


def test_ballots_cast_stand_in_the_way_of_a_persons_other_unit(spec: Spec) -> None:
    spec.given(*local_council(), correction("person:x7", 1, "unit", "BV2"), BALLOTS)

    refused_for(spec, correction("person:x7", 1, "unit", "BV1"), "session:T1-appraise/2")


@pytest.mark.rule("house.role", "refuses")
def test_a_role_that_a_correction_takes_away_counts_no_more(spec: Spec) -> None:
    deputy = person("deputy", FIRST, roles=["leader", "secretary"])
    spec.given(*eve(HP_SECTOR, "approve_task"), deputy, correction("person:deputy", 1, "roles", ["secretary"]))
    spec.when(step(HP_SECTOR, "approve_task", actor="deputy"))

    spec.then_refused("house.role")


def test_what_somebody_did_in_a_role_stands_in_the_way_of_taking_it_away(spec: Spec) -> None:
    deputy = person("deputy", FIRST, roles=["leader"])
    spec.given(*eve(HP_SECTOR, "approve_task"), deputy, step(HP_SECTOR, "approve_task", actor="deputy"))

    refused_for(spec, correction("person:deputy", 1, "roles", []), "task:T1/3")


def granted(on: str, role: str = "leader") -> list[Command]:
    return [*eve(HP_SECTOR, "approve_task"), command("grant_role", "admin", on, person="m7", role=role)]


@pytest.mark.rule("house.role", "passes")
@pytest.mark.parametrize(
    ("past", "field", "value"),
    [(granted("2026-03-11"), "on", "2026-03-10"), (granted(FIRST, "finance"), "role", "leader")],
    ids=["on", "role"],
)
def test_a_role_counts_as_the_corrected_entry_grants_it(
    spec: Spec, past: list[Command], field: str, value: Any
) -> None:
    spec.given(*past, correction("person:m7", 2, field, value, "admin"))
    spec.when(step(HP_SECTOR, "approve_task", actor="m7"))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
def test_a_delegation_counts_to_its_corrected_last_day(spec: Spec) -> None:
    paper = document("41/QĐ-SYT", FIRST)
    days = {"from": "2026-03-01", "until": "2026-03-31"}
    hand = command("delegate", "admin", FIRST, person="lead", to="m7", role="leader", document=paper, **days)
    spec.given(*eve(HP_SECTOR, "approve_task"))
    spec.given(correction(*entry_of(spec, hand), "until", "2026-03-09"))
    spec.when(step(HP_SECTOR, "approve_task", actor="m7"))

    spec.then_refused("house.role")


def entry_of(spec: Spec, wanted: Command) -> tuple[str, int]:
    """Record the command, and say in which stream and version it stands."""
    spec.when(wanted)
    spec.then_recorded()
    assert spec.result is not None
    assert spec.result.stream is not None
    assert spec.result.version is not None
    return spec.result.stream, spec.result.version


@pytest.mark.rule("house.publication", "passes")
def test_a_result_is_published_on_the_corrected_portal(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "publish_task"), correction("unit:BV1", 1, "portal", "https://dung.example.vn"))
    spec.when(step(HP_SECTOR, "publish_task", url="https://dung.example.vn/T1"))

    spec.then_recorded()


def test_a_publication_stands_in_the_way_of_another_portal(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "published"))

    refused_for(spec, correction("unit:BV1", 1, "portal", "https://dung.example.vn"), "task:T1/11")


def test_a_unit_shows_its_corrected_names_and_their_days(spec: Spec) -> None:
    spec.given(*world("HP36"), command("rename_unit", "admin", "2026-05-04", unit="BV1", name="Tên sai"))
    spec.given(correction("unit:BV1", 1, "name", "Tên một", "admin"), correction("unit:BV1", 3, "name", "Tên hai"))
    spec.given(correction("unit:BV1", 3, "on", "2026-05-11"))
    [found] = [row for row in listed(spec.log, "units") if row["unit"] == "BV1"]

    assert [tuple(name.values()) for name in found["names"]] == [
        ("Tên một", FIRST, "2026-05-10"),
        ("Tên hai", "2026-05-11", None),
    ]


@pytest.mark.rule("house.in_force", "passes")
def test_a_unit_is_in_force_from_the_corrected_day(spec: Spec) -> None:
    spec.given(*world("HP36"), unit("BV3", "2026-03-01", ["HP36"]), correction("unit:BV3", 1, "on", "2026-02-20"))
    spec.when(command("rename_unit", "admin", "2026-02-20", unit="BV3", name="Tên khác"))

    spec.then_recorded()


def test_what_was_done_before_stands_in_the_way_of_a_later_first_day_of_a_unit(spec: Spec) -> None:
    spec.given(*world("HP36"), unit("BV3", FIRST, ["HP36"]))
    spec.given(command("rename_unit", "admin", "2026-02-20", unit="BV3", name="Tên khác"))

    refused_for(spec, correction("unit:BV3", 1, "on", "2026-02-21"), "unit:BV3/2")


MERGED = command("merge_units", "admin", "2026-03-01", units=["BV1"], into="BV2", document=document("52/QĐ", FIRST))


@pytest.mark.rule("house.in_force", "passes")
def test_a_merger_counts_from_its_corrected_day(spec: Spec) -> None:
    spec.given(*world("HP36"))
    merged = entry_of(spec, MERGED)
    late = step(HP_SECTOR, "register_task", on=SAT)
    spec.when(late)
    spec.then_refused("house.in_force")
    spec.given(correction(*merged, "on", "2026-03-03", "admin"))
    spec.when(late)

    spec.then_recorded()


def test_a_merger_is_known_as_it_was_before_its_correction(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "registered"))
    merged = entry_of(spec, MERGED)
    known, days = spec.now.isoformat(), ("2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03")
    spec.now = spec.now.replace(hour=9)
    spec.given(correction(*merged, "on", "2026-03-03", "admin"))

    assert [spec.task("T1", as_of=day)["lead_unit"] for day in days] == ["BV1", "BV1", "BV1", "BV2"]
    assert [spec.task("T1", as_of=day, known_at=known)["lead_unit"] for day in days] == ["BV1", "BV2", "BV2", "BV2"]


@pytest.mark.rule("house.in_force", "passes")
def test_a_council_sits_from_its_corrected_first_day(spec: Spec) -> None:
    late = council("HD-X", FIRST, "sector", "HP36", seats(DEPARTMENT_MEMBERS), in_force_from="2026-03-03")
    met = sitting("appraise", SAT, council="HD-X", present=[*DEPARTMENT_MEMBERS])
    spec.given(*eve(HP_SECTOR, "appraise.session"), late)
    spec.when(met)
    spec.then_refused("house.in_force")
    spec.given(correction("council:HD-X", 1, "in_force_from", SAT, "sec"))
    spec.when(met)

    spec.then_recorded()


@pytest.mark.parametrize(("field", "value"), [("in_force_from", "2026-03-03"), ("in_force_until", "2026-03-01")])
def test_a_session_stands_in_the_way_of_a_shorter_life_of_its_council(spec: Spec, field: str, value: str) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.ballots"))

    refused_for(spec, correction("council:HD-NGANH", 1, field, value), "session:T1-appraise/1")


@pytest.mark.rule("customary.council_composition", "refuses")
def test_corrected_members_are_held_to_the_composition(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(correction("council:HD-NGANH", 1, "members", seats(DEPARTMENT_MEMBERS[:4])))

    spec.then_refused("customary.council_composition")


@pytest.mark.rule("customary.quorum", "passes")
def test_a_member_put_right_on_the_list_of_those_present_votes(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.given(step(HP_SECTOR, "appraise.session", present=[*DEPARTMENT_MEMBERS[:6]]))
    ballots = step(HP_SECTOR, "appraise.ballots")
    spec.when(ballots)
    spec.then_refused("customary.quorum")
    spec.given(correction("session:T1-appraise", 1, "present", [*DEPARTMENT_MEMBERS], "sec"))
    spec.when(ballots)

    spec.then_recorded()


def test_ballots_stand_in_the_way_of_fewer_present(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise_task"))

    refused_for(
        spec, correction("session:T1-appraise", 1, "present", [*DEPARTMENT_MEMBERS[:6]]), "session:T1-appraise/2"
    )


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_step_waits_for_the_corrected_day_of_its_session(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.ballots"), correction("session:T1-appraise", 1, "on", "2026-03-05", "sec"))
    spec.given(step(HP_SECTOR, "appraise.ballots", on="2026-03-05"))
    spec.when(step(HP_SECTOR, "appraise_task", on="2026-03-04"))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("HP36-II.6.a", "passes")
def test_a_line_pays_up_to_its_corrected_amount(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), line("L-X", "department", "HP36", amount=SUM - 1))
    spec.when(step(HP_SECTOR, "fund_task", line="L-X"))
    spec.then_refused("HP36-II.6.a")
    spec.given(correction("line:L-X", 1, "amount", SUM, "fin"))
    spec.when(step(HP_SECTOR, "fund_task", line="L-X"))

    spec.then_recorded()


@pytest.mark.parametrize(("field", "value"), [("amount", SUM - 1), ("payer", "city"), ("year", 2025)])
def test_an_allocation_stands_in_the_way_of_another_line(spec: Spec, field: str, value: Any) -> None:
    spec.given(*story(HP_SECTOR, "funded"))

    refused_for(spec, correction("line:L-department", 1, field, value, "fin"), "task:T1/4")


def test_a_line_corrected_down_to_what_is_allocated_has_nothing_left(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "funded"), correction("line:L-department", 1, "amount", SUM, "fin"))
    [found] = [row for row in listed(spec.log, "funding") if row["line"] == "L-department"]

    assert (found["amount"], found["allocated"], found["left"]) == (SUM, SUM, 0)


def test_an_adjustment_is_corrected(spec: Spec) -> None:
    less = {"line": "L-department", "amount": SUM, "reason": "Giảm", "document": document("71/QĐ-SYT", FIRST)}
    spec.given(*story(HP_SECTOR, "funded"), command("adjust_budget_line", "fin", "2026-03-16", **less))
    spec.when(correction("line:L-department", 2, "amount", SUM - 1, "fin"))
    spec.then_refused("HP36-II.6.a")
    spec.given(correction("line:L-department", 2, "amount", SUM + 1, "fin"))
    [found] = [row for row in listed(spec.log, "funding") if row["line"] == "L-department"]

    assert found["left"] == 1


@pytest.mark.rule("VP57-III.3.2", "passes")
def test_a_seminar_report_is_by_whom_the_correction_says(spec: Spec) -> None:
    [right] = seminar("2025-10-10")["reports"]
    held = seminar("2025-10-10", "tm1")
    spec.given(*story(VP_GRASSROOTS, "in_progress"), step(VP_GRASSROOTS, "report_progress"), held)
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance"))
    spec.then_refused("VP57-III.3.2")
    spec.given(correction("unit_year:BV1:VP57:2025", 1, "reports", [right], "off1"))
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance"))

    spec.then_recorded()


@pytest.mark.rule("customary.extension", "passes")
def test_an_amendment_is_corrected(spec: Spec) -> None:
    paper = {"document": document("71/QĐ-SYT", "2026-05-04"), "reason": "Thiếu mẫu"}
    amended = command("amend_task", "lead", "2026-05-04", task="T1", end="2027-05-31", **paper)
    spec.given(*story(HP_SECTOR, "in_progress"), amended, correction("task:T1", 6, "end", "2027-03-01"))
    spec.when(amended | {"on": "2026-05-05", "end": "2027-04-30"})

    spec.then_recorded()


@pytest.mark.rule("customary.extension", "refuses")
def test_a_corrected_amendment_is_held_to_the_limits(spec: Spec) -> None:
    paper = {"document": document("71/QĐ-SYT", "2026-05-04"), "reason": "Thiếu mẫu"}
    amended = command("amend_task", "lead", "2026-05-04", task="T1", end="2027-05-31", **paper)
    spec.given(*story(HP_SECTOR, "in_progress"), amended)
    spec.when(correction("task:T1", 6, "end", "2027-10-01"))

    spec.then_refused("customary.extension")
