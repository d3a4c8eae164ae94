"""Folds the whole log into new tables beside the live ones: in bulk, in parts, from where it was interrupted.

Who builds writes his name on the versions he builds. Whoever finds a name that is not his own any more, stops: so one
who was given up for dead does no harm when he comes back."""

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, wait
from contextlib import contextmanager
from functools import partial
from inspect import signature
from typing import Any, NamedTuple

from engine.envelope import BadEvent, UnknownKind
from engine.log import Log, Reader, StoreError
from engine.times import instant
from engine.transactions import Writer
from projections.folding import Fold, Part, Poisoned
from projections.history import corrections
from projections.kernel import Projection
from projections.store import Clock, now
from projections.versions import NEW, PARTS, Book, Version, fetching, note, putting, table_of

INTERVAL = 20_000  # events between two commits: what a killed build does again, and what it holds in memory
LOOK = 0.2  # seconds between two looks at how far the parts have come
Progress = Callable[[int, int], None]  # events folded, events there are
Open = Callable[[], Log]


class Overtaken(Exception):
    """Somebody else builds these projections by now."""

    def __init__(self) -> None:
        super().__init__("somebody else builds these projections by now")


class Task(NamedTuple):
    """What a part of a build needs to know: which log, which projections with their tables, up to where, for whom."""

    url: str
    projections: tuple[Projection[Any], ...]
    versions: tuple[Version, ...]
    part: Part
    owner: str
    interval: int


def build(
    log: Log,
    group: Sequence[tuple[Projection[Any], Version]],
    *,
    executor: Executor | None,
    clock: Clock,
    progress: Progress,
) -> list[Version]:
    """Fold the log up to the versions' target into them, which all stand at the same place; give them as built.

    With an executor, its workers fold a part each. Raises UnknownKind, BadEvent, Poisoned, Overtaken, StoreError."""
    first = group[0][1]
    tasks = [
        Task(
            log.url,
            tuple(projection for projection, _ in group),
            tuple(version for _, version in group),
            Part(number, first.parts),
            first.owner,
            INTERVAL,
        )
        for number in range(first.parts)
    ]
    if executor is None:
        for number, task in enumerate(tasks):
            done = first.target * number

            def told(position: int, done: int = done) -> None:
                progress((done + position) // len(tasks), first.target)

            fold_part(log, task, clock, told)
    else:
        _in_parts(log, tasks, executor, partial(progress_of, log, first, progress))
    with log.writer() as writer:
        versions = check_owner(writer, log, [version for _, version in group])
        at = instant(clock())
        return [note(writer, version, position=version.target, beat_at=at) for version in versions]


def _in_parts(log: Log, tasks: Sequence[Task], executor: Executor, look: Callable[[], None]) -> None:
    waiting = {executor.submit(fold_part_of, task) for task in tasks}
    try:
        while waiting:
            done, waiting = wait(waiting, timeout=LOOK, return_when=FIRST_COMPLETED)
            look()
            for future in done:
                failure = future.result()
                if failure is not None:
                    raise failure.error(*failure.told)
    except BaseException:
        for future in waiting:
            future.cancel()
        # The others notice at their next commit that nobody waits for them any more.
        disown(log, tasks[0].owner)
        wait(waiting)
        raise


def progress_of(log: Log, version: Version, progress: Progress) -> None:
    """Tell how far the parts have come together."""
    with log.reader() as reader:
        reached = Book(reader, log.dialect).part_positions(version.rows_in)
    progress(sum(reached) // max(len(reached), 1), version.target)


class Failure(NamedTuple):
    """What went wrong in another process. Exceptions that take more than a text do not get here by themselves."""

    error: type[Exception]
    told: tuple[Any, ...]


def fold_part_of(task: Task) -> Failure | None:
    """Fold a part in a process of its own."""
    try:
        # The switch, which is another's, puts on disk what is built here; until then the next run builds it again.
        with Log.open(task.url, relaxed=True) as log:
            fold_part(log, task, now, lambda _: None)
    except (UnknownKind, BadEvent, Poisoned, Overtaken, StoreError) as error:
        return failure_of(error)
    return None


def failure_of(error: Exception) -> Failure:
    """An error as it goes to another process: these keep what they are made of under the names of their parameters."""
    return Failure(type(error), tuple(vars(error)[name] for name in signature(type(error)).parameters))


def fold_part(log: Log, task: Task, clock: Clock, told: Callable[[int], None]) -> None:
    """Fold one part up to the target, from where it was left. Raises UnknownKind, BadEvent, Poisoned, Overtaken."""
    first, part = task.versions[0], task.part
    with log.reader() as reader:
        position = Book(reader, log.dialect).part_positions(first.rows_in)[part.number]
        fixes = corrections(reader, task.projections, upto=first.target)
    tables = {
        each.name: table_of(projection, each) for projection, each in zip(task.projections, task.versions, strict=True)
    }
    fold = Fold(task.projections, fixes=fixes, part=part)
    begun = position == 0
    # Only one writes at a time: parts that begin with stretches of different lengths seldom wait for each other.
    step = task.interval * (part.number + 1) // part.of if begun else task.interval
    with no_collector():
        while position < first.target:
            upto = min(position + max(step, 1), first.target)
            with log.reader() as reader:
                fold.fetch = None if begun else fetching(reader, tables)
                fold.run(reader, position, upto)
            _write(log, task, fold, tables, upto, clock)
            fold.settle()
            position, begun, step = upto, False, task.interval
            told(position)


@contextmanager
def no_collector() -> Iterator[None]:
    """Without Python's search for cycles, which would look through the rows again and again: a fold makes none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _write(log: Log, task: Task, fold: Fold, tables: dict[str, Any], upto: int, clock: Clock) -> None:
    put = [putting(tables[changed.projection.name], changed) for changed in fold.changed()]
    with log.writer() as writer:
        check_owner(writer, log, task.versions, task.owner)
        for each in put:
            each(writer)
        for version in task.versions:
            note_part(writer, version, task.part.number, upto)
            note(writer, version, beat_at=instant(clock()))


def note_part(writer: Writer, version: Version, part: int, position: int) -> None:
    """Put down how far a part has come."""
    writer.run(f'UPDATE {PARTS} SET "position" = ? WHERE rows_in = ? AND part = ?', [position, version.rows_in, part])


def check_owner(writer: Reader, log: Log, versions: Sequence[Version], owner: str | None = None) -> list[Version]:
    """The versions as they are on record now. Raises Overtaken where one is not being built by who began it."""
    there = {each.rows_in: each for each in Book(writer, log.dialect).versions if each.role == NEW}
    found = []
    for each in versions:
        noted = there.get(each.rows_in)
        if noted is None or noted.owner != (owner or each.owner):
            raise Overtaken
        found.append(noted)
    return found


def disown(log: Log, owner: str) -> None:
    """What somebody was building, nobody builds now; the next one goes on where it was left."""
    with log.writer() as writer:
        for each in Book(writer, log.dialect).versions:
            if each.owner == owner:
                note(writer, each, owner="")
