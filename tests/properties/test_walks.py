"""Random walks through both plans: what is explained is what is done, and the log alone says how everything stands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from engine.commands import Command
from engine.decider.answers import Accepted, Decision, FieldError, Invalid, NotFound, OnRecord, Refused
from engine.desk import Result
from engine.parse import ask_for, read
from engine.states import Task
from tests.properties.checks import Watch, check_store
from tests.properties.lives import (
    CHANGED,
    PLACES,
    TASKS,
    Change,
    altered,
    both_plans,
    detours,
    life_of,
    put_right,
    taken_back,
)
from tests.properties.stores import copied, database
from tests.spec import NOW, Spec
from tests.world import Command as Json

Opened = Callable[[], AbstractContextManager[str]]
Told = tuple[str, list[tuple[str, str]]]

TASK = st.sampled_from(sorted(TASKS))


class Walk(RuleBasedStateMachine):
    """Steps of six tasks' lives, as they should come and as they should not."""

    def __init__(self, opened: Opened) -> None:
        super().__init__()
        self.store = opened()
        self.spec = Spec(self.store.__enter__())
        self.watch = Watch(self.spec.desk)
        self.place: dict[str, int] = {}
        self.outcomes: list[str] = []

    @initialize(places=PLACES)
    def begin(self, places: dict[str, int]) -> None:
        """Some way into each life, as one batch."""
        self.place = places
        before = [ask_for(one) for task, place in places.items() for one in life_of(task)[:place]]
        self.outcomes += [result.outcome for result in self.spec.desk.batch(before)]
        self.watch.look()

    @rule(task=TASK, steps=st.integers(1, 8))
    def go_on(self, task: str, steps: int) -> None:
        """The next steps of a life, up to the first that is not taken."""
        for command in life_of(task)[self.place[task] :][:steps]:
            self.place[task] += 1
            if self.send(command) != "recorded":
                return

    @rule(task=TASK, changes=CHANGED)
    def try_the_next(self, task: str, changes: tuple[Change, ...]) -> None:
        rest = life_of(task)[self.place[task] :]
        if rest and self.send(altered(rest[0], changes)) == "recorded":
            self.place[task] += 1

    @rule(task=TASK, pick=st.integers(0, 99), changes=CHANGED)
    def turn_off(self, task: str, pick: int, changes: tuple[Change, ...]) -> None:
        ways = detours(task, life_of(task)[max(self.place[task] - 1, 0)]["on"])
        self.send(altered(ways[pick % len(ways)], changes))

    @rule(task=TASK, pick=st.integers(0, 99), changes=CHANGED)
    def try_anything(self, task: str, pick: int, changes: tuple[Change, ...]) -> None:
        everything = life_of(task) + both_plans()
        self.send(altered(everything[pick % len(everything)], changes))

    @rule(task=TASK, before=st.sampled_from([0, 0, 0, 1, 2]), changes=CHANGED)
    def take_back(self, task: str, before: int, changes: tuple[Change, ...]) -> None:
        """The newest step that changed the state, or an older one."""
        reached = self.milestones(task)[: -before or None]
        if reached and self.send(altered(taken_back(task, *reached[-1]), changes)) == "recorded":
            self.place[task] = max(self.place[task] - 1, 0)

    @rule(task=TASK, pick=st.integers(0, 99), changes=CHANGED)
    def put_right(self, task: str, pick: int, changes: tuple[Change, ...]) -> None:
        for version, on in self.milestones(task)[-1:]:
            ways = [way for each in range(1, version + 1) for way in put_right(task, each, on)]
            self.send(altered(ways[pick % len(ways)], changes))

    @rule(minutes=st.integers(-20_000, 20_000))
    def set_the_clock(self, minutes: int) -> None:
        self.spec.now = NOW + timedelta(minutes=minutes)

    def send(self, raw: Json) -> str:
        """Explain, then do: both must say the same, and only what is recorded changes anything."""
        command, desk = read(raw), self.spec.desk
        explained = desk.explain(command) if isinstance(command, Command) else Invalid(command)
        hopeless = self.hopeless(raw)
        result = desk.handle(raw)
        new = self.watch.look()
        self.outcomes.append(result.outcome)

        assert told_of_result(result) == told_of_decision(explained)
        assert [event.fact for event in new] == ([explained.fact] if isinstance(explained, Accepted) else [])
        assert not (hopeless and result.outcome == "recorded"), hopeless
        return result.outcome

    def milestones(self, task: str) -> list[tuple[int, str]]:
        """Version and date of each step that changed the state."""
        with self.spec.desk.reading() as work:
            known = work.get(f"task:{task}")
        return [(each.version, each.on.isoformat()) for each in known.milestones] if isinstance(known, Task) else []

    def hopeless(self, raw: Json) -> list[str]:
        """The rules that `why` says stand in the way of this step on this day, whatever else the command says."""
        command = read(raw)
        if not isinstance(command, Command) or not self.milestones(raw.get("task", "")):
            return []
        prospects = self.spec.desk.prospects(raw["task"], actor=command.actor, on=command.on)[1]
        mine = [prospect for prospect in prospects if prospect.step == raw["command"]]
        return [v.id for each in mine for v in each.verdicts if not v.met and v.waived is None]

    def teardown(self) -> None:
        try:
            check_store(self.spec.desk)
        finally:
            self.spec.close()
            self.store.__exit__(None, None, None)


def told_of_result(result: Result) -> Told:
    reasons = [(v.id, " ".join(p.message.render("vi") for p in v.problems)) for v in result.refusals]
    return result.outcome, reasons + told(result.errors)


def told_of_decision(decision: Decision) -> Told:
    match decision:
        case Accepted():
            return "recorded", []
        case Refused():
            reasons = [(v.id, " ".join(p.message.render("vi") for p in v.problems)) for v in decision.verdicts]
            return "refused", reasons
        case NotFound():
            return "not_found", told(decision.errors)
        case OnRecord():
            return "duplicate", []
    return "invalid", told(decision.errors)


def told(errors: tuple[FieldError, ...]) -> list[tuple[str, str]]:
    return [(error.field, error.message.render("vi")) for error in errors]


def walk(opened: Opened, *, share: float, steps: int) -> None:
    """Run the machine on stores that `opened` gives, as many times as the profile wants, times `share`."""
    examples = max(int(settings.default.max_examples * share), 2)  # type: ignore[union-attr]
    wanted = settings(
        max_examples=examples,
        stateful_step_count=steps,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(lambda: Walk(opened), settings=wanted)  # type: ignore[arg-type]


def test_on_sqlite_every_walk_agrees_with_its_log(sqlite_of_both_plans: Path) -> None:
    walk(lambda: copied(sqlite_of_both_plans), share=0.5, steps=40)


def test_on_postgresql_every_walk_agrees_with_its_log(postgres_url: str, postgres_of_both_plans: str) -> None:
    walk(lambda: database(postgres_url, postgres_of_both_plans), share=0.1, steps=20)
