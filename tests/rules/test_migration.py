"""Migration: a task is governed by the version it was registered under until a leader's document says otherwise."""

import hashlib
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from engine.commands import AdoptPlan
from engine.parse import ask_for
from tests.rules.actors import all_refused, answers
from tests.spec import Spec, builtin_contents
from tests.world import HP_CITY, HP_GRASSROOTS, HP_SECTOR, Command, command, document, person, step, story, without

ADOPTED, DAY = "2026-04-15", "2026-05-04"
HEAD = person("head", "2026-02-05", "BV1", [{"role": "leader", "unit": "BV1"}])
Body = dict[str, Any]


def without_progress_report(body: Body) -> None:
    """Submitting no longer asks for a progress report."""
    for workflow in body["workflows"].values():
        del workflow["steps"]["submit_for_acceptance"]["rules"]["progress_report"]


def without_suspension(body: Body) -> None:
    """A sector task is no longer suspended."""
    sector = body["workflows"]["sector"]
    sector["states"] = [state for state in sector["states"] if state["name"] != "suspended"]
    for name in ("suspend_task", "resume_task"):
        del sector["steps"][name]
    for one in sector["steps"].values():
        one["moves"].pop("suspended", None)
        for rule in one["rules"].values():
            if "running" in rule["with"]:
                rule["with"]["running"].remove("suspended")


def without_city(body: Body) -> None:
    del body["workflows"]["city"]


def unchanged(_: Body) -> None:
    pass


def adoption(change: Callable[[Body], None], on: str = ADOPTED) -> AdoptPlan:
    """The adoption of a new version of HP36, changed so."""
    [found] = [content for plan, content, _ in builtin_contents() if plan == "HP36"]
    body = deepcopy(found)
    change(body)
    sha256 = hashlib.sha256(json.dumps(body).encode()).hexdigest()
    return AdoptPlan(actor="admin", on=date.fromisoformat(on), plan="HP36", content=body, sha256=sha256)


def adopt(spec: Spec, change: Callable[[Body], None], on: str = ADOPTED) -> None:
    """A new version of HP36, changed so, is on record."""
    wanted = adoption(change, on)
    assert [result.outcome for result in spec.desk.batch([ask_for(wanted)])] == ["recorded"]


def migration(version: int = 2, on: str = DAY, actor: str = "lead", **fields: Any) -> Command:
    paper = document("90/QĐ-SYT", on)
    return command("migrate_task", actor, on, **{"task": "T1", "version": version, "document": paper, **fields})


def decided(name: str, on: str) -> Command:
    return command(name, "lead", on, task="T1", document=document("70/QĐ-SYT", on), reason="Lý do bịa")


@pytest.mark.rule("house.progress_report", "refuses")
def test_a_running_task_stays_under_its_version(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    adopt(spec, without_progress_report)
    spec.when(step(HP_SECTOR, "submit_for_acceptance"))

    spec.then_refused("house.progress_report")


def test_a_migrated_task_is_held_to_the_new_version(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    adopt(spec, without_progress_report)
    spec.given(migration())
    spec.when(step(HP_SECTOR, "submit_for_acceptance"))

    spec.then_recorded()


@pytest.mark.rule("house.progress_report", "refuses")
def test_a_version_that_was_only_tried_is_not_the_one_adopted_later(spec: Spec) -> None:
    """What a dry run adopts is forgotten with it, also by the desk that goes on."""
    spec.given(*story(HP_SECTOR, "in_progress"))
    submit = step(HP_SECTOR, "submit_for_acceptance")
    tried = list(spec.desk.rehearse(ask_for(one) for one in (adoption(without_progress_report), migration(), submit)))
    adopt(spec, unchanged)
    spec.given(migration())
    spec.when(submit)

    assert [result.outcome for result in tried] == ["recorded"] * 3
    spec.then_refused("house.progress_report")


@pytest.mark.rule("house.progress_report", "refuses")
def test_a_task_may_be_migrated_back(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    adopt(spec, without_progress_report)
    spec.given(migration(), migration(1, "2026-05-05"))
    spec.when(step(HP_SECTOR, "submit_for_acceptance"))

    spec.then_refused("house.progress_report")


def test_a_migration_changes_the_version_and_nothing_else(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    adopt(spec, without_progress_report)
    before = spec.task("T1")
    spec.given(migration())

    assert spec.task("T1") == before | {"version": 6, "workflow": {"name": HP_SECTOR, "version": 2}}


def test_a_migration_shows_from_its_day_and_from_the_time_it_was_recorded(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    adopt(spec, without_progress_report)
    known = spec.now.isoformat()
    spec.now = spec.now.replace(hour=9)
    spec.given(migration())
    asked: list[dict[str, str]] = [{"as_of": "2026-05-03"}, {"as_of": DAY}, {"known_at": known}]

    assert [spec.task("T1", **one)["workflow"]["version"] for one in asked] == [1, 2, 1]


def test_a_task_registered_after_the_adoption_has_the_new_version(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "registered"))
    adopt(spec, without_progress_report)
    spec.given(step(HP_SECTOR, "register_task", "T2", on=ADOPTED))

    assert [spec.task(task)["workflow"]["version"] for task in ("T1", "T2")] == [1, 2]


@pytest.mark.rule("house.role", "refuses")
def test_nobody_but_a_leader_migrates_a_task(spec: Spec) -> None:
    actors = ("sec", "fin", "off1", "admin", "aud", "head")
    spec.given(*story(HP_SECTOR, "in_progress"), HEAD)
    adopt(spec, without_progress_report)

    assert answers(spec, migration(), actors) == all_refused(actors)


@pytest.mark.rule("house.role", "passes")
def test_the_leader_of_the_unit_migrates_its_grassroots_task(spec: Spec) -> None:
    spec.given(*story(HP_GRASSROOTS, "in_progress"), HEAD)
    adopt(spec, without_progress_report)
    spec.when(migration(actor="head"))

    spec.then_recorded()


@pytest.mark.rule("house.document", "refuses")
def test_a_migration_without_a_document_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    adopt(spec, without_progress_report)
    spec.when(without(migration(), "document"))

    spec.then_refused("house.document")


@pytest.mark.rule("house.chronology", "refuses")
@pytest.mark.parametrize("on", ["2026-04-30", "2026-11-21"])
def test_a_migration_is_neither_before_the_newest_step_nor_in_the_future(spec: Spec, on: str) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), decided("suspend_task", "2026-05-01"))
    adopt(spec, without_progress_report)
    spec.when(migration(on=on))

    spec.then_refused("house.chronology")


@pytest.mark.rule("house.chronology", "passes")
def test_a_migration_may_be_of_the_day_of_the_newest_step(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), decided("suspend_task", "2026-05-01"))
    adopt(spec, without_progress_report)
    spec.when(migration(on="2026-05-01"))

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_task_does_not_go_to_a_version_without_the_state_it_is_in(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), decided("suspend_task", "2026-04-20"))
    adopt(spec, without_suspension)
    spec.when(migration())

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "passes")
def test_a_task_goes_to_a_version_that_has_the_state_it_is_in(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    adopt(spec, without_suspension)
    spec.when(migration())

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_migrated_task_has_the_steps_of_the_new_version_alone(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    adopt(spec, without_suspension)
    spec.given(migration())
    spec.when(decided("suspend_task", "2026-05-05"))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_task_does_not_go_to_a_version_without_its_level(spec: Spec) -> None:
    spec.given(*story(HP_CITY, "in_progress"))
    adopt(spec, without_city)
    spec.when(migration())

    spec.then_refused("house.order_of_steps")


def test_a_corrected_migration_leads_to_the_version_it_should_have(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    adopt(spec, without_progress_report)
    adopt(spec, without_suspension)
    fields = {"stream": "task:T1", "version": 6, "field": "version", "value": 3, "reason": "Nhầm"}
    spec.given(migration(), command("correct", "lead", DAY, document=document("76/QĐ-SYT", DAY), **fields))

    assert spec.task("T1")["workflow"]["version"] == 3


@pytest.mark.parametrize(("fields", "missing"), [({"version": 3}, "version"), ({"task": "T9"}, "task")])
def test_a_version_or_task_that_does_not_exist_is_not_found(spec: Spec, fields: Command, missing: str) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    adopt(spec, without_progress_report)
    spec.when(migration(**fields))

    spec.then_not_found(missing)


@pytest.mark.parametrize("version", [0, "hai", None])
def test_a_version_that_is_no_number_from_one_on_is_invalid(spec: Spec, version: Any) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.when(migration(version))

    spec.then_invalid("version")
