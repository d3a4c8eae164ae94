"""By which titles a person reads the states and steps of tasks: of the plan version that each went by at a time.

JSON and CSV have the ids; only what a person reads comes through here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from engine.states import FOLD_VERSION, Task, decode_state
from engine.titles import Called, Titles
from engine.transactions import Reader

Json = Mapping[str, Any]


class TaskTitles:
    """Titles by task, as one reader sees the store; `as_of` and `known_at` say when, else it is now."""

    def __init__(self, reader: Reader, *, as_of: date | None = None, known_at: datetime | None = None) -> None:
        self.titles = Titles(reader)
        self._reader, self._as_of, self._known_at = reader, as_of, known_at
        self._tasks: dict[str, Task | None] = {}

    def state(self, task: str, name: str) -> Called:
        """What a state is called for a task."""
        return self.titles.state(name, version=lambda: self._version(task), **self._where(task))

    def step(self, task: str, name: str) -> Called:
        """What a step is called for a task."""
        return self.titles.step(name, version=lambda: self._version(task), **self._where(task))

    def step_of(self, event: Json) -> Called:
        """What the step is called that an event of a task names, under the version by which it was decided."""
        where = self._where(event["stream"].partition(":")[2])
        if event["plan"]:
            where |= {"plan": event["plan"]["id"], "version": event["plan"]["version"]}
        return self.titles.step(event["data"]["step"], **where)

    def rows(self, rows: Sequence[Json]) -> list[dict[str, Any]]:
        """Rows that each have a task and its state, with the state as it is called."""
        self._look_up(row["task"] for row in rows if "plan" not in row)
        return [{**row, "state": self._state_of(row)} for row in rows]

    def _state_of(self, row: Json) -> Called:
        task = str(row["task"])
        where = {name: row[name] for name in ("plan", "level")} if "plan" in row else self._where(task)
        return self.titles.state(row["state"], version=lambda: self._version(task), **where)

    def _where(self, task: str) -> dict[str, Any]:
        """The plan and level of a task."""
        self._look_up([task])
        found = self._tasks[task]
        return {"plan": found.plan, "level": found.level} if found is not None else {"plan": ""}

    def _version(self, task: str) -> int | None:
        """The plan version that a task went by; asked for only where versions call a thing otherwise."""
        if self._as_of is not None or self._known_at is not None:
            found = self._folded(task, self._as_of, self._known_at)
        else:
            self._look_up([task])
            found = self._tasks[task]
        return found.plan_version if found is not None else None

    def _look_up(self, tasks: Iterable[str]) -> None:
        wanted = [task for task in dict.fromkeys(tasks) if task not in self._tasks]
        if wanted and self._reader.meta("fold") != FOLD_VERSION:  # states of another release may be of another shape
            self._tasks |= {task: self._folded(task, None, None) for task in wanted}
        elif wanted:
            states = self._reader.states([f"task:{task}" for task in wanted])
            for task in wanted:
                data = states.get(f"task:{task}")
                self._tasks[task] = None if data is None else cast(Task, decode_state(f"task:{task}", data))

    def _folded(self, task: str, as_of: date | None, known_at: datetime | None) -> Task | None:
        from projections.views import NotOnRecord, task_at  # with every fact there is: seldom needed

        try:
            return task_at(self._reader, task, as_of, known_at)
        except NotOnRecord:
            return None


def state_of(titles: Titles, task: Json, name: str) -> Called:
    """What a state is called for a task that is told as `task show` tells it."""
    return titles.state(name, plan=task["plan"], level=task["level"], version=task["workflow"]["version"])
