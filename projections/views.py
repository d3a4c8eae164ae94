"""What a person reads of one stream: a task as it stands, what can be done next, the history. It records nothing."""

from datetime import date, datetime
from typing import Any

from msgspec.structs import replace
from pydantic_core import from_json, to_json

from engine.ask import Facts, Verdict
from engine.catalogue import render
from engine.decider.answers import FieldError
from engine.desk import Desk, NoSuchTask, Prospect, Result
from engine.entries import events_of
from engine.envelope import Event
from engine.events import UnitsMerged
from engine.fold import corrected
from engine.fold_task import task_of
from engine.log import Reader
from engine.mergers import last
from engine.states import Task
from engine.times import instant
from engine.work import Work
from projections.glance import Warn, task_json, unheard, warn_of_lacking
from projections.history import within
from projections.names import Names

Json = dict[str, Any]


class NotOnRecord(Exception):
    """There is no such thing on record (for the day or time asked)."""

    def __init__(self, kind: str, ident: str) -> None:
        self.kind, self.ident = kind, ident
        super().__init__(f"no {kind} {ident} on record")


def task_at(reader: Reader, ident: str, as_of: date | None, known_at: datetime | None) -> Task:
    """A task folded from its events. Raises NotOnRecord before its registration."""
    known = list(within(events_of(reader, f"task:{ident}"), None, known_at))
    task = task_of(within(corrected(known), as_of, None))
    if task is None or not task.milestones:
        raise NotOnRecord("task", ident)
    return task


def show_task(
    desk: Desk,
    ident: str,
    *,
    as_of: date | str | None = None,
    known_at: datetime | str | None = None,
    warn: Warn = unheard,
) -> Json:
    """`task show`: the task as it stands, or as it stood; `warn` hears what it lacks as it stands. Raises NotOnRecord.

    As it stood raises UnknownKind, BadEvent where an event cannot be read."""
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    time = datetime.fromisoformat(known_at) if isinstance(known_at, str) else known_at
    with desk.reading() as work:
        found = task_at(work.reader, ident, day, time) if day or time else Facts(work).task(ident)
        if found is None or not found.milestones:
            raise NotOnRecord("task", ident)
        if not (day or time):
            warn_of_lacking(work.reader, desk.log.dialect, found, warn)
        lead_unit = unit_at(work, found.lead_unit, day or desk.today(), time)
        return task_json(replace(found, lead_unit=lead_unit))


def unit_at(work: Work, ident: str, on: date, known_at: datetime | None) -> str:
    """The unit that a unit counts as on a day, as known at a time: itself, or what it was merged into."""

    def into(name: str) -> str | None:
        unit = Facts(work).unit(name)
        if unit is None or unit.merged_into is None:
            return None
        known = within(events_of(work.reader, f"unit:{unit.merged_into}"), None, known_at)
        mergers = ((e.on, e.fact.units) for e in corrected(list(known)) if isinstance(e.fact, UnitsMerged))
        return unit.merged_into if any(name in units and since <= on for since, units in mergers) else None

    return last(ident, into)


def refusal_json(verdict: Verdict, lang: str) -> Json:
    """A refusal in the contract's shape."""
    return {
        "rule": verdict.id,
        "source": verdict.source,
        "clause": verdict.clause,
        "message": " ".join(problem.message.render(lang) for problem in verdict.problems),
        "cure": " ".join(dict.fromkeys(problem.cure.render(lang) for problem in verdict.problems)),
    }


def error_json(error: FieldError, lang: str) -> Json:
    """A field's error in the contract's shape."""
    return {"field": error.field, "message": error.message.render(lang)}


def result_json(line: int, result: Result, lang: str) -> Json:
    """The result of a command in the contract's shape."""
    return {
        "line": line,
        "command": result.command,
        "command_id": result.command_id,
        "outcome": result.outcome,
        "stream": result.stream,
        "version": result.version,
        "position": result.position,
        "refusals": [refusal_json(verdict, lang) for verdict in result.refusals],
        "errors": [error_json(error, lang) for error in result.errors],
    } | ({"notes": [note.render(lang) for note in result.notes]} if result.notes else {})


def why(
    desk: Desk,
    ident: str,
    *,
    step: str | None = None,
    actor: str | None = None,
    on: date | None = None,
    lang: str,
    warn: Warn = unheard,
) -> Json:
    """`task why`: what can be done next, by whom, and everything that stands in the way; `warn` hears what it lacks.

    Raises NotOnRecord."""
    with desk.reading() as work:
        try:
            task, prospects = desk.prospects_in(work, ident, actor=actor, on=on)
        except NoSuchTask:
            raise NotOnRecord("task", ident) from None
        chosen = [p for p in prospects if step is None or p.step == step]
        if not chosen:
            raise NotOnRecord("step", step or "")
        warn_of_lacking(work.reader, desk.log.dialect, task, warn)
    return {"task": ident, "state": task.state, "steps": [prospect_json(p, lang) for p in chosen]}


def prospect_json(prospect: Prospect, lang: str) -> Json:
    """One step of `task why`."""
    refusals = [v for v in prospect.verdicts if not v.met and v.waived is None]
    duties = [v for v in prospect.verdicts if v.met and v.needs is not None and v.needs != "actor"]
    if any(v.name == "order_of_steps" for v in refusals):  # what is still to be done until the step is possible
        duties += [v for v in refusals if v.name == "seminar_report"]
    return {
        "step": prospect.step,
        "title": prospect.title.within(lang) if prospect.title else prospect.step,
        "note": prospect.note.within(lang) if prospect.note else None,
        "allowed": not refusals,
        "roles": list(prospect.roles),
        "refusals": [refusal_json(v, lang) for v in refusals],
        "duties": [_duty(v, lang) for v in duties],
    }


def _duty(verdict: Verdict, lang: str) -> Json:
    return {
        "rule": verdict.id,
        "source": verdict.source,
        "clause": verdict.clause,
        "message": render(verdict.duty, lang),
        "field": verdict.needs,
    }


def history(desk: Desk, stream: str, *, lang: str = "en") -> list[Json]:
    """`audit history`: every event of a stream, personal data opened. Raises NotOnRecord."""
    with desk.reading() as work:
        names = Names(work.reader, lang)
        found = [names.opened(event_json(event)) for event in events_of(work.reader, stream)]
    if not found:
        raise NotOnRecord("stream", stream)
    return found


def event_json(event: Event) -> Json:
    """An event in the contract's shape, personal data sealed as it is in the log."""
    document = event.document.model_dump(mode="json", exclude_none=True) if event.document else None
    return {
        "position": event.position,
        "stream": event.stream,
        "version": event.version,
        "kind": event.fact.KIND,
        "on": event.on.isoformat(),
        "recorded_at": instant(event.recorded_at),
        "actor": event.actor,
        "role": event.role,
        "acting_for": event.acting_for,
        "document": document,
        "plan": {"id": event.plan[0], "version": event.plan[1]} if event.plan else None,
        "findings": [
            {"rule": f.rule, "source": f.source, "clause": f.clause, "met": f.met, "waived": f.waived}
            for f in event.findings
        ],
        "data": from_json(to_json(event.fact, exclude_none=True)),
    }
