"""What a run over projections comes to: a line each, a count, one JSON, a file of results; and how far it is."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.files import write_file
from console.speech import json_line, put, put_json, put_rows, say, tell
from engine.catalogue import N_

if TYPE_CHECKING:
    from projections.compare import Difference

Json = dict[str, Any]
GOOD = ("updated", "switched", "rolled_back", "equal", "missing")
LINE_SECONDS = 5.0
WORDS = {
    "updated": N_("OK updated"),
    "switched": N_("OK switched"),
    "rolled_back": N_("OK rolled back"),
    "equal": N_("OK equal"),
    "missing": N_("OK not built yet"),
    "refused": N_("REFUSED rows differ"),
    "different": N_("FAIL rows differ"),
    "stale": N_("STALE rebuild it"),
    "quarantined": N_("WARN quarantine"),
    "stopped": N_("STOPPED"),
}


class Tally:
    """The results of one run, told as they come and together at the end."""

    def __init__(self, command: str, form: str) -> None:
        self.command, self.form = command, form
        self.results: list[Json] = []
        self._begun = time.monotonic()

    def add(
        self,
        name: str,
        outcome: str,
        events: int,
        rows: int,
        seconds: float,
        total: int,
        difference: "Difference | None" = None,
        **more: Any,
    ) -> None:
        """Take in what one projection came to."""
        found: Json = {"name": name, "events": events, "rows": rows, "seconds": round(seconds, 3), "outcome": outcome}
        if difference is not None:
            found["difference"] = difference.json()
        self.results.append(found | more)
        if self.form == "table":
            self._line(found, total)

    def stopped(self, names: Sequence[str], seconds: float, file: Path | None) -> None:
        """Tell that a run ended before its time."""
        nothing = {"added": 0, "removed": 0, "changed": 0, "columns": {}, "examples": []}
        for name in names:
            found = {"name": name, "events": 0, "rows": 0, "seconds": round(seconds, 3), "outcome": "stopped"}
            self.results.append(found | {"difference": nothing})
        if self.form == "json":
            put_json(self._told())
        self._write(file)

    def end(self, file: Path | None) -> int:
        """Tell the count, write the file of results; give the exit code."""
        if self.form == "json":
            put_json(self._told())
        elif self.form == "csv":
            put_rows(self.results, "csv")
        else:
            counts = Counter(each["outcome"] for each in self.results)
            parts = [f"{say(WORDS[outcome])} {count}" for outcome, count in sorted(counts.items())]
            seconds = round(time.monotonic() - self._begun, 2)
            text = N_("Done in {seconds} s: {parts}; {total} in all.")
            put(say(text, seconds=seconds, parts=parts, total=len(self.results)))
        self._write(file)
        return 0 if self._told()["ok"] else 6

    def _told(self) -> Json:
        return {"projections": self.results, "ok": all(each["outcome"] in GOOD for each in self.results)}

    def _line(self, found: Json, total: int) -> None:
        label = f"{len(self.results)} / {total}  {found['name']} "
        text = N_("{label} {outcome} [{events} events, {rows} rows in {seconds} s]")
        shown = {name: found[name] for name in ("events", "rows", "seconds")}
        put(say(text, label=label.ljust(30, "."), outcome=say(WORDS[found["outcome"]]), **shown))
        if found["outcome"] in ("refused", "different"):
            self._difference(found["difference"])

    def _difference(self, told: Json) -> None:
        """A difference as a person reads it: counts, columns, examples."""
        text = N_("    rows added: {added}, gone: {removed}, changed: {changed}")
        put(say(text, added=told["added"], removed=told["removed"], changed=told["changed"]))
        if told["columns"]:
            columns = [f"{name} ({count})" if count else name for name, count in told["columns"].items()]
            put(say(N_("    columns: {columns}"), columns=columns))
        for each in told["examples"]:
            if each["change"] == "added":
                put(f"    + {each['row']}")
            elif each["change"] == "removed":
                put(f"    - {each['row']}")
            else:
                changes = "; ".join(
                    f"{name}: {_brief(pair['before'])} → {_brief(pair['after'])}"
                    for name, pair in each["columns"].items()
                )
                put(f"    ~ {each['row']}: {changes}")

    def _write(self, file: Path | None) -> None:
        """The results as dbt writes its run_results.json, at once or not at all."""
        if file is None:
            return
        told = {
            "metadata": {"generated_at": datetime.now(UTC).isoformat(), "command": self.command},
            "elapsed_time": round(time.monotonic() - self._begun, 3),
            "ok": self._told()["ok"],
            "results": [
                {
                    "unique_id": f"projection.{each['name']}",
                    "status": each["outcome"],
                    "execution_time": each["seconds"],
                }
                | {name: value for name, value in each.items() if name not in ("name", "outcome", "seconds")}
                for each in self.results
            ],
        }
        write_file(file, f"{json_line(told)}\n".encode())


def _brief(value: Any) -> str:
    text = "-" if value is None else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


@contextmanager
def progress(
    text: str = N_("{done} of {total} events folded ({share}, {speed} a second)"), title: str = N_("Folding events")
) -> Iterator[Callable[[int, int], None]]:
    """What shows how far something has come: a bar for a person, now and then a line for a log."""
    if sys.stderr.isatty():
        with _bar(title) as told:
            yield told
        return
    last = [time.monotonic()]
    began = last[0]

    def line(done: int, total: int) -> None:
        now = time.monotonic()
        if now - last[0] >= LINE_SECONDS:
            last[0] = now
            speed = round(done / (now - began))
            share = f"{100 * done // max(total, 1)} %"
            tell(text, done=done, total=total, share=share, speed=speed)

    yield line


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say(title), total=None)

        def move(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield move
