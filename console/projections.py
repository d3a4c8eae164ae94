"""`khcn projections`: how registers stand; caught up, built anew, checked, kept warm. It records nothing."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from console.frame import Entry, Failure, Lazy, Leaf, Setting, form_options
from console.speech import put_json, put_rows, say, tell
from console.tally import Tally, progress
from engine.catalogue import N_

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from projections.kernel import Projection

Json = dict[str, Any]
ORPHANED = 0.5  # seconds between a worker's looks whether there is still somebody to work for
LINUX = sys.platform == "linux"
COLUMNS = ("name", "version", "state", "position", "lag", "lag_seconds", "rows", "built_at")


def projections() -> click.Group:
    """How registers are kept."""
    entries = {
        "status": Entry("console.projections:status", N_("How far each has come, how old it is, what it lacks.")),
        "update": Entry("console.projections:update", N_("Fold what is new into the tables.")),
        "rebuild": Entry("console.projections:rebuild", N_("Build them anew beside, compare, switch.")),
        "verify": Entry("console.projections:verify", N_("Fold the log again: do the tables say what it says?")),
        "follow": Entry("console.projections:follow", N_("Keep the tables warm until told to stop.")),
        "retry": Entry("console.projections:retry", N_("Try the events in quarantine again.")),
    }
    text = say(N_("The tables of registers and reports: folds of the log that can be thrown away."))
    return Lazy("projections", entries=entries, help=text, no_args_is_help=True)


names = click.argument("names", nargs=-1, metavar="[NAME]...")
results = click.option(
    "--results",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=say(N_("Write the results to this file too, as run_results.json of dbt has them.")),
)


def _chosen(given: Sequence[str]) -> list["Projection[Any]"]:
    from projections.registries import every

    known = every()
    for name in given:
        if name not in known:
            raise Failure(5, N_("There is no projection {name}. There are: {known}."), name=name, known=list(known))
    return [known[name] for name in given] if given else list(known.values())


@click.command(cls=Leaf)
@names
@click.option(
    "--max-lag", type=click.IntRange(min=0), metavar="EVENTS", help=say(N_("Exit 6 if one is further behind."))
)
@click.option(
    "--max-age",
    type=click.IntRange(min=0),
    metavar="SECONDS",
    help=say(N_("Exit 6 if an event has waited longer than that.")),
)
@form_options
@click.pass_obj
def status(setting: Setting, names: Sequence[str], max_lag: int | None, max_age: int | None, form: str) -> int:
    """Tell how far each projection has come, how old its table is, and what it lacks.

    With a threshold the exit code is 6 where one is over it, stale or in quarantine, so that a timer can tell."""
    from console.process import alive
    from projections.checking import status as standing
    from projections.quarantine import waiting

    chosen = _chosen(names)
    with setting.log() as log:
        rows = standing(log, chosen, datetime.now(UTC), alive)
        held = waiting(log, [each.name for each in chosen])
    put_rows(rows, form, columns=COLUMNS)
    for each in held:
        tell(
            N_("{name}: event {position} ({stream}, {kind}) is in quarantine since {since}: {reason}"),
            **each.poison._asdict(),
            since=each.since,
        )
    if held:
        tell(N_("`khcn projections retry` tries them again; a newer release may know them."))
    stale = [row["name"] for row in rows if row["state"] == "stale"]
    if stale:
        tell(N_("Built by another release: {names}. `khcn projections rebuild` builds them anew."), names=stale)
    return 6 if _over(rows, max_lag, max_age) else 0


def _over(rows: Sequence[Json], max_lag: int | None, max_age: int | None) -> bool:
    if max_lag is None and max_age is None:
        return False
    return any(
        (max_lag is not None and row["lag"] > max_lag)
        or (max_age is not None and row["lag_seconds"] > max_age)
        or row["state"] == "stale"
        or row["quarantined"] > 0
        for row in rows
    )


@click.command(cls=Leaf)
@names
@results
@form_options
@click.pass_obj
def update(setting: Setting, names: Sequence[str], results: Path | None, form: str) -> int:
    """Fold what is new into the tables of all projections, or of NAME."""
    from projections.store import Tables

    chosen, tally = _chosen(names), Tally("update", form)
    with setting.log() as log:
        begun = time.monotonic()
        for caught in Tables(log).catch_up(*chosen):
            outcome = "stale" if caught.stale else "quarantined" if caught.poison else "updated"
            tally.add(caught.name, outcome, caught.events, caught.rows, time.monotonic() - begun, len(chosen))
    return tally.end(results)


@click.command(cls=Leaf)
@names
@click.option("--workers", type=click.IntRange(min=1, max=64), default=1, help=say(N_("Processes that fold at once.")))
@click.option("--accept", is_flag=True, help=say(N_("Switch also where rows differ from what people see.")))
@click.option("--rollback", is_flag=True, help=say(N_("Go back to the version before.")))
@click.option("--fresh", is_flag=True, help=say(N_("Begin anew where an unfinished or refused build waits.")))
@results
@form_options
@click.pass_obj
def rebuild(
    setting: Setting,
    /,
    names: Sequence[str],
    workers: int,
    accept: bool,
    rollback: bool,
    fresh: bool,
    results: Path | None,
    form: str,
) -> int:
    """Build all projections, or NAME, anew beside the live ones; switch if they show the same, or with --accept.

    Exit 6 where rows differ: what people see stays as it is, and the new version waits for --accept. Exit 7 where
    somebody else is rebuilding. What was interrupted is gone on with by the next run."""
    from console.process import alive, this_process
    from projections.rebuild import Rebuild, roll_back

    chosen, tally = _chosen(names), Tally("rebuild", form)
    if rollback and (accept or fresh):
        raise Failure(2, N_("--rollback goes alone."))
    begun = time.monotonic()
    with setting.log() as log:
        if rollback:
            outcomes = roll_back(log, [each.name for each in chosen])
        else:
            with executor(workers) as processes, progress() as told:
                run = Rebuild(log, this_process(), alive, progress=told, executor=processes, workers=workers)
                try:
                    outcomes = run.run(chosen, accept=accept, fresh=fresh)
                except BaseException:
                    tally.stopped([each.name for each in chosen], time.monotonic() - begun, results)
                    raise
    for each in outcomes:
        tally.add(each.name, each.outcome, each.events, each.rows, each.seconds, len(outcomes), each.difference)
    return tally.end(results)


@contextmanager
def executor(workers: int) -> Iterator["Executor | None"]:
    """Processes to share the work, where more than one is asked for: before the store is used."""
    if workers == 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Forked where that is safe, and at once: they begin with everything imported, and before this process has a
    # connection, which its child would spoil, or a thread.
    pool = ProcessPoolExecutor(
        workers, get_context("fork" if LINUX else "spawn"), initializer=_as_worker, initargs=(os.getpid(),)
    )
    try:
        pool.submit(_ready).result()
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _ready() -> None:
    """Whoever asks for this has the processes begin."""


def _as_worker(parent: int) -> None:
    """Work for the process that hands out the work, and no longer than there is one.

    Ctrl-C goes to every process of a terminal: that one tells the others. If it is killed it can tell them nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(ORPHANED)
    os._exit(1)  # what was not committed is rolled back; the next rebuild goes on from there


@click.command(cls=Leaf)
@names
@results
@form_options
@click.pass_obj
def verify(setting: Setting, names: Sequence[str], results: Path | None, form: str) -> int:
    """Fold the log again, and hold the tables of all projections, or of NAME, against it. Exit 6 where they differ."""
    from projections.checking import verify as held_against

    chosen, tally = _chosen(names), Tally("verify", form)
    with setting.log() as log:
        for each in chosen:
            begun = time.monotonic()
            verdict = held_against(log, each)
            digests = {"digest": verdict.digest, "expected": verdict.expected}
            seconds = time.monotonic() - begun
            tally.add(
                each.name,
                verdict.outcome,
                verdict.position,
                verdict.rows,
                seconds,
                len(chosen),
                verdict.difference,
                **digests,
            )
    return tally.end(results)


@click.command(cls=Leaf)
@names
@form_options
@click.pass_obj
def retry(setting: Setting, names: Sequence[str], form: str) -> int:
    """Try the events again that a projection could not take. Exit 6 where some are still in quarantine."""
    from projections.quarantine import retry as once_more

    with setting.log() as log:
        found = [once_more(log, each) for each in _chosen(names)]
    told = {"projections": [each.json() for each in found], "ok": all(each.ok for each in found)}
    if form == "json":
        put_json(told)
    else:
        rows = [{"name": each.name, "taken": each.taken, "waiting": len(each.left)} for each in found]
        put_rows(rows, form, columns=("name", "taken", "waiting"))
        for each in found:
            for poison in each.left:
                text = N_("{name}: event {position} ({stream}, {kind}) cannot be taken: {reason}")
                tell(text, **poison._asdict())
    return 0 if told["ok"] else 6


@click.command(cls=Leaf)
@names
@click.option(
    "--interval",
    type=click.FloatRange(min=0.05, max=86400),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help=say(N_("How often to look for new events.")),
)
@click.pass_obj
def follow(setting: Setting, names: Sequence[str], interval: float) -> int:
    """Keep the tables of all projections, or of NAME, caught up until SIGTERM or Ctrl-C. Safe to run twice."""
    from engine.log import StoreMissing, StoreReadOnly, StoreUnavailable
    from projections.store import Tables

    chosen = _chosen(names)
    with setting.log() as log, _until_told() as waits:
        tell(N_("Following {count} projections; Ctrl-C or SIGTERM ends it."), count=len(chosen))
        while True:
            try:
                for caught in Tables(log).catch_up(*chosen):
                    if caught.events:
                        text = N_("{name}: {events} events, {rows} rows, {poison} in quarantine")
                        tell(text, **vars(caught))
            except (StoreMissing, StoreReadOnly):
                raise
            except StoreUnavailable as error:  # somebody restarts the server: it comes back
                tell(N_("The store cannot be used now, trying again: {reason}"), reason=str(error))
            if waits(interval):
                return 0


@contextmanager
def _until_told() -> Iterator[Callable[[float], bool]]:
    """What waits so many seconds and tells whether somebody has asked to end."""
    from threading import Event

    asked = Event()

    def ask(_: int, __: FrameType | None) -> None:
        asked.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked.wait
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
