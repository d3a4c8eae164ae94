"""Corrections: who may correct what, what is refused, and what the record then shows, now and as known before."""

from typing import Any

import pytest

from engine.events import EntryCorrected
from tests.rules.actors import all_refused, answers
from tests.rules.correcting import DAY, HEAD, correction, retitled
from tests.spec import Spec
from tests.world import (
    HP_GRASSROOTS,
    HP_SECTOR,
    SUPPLIES,
    Command,
    command,
    document,
    step,
    story,
    without,
)

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


def test_a_correction_is_not_corrected(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "registered"), retitled())
    spec.when(correction("task:T1", 2, "value", "Tên khác"))

    assert spec.result is not None
    assert spec.result.outcome == "invalid"


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


def test_a_date_is_not_corrected_to_a_year_that_is_none_of_ours(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "registered"))
    spec.when(correction("task:T1", 1, "end", "0026-12-31"))

    spec.then_invalid("value")
