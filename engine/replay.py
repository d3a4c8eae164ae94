"""Takes decisions again from what was recorded: the same command, with the facts as they were. It records nothing."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from msgspec import Struct

from engine import events as e
from engine.ask import Facts
from engine.commands import COMMANDS, Command, PlainStep
from engine.decider import Decider
from engine.decider.answers import Decision
from engine.envelope import Event, Fact
from engine.fields import RECORDED
from engine.fold import advance
from engine.plan import Plan
from engine.states import PlanList, PlanVersions
from engine.times import day_of


class Past:
    """States and plans as they were at a point of the log; grows event by event.

    `instead`: a plan that stands for every version of the plan with its id, to see what other rules would have said."""

    def __init__(self, instead: Plan | None = None) -> None:
        self.states: dict[str, Struct] = {}
        self._plans: dict[tuple[str, int], Plan] = {}
        self._instead = instead

    def take(self, event: Event) -> None:
        """Go on by one event."""
        advance(self.states, event)
        fact = event.fact
        if isinstance(fact, e.PlanAdopted):
            known = cast(PlanVersions, self.states[event.stream])
            self._plans[fact.plan, len(known.hashes)] = Plan.model_validate(fact.content)

    def get(self, key: str) -> Struct | None:
        """The state of `key` at this point."""
        return self.states.get(key)

    def newest(self, plan: str) -> tuple[Plan, int] | None:
        """The newest version of a plan at this point, and its number."""
        known = self.states.get(f"plan:{plan}")
        if not isinstance(known, PlanVersions):
            return None
        number = len(known.hashes)
        return self.version(plan, number), number

    def version(self, plan: str, number: int) -> Plan:
        """A version of a plan."""
        instead = self._instead
        return instead if instead is not None and instead.id == plan else self._plans[plan, number]

    def ids(self) -> Sequence[str]:
        """The ids of the plans adopted by this point."""
        known = self.states.get("plans:all")
        return known.ids if isinstance(known, PlanList) else ()


def decide_again(decider: Decider, command: Command, event: Event, past: Past) -> Decision:
    """The decision on a command as it would have been taken when the event was recorded."""
    today = day_of(event.recorded_at)
    return decider.decide(command, Facts(past), past, today)


def same_fact(one: Fact, other: Fact) -> bool:
    """Whether two facts say the same."""
    return type(one) is type(other) and one.model_dump(mode="json") == other.model_dump(mode="json")


_NOT_DECIDED = (e.PlanAdopted, e.EntryCorrected)


def command_of(event: Event) -> Command | None:
    """The command that an event came of; None for what founded the store and for corrections."""
    if event.role is None or isinstance(event.fact, _NOT_DECIDED):
        return None
    cls = COMMANDS.get(event.command, PlainStep)
    raw: dict[str, Any] = {"command": event.command, "actor": event.actor, "on": event.on}
    raw |= {name: value for name, value in _fields(event, cls) if value is not None}
    return cls.model_validate(raw, context=RECORDED)


def _fields(event: Event, cls: type[Command]) -> Iterator[tuple[str, Any]]:
    fact = event.fact
    data = {name: getattr(fact, name) for name in type(fact).model_fields}
    by_session = data.get("session") is not None and isinstance(fact, e.TaskDecided | e.InitiativeRecognised)
    if isinstance(fact, e.TaskApproved) and not fact.estimate:
        data["estimate"] = None  # a task from a register whose sum is known, and not what it is made up of
    if isinstance(fact, e.PlainStepTaken):
        yield from data.pop("fields").items()
        yield "reason", fact.reason
    for field in cls.model_fields:
        name = cls.model_fields[field].alias or field
        if field in ("document", "minutes"):
            yield name, None if by_session else _raw(event.document)
        elif field in ("result", "grade") and by_session:
            yield name, None
        elif field == "stream":
            yield name, event.stream
        elif field not in ("command", "actor", "on", "command_id"):
            yield name, _raw(data.get(_RENAMED.get((event.command, field), field)))


_RENAMED = {
    ("change_council_member", "in_"): "entered",
    ("delegate", "from_"): "since",
    ("migrate_task", "version"): "plan_version",
}


def _raw(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_raw(each) for each in value]
    dumped = getattr(value, "model_dump", None)
    return dumped(exclude_none=True) if dumped else value
