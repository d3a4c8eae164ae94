"""Takes every recorded decision again with the facts as they were: lawful, waived, imported or not. Changes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from engine.ask import Draft, Facts
from engine.commands import RegisterTask
from engine.decider import Decider
from engine.decider.answers import Accepted, Invalid, NotFound, OnRecord, Refused
from engine.envelope import Event
from engine.events import TaskImported
from engine.fields import Item
from engine.fold import corrected
from engine.plan import Plan
from engine.replay import Past, command_of, decide_again, same_fact
from engine.times import VIETNAM

Judgement = Literal["lawful", "waived", "imported", "unlawful"]
FOUNDING = ("adopt_plan", "add_person")
OF_THE_ACT = ("role", "document")  # who brought the row in registered nothing


@dataclass(frozen=True, slots=True)
class Judged:
    """An event and whether its decision was lawful; `rules` are those that would have refused it, or were waived.

    Of an imported task they are the rules of registering that it would have failed, as far as its row tells."""

    event: Event
    judgement: Judgement
    rules: tuple[str, ...] = ()


def conformance(decider: Decider, events: Iterable[Event], *, instead: Plan | None = None) -> Iterator[Judged]:
    """Every event judged, in the order of the log. Raises UnknownKind from what reads the events.

    With `instead` the decisions under every version of that plan are judged by it: what is unlawful then would have
    come out otherwise."""
    past = Past(instead)
    for event in corrected(list(events)):
        yield _judge(decider, event, past)
        past.take(event)


def _judge(decider: Decider, event: Event, past: Past) -> Judged:
    command = command_of(event)
    if command is None:
        lawful = event.role is not None or event.command in FOUNDING
        return Judged(event, "lawful" if lawful else "unlawful", () if lawful else ("house.role",))
    decision = decide_again(decider, command, event, past)
    if isinstance(decision, Accepted):
        if not same_fact(decision.fact, event.fact):
            return Judged(event, "unlawful", ("house.outcome",))
        if event.command == "import_task":
            return Judged(event, "imported", predated(decider, event, past))
        waived = tuple(finding.rule for finding in decision.findings if finding.waived is not None)
        return Judged(event, "waived" if waived else "lawful", waived)
    return Judged(event, "unlawful", _rules(decision))


def predated(decider: Decider, event: Event, past: Past) -> tuple[str, ...]:
    """The rules of registering that an imported task would have failed on its day, had they been asked."""
    fact = event.fact
    assert isinstance(fact, TaskImported)
    told = fact.facts
    given: dict[str, Any] = {
        name: getattr(fact, name) for name in ("task", "plan", "level", "year", "title", "lead_unit")
    }
    given |= {"investigator": fact.investigator, "topic_group": told.topic_group, "start": told.start, "end": told.end}
    # A register has one sum; the rule asks for the sum of the items alone.
    given["estimate"] = (Item(content=fact.title, amount=told.estimate),) if told.estimate is not None else None
    known = {name: value for name, value in given.items() if value is not None}
    on = told.registered_on or event.on
    draft = Draft(RegisterTask, command="register_task", actor=event.actor, on=on, **known)
    ask = decider.ask(draft, Facts(past), past, event.recorded_at.astimezone(VIETNAM).date())
    failed = (verdict.id for verdict in decider.weigh(ask) if not verdict.met and verdict.name not in OF_THE_ACT)
    return tuple(dict.fromkeys(failed))


def _rules(decision: Refused | NotFound | Invalid | OnRecord) -> tuple[str, ...]:
    if isinstance(decision, OnRecord):
        return ("house.outcome",)
    if isinstance(decision, Refused):
        return tuple(verdict.id for verdict in decision.verdicts)
    return tuple(f"house.record:{error.field}" for error in decision.errors)
