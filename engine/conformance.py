"""Takes every recorded decision again with the facts as they were: lawful, waived, imported or not. Changes nothing."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from msgspec import MsgspecError, Struct

from engine.ask import Ask, Draft, Facts
from engine.commands import AdoptPlan, Command
from engine.correcting import who_may_correct
from engine.decider import Decider
from engine.decider.answers import Accepted, Invalid, NotFound, OnRecord, Refused
from engine.entries import event_of
from engine.envelope import BadEvent, Event, Fact
from engine.events import EntryCorrected
from engine.fold import corrected, reads_now
from engine.founding import FOUNDER
from engine.log import Reader, Row
from engine.predated import predated
from engine.replay import Past, command_of, decide_again, same_fact
from engine.states import decode_state
from engine.times import day_of

Judgement = Literal["lawful", "waived", "imported", "unlawful"]
FOUNDING = ("adopt_plan", "add_person")
RECORD = "house.record"  # the event itself is not as the desk writes it


class Unreadable(Fact):
    """What stands where a row of the log holds no event: it was damaged, or written past the desk."""

    reason: str

    def touches(self) -> tuple[str, ...]:
        """It changes nothing."""
        return ()


@dataclass(frozen=True, slots=True)
class Judged:
    """An event and whether its decision was lawful; `rules` are those that would have refused it, or were waived.

    Of an imported task they are the rules that it would have failed, as far as its row tells. What was waived names the
    `documents` it was waived by."""

    event: Event
    judgement: Judgement
    rules: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


def readable(rows: Iterable[Row]) -> Iterator[Event]:
    """The events of rows, and an `Unreadable` where a row holds none. Raises UnknownKind."""
    for row in rows:
        try:
            yield event_of(row)
        except BadEvent as bad:
            fact = Unreadable(reason=bad.reason)
            never = datetime.min.replace(tzinfo=UTC)
            yield Event(row.position, row.stream, row.version, fact, date.min, never, "", None, "")


def conformance(decider: Decider, events: Iterable[Event], past: Past | None = None) -> Iterator[Judged]:
    """Every event judged, in the order of the log. Raises UnknownKind from what reads the events.

    `past` is where the facts are folded; at the end it holds what they come to. With another plan in it (`Past(plan)`)
    what is unlawful would have come out otherwise under that plan."""
    past, recorded = past or Past(), list(events)
    entries = {(event.stream, event.version): event for event in recorded}
    for event in corrected(recorded):
        # What was written past the desk may be anything: one event that cannot be judged must not hide the others.
        try:
            judged = _judge(decider, event, past, entries)
        except Exception:
            judged = Judged(event, "unlawful", (RECORD,))
        yield judged
        with suppress(Exception):
            past.take(event)


def index_differs(reader: Reader, past: Past) -> list[str]:
    """The keys under which the decision index, from which the desk decides, does not say what the log says."""
    kept, folded = reader.index(), past.states
    return sorted(key for key in kept.keys() | folded.keys() if not _same(key, kept.get(key), folded.get(key)))


def _same(key: str, data: bytes | None, state: Struct | None) -> bool:
    try:
        return data is not None and decode_state(key, data) == state
    except (KeyError, ValueError, MsgspecError):
        return False


def _judge(decider: Decider, event: Event, past: Past, entries: Mapping[tuple[str, int], Event]) -> Judged:
    if isinstance(event.fact, Unreadable) or event.fact.stream() != event.stream:
        return Judged(event, "unlawful", (RECORD,))
    command = command_of(event)
    if command is None:
        lawful = _may(decider, event, past, entries)
        return Judged(event, "lawful" if lawful else "unlawful", () if lawful else ("house.role",))
    decision = decide_again(decider, command, event, past)
    if not isinstance(decision, Accepted):
        return Judged(event, "unlawful", _rules(decision))
    wrong = _told_otherwise(decision, event)
    if wrong:
        return Judged(event, "unlawful", wrong)
    if event.command == "import_task":
        return Judged(event, "imported", predated(decider, event, past))
    waived = [finding for finding in decision.findings if finding.waived is not None]
    rules, documents = tuple(each.rule for each in waived), tuple(each.waived or "" for each in waived)
    return Judged(event, "waived" if waived else "lawful", rules, documents)


def _may(decider: Decider, event: Event, past: Past, entries: Mapping[tuple[str, int], Event]) -> bool:
    """Whether somebody might do what is not decided again: found the store, adopt a plan, correct an entry."""
    if event.role is None:
        return event.actor == FOUNDER and event.command in FOUNDING
    today = day_of(event.recorded_at)
    draft = Draft(Command, actor=event.actor, on=event.on)
    if isinstance(event.fact, EntryCorrected):
        meant = command_of(reads_now(entries[event.fact.of, event.fact.version], event.fact))
        ask = who_may_correct(decider, draft, meant, past, today) if meant else None
    else:
        ask = Ask(draft, Facts(past), today, roles=AdoptPlan.ROLES)
    acting = ask.acting() if ask else None
    return acting is not None and (acting.role, acting.by) == (event.role, event.acting_for)


def _told_otherwise(decision: Accepted, event: Event) -> tuple[str, ...]:
    """What the event says otherwise than the decision: its outcome, the role, the plan version, what was met."""
    found = []
    if not same_fact(decision.fact, event.fact):
        found.append("house.outcome")
    if (decision.role, decision.acting_for) != (event.role, event.acting_for):
        found.append("house.role")
    if decision.plan != event.plan or not all(each.met or each.waived for each in event.findings):
        found.append(RECORD)
    return tuple(found)


def _rules(decision: Refused | NotFound | Invalid | OnRecord) -> tuple[str, ...]:
    if isinstance(decision, OnRecord):
        return ("house.outcome",)
    if isinstance(decision, Refused):
        return tuple(verdict.id for verdict in decision.verdicts)
    return tuple(f"house.record:{error.field}" for error in decision.errors)
