"""Initiatives: shares of the authors, recognition in a session or by a document, commendation."""

from typing import Any

import pytest

from tests.spec import Spec
from tests.unityears import (
    RECOGNISED,
    REGISTERED,
    ballots,
    by_paper,
    honour,
    initiative,
    meeting,
    recognition,
    registered,
    voted,
)
from tests.world import (
    DEPARTMENT_MEMBERS,
    FIRST_DAY,
    Command,
    changed,
    document,
    person,
    without,
    world,
)


def shared(*shares: Any) -> list[dict[str, Any]]:
    return [{"person": f"m{place}", "share": share} for place, share in enumerate(shares, start=1)]


def of_bv1(role: str, unit: str = "BV1") -> Command:
    return person("local", FIRST_DAY["HP36"], unit, [{"role": role, "unit": unit}])


@pytest.mark.rule("house.shares", "passes")
@pytest.mark.parametrize(
    "shares",
    [(100,), (60, 40), (33.33, 33.33, 33.34), (0.1,) * 5 + (99.5,), (33.3, 66.7), (99.999999, 0.000001)],
    ids=str,
)
def test_shares_that_add_up_to_exactly_a_hundred_pass(spec: Spec, shares: tuple[float, ...]) -> None:
    spec.given(*world("HP36"))
    spec.when(initiative(authors=shared(*shares)))

    spec.then_recorded()


@pytest.mark.rule("house.shares", "refuses")
@pytest.mark.parametrize(
    "shares", [(), (99,), (120,), (60, 41), (33.3, 33.3, 33.3), (99.9999999, 0.000001), (100, 0), (50, 50.01)], ids=str
)
def test_shares_that_do_not_are_refused(spec: Spec, shares: tuple[float, ...]) -> None:
    spec.given(*world("HP36"))
    spec.when(initiative(authors=shared(*shares)))

    spec.then_refused("house.shares")


@pytest.mark.rule("house.shares", "refuses")
def test_nobody_is_author_twice(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(initiative(authors=[{"person": "pi1", "share": 50}, {"person": "pi1", "share": 50}]))

    spec.then_refused("house.shares")


@pytest.mark.parametrize("share", [-1, "half", True, None])
def test_a_share_is_a_number_from_nothing_up(spec: Spec, share: Any) -> None:
    spec.given(*world("HP36"))
    spec.when(initiative(authors=shared(share)))

    spec.then_invalid("authors")


def test_shares_are_kept_to_their_last_decimal(spec: Spec) -> None:
    spec.given(*world("HP36"), initiative(authors=shared(0.1, 99.9)))
    with spec.desk.reading() as work:
        known = work.get("initiative:S1")

    assert getattr(known, "authors", None) == (("m1", "0.1"), ("m2", "99.9"))


@pytest.mark.rule("house.unique_id", "refuses")
def test_an_initiatives_id_is_used_once(spec: Spec) -> None:
    spec.given(*registered())
    spec.when(initiative(title="Cải tiến khác"))

    spec.then_refused("house.unique_id")


@pytest.mark.rule("house.unique_id", "passes")
def test_another_id_passes(spec: Spec) -> None:
    spec.given(*registered())
    spec.when(initiative("S2"))

    spec.then_recorded()


@pytest.mark.rule("house.in_force", "refuses")
def test_the_unit_takes_part_in_the_plan(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(initiative(plan="VP57"))

    spec.then_refused("house.in_force")


@pytest.mark.rule("house.in_force", "refuses")
def test_the_unit_is_in_force(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(initiative(on="2026-02-04"))

    spec.then_refused("house.in_force", "house.role")


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize("who", ["admin", "aud", "fin", "lead", "sec", "off2", "pi1"])
def test_only_the_unit_registers_its_initiative(spec: Spec, who: str) -> None:
    spec.given(*world("HP36"))
    spec.when(initiative(actor=who))

    spec.then_refused("house.role")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (initiative(unit="BV9"), "unit"),
        (initiative(plan="KH9"), "plan"),
        (initiative(authors=[{"person": "x9", "share": 100}]), "authors"),
    ],
    ids=["unit", "plan", "authors"],
)
def test_what_it_names_is_on_record(spec: Spec, wanted: Command, field: str) -> None:
    spec.given(*world("HP36"))
    spec.when(wanted)

    spec.then_not_found(field)


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_session_without_the_initiative_recognises_nothing(spec: Spec) -> None:
    spec.given(*voted(), initiative("S2"))
    spec.when(recognition("S2", session="P-S1"))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_session_without_ballots_recognises_nothing(spec: Spec) -> None:
    spec.given(*registered(), meeting())
    spec.when(recognition())

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_the_step_is_not_before_the_session(spec: Spec) -> None:
    spec.given(*voted())
    spec.when(recognition(on="2026-04-09"))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_session_from_before_the_registration_does_not_count(spec: Spec) -> None:
    early = "2026-03-01"
    spec.given(*registered(), meeting(on=early), changed(ballots(), on=early))
    spec.when(recognition())

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize("again", [recognition(), by_paper()], ids=["session", "document"])
def test_an_initiative_is_recognised_once(spec: Spec, again: Command) -> None:
    spec.given(*voted(), recognition())
    spec.when(again)

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_ballots_for_an_initiative_are_cast_once(spec: Spec) -> None:
    spec.given(*voted())
    spec.when(ballots())

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "passes")
def test_a_document_recognises_without_a_session(spec: Spec) -> None:
    spec.given(*registered())
    spec.when(by_paper())

    spec.then_recorded()


@pytest.mark.rule("house.document", "refuses")
def test_the_document_is_whole(spec: Spec) -> None:
    spec.given(*registered())
    spec.when(by_paper(document={"number": "15", "date": RECOGNISED}))

    spec.then_refused("house.document")


@pytest.mark.parametrize("both", [True, False])
def test_it_is_a_session_or_a_document(spec: Spec, both: bool) -> None:
    spec.given(*voted())
    spec.when(by_paper(session="P-S1") if both else without(recognition(), "session"))

    spec.then_invalid("document", "session")


@pytest.mark.rule("house.chronology", "refuses")
def test_it_is_not_recognised_before_it_is_registered(spec: Spec) -> None:
    spec.given(*registered())
    spec.when(by_paper(on="2026-03-01"))

    spec.then_refused("house.chronology")


@pytest.mark.rule("house.chronology", "passes")
def test_it_may_be_recognised_on_the_day_it_is_registered(spec: Spec) -> None:
    spec.given(*registered())
    spec.when(by_paper(on=REGISTERED))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize("who", ["admin", "aud", "fin", "lead", "off1", "pi1"])
def test_only_a_secretary_records_the_recognition(spec: Spec, who: str) -> None:
    spec.given(*voted())
    spec.when(recognition(actor=who))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
def test_the_units_own_secretary_records_it_too(spec: Spec) -> None:
    spec.given(*voted(), of_bv1("secretary"))
    spec.when(recognition(actor="local"))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
def test_another_units_secretary_does_not(spec: Spec) -> None:
    spec.given(*voted(), of_bv1("secretary", "BV2"))
    spec.when(recognition(actor="local"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_an_initiative_that_is_not_recognised_is_not_commended(spec: Spec) -> None:
    spec.given(*voted())
    spec.when(honour())

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "passes")
@pytest.mark.parametrize("who", [{"persons": ["pi1", "tm1"]}, {"persons": [], "unit": "BV1"}], ids=["people", "unit"])
def test_an_initiative_that_is_recognised_is_commended(spec: Spec, who: dict[str, Any]) -> None:
    spec.given(*voted(), recognition())
    spec.when(honour(**who))

    spec.then_recorded()
    assert spec.result is not None
    assert spec.result.stream == "initiative:S1"


@pytest.mark.rule("house.chronology", "refuses")
def test_it_is_not_commended_before_it_is_recognised(spec: Spec) -> None:
    spec.given(*voted(), recognition())
    spec.when(honour("2026-04-09"))

    spec.then_refused("house.chronology")


@pytest.mark.rule("house.chronology", "passes")
def test_it_may_be_commended_on_that_day(spec: Spec) -> None:
    spec.given(*voted(), recognition())
    spec.when(honour(RECOGNISED))

    spec.then_recorded()


@pytest.mark.rule("house.role", "passes")
@pytest.mark.parametrize("who", ["sec", "lead"])
def test_secretary_and_leader_commend(spec: Spec, who: str) -> None:
    spec.given(*voted(), recognition())
    spec.when(honour(actor=who))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
def test_a_units_leader_has_no_say_on_initiatives(spec: Spec) -> None:
    spec.given(*voted(), recognition(), of_bv1("leader"))
    spec.when(honour(actor="local"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.document", "refuses")
def test_a_commendation_has_its_document(spec: Spec) -> None:
    spec.given(*voted(), recognition())
    spec.when(without(honour(), "document"))

    spec.then_refused("house.document")


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        (honour(task="T1"), ("initiative", "task")),
        (without(honour(), "initiative"), ("initiative", "task")),
        (honour(unit="BV1"), ("persons", "unit")),
    ],
    ids=["both", "neither", "persons and unit"],
)
def test_a_commendation_is_for_one_thing_and_one_receiver(spec: Spec, wanted: Command, fields: tuple[str, ...]) -> None:
    spec.given(*voted(), recognition())
    spec.when(wanted)

    spec.then_invalid(*fields)


def test_a_commendation_names_an_initiative_on_record(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(honour())

    spec.then_not_found("initiative")


def test_the_votes_stay_with_the_recognition(spec: Spec) -> None:
    spec.given(*voted(6), recognition())
    with spec.log.reader() as reader:
        last = list(reader.stream("initiative:S1"))[-1]

    assert b'"session":"P-S1","present":7,"counts":{"yes":6,"no":1}' in last.body
    assert document("P-S1/BB", RECOGNISED, "Hội đồng")["number"].encode() in last.body
    assert set(DEPARTMENT_MEMBERS) == {f"m{number}" for number in range(1, 8)}
