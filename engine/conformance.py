"""Takes every recorded decision again with the facts as they were: lawful, waived, imported or not. Changes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from engine.decider import Decider
from engine.decider.answers import Accepted, Invalid, NotFound, OnRecord, Refused
from engine.envelope import Event
from engine.fold import corrected
from engine.plan import Plan
from engine.replay import Past, command_of, decide_again, same_fact

Judgement = Literal["lawful", "waived", "imported", "unlawful"]
FOUNDING = ("adopt_plan", "add_person")


@dataclass(frozen=True, slots=True)
class Judged:
    """An event and whether its decision was lawful; `rules` are those that would have refused it."""

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
            return Judged(event, "imported")
        waived = tuple(finding.rule for finding in decision.findings if finding.waived is not None)
        return Judged(event, "waived" if waived else "lawful", waived)
    return Judged(event, "unlawful", _rules(decision))


def _rules(decision: Refused | NotFound | Invalid | OnRecord) -> tuple[str, ...]:
    if isinstance(decision, OnRecord):
        return ("house.outcome",)
    if isinstance(decision, Refused):
        return tuple(verdict.id for verdict in decision.verdicts)
    return tuple(f"house.record:{error.field}" for error in decision.errors)
