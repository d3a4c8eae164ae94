"""What benchmarks.rebuild measures, each in a process of its own: it tells its seconds and its peak memory.

python -m benchmarks.rebuilding floor|rebuild|tasks|bare|library URL NUMBER"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from msgspec.json import Decoder

from engine.log import Log, Writer
from projections.folding import pages
from projections.kernel import Projection
from projections.rebuild import Rebuild
from projections.registries import every
from projections.rows import RowTable
from projections.tables import drop, make_rows, spoken
from projections.tasks import tasks
from projections.versions import Book, table_of


def floor(url: str, _: int) -> float:
    """Read every row, decode its JSON, and insert as many rows as the registries have: nothing else."""
    everything = list(every().values())
    with Log.open(url) as log:
        with log.reader() as reader:
            book = Book(reader, log.dialect)
            tables = [table_of(each, version) for each in everything if (version := book.live(each)) is not None]
            rows = [(table, reader.rows(table.select)) for table in tables]
        copies = [RowTable(table.layout, f"floor_{table.layout.projection.name}") for table, _ in rows]
        with log.writer() as writer:
            _make(writer, log.dialect, copies)
        begun, decode = perf_counter(), Decoder().decode
        with log.reader() as reader:
            for page in pages(reader, 0, reader.head()[0]):
                for event in page:
                    decode(event[5])
        with log.writer() as writer:
            for (table, found), copied in zip(rows, copies, strict=True):
                writer.put(copied.name, table.columns, table.key, [], found)
        return perf_counter() - begun


def _make(writer: Writer, dialect: str, copies: list[RowTable]) -> None:
    drop(writer, dialect, [copy.name for copy in copies])
    for copy in copies:
        make_rows(writer, dialect, copy.layout, copy.name)


def rebuild(url: str, workers: int) -> float:
    """Build all registries anew, compare them with the live ones, and switch."""
    return _rebuilt(url, workers, list(every().values()))


def tasks_alone(url: str, workers: int) -> float:
    """Build the task registry anew, and no other."""
    return _rebuilt(url, workers, [tasks])


def _rebuilt(url: str, workers: int, projections: list[Projection[Any]]) -> float:
    from console.projections import executor

    with Log.open(url) as log:  # which imports what its kind of store needs, and connects to nothing yet
        spoken(log.dialect)
        begun = perf_counter()
        with executor(workers) as processes:
            run = Rebuild(log, "benchmark:0:0", lambda *_: False, executor=processes, workers=workers)
            run.run(projections, fresh=True)
        return perf_counter() - begun


def bare(_: str, turns: int) -> float:
    """So many millions of turns of a loop without a store and hardly any memory: what the machine itself gives."""
    begun, total = perf_counter(), 0
    for number in range(turns * 1_000_000):
        total += number & 7
    return perf_counter() - begun


def library(url: str, upto: int) -> float:
    """Bring the task registry, and no other, up to a position by the library's runner."""
    from benchmarks.library_projection import run_library  # the others' memory is measured without it

    with tempfile.TemporaryDirectory(prefix="khcn-bench-") as folder:
        begun = perf_counter()
        run_library(url, Path(folder) / "view.db", upto)
        return perf_counter() - begun


ACTS: dict[str, Callable[[str, int], float]] = {
    "floor": floor,
    "rebuild": rebuild,
    "tasks": tasks_alone,
    "bare": bare,
    "library": library,
}


def main() -> None:
    """Do what was asked for."""
    act, url, number = sys.argv[1:]
    seconds = ACTS[act](url, int(number))
    print(json.dumps({"seconds": seconds, "megabytes": _peak()}))


def _peak() -> float:
    """The most memory that this process had. (Of the resource that Python tells, a child begins with its parent's.)"""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 1024


if __name__ == "__main__":
    main()
