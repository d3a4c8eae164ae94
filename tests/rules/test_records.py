"""Records of a task that change no state: inspections, publications in journals, commendations."""

from typing import Any

import pytest

from tests.rules.actors import all_refused, answers
from tests.spec import Spec
from tests.world import HP_GRASSROOTS, HP_SECTOR, VP_GRASSROOTS, Command, command, document, person, story, without

LATER = "2026-11-02"
PAPER = document("80/QĐ-SYT", LATER)
HEAD = person("head", "2026-02-05", "BV1", [{"role": "leader", "unit": "BV1"}])
SECRETARY = person("local", "2026-02-05", "BV1", [{"role": "secretary", "unit": "BV1"}])


def inspection(on: str = LATER, actor: str = "sec", **fields: Any) -> Command:
    return command("inspect_task", actor, on, **{"task": "T1", "findings": "Đúng tiến độ", **fields})


def publication(on: str = LATER, actor: str = "off1", **fields: Any) -> Command:
    return command("record_publication", actor, on, **{"task": "T1", "citation": "Tạp chí Bịa 1 (2026)", **fields})


def commendation(on: str = LATER, actor: str = "lead", **fields: Any) -> Command:
    praised = fields or {"persons": ["pi1"]}
    return command("commend", actor, on, task="T1", form="Giấy khen", document=PAPER, **praised)


def suspended() -> list[Command]:
    stop = command("suspend_task", "lead", "2026-05-04", task="T1", document=PAPER, reason="Lý do bịa")
    return [*story(HP_SECTOR, "in_progress"), stop]


KINDS = [inspection, publication]


@pytest.mark.rule("house.order_of_steps", "passes")
@pytest.mark.parametrize("state", ["in_progress", "submitted", "closed"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_task_is_inspected_and_written_about_from_its_start_on(spec: Spec, kind: Any, state: str) -> None:
    spec.given(*story(HP_SECTOR, state))
    spec.when(kind())

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "passes")
@pytest.mark.parametrize("kind", KINDS)
def test_so_it_is_while_suspended(spec: Spec, kind: Any) -> None:
    spec.given(*suspended())
    spec.when(kind())

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "passes")
@pytest.mark.parametrize("kind", [*KINDS, commendation])
def test_so_it_is_when_recognised(spec: Spec, kind: Any) -> None:
    spec.given(*story(VP_GRASSROOTS, "recognised"))
    spec.when(kind())

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize("state", ["registered", "funded"])
@pytest.mark.parametrize("kind", KINDS)
def test_not_before_its_start(spec: Spec, kind: Any, state: str) -> None:
    spec.given(*story(HP_SECTOR, state))
    spec.when(kind())

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize("kind", [*KINDS, commendation])
def test_not_when_terminated(spec: Spec, kind: Any) -> None:
    spec.given(*suspended())
    spec.given(command("terminate_task", "lead", "2026-06-01", task="T1", document=PAPER, reason="Lý do bịa"))
    spec.when(kind())

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "passes")
@pytest.mark.parametrize("state", ["accepted", "published", "closed"])
def test_a_hp36_task_is_commended_from_its_acceptance_on(spec: Spec, state: str) -> None:
    spec.given(*story(HP_SECTOR, state))
    spec.when(commendation())

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize(("workflow", "state"), [(VP_GRASSROOTS, "accepted"), (HP_SECTOR, "submitted")])
def test_a_task_is_not_commended_before_its_result_stands(spec: Spec, workflow: str, state: str) -> None:
    spec.given(*story(workflow, state))
    spec.when(commendation())

    spec.then_refused("house.order_of_steps")


MAY = {"inspect_task": {"sec", "lead"}, "record_publication": {"off1"}, "commend": {"sec", "lead"}}
STAFF = ("sec", "lead", "fin", "aud", "off1", "off2", "admin")


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize("wanted", [inspection(), publication(), commendation()])
def test_nobody_else_records_it(spec: Spec, wanted: Command) -> None:
    actors = [actor for actor in STAFF if actor not in MAY[wanted["command"]]]
    spec.given(*story(HP_SECTOR, "accepted"))

    assert answers(spec, wanted, actors) == all_refused(actors)


@pytest.mark.rule("house.role", "passes")
@pytest.mark.parametrize("wanted", [inspection(actor="lead"), commendation(actor="sec")])
def test_leader_and_secretary_inspect_and_commend(spec: Spec, wanted: Command) -> None:
    spec.given(*story(HP_SECTOR, "accepted"))
    spec.when(wanted)

    spec.then_recorded()


@pytest.mark.rule("house.role", "passes")
@pytest.mark.parametrize("kind", [inspection, commendation])
@pytest.mark.parametrize("actor", ["head", "local"])
def test_leader_and_secretary_of_the_unit_do_so_for_its_grassroots_task(spec: Spec, kind: Any, actor: str) -> None:
    spec.given(*story(HP_GRASSROOTS, "accepted"), HEAD, SECRETARY)
    spec.when(kind(actor=actor))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize("kind", [inspection, commendation])
def test_the_leader_of_the_unit_does_not_for_another_task(spec: Spec, kind: Any) -> None:
    spec.given(*story(HP_SECTOR, "accepted"), HEAD)
    spec.when(kind(actor="head"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.chronology", "refuses")
@pytest.mark.parametrize("kind", [*KINDS, commendation])
def test_a_record_from_before_the_newest_step_is_refused(spec: Spec, kind: Any) -> None:
    spec.given(*story(HP_SECTOR, "accepted"))
    spec.when(kind(on="2026-09-20"))

    spec.then_refused("house.chronology")


@pytest.mark.rule("house.chronology", "passes")
@pytest.mark.parametrize("kind", [*KINDS, commendation])
def test_a_record_of_the_day_of_the_newest_step_passes(spec: Spec, kind: Any) -> None:
    spec.given(*story(HP_SECTOR, "accepted"))
    spec.when(kind(on="2026-09-21"))

    spec.then_recorded()


@pytest.mark.rule("house.document", "refuses")
def test_a_commendation_without_a_document_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "accepted"))
    spec.when(without(commendation(), "document"))

    spec.then_refused("house.document")


@pytest.mark.rule("house.document", "refuses")
def test_an_inspection_with_half_a_document_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "accepted"))
    spec.when(inspection(document={"number": "1/BB"}))

    spec.then_refused("house.document")


@pytest.mark.rule("house.document", "passes")
@pytest.mark.parametrize("fields", [{"document": PAPER, "of_use": True}, {"of_use": False}])
def test_an_inspection_may_have_a_document_and_say_whether_the_result_is_used(spec: Spec, fields: Command) -> None:
    spec.given(*story(HP_SECTOR, "closed"))
    spec.when(inspection(**fields))

    spec.then_recorded()


def test_a_unit_may_be_commended(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "closed"))
    spec.when(commendation(unit="BV1"))

    spec.then_recorded()


def test_a_commendation_of_persons_and_unit_or_of_neither_is_invalid(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "closed"))
    outcomes = []
    for one in (commendation(unit="BV1", persons=["pi1"]), without(commendation(), "persons")):
        spec.when(one)
        outcomes.append(spec.result and spec.result.outcome)

    assert outcomes == ["invalid", "invalid"]


def test_a_record_changes_nothing_but_the_version(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "closed"))
    before = spec.task("T1")
    spec.given(inspection(), publication(doi="10.1000/1"), commendation())

    assert before | {"version": before["version"] + 3} == spec.task("T1")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (inspection(task="T9"), "task"),
        (publication(task="T9"), "task"),
        (commendation(persons=["p9"]), "persons"),
        (commendation(unit="BV9"), "unit"),
    ],
    ids=["inspection", "publication", "persons", "unit"],
)
def test_a_record_of_something_that_does_not_exist_is_not_found(spec: Spec, wanted: Command, field: str) -> None:
    spec.given(*story(HP_SECTOR, "closed"))
    spec.when(wanted)

    spec.then_not_found(field)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [(inspection(), "findings"), (publication(), "citation"), (commendation(), "form")],
    ids=["findings", "citation", "form"],
)
def test_a_record_that_leaves_something_out_is_invalid(spec: Spec, wanted: Command, field: str) -> None:
    spec.given(*story(HP_SECTOR, "closed"))
    spec.when(without(wanted, field))

    spec.then_invalid(field)
