"""What units hand in, issue and record in a year: who may, for which unit, with which document."""

from typing import Any

import pytest

from engine.states import UnitYear
from tests.spec import Spec, adopt
from tests.unityears import gathering, inspection, measure, paper, report
from tests.world import Command, changed, document, new_unit, person, unit, without, world

DAY = "2026-05-04"
BY_UNIT = {
    "submit_unit_plan": paper("submit_unit_plan", DAY, 2026),
    "issue_regulation": paper("issue_regulation", DAY, 2026, incentive=True),
    "issue_procedure": paper("issue_procedure", DAY, 2026),
    "submit_report": report("2026-Q1", DAY),
    "inspection of its own": inspection(DAY),
}
BY_DEPARTMENT = {
    "inspection by the Department": inspection(DAY, "department"),
    "measure": measure(DAY, 3),
    "measure of a unit": measure(DAY, 3, unit="BV1"),
    "conference": gathering("record_conference", DAY),
    "training": gathering("record_training", DAY),
}
BY_BOTH = {
    "conference of a unit": gathering("record_conference", DAY, unit="BV1"),
    "training of a unit": gathering("record_training", DAY, unit="BV1"),
}
OF_A_UNIT = BY_UNIT | BY_BOTH | {"measure of a unit": BY_DEPARTMENT["measure of a unit"]}
STAFF = ("admin", "aud", "fin", "lead", "nobody", "off1", "off2", "pi1", "sec")


def pairs(commands: dict[str, Command], *may: str, passes: bool) -> list[Any]:
    people = may if passes else [who for who in STAFF if who not in may]
    return [pytest.param(wanted, who, id=f"{name}-{who}") for name, wanted in commands.items() for who in people]


def each(commands: dict[str, Command]) -> list[Any]:
    return [pytest.param(wanted, id=name) for name, wanted in commands.items()]


def secretary_of_bv1() -> Command:
    return person("local", "2026-02-05", "BV1", [{"role": "secretary", "unit": "BV1"}])


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize(
    ("wanted", "who"),
    pairs(BY_UNIT, "off1", passes=False)
    + pairs(BY_DEPARTMENT, "sec", passes=False)
    + pairs(BY_BOTH, "off1", "sec", passes=False),
)
def test_nobody_else_records_it(spec: Spec, wanted: Command, who: str) -> None:
    spec.given(*world("HP36"))
    spec.when(wanted | {"actor": who})

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
@pytest.mark.parametrize(
    ("wanted", "who"),
    pairs(BY_UNIT, "off1", passes=True)
    + pairs(BY_DEPARTMENT, "sec", passes=True)
    + pairs(BY_BOTH, "off1", "sec", passes=True),
)
def test_who_may_records_it(spec: Spec, wanted: Command, who: str) -> None:
    spec.given(*world("HP36"))
    spec.when(wanted | {"actor": who})

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize("wanted", each(BY_UNIT | BY_DEPARTMENT))
def test_a_units_secretary_does_not_speak_for_the_department(spec: Spec, wanted: Command) -> None:
    spec.given(*world("HP36"), secretary_of_bv1())
    spec.when(wanted | {"actor": "local"})

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
@pytest.mark.parametrize("wanted", each(BY_BOTH))
def test_a_units_secretary_records_its_conferences_and_trainings(spec: Spec, wanted: Command) -> None:
    spec.given(*world("HP36"), secretary_of_bv1())
    spec.when(wanted | {"actor": "local"})

    spec.then_recorded()


@pytest.mark.rule("house.in_force", "refuses")
@pytest.mark.parametrize("wanted", each(OF_A_UNIT))
def test_a_unit_that_does_not_take_part_in_the_plan_is_refused(spec: Spec, wanted: Command) -> None:
    spec.given(*world("HP36"))
    spec.when(wanted | {"plan": "VP57"})

    spec.then_refused("house.in_force")


@pytest.mark.rule("house.in_force", "refuses")
@pytest.mark.parametrize("wanted", each(OF_A_UNIT))
def test_a_unit_that_is_not_in_force_yet_is_refused(spec: Spec, wanted: Command) -> None:
    officer = person("early", "2026-02-05", roles=[{"role": "unit_officer", "unit": "BV3"}])
    spec.given(*world("HP36"), unit("BV3", "2026-05-05", ["HP36"]), officer)
    actor = wanted["actor"] if wanted["actor"] == "sec" else "early"
    spec.when(wanted | {"unit": "BV3", "actor": actor})

    spec.then_refused("house.in_force")


@pytest.mark.rule("house.in_force", "passes")
@pytest.mark.parametrize("wanted", each(OF_A_UNIT))
def test_a_unit_is_in_force_from_its_first_day(spec: Spec, wanted: Command) -> None:
    spec.given(*world("HP36"), *new_unit("BV3", DAY, ["HP36"]))
    actor = wanted["actor"] if wanted["actor"] == "sec" else "off-BV3"
    spec.when(wanted | {"unit": "BV3", "actor": actor})

    spec.then_recorded()


@pytest.mark.rule("house.document", "refuses")
@pytest.mark.parametrize(
    "wanted", each({name: one for name, one in (BY_UNIT | BY_DEPARTMENT).items() if "document" in one})
)
@pytest.mark.parametrize("paper", [None, {"number": "1", "date": DAY}], ids=["without", "no issuer"])
def test_where_a_document_is_required_it_is_there_and_whole(spec: Spec, wanted: Command, paper: Any) -> None:
    spec.given(*world("HP36"))
    spec.when(changed(wanted, document=paper) if paper else without(wanted, "document"))

    spec.then_refused("house.document")


@pytest.mark.rule("house.document", "passes")
@pytest.mark.parametrize("wanted", each(BY_BOTH | {"report": report("2026-Q2", DAY), "inspection": inspection(DAY)}))
def test_elsewhere_a_document_may_be_given(spec: Spec, wanted: Command) -> None:
    spec.given(*world("HP36"))
    spec.when(wanted | {"document": document("3/BC", DAY)})

    spec.then_recorded()


@pytest.mark.rule("house.chronology", "refuses")
@pytest.mark.parametrize("wanted", each(BY_UNIT | BY_DEPARTMENT | BY_BOTH))
def test_nothing_is_recorded_for_a_day_to_come(spec: Spec, wanted: Command) -> None:
    spec.given(*world("HP36"))
    spec.when(wanted | {"on": "2026-11-21"})

    spec.then_refused("house.chronology")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (report("2026-03", DAY), "period"),
        (report("2026-Q5", DAY), "period"),
        (report("2026-h1", DAY), "period"),
        (report("quý I", DAY), "period"),
        (report("9999", DAY), "period"),
        (measure(DAY, -1), "value"),
        (measure(DAY, "nhiều"), "value"),
        (inspection(DAY, kind="surprise"), "kind"),
        (inspection(DAY) | {"by": "neighbours"}, "by"),
        (gathering("record_training", DAY, participants=-3), "participants"),
        (paper("submit_unit_plan", DAY, 26), "year"),
        (paper("submit_unit_plan", DAY, 2026, incentive=True), "incentive"),
        (without(inspection(DAY), "findings"), "findings"),
    ],
)
def test_what_is_not_well_formed_is_invalid(spec: Spec, wanted: Command, field: str) -> None:
    spec.given(*world("HP36"))
    spec.when(wanted)

    spec.then_invalid(field)


@pytest.mark.parametrize("wanted", each(OF_A_UNIT))
def test_an_unknown_unit_is_not_found(spec: Spec, wanted: Command) -> None:
    spec.given(*world("HP36"))
    spec.when(wanted | {"unit": "BV99"})

    spec.then_not_found("unit")


STREAMS = {
    "year of the command": (paper("submit_unit_plan", DAY, 2027), "unit_year:BV1:HP36:2027"),
    "year of the period": (report("2025-Q4", DAY), "unit_year:BV1:HP36:2025"),
    "a year as a number": (report(2025, DAY), "unit_year:BV1:HP36:2025"),  # type: ignore[arg-type]
    "year of the decision": (inspection(DAY), "unit_year:BV1:HP36:2026"),
    "of the Department": (gathering("record_conference", DAY), "plan:HP36"),
    "of a unit": (gathering("record_conference", DAY, unit="BV1"), "unit_year:BV1:HP36:2026"),
    "measured in percent": (measure(DAY, 33.3, unit="percent"), "plan:HP36"),
    "measured at a unit": (measure(DAY, 33.3, unit="BV1"), "unit_year:BV1:HP36:2026"),
}


@pytest.mark.parametrize(("wanted", "stream"), STREAMS.values(), ids=STREAMS)
def test_it_stands_on_the_stream_of_the_units_year_or_of_the_plan(spec: Spec, wanted: Command, stream: str) -> None:
    spec.given(*world("HP36"))
    spec.when(wanted)

    assert spec.result is not None
    assert (spec.result.outcome, spec.result.stream) == ("recorded", stream)


@pytest.mark.parametrize(
    ("value", "kept"), [(0.1, "0.1"), (33.30, "33.3"), (1e-07, "0.0000001"), (100, "100"), (20.0, "20")]
)
def test_a_value_is_kept_to_its_last_decimal(spec: Spec, value: float, kept: str) -> None:
    spec.given(*world("HP36"), measure(DAY, value))

    assert (
        spec.log.rows("SELECT body FROM events WHERE kind = 'measure_recorded'")[0][0].count(f'"{kept}"'.encode()) == 1
    )


def test_other_events_on_a_plans_stream_are_no_versions_of_the_plan(spec: Spec) -> None:
    spec.given(*world("HP36"), gathering("record_conference", DAY), measure(DAY, 3))
    before = _number(spec)
    adopt(spec, number="36A/KH-SYT")
    spec.given(gathering("record_training", DAY), paper("submit_unit_plan", DAY, 2026))

    assert (before, _number(spec)) == ((1, "36/KH-SYT"), (2, "36A/KH-SYT"))
    assert spec.log.rows("SELECT version FROM events WHERE stream = 'plan:HP36' AND kind = 'plan_adopted'") == [
        (1,),
        (4,),
    ]


def test_a_cold_desk_finds_a_plans_versions_among_other_events(spec: Spec) -> None:
    spec.given(*world("HP36"), gathering("record_conference", DAY))
    spec.desk.rebuild_index()
    cold = Spec(spec.url)
    found = _number(cold)
    cold.close()

    assert found == (1, "36/KH-SYT")


def _number(spec: Spec) -> tuple[int, str]:
    with spec.desk.reading() as work:
        plan, number = work.newest("HP36") or (None, 0)
        assert plan is not None
        assert work.version("HP36", number) == plan
        return number, plan.number


def test_what_a_unit_did_is_folded_by_duty_and_period(spec: Spec) -> None:
    did = [
        paper("submit_unit_plan", "2026-02-14", 2026),
        paper("issue_regulation", "2026-02-16", 2026),
        paper("issue_regulation", "2026-02-17", 2026, incentive=True),
        paper("issue_procedure", "2026-02-18", 2026),
        report("2026-Q1", "2026-03-24"),
        report("2026-H1", "2026-07-01"),
        report("2026", "2026-11-02"),
        inspection("2026-11-03"),
        inspection("2026-11-04", "department"),
        gathering("record_training", "2026-11-05", unit="BV1"),
    ]
    spec.given(*world("HP36"), *did)
    with spec.desk.reading() as work:
        year = work.get("unit_year:BV1:HP36:2026")

    assert isinstance(year, UnitYear)
    assert [(deed.what, deed.period, deed.on.isoformat()) for deed in year.deeds] == [
        ("unit_plan", "2026", "2026-02-14"),
        ("regulation", "2026", "2026-02-17"),
        ("unit_procedure", "2026", "2026-02-18"),
        ("quarter_report", "2026-Q1", "2026-03-24"),
        ("half_year_report", "2026-H1", "2026-07-01"),
        ("year_report", "2026", "2026-11-02"),
        ("self_inspection", "2026", "2026-11-03"),
    ]


def test_a_value_is_entered_for_a_target_of_the_plan(spec: Spec) -> None:
    spec.given(*world("VP57"))
    spec.when(measure("2026-05-11", 3, "VP57", measure="smart_hospital")).then_invalid("measure")
    assert spec.result is not None
    (error,) = spec.result.errors

    assert "has no target that is measured by smart_hospital;" in error.message.render("en")
    assert "smart_hospitals, " in error.message.render("en")
    spec.when(measure("2026-05-11", 3, "VP57", measure="smart_hospitals")).then_recorded()


def test_where_a_plan_states_no_target_any_value_is_kept(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(measure(DAY, 3, measure="anything")).then_recorded()
