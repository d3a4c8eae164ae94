"""A task that moved to another plan version does not go back to a state that this version does not know."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.conformance import conformance
from engine.decider import registers
from engine.entries import event_of
from tests.console.khcn import Khcn
from tests.rules.test_migration import Body, adopt, decided, migration, without_suspension
from tests.rules.test_rescissions import rescission
from tests.spec import Spec
from tests.world import HP_SECTOR, command, life, story, world

DAY = "2026-05-06"
LATER = "house.later_entries"
SUSPENDED, RESUMED, MIGRATED = 6, 7, 8  # entries of a task that is suspended once it is in progress
PENDING = {"name": "pending", "title": {"vi": "chờ ý kiến", "en": "waiting for an opinion"}}


def unchanged(_: Body) -> None:
    pass


def with_an_opinion(body: Body) -> None:
    """Between registration and appraisal an opinion is waited for, and a task may be returned then."""
    sector = body["workflows"]["sector"]
    sector["states"].insert(1, PENDING)
    sector["steps"]["ask_for_opinion"] = {
        "moves": {"registered": "pending"},
        "roles": ["secretary"],
        "title": {"vi": "Xin ý kiến", "en": "Ask for an opinion"},
    }
    sector["steps"]["appraise_task"]["moves"]["pending"] = sector["steps"]["appraise_task"]["moves"]["registered"]
    sector["steps"]["return_task"]["moves"]["pending"] = "returned"


def resumed(spec: Spec) -> None:
    """T1 was suspended and resumed under a version; the next one has no suspension, and T1 moves to it."""
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.given(decided("suspend_task", "2026-05-02"), decided("resume_task", "2026-05-03"))
    adopt(spec, without_suspension)
    spec.given(migration())


def stuck(spec: Spec, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, rescinded by a release that did not look where that leads."""
    resumed(spec)
    with monkeypatch.context() as before:
        before.setitem(registers.HOUSE, "rescind", ("newest_step", "covered_without_it"))
        spec.given(rescission(RESUMED, DAY))


def sentences(spec: Spec, lang: str) -> list[tuple[str, str]]:
    assert spec.result is not None
    problems = [problem for verdict in spec.result.refusals for problem in verdict.problems]
    return [(problem.message.render(lang), problem.cure.render(lang)) for problem in problems]


@pytest.mark.rule(LATER, "refuses")
def test_a_step_is_not_rescinded_into_a_state_that_the_version_since_lacks(spec: Spec) -> None:
    resumed(spec)
    spec.when(rescission(RESUMED, DAY)).then_refused(LATER)

    assert sentences(spec, "en") == [
        (
            (
                "T1 would go back to the state «suspended», which version 2 of the plan HP36 does not know; a later"
                " entry moved it to that version: task:T1/8 (task moved to another plan version, 2026-05-04)."
            ),
            (
                "Move the task first to a version that knows this state, such as 1 (`khcn task migrate T1 --version"
                " 1`), and then rescind the step."
            ),
        )
    ]
    assert "«tạm dừng»" in sentences(spec, "vi")[0][0]


@pytest.mark.rule(LATER, "passes")
def test_and_it_is_once_the_task_is_back_under_a_version_that_knows_it(spec: Spec) -> None:
    resumed(spec)
    spec.given(migration(1, "2026-05-05"))
    spec.when(rescission(RESUMED, DAY)).then_recorded()

    assert (spec.task("T1")["state"], spec.task("T1")["workflow"]["version"]) == ("suspended", 1)


@pytest.mark.rule(LATER, "passes")
def test_a_step_before_the_move_is_rescinded_where_the_version_knows_the_state_before(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    adopt(spec, without_suspension)
    spec.given(migration())
    spec.when(rescission(5, DAY)).then_recorded()

    assert (spec.task("T1")["state"], spec.task("T1")["workflow"]["version"]) == ("funded", 2)


@pytest.mark.rule(LATER, "refuses")
def test_the_newest_version_that_knows_both_states_is_named(spec: Spec) -> None:
    """Also where it is newer than the one by which the task goes."""
    spec.given(*story(HP_SECTOR, "in_progress"))
    adopt(spec, unchanged)
    spec.given(migration(2, "2026-05-02"), decided("suspend_task", "2026-05-02"), decided("resume_task", "2026-05-03"))
    adopt(spec, without_suspension)
    adopt(spec, unchanged)
    spec.given(migration(3))
    spec.when(rescission(8, DAY)).then_refused(LATER)

    assert "--version 4`" in sentences(spec, "en")[0][1]


@pytest.mark.rule(LATER, "passes")
def test_of_a_step_that_is_not_the_newest_only_that_is_told(spec: Spec) -> None:
    resumed(spec)
    spec.when(rescission(SUSPENDED, DAY)).then_refused("house.order_of_steps")


def test_the_migration_itself_is_no_step_that_is_rescinded(spec: Spec) -> None:
    resumed(spec)
    spec.when(rescission(MIGRATED, DAY)).then_refused("house.order_of_steps")


def judged(spec: Spec) -> list[tuple[int, str, tuple[str, ...]]]:
    with spec.log.reader() as reader:
        found = conformance(spec.desk.decider, map(event_of, reader.events()))
        return [(each.event.version, each.event.command, each.rules) for each in found if each.judgement == "unlawful"]


def test_what_an_older_release_rescinded_so_is_told_unlawful_by_the_same_rule(
    spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck(spec, monkeypatch)

    assert judged(spec) == [(9, "rescind", (LATER,))]


def test_what_was_refused_and_cured_is_lawful(spec: Spec) -> None:
    resumed(spec)
    spec.given(migration(1, "2026-05-05"), rescission(RESUMED, DAY))

    assert judged(spec) == []


def test_a_task_that_an_older_release_left_so_is_answered_for_and_moves_back(
    spec: Spec, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stuck(spec, monkeypatch)
    told = Khcn(spec.url, tmp_path)("task", "why", "T1")
    steps = spec.why("T1")["steps"]

    assert (told.code, told.out.splitlines()[0]) == (0, "T1: suspended")
    assert [each["step"] for each in steps if each["allowed"]] == []
    spec.given(migration(1, DAY), decided("resume_task", DAY))

    assert spec.task("T1")["state"] == "in_progress"


def waiting(spec: Spec) -> None:
    """T1 was returned from the state that the second version of the plan alone has."""
    spec.given(*world("HP36"))
    adopt(spec, with_an_opinion, "2026-02-06")
    [registration] = life(HP_SECTOR, until="registered")
    spec.given(
        registration,
        command("ask_for_opinion", "sec", "2026-02-22", task="T1"),
        command("return_task", "sec", "2026-02-23", task="T1", reason="Thiếu dự toán"),
    )


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_task_is_not_handed_in_again_into_a_state_that_the_version_since_lacks(spec: Spec) -> None:
    waiting(spec)
    adopt(spec, unchanged)
    spec.given(migration(3, "2026-02-24"))
    again = command("resubmit_task", "off1", "2026-02-25", task="T1", changes="Bổ sung")
    asked = next(each for each in spec.why("T1", "resubmit_task")["steps"])
    spec.when(again).then_refused("house.order_of_steps")

    assert sentences(spec, "en") == [
        (
            (
                "«Resubmit» would lead back to the state «waiting for an opinion», which version 3 of the plan HP36"
                " does not know."
            ),
            (
                "Move the task first to a version that knows this state, such as 2 (`khcn task migrate T1 --version"
                " 2`), or take another step."
            ),
        )
    ]
    assert [each["rule"] for each in asked["refusals"]] == ["house.order_of_steps"]


@pytest.mark.rule("house.order_of_steps", "passes")
def test_and_it_is_under_the_version_that_knows_it(spec: Spec) -> None:
    waiting(spec)
    adopt(spec, unchanged)
    spec.given(migration(3, "2026-02-24"), migration(2, "2026-02-24"))
    spec.when(command("resubmit_task", "off1", "2026-02-25", task="T1", changes="Bổ sung")).then_recorded()

    assert spec.task("T1")["state"] == "pending"
