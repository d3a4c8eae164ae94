"""Corrections: who may correct what, what is refused, and what the record then shows, now and as known before."""

from typing import Any

import pytest

from engine.conformance import conformance
from engine.events import EntryCorrected
from tests.rules.actors import all_refused, answers
from tests.spec import Spec, shown
from tests.world import (
    DEPARTMENT_MEMBERS,
    ESTIMATE,
    HP_GRASSROOTS,
    HP_SECTOR,
    LABOUR,
    SUM,
    SUPPLIES,
    Command,
    command,
    document,
    eve,
    life,
    person,
    scores,
    step,
    story,
    without,
    world,
)

DAY = "2026-11-02"
LATER_ENTRIES = "house.later_entries"
HEAD = person("head", "2026-02-05", "BV1", [{"role": "leader", "unit": "BV1"}])


def correction(stream: str, version: int, field: str, value: Any, actor: str = "lead", on: str = DAY) -> Command:
    """The correction of a field of that entry by the leader."""
    paper = {"reason": "Ghi nhầm", "document": document("76/QĐ-SYT", on)}
    return command("correct", actor, on, stream=stream, version=version, field=field, value=value, **paper)


def retitled(title: str = "Tên đúng", actor: str = "lead", on: str = DAY) -> Command:
    return correction("task:T1", 1, "title", title, actor, on)


def rescission(version: int) -> Command:
    paper = {"reason": "Ra nhầm", "document": document("75/QĐ-SYT", DAY)}
    return command("rescind", "lead", DAY, stream="task:T1", version=version, **paper)


def refused_for(spec: Spec, wanted: Command, *entries: str) -> None:
    """The correction is refused because exactly these later entries depend on it, and they are named."""
    spec.when(wanted)
    spec.then_refused(LATER_ENTRIES)
    assert spec.result is not None
    told = shown(spec.result)

    assert [entry for entry in entries if f"{entry} (" not in told] == []
    assert f"{len(entries)} later" in told


OWN = [
    ("task:T1", 1, "title", "Tên đúng", {"off1"}),
    ("task:T1", 3, "authority", "Giám đốc Sở", set()),
    ("task:T1", 4, "document", document("5/QĐ-SYT", "2026-03-16"), {"fin"}),
    ("task:T1", 5, "contract", document("02/HĐ", "2026-04-01"), {"sec", "off1"}),
    ("session:T1-appraise", 1, "guests", ["Khách"], {"sec"}),
    ("council:HD-NGANH", 1, "name", "Hội đồng đúng", {"sec"}),
    ("line:L-department", 1, "purpose", "đề tài", {"fin"}),
    ("person:pi1", 1, "name", "Tên đúng", {"admin"}),
    ("unit:BV1", 1, "name", "Tên đúng", {"admin"}),
    ("unit:BV1", 2, "office", "Phòng khác", {"admin", "off1"}),
]
STAFF = ("sec", "fin", "aud", "off1", "off2", "admin", "head")


@pytest.mark.rule("house.role", "passes")
@pytest.mark.parametrize(
    ("stream", "version", "field", "value", "actor"),
    [(*entry[:4], actor) for entry in OWN for actor in sorted({"lead"} | entry[4])],
)
def test_a_leader_and_who_may_record_the_original_correct_it(
    spec: Spec, stream: str, version: int, field: str, value: Any, actor: str
) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), HEAD)
    spec.when(correction(stream, version, field, value, actor))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize(("stream", "version", "field", "value", "may"), OWN)
def test_nobody_else_corrects_it(spec: Spec, stream: str, version: int, field: str, value: Any, may: set[str]) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), HEAD)
    actors = [actor for actor in STAFF if actor not in may]

    assert answers(spec, correction(stream, version, field, value), actors) == all_refused(actors)


@pytest.mark.rule("house.role", "passes")
def test_the_leader_of_the_unit_corrects_its_grassroots_task(spec: Spec) -> None:
    spec.given(*story(HP_GRASSROOTS, "in_progress"), HEAD)
    spec.when(retitled(actor="head"))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
def test_who_recorded_the_original_and_holds_the_role_no_more_does_not_correct_it(spec: Spec) -> None:
    leaves = command("revoke_role", "admin", DAY, person="off1", role="unit_officer", unit="BV1")
    spec.given(*story(HP_SECTOR, "in_progress"), leaves)
    spec.when(retitled(actor="off1"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.chronology", "refuses")
def test_a_correction_decided_tomorrow_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "registered"))
    spec.when(retitled(on="2026-11-21"))

    spec.then_refused("house.chronology")


@pytest.mark.rule("house.chronology", "passes")
def test_a_correction_is_not_held_to_the_newest_step(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.when(retitled(on="2026-03-01"))

    spec.then_recorded()


@pytest.mark.rule("house.document", "refuses")
def test_a_correction_without_a_document_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "registered"))
    spec.when(without(retitled(), "document"))

    spec.then_refused("house.document")


@pytest.mark.parametrize("field", ["stream", "version", "field", "value", "reason"])
def test_a_correction_that_leaves_something_out_is_invalid(spec: Spec, field: str) -> None:
    spec.given(*story(HP_SECTOR, "registered"))
    spec.when(without(retitled(), field))

    spec.then_invalid(field)


@pytest.mark.parametrize("stream", ["task:T9", "person:p9", "line:L9", "council:C9", "session:S9", "unit:U9", "T1"])
def test_a_correction_in_a_stream_nobody_has_is_not_found(spec: Spec, stream: str) -> None:
    spec.given(*story(HP_SECTOR, "registered"))
    spec.when(retitled() | {"stream": stream})

    spec.then_not_found("stream")


def test_a_correction_of_a_version_the_stream_does_not_have_is_not_found(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "registered"))
    spec.when(retitled() | {"version": 2})

    spec.then_not_found("version")


@pytest.mark.parametrize(
    "change",
    [
        {"field": "colour"},
        {"field": "task", "value": "T2"},
        {"value": 7},
        {"value": ""},
        {"value": None},
        {"value": "x" * 10_001},
        {"field": "end", "value": "2027-02-30"},
        {"field": "team", "value": "tm1"},
        {"field": "estimate", "value": [{"content": SUPPLIES, "amount": -1}]},
        {"version": 4, "field": "amount", "value": "nhiều"},
        {"version": 4, "field": "amount", "value": -1},
        {"version": 5, "field": "contract", "value": "01/HĐ"},
        {"stream": "line:L-department", "field": "payer", "value": "ai đó"},
        {"stream": "person:pi1", "field": "roles", "value": ["emperor"]},
        {"stream": "unit:BV1", "field": "portal", "value": "http://bv1.example.vn"},
        {"stream": "session:T1-appraise", "version": 2, "field": "ballots", "value": [{"person": "m1", "score": 101}]},
    ],
    ids=lambda change: "-".join(str(each)[:12] for each in change.values()),
)
def test_an_unknown_field_or_a_value_of_the_wrong_kind_is_invalid(spec: Spec, change: Command) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.when(retitled() | change)

    spec.then_invalid("field" if change.get("field") in ("colour", "task") else "value")


def test_a_correction_shows_at_once_and_the_old_picture_as_known_before(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    known, before = spec.now.isoformat(), spec.task("T1")
    spec.now = spec.now.replace(hour=9)
    spec.given(retitled())

    assert before | {"title": "Tên đúng", "version": 6} == spec.task("T1")
    assert before == spec.task("T1", known_at=known)
    assert spec.task("T1", known_at=spec.now.isoformat()) == spec.task("T1")


def test_a_field_is_corrected_twice_and_each_time_known_as_it_was(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    titles = []
    for hour, title in enumerate(["Tên thứ hai", "Tên thứ ba"], start=9):
        titles.append((spec.now.isoformat(), spec.task("T1")["title"]))
        spec.now = spec.now.replace(hour=hour)
        spec.given(retitled(title))

    assert spec.task("T1")["title"] == "Tên thứ ba"
    assert titles == [(time, spec.task("T1", known_at=time)["title"]) for time, _ in titles]
    assert titles[1][1] == "Tên thứ hai"


def test_two_fields_of_one_entry_are_corrected_one_after_the_other(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "registered"), retitled(), correction("task:T1", 1, "year", 2026))
    spec.given(correction("task:T1", 1, "investigator", "tm1"))
    shown = spec.task("T1")

    assert (shown["title"], shown["investigator"], shown["version"]) == ("Tên đúng", "tm1", 4)


def test_a_field_that_may_be_left_out_is_corrected_to_nothing(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "registered"), correction("task:T1", 1, "summary", None), retitled())

    assert spec.task("T1")["title"] == "Tên đúng"


def test_a_corrected_date_moves_the_step(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), correction("task:T1", 3, "on", "2026-03-12"))
    days = ("2026-03-11", "2026-03-12")

    assert [spec.task("T1", as_of=day)["state"] for day in days] == ["appraised", "approved"]


@pytest.mark.rule("house.chronology", "refuses")
@pytest.mark.parametrize("on", ["2026-03-01", "2026-11-21"])
def test_a_corrected_date_is_not_before_the_step_before_nor_in_the_future(spec: Spec, on: str) -> None:
    spec.given(*story(HP_SECTOR, "approved"))
    spec.when(correction("task:T1", 3, "on", on))

    spec.then_refused("house.chronology")


def test_a_corrected_date_is_not_after_the_step_after(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "funded"))

    refused_for(spec, correction("task:T1", 3, "on", "2026-03-17"), "task:T1/4")


@pytest.mark.rule("HP36-II.6.a", "refuses")
def test_a_corrected_entry_is_held_to_its_own_rules(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "approved"), *two_on_one_line())
    spec.when(correction("task:T2", 4, "amount", 40_000_001, "fin"))

    spec.then_refused("HP36-II.6.a")


def test_an_allocation_that_leaves_too_little_for_a_later_one_names_it(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "approved"), *two_on_one_line())

    refused_for(spec, correction("task:T1", 4, "amount", 60_000_001, "fin"), "task:T2/4")


def two_on_one_line() -> list[Command]:
    """T1 and T2 share a line that has no more than 100 million."""
    less = {"line": "L-department", "amount": SUM, "reason": "Giảm", "document": document("71/QĐ-SYT", "2026-02-06")}
    return [
        command("adjust_budget_line", "fin", "2026-03-16", **less),
        step(HP_SECTOR, "fund_task", amount=60_000_000),
        *life(HP_SECTOR, "T2", "approved"),
        step(HP_SECTOR, "fund_task", "T2", amount=40_000_000),
    ]


def test_an_allocation_corrected_to_less_leaves_the_rest_to_others(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "approved"), *two_on_one_line(), correction("task:T1", 4, "amount", 40_000_000))
    spec.when(step(HP_SECTOR, "fund_task", "T2", amount=20_000_000))

    spec.then_recorded()


SPENT = eve(HP_SECTOR, "submit_for_acceptance")


def test_an_allocation_is_corrected_down_to_what_is_spent(spec: Spec) -> None:
    spec.given(*SPENT)
    refused_for(spec, correction("task:T1", 4, "amount", 74_999_999), "task:T1/8")
    spec.when(correction("task:T1", 4, "amount", 75_000_000))

    spec.then_recorded()


def test_a_disbursement_is_corrected_up_to_what_the_estimate_has(spec: Spec) -> None:
    spec.given(*SPENT)
    spec.when(correction("task:T1", 7, "amount", 80_000_001, "fin"))
    spec.then_refused("HP36-III.1.2.b")
    spec.given(correction("task:T1", 7, "amount", 80_000_000, "fin"))

    assert spec.task("T1")["money"]["disbursed"] == 95_000_000


def test_an_entry_that_paid_a_former_member_stands_in_the_way(spec: Spec) -> None:
    spec.given(*SPENT)

    refused_for(spec, correction("task:T1", 1, "investigator", "tm1"), "task:T1/8")


def test_all_entries_that_stand_in_the_way_are_named(spec: Spec) -> None:
    less = [{"content": SUPPLIES, "amount": 50_000_000}, {"content": "Khác", "amount": 50_000_000}]
    spec.given(*SPENT)

    refused_for(spec, correction("task:T1", 3, "estimate", less), "task:T1/7", "task:T1/8")


@pytest.mark.rule("house.estimate", "refuses")
def test_neither_sum_nor_breakdown_of_an_approval_is_corrected_without_the_other(spec: Spec) -> None:
    less = [{"content": SUPPLIES, "amount": 80_000_000}, {"content": LABOUR, "amount": 19_000_000}]
    spec.given(*eve(HP_SECTOR, "approve_task"), step(HP_SECTOR, "approve_task", estimate=ESTIMATE))
    spec.when(correction("task:T1", 3, "amount", 99_000_000))
    spec.then_refused("house.estimate")
    spec.when(correction("task:T1", 3, "estimate", less))

    spec.then_refused("house.estimate")


def test_ballots_that_a_step_counted_stand(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "appraised"))

    refused_for(spec, correction("session:T1-appraise", 2, "ballots", scores(60, DEPARTMENT_MEMBERS)), "task:T1/2")


def test_ballots_that_no_step_counted_are_corrected(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise_task"))
    spec.given(correction("session:T1-appraise", 2, "ballots", scores(60, DEPARTMENT_MEMBERS), "sec"))
    spec.given(step(HP_SECTOR, "appraise_task"))

    assert spec.task("T1")["state"] == "revision_requested"


def test_ballots_are_corrected_when_the_step_is_rescinded(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "appraised"), rescission(2))
    spec.given(correction("session:T1-appraise", 2, "ballots", scores(60, DEPARTMENT_MEMBERS), "sec"))
    spec.given(step(HP_SECTOR, "appraise_task"))

    assert spec.task("T1")["state"] == "revision_requested"


def test_a_corrected_step_is_rescinded_with_its_correction(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"))
    before = spec.task("T1")
    spec.given(step(HP_SECTOR, "fund_task"), correction("task:T1", 4, "amount", 60_000_000), rescission(4))

    assert before | {"version": 6} == spec.task("T1")


def test_a_correction_is_not_corrected(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "registered"), retitled())
    spec.when(correction("task:T1", 2, "value", "Tên khác"))

    assert spec.result is not None
    assert spec.result.outcome == "invalid"


def test_a_correction_before_the_entry_that_needs_it_is_recorded(spec: Spec) -> None:
    spec.given(*world("HP36"), *life(HP_SECTOR, until="registered"), correction("task:T1", 1, "level", "grassroots"))
    spec.given(*life(HP_GRASSROOTS, until="approved")[1:])

    assert spec.task("T1")["workflow"]["name"] == HP_GRASSROOTS


@pytest.mark.rule("house.approved_within_estimate", "refuses")
def test_the_sum_of_an_approval_without_a_breakdown_of_its_own_is_held_to_the_appraised_estimate(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"), step(HP_SECTOR, "approve_task"))
    spec.when(correction("task:T1", 3, "amount", SUM + 1)).then_refused("house.approved_within_estimate")
    spec.when(correction("task:T1", 3, "amount", SUM - 1)).then_refused("house.estimate")


@pytest.mark.rule("house.estimate", "passes")
def test_the_sum_approved_for_a_task_from_a_register_without_an_estimate_is_corrected(spec: Spec) -> None:
    source = {"file": "sổ cũ.xlsx", "sheet": "1", "row": 7, "sha256": "ab" * 32}
    told = {"plan": "HP36", "level": "sector", "year": 2026, "title": "Đề tài từ sổ cũ", "lead_unit": "BV1"}
    old = command("import_task", "sec", "2026-02-10", task="T1", state="appraised", facts={}, source=source, **told)
    spec.given(*world("HP36"), old, step(HP_SECTOR, "approve_task"))
    spec.when(correction("task:T1", 2, "amount", 90_000_000)).then_recorded()
    with spec.desk.reading() as work:
        judged = {each.event.command: each.judgement for each in conformance(spec.desk.decider, work.events())}

    assert (judged["import_task"], judged["approve_task"]) == ("imported", "lawful")
    assert spec.task("T1")["money"]["approved"] == 90_000_000


@pytest.mark.parametrize(
    ("version", "field", "text", "value"),
    [
        (6, "amount", "9000000", 9_000_000),
        (1, "human_subjects", "false", False),
        (1, "team", '["pi1"]', ["pi1"]),
        (1, "end", "30/4/2027", "2027-04-30"),
    ],
)
def test_a_value_given_as_text_is_read_as_its_field_has_it(
    spec: Spec, version: int, field: str, text: str, value: Any
) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), step(HP_SECTOR, "disburse"))
    spec.when(correction("task:T1", version, field, text)).then_recorded()
    with spec.desk.reading() as work:
        (kept,) = [event.fact for event in work.events() if event.fact.KIND == "entry_corrected"]

    assert isinstance(kept, EntryCorrected)
    assert (kept.value, kept.data[field]) == (value, value)


def test_a_title_of_digits_stays_a_title(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.when(retitled("2026")).then_recorded()

    assert spec.task("T1")["title"] == "2026"
