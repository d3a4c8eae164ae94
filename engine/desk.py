"""START HERE. The one path for every entrance: load facts, decide, append. It holds no rule and prints nothing."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import islice
from threading import Lock
from typing import Any, Literal

from pydantic_core import to_json

from engine.ask import Draft, Facts, Rule, Verdict
from engine.catalogue import N_, Message
from engine.commands import COMMANDS, Command, Correct, PlainStep
from engine.decider import Decider
from engine.decider.answers import Accepted, Decision, FieldError, Invalid, NotFound, OnRecord
from engine.decider.references import references
from engine.entries import event_of
from engine.envelope import Event
from engine.events import MeasureRecorded, PersonErased
from engine.fold import fold
from engine.folded import Folded
from engine.log import Log, Reader, RefusalRow, StoreUnavailable, Writer
from engine.measures import unused
from engine.parse import Asked, ask_for, echoed
from engine.personal import Entropy, is_sealed
from engine.plan import Text
from engine.states import FOLD_VERSION, Person, Task, encode_state
from engine.times import day_of, instant
from engine.work import Memory, PlanCache, Work

Outcome = Literal["recorded", "duplicate", "refused", "conflict", "invalid", "not_found"]
Clock = Callable[[], datetime]
ERASURE = "erase_person"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a command; its place only once it is on disk."""

    outcome: Outcome
    command: str | None
    command_id: str | None
    stream: str | None = None
    version: int | None = None
    position: int | None = None
    refusals: tuple[Verdict, ...] = ()
    errors: tuple[FieldError, ...] = ()
    refused: Command | None = field(default=None, compare=False)
    notes: tuple[Message, ...] = ()  # what a person should know although it is on record

    @property
    def good(self) -> bool:
        """Whether it is on record, now or from before."""
        return self.outcome in ("recorded", "duplicate")


@dataclass(frozen=True, slots=True)
class Prospect:
    """What `why` says of one step of a task: every rule's verdict for a draft or a whole command."""

    step: str
    title: Text | None
    roles: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    note: Text | None = None


class NoSuchTask(Exception):
    """The task is not registered."""

    def __init__(self, task: str) -> None:
        self.task = task
        super().__init__(f"no task {task} on record")


class Desk:
    """Takes commands for one store. The rules, the clock and the source of random bytes are handed in."""

    def __init__(
        self,
        log: Log,
        rules: Mapping[str, Rule],
        clock: Clock = lambda: datetime.now(UTC),
        entropy: Entropy = os.urandom,
    ) -> None:
        self.log = log
        self.clock = clock
        self.entropy = entropy
        self.decider = Decider(rules)
        self._memory = Memory()
        self._writing = Lock()  # of the threads of this process; the store keeps out other processes
        self._index_checked = False

    def today(self) -> date:
        """The day it is in Vietnam."""
        return day_of(self.clock())

    def handle(self, raw: Any) -> Result:
        """Answer one command. What was recorded is on disk when this returns. Raises what the log raises."""
        return next(self.batch([ask_for(raw)]))

    def batch(self, asked: Iterable[Asked], *, chunk: int = 100) -> Iterator[Result]:
        """Answer commands in their order, each seeing the effect of those before; `chunk` of them share a commit.

        Results are handed out once they are on disk. Raises what the log raises; what was handed out stays."""
        waiting = iter(asked)
        while some := list(islice(waiting, chunk)):
            yield from self._write(some, lambda _: True)[1]

    def rehearse(self, asked: Iterable[Asked], *, chunk: int = 100) -> Iterator[Result]:
        """What `batch` would answer, without writing anything; the results have no place in the log."""
        waiting = iter(asked)
        with self.reading(without_writing=True) as work:
            while some := list(islice(waiting, chunk)):
                yield from _unplaced(self._answers(work, some), work.reader)

    def all_or_nothing(self, asked: Iterable[Asked]) -> tuple[bool, list[Result]]:
        """Record all commands in one commit, or none: whether they were recorded, and what each came to."""
        return self._write(list(asked), lambda results: all(result.good for result in results))

    def decide(self, command: Command, work: Work) -> Decision:
        """The decision on a command as things stand in `work`: what every entrance and `why` ask."""
        if isinstance(command, Correct):
            from engine.correcting import decide_correction  # a rare act; not loaded at every start

            return decide_correction(self.decider, command, work, self.today())
        return self.decider.decide(command, Facts(work), work, self.today())

    def explain(self, command: Command) -> Decision:
        """What would be decided on a command now."""
        with self.reading() as work:
            return self.decide(command, work)

    def prospects(self, task: str, *, actor: str | None = None, on: date | None = None) -> tuple[Task, list[Prospect]]:
        """For each step of a task's workflow what stands in its way, as far as it can be told without its fields.

        Raises NoSuchTask."""
        with self.reading() as work:
            return self.prospects_in(work, task, actor=actor, on=on)

    def prospects_in(
        self, work: Work, task: str, *, actor: str | None = None, on: date | None = None
    ) -> tuple[Task, list[Prospect]]:
        """The same as things stand in `work`. Raises NoSuchTask."""
        facts, given = Facts(work), {"on": on or self.today(), "task": task} | ({"actor": actor} if actor else {})
        known = facts.task(task)
        if known is None or not known.milestones:
            raise NoSuchTask(task)
        plan = work.version(known.plan, known.plan_version)
        found = []
        for step in plan.workflows[known.level].steps:
            if step != "register_task":
                draft = Draft(COMMANDS.get(step, PlainStep), command=step, **given)
                ask = self.decider.ask(draft, facts, work, self.today())
                title, note = (ask.step.title, ask.step.note) if ask.step else (None, None)
                found.append(Prospect(step, title, ask.roles, tuple(self.decider.weigh(ask)), note))
        return known, found

    def rebuild_index(self) -> None:
        """Fold the whole log anew into the decision index."""
        with self.log.writer() as writer:
            position = writer.head()[0]
            states = fold(map(event_of, writer.events()))
            writer.replace_states((key, position, encode_state(state)) for key, state in states.items())
            writer.set_meta("fold", FOLD_VERSION)

    def reading(self, *, without_writing: bool = False) -> "Reading":
        """A consistent view for reading: `with desk.reading() as work`.

        A decision index of another release is built anew first. Where it cannot be written, or is not to be, since the
        view is asked for `without_writing`, the log is folded in memory instead."""
        if not without_writing:
            with suppress(StoreUnavailable):  # only to be read, locked by others, on a full disk
                self._check_index()
        return Reading(self.log, self._memory.plans, folded=not self._index_is_known())

    def _write(self, asked: list[Asked], keep: Callable[[list[Result]], bool]) -> tuple[bool, list[Result]]:
        """Answer commands in one writer's transaction; what was staged is appended only if `keep` says so."""
        self._check_index()
        with self._writing:
            with self.log.writer(_only_id(asked)) as writer:
                work = Work(writer, self._memory.plans, self._memory)
                results = self._answers(work, asked)
                kept = keep(results)
                results = results if kept else _unplaced(results, writer)
                self._keep_refusals(writer, results)
                if kept:
                    _keep_files(asked, results)
                    work.flush(writer)
            if kept:
                work.committed()
        return kept, self._scrubbed(work, results) if kept else results

    def _scrubbed(self, work: Work, results: list[Result]) -> list[Result]:
        """See to it that nothing is left of the keys that were destroyed; also where somebody asks once more."""
        erasures = [result for result in results if result.command == ERASURE and result.good]
        if not erasures or self.log.scrub(work.destroyed):
            return results
        text = N_(
            "The key is destroyed and nobody can read the name any more, but others are using the store: bytes of the"
            " key may be left in its files. Give the same command again when nobody else is working."
        )
        return [replace(r, notes=(*r.notes, Message(text))) if r in erasures else r for r in results]

    def _check_index(self) -> None:
        """The decision index is of this release's fold; else it is built anew."""
        if not self._index_is_known():
            self.rebuild_index()
            self._index_checked = True

    def _index_is_known(self) -> bool:
        """Whether the decision index is of this release's fold."""
        if not self._index_checked:
            with self.log.reader() as reader:
                known, empty = reader.meta("fold"), reader.head()[0] == 0
            self._index_checked = known == FOLD_VERSION or (empty and known is None)
        return self._index_checked

    def _answers(self, work: Work, asked: list[Asked]) -> list[Result]:
        commands = [each.command for each in asked if each.command is not None]
        work.load_commands([command.command_id for command in commands if command.command_id is not None])
        work.load(key for command in commands for key in _keys(command))
        return [self._answer(work, each) for each in asked]

    def _answer(self, work: Work, asked: Asked) -> Result:
        command = asked.command
        if command is None:
            return Result("invalid", asked.name, asked.command_id, errors=asked.errors)
        named = (echoed(command.command), command.command_id)
        known = work.known(command.command_id) if command.command_id is not None else None
        if known is not None:
            if work.says_the_same(known, command):
                return Result("duplicate", *named, known.stream, known.version, known.position)
            text = N_("The command id {command_id} was used before for something else.")
            wrong = FieldError("command_id", Message(text, {"command_id": command.command_id}))
            return Result("invalid", *named, errors=(wrong,))
        command = work.sealed(command, self.entropy)
        decision = self.decide(command, work)
        if isinstance(decision, Accepted):
            event = work.stage(command, decision, self.clock())
            notes = _notes(event, work)
            return Result("recorded", *named, event.stream, event.version, event.position, notes=notes)
        if isinstance(decision, OnRecord):
            return Result("duplicate", *named, decision.stream, decision.version, decision.position)
        if isinstance(decision, Invalid):
            return Result("invalid", *named, errors=decision.errors)
        if isinstance(decision, NotFound):
            return Result("not_found", *named, errors=decision.errors)
        return Result("refused", *named, refusals=decision.verdicts, refused=command)

    def _keep_refusals(self, writer: Writer, results: list[Result]) -> None:
        rows = [
            RefusalRow(instant(self.clock()), command.actor, command.command, _stream(command), _refusal(result))
            for result in results
            if (command := result.refused) is not None
        ]
        if rows:
            writer.refuse(rows)


class Reading:
    """A consistent view of the store for a `with` block."""

    def __init__(self, log: Log, plans: PlanCache, *, folded: bool) -> None:
        self._manager = log.reader()
        self._plans = plans
        self._folded = folded

    def __enter__(self) -> Work:
        reader = self._manager.__enter__()
        return Work(Folded(reader) if self._folded else reader, self._plans)

    def __exit__(self, *failure: Any) -> None:
        self._manager.__exit__(*failure)


def _unplaced(results: list[Result], reader: Reader) -> list[Result]:
    """The results without the places that they would have had: nothing of them is on record."""
    last = reader.head()[0]
    return [replace(each, version=None, position=None) if (each.position or 0) > last else each for each in results]


def _only_id(asked: list[Asked]) -> str | None:
    command = asked[0].command if len(asked) == 1 else None
    return command.command_id if command else None


def _keep_files(asked: list[Asked], results: list[Result]) -> None:
    """Keep the files of what goes on record before it does: a file that no event names does no harm."""
    for each, result in zip(asked, results, strict=True):
        if each.files and result.good:
            for incoming in each.files:
                incoming.keep()


def _keys(command: Command) -> Iterator[str]:
    yield f"person:{command.actor}"
    for _, kind, ident in references(command):
        yield f"{kind}:{ident}"


def _stream(command: Command) -> str:
    task = getattr(command, "task", None)
    return f"task:{task}" if task else ""


def _refusal(result: Result) -> bytes:
    """What is kept of a refused attempt, without personal data: these rows are in no log, and no key guards them."""
    assert result.refused is not None
    personal = result.refused.personal()
    left_out = set(personal.fields) if personal else None
    told = result.refused.model_dump(mode="json", by_alias=True, exclude=left_out, exclude_none=True)
    return to_json({"rules": [verdict.id for verdict in result.refusals], "command": told})


def _notes(event: Event, work: Work) -> tuple[Message, ...]:
    """What a person should know of an entry at once, although it is on record."""
    if isinstance(event.fact, PersonErased):
        return _plain_before(event, work)
    if isinstance(event.fact, MeasureRecorded) and event.plan is not None:
        plan, newest = event.plan
        return unused(event.fact, [work.version(plan, number) for number in range(1, newest + 1)])
    return ()


def _plain_before(event: Event, work: Work) -> tuple[Message, ...]:
    """Tells where erasing comes too late: what an older release recorded stands in the log in plain text."""
    person = work.get(event.stream)
    if not isinstance(person, Person) or is_sealed(person.name):
        return ()
    text = N_("The name of {person} was recorded before names were sealed: it stays in the log, and is shown no more.")
    return (Message(text, {"person": person.person}),)
