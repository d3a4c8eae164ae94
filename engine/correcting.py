"""Decides on corrections: the entry is decided again as it should read, and so is everything that came after it."""

import re
from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace
from pydantic_core import from_json

from engine.administrators import KEY as ADMINISTRATORS
from engine.administrators import Administrators
from engine.ask import Ask, Draft, Facts, Verdict, no, nobody_administers, weigh
from engine.catalogue import N_, Message
from engine.commands import ApproveTask, Command, Correct
from engine.decider import ALWAYS, Decider, one_each
from engine.decider.answers import Accepted, Decision, FieldError, Invalid, NotFound, Refused, finding_of
from engine.decider.references import missing
from engine.envelope import Event
from engine.events import EntryCorrected, PlainStepTaken, StepRescinded
from engine.fold import corrected, sums
from engine.parse import ask_for
from engine.plan import plain_use
from engine.replay import Past, command_of, decide_again, same_fact
from engine.schema import Kind, kind_of
from engine.states import Task
from engine.times import iso_day
from engine.words import EVENTS, NO, YES
from engine.work import Work

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?\Z", re.ASCII)
LATER = "house.later_entries"
ERASED = "house.erased"
LAST_ADMINISTRATOR = "house.last_administrator"
MOST_NAMED = 20


def decide_correction(decider: Decider, command: Correct, work: Work, today: date) -> Decision:
    """The answer to a correction. It reads the whole log: what came later is decided again with the entry corrected."""
    facts = Facts(work)
    gone = missing(command, facts)
    if gone:
        return NotFound(gone)
    events = list(corrected(list(work.events())))
    wrong = next((each for each in events if (each.stream, each.version) == (command.stream, command.version)), None)
    if wrong is None:
        text = N_("There is no entry {number} in {stream}.")
        params = {"number": command.version, "stream": command.stream}
        return NotFound((FieldError("version", Message(text, params)),))
    own = _own_fields(work, wrong)
    command = _spelled_out(command, wrong, own)
    meant = _as_meant(command, wrong, own)
    if isinstance(meant, Invalid):
        return meant
    ask = who_may_correct(decider, command, meant, work, today)
    verdicts = weigh(ask, decider.rules, [(name, plain_use(decider.rules[name].id)) for name in ALWAYS])
    decision = _go_through(decider, events, wrong, meant, command)
    failed = [verdict for verdict in verdicts if not verdict.met]
    if isinstance(decision, Refused):
        failed += decision.verdicts
    failed += _of_the_erased(command, facts)
    if failed:
        return Refused(one_each(failed))
    if not isinstance(decision, Accepted):
        return decision
    acting = ask.acting()
    return replace(
        decision,
        role=acting.role if acting else None,
        acting_for=acting.by if acting else None,
        document=command.document,
        findings=tuple(finding_of(verdict) for verdict in verdicts),
    )


def _own_fields(work: Work, wrong: Event) -> Mapping[str, Kind]:
    """The fields that a step has by its plan, with their kinds; none of a step that every plan knows."""
    task = Facts(work).task(wrong.stream.partition(":")[2])
    if not isinstance(wrong.fact, PlainStepTaken) or wrong.plan is None or task is None:
        return {}
    step = work.version(*wrong.plan).workflows[task.level].steps[wrong.fact.step]
    return {field.name: field.kind for field in step.fields}


def _spelled_out(command: Correct, wrong: Event, own: Mapping[str, Kind]) -> Correct:
    """The correction with its value as the field has it: a verb, or a sheet's cell, can only give it as text."""
    value, kind = command.value, own.get(command.field) or kind_of(wrong.command, command.field)
    if not isinstance(value, str) or kind in (None, "text"):
        return command
    if kind == "date":
        return command.model_copy(update={"value": iso_day(value)})
    if kind == "boolean" and value.casefold() in YES | NO:
        return command.model_copy(update={"value": value.casefold() in YES})
    if kind in ("integer", "number") and not _NUMBER.match(value):
        return command
    try:
        return command.model_copy(update={"value": from_json(value)})
    except ValueError:  # as it is; the field says what is wrong with it
        return command


def _of_the_erased(command: Correct, facts: Facts) -> list[Verdict]:
    """Personal data that was erased does not come back by a correction."""
    personal = command.personal()
    person = facts.person(personal.person) if personal else None
    if person is None or person.erased is None:
        return []
    problem = no(
        N_("The personal data of {person} was erased; it may not come on record again."),
        cure=N_("Leave the name erased; a correction of another field is possible."),
        person=person.person,
    )
    return [Verdict("erased", ERASED, Message(N_("The personal data was not erased.")), (problem,))]


def _as_meant(command: Correct, wrong: Event, own: Mapping[str, Kind]) -> Command | Invalid:
    """The command of the entry, with the field as it should read."""
    original = command_of(wrong)
    if original is None:
        text = N_("This entry cannot be corrected; record what is right instead.")
        return Invalid((FieldError("version", Message(text)),))
    raw = original.model_dump(mode="json", by_alias=True, exclude_none=True)
    names = {info.alias or name for name, info in type(original).model_fields.items()} | own.keys()
    if command.field in ("command", "command_id", "actor") or command.field not in names:
        text = N_("The entry has no field {name} that could be corrected; it has: {names}.")
        known = sorted(names - {"command", "command_id", "actor"})
        return Invalid((FieldError("field", Message(text, {"name": command.field, "names": known})),))
    kind, _, ident = wrong.stream.partition(":")
    if command.field in (kind, "to", "into") and raw.get(command.field) == ident:
        text = N_("The field {name} tells what the entry is about and cannot be corrected.")
        return Invalid((FieldError("field", Message(text, {"name": command.field})),))
    raw[command.field] = command.value
    found = ask_for({name: value for name, value in raw.items() if value is not None}, recorded=True)
    if found.command is None:
        return Invalid(tuple(FieldError("value", error.message) for error in found.errors))
    return found.command


def who_may_correct(decider: Decider, command: Correct | Draft, meant: Command, work: Work | Past, today: date) -> Ask:
    """A correction as rules of roles see it: it is for a leader, or whoever may record the entry as it is `meant`."""
    original = decider.ask(meant, Facts(work), work, today)
    roles = tuple(dict.fromkeys(("leader", *original.roles)))
    return Ask(command, Facts(work), today, roles=roles, unit=original.unit, unit_roles=original.unit_roles)


def _go_through(decider: Decider, events: list[Event], wrong: Event, meant: Command, command: Correct) -> Decision:
    past = Past()
    gone = {(each.stream, each.fact.version) for each in events if isinstance(each.fact, StepRescinded)}
    now: Event = wrong
    later: list[Event] = []
    for event in events:
        if event.position == wrong.position:
            decision = decide_again(decider, _with_its_own(meant, command, past), event, past)
            if isinstance(decision, Invalid):
                return Invalid(tuple(FieldError("value", error.message) for error in decision.errors))
            if not isinstance(decision, Accepted):
                return decision
            if decision.fact.stream() != event.stream:
                text = N_("The field {name} tells what the entry is about and cannot be corrected.")
                return Invalid((FieldError("field", Message(text, {"name": command.field})),))
            now = replace(event, fact=decision.fact, on=meant.on, document=decision.document)
            past.take(now)
            continue
        stands = (event.stream, event.version) not in gone
        if stands and event.position > wrong.position and _differs(decider, event, past):
            later.append(event)
        past.take(event)
    fact = _correction(command, wrong, now)
    failed = [_later(later)] if later else []
    failed += _of_the_last_administrator(fact, past)
    if failed:
        return Refused(tuple(failed))
    states = {key: past.states[key] for key in fact.touches() if key in past.states}
    return Accepted(fact, None, None, None, (), states=states)


def _of_the_last_administrator(fact: EntryCorrected, past: Past) -> list[Verdict]:
    """A correction takes the administrator's role from the last who holds it no more than a revocation does."""
    left = past.states.get(ADMINISTRATORS)
    if ADMINISTRATORS not in fact.touches() or (isinstance(left, Administrators) and left.lasting):
        return []
    claim = Message(N_("Somebody is administrator after this too."))
    return [Verdict("last_administrator", LAST_ADMINISTRATOR, claim, (nobody_administers(),))]


def _with_its_own(meant: Command, command: Correct, past: Past) -> Command:
    """An approval whose sum is corrected keeps a breakdown of its own, not the appraised one that it took over."""
    if not isinstance(meant, ApproveTask) or command.field != "amount" or meant.estimate is None:
        return meant
    task = past.get(f"task:{meant.task}")
    appraised = task.appraised if isinstance(task, Task) else None
    return meant.model_copy(update={"estimate": None}) if sums(meant.estimate) == appraised else meant


def _differs(decider: Decider, event: Event, past: Past) -> bool:
    """Whether a later entry would not have come out as it did."""
    command = command_of(event)
    if command is None:
        return False
    decision = decide_again(decider, command, event, past)
    return not (isinstance(decision, Accepted) and same_fact(decision.fact, event.fact))


def _later(events: list[Event]) -> Verdict:
    names = [
        Message.of(
            N_("{entry} ({what}, {day_on})"),
            entry=f"{event.stream}/{event.version}",
            what=Message(EVENTS[event.fact.KIND]),
            day_on=event.on,
        )
        for event in events[:MOST_NAMED]
    ]
    problem = no(
        N_("{count} later entries depend on what would change: {names}."),
        cure=N_("Rescind or correct these first, the newest first; or record what is right as a new entry."),
        count=len(events),
        names=names,
    )
    return Verdict("later_entries", LATER, Message(N_("No later entry depends on it.")), (problem,))


def _correction(command: Correct, wrong: Event, now: Event) -> EntryCorrected:
    keys = dict.fromkeys((wrong.stream, *wrong.fact.touches(), *now.fact.touches()))
    return EntryCorrected(
        of=command.stream,
        version=command.version,
        field=command.field,
        value=command.value,
        reason=command.reason,
        kind=now.fact.KIND,
        schema=now.fact.SCHEMA,
        data=now.fact.model_dump(mode="json", exclude_none=True),
        on=now.on,
        document=now.document,
        keys=tuple(keys),
    )
