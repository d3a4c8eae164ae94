"""`khcn record`: command files in, a result for every line out."""

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click

from console.attaching import Attachments
from console.frame import Leaf, Setting
from console.kinds import Kinds
from console.results import exit_code, put_result, summary
from console.speech import json_line, language, say, tell, tell_message
from engine.catalogue import N_, Message
from engine.decider.answers import FieldError
from engine.desk import Desk, Result
from engine.parse import Asked, echoed
from intake import IntakeError, Line
from intake import read as read_file
from intake.lines import in_place
from projections.views import result_json


class _Places:
    """Remembers where each command came from until its result is there."""

    def __init__(self, files: tuple[str, ...], actor: str | None, attachments: Attachments, kinds: Kinds) -> None:
        self._files, self._actor, self._attachments, self._kinds = files, actor, attachments, kinds
        self.waiting: deque[Line] = deque()
        self.broken: list[IntakeError] = []

    def asked(self) -> Iterator[Asked]:
        """What every line asks for, file after file; a file that cannot be read is noted, and the next goes on."""
        for file in self._files:
            try:
                for line in read_file(file, stdin=sys.stdin.buffer, kind_of=self._kinds):
                    self.waiting.append(line)
                    yield self._asked(line, Path() if file == "-" else Path(file).parent)
            except IntakeError as error:
                self.broken.append(error)

    def next(self) -> Line:
        """The line of the next result."""
        return self.waiting.popleft()

    def tell_broken(self) -> None:
        """Tell which files could not be read, and why."""
        for error in self.broken:
            tell_message(in_place(error.where, error.message))

    def _asked(self, line: Line, base: Path) -> Asked:
        if not line.errors and line.command is not None:
            return self._attachments.ask(line.command, base=base, actor=self._actor)
        seen = line.command or {}
        errors = tuple(FieldError(error.field or "command", error.message) for error in line.errors)
        return Asked(echoed(seen.get("command")), echoed(seen.get("command_id")), None, errors)


@click.command(cls=Leaf)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--dry-run", is_flag=True, help=say(N_("Check everything, record nothing.")))
@click.option("--all-or-nothing", is_flag=True, help=say(N_("Record all lines or none.")))
@click.option("--json", "as_json", is_flag=True, help=say(N_("One JSON object a line.")))
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help=say(N_("Output format.")))
@click.pass_obj
def record(
    setting: Setting, files: tuple[str, ...], dry_run: bool, all_or_nothing: bool, as_json: bool, form: str
) -> int:
    """Record the commands in FILE... (.jsonl, .yaml, .csv, .xlsx; - for standard input)."""
    desk = setting.desk()
    kept = True
    results: Iterable[Result]
    with Attachments(setting, copied=not dry_run) as attachments:
        places = _Places(files, setting.actor, attachments, Kinds(desk))
        if dry_run:
            results = desk.rehearse(places.asked())
        elif all_or_nothing:
            kept, results = _whole(desk, places)
        else:
            results = desk.batch(places.asked())
        told = _Told(iter(results), places, as_json=as_json or form == "json", kept=kept and not dry_run)
        try:
            told.put()
        except BaseException:
            told.stopped()
            places.tell_broken()
            raise
        outcomes = told.outcomes
    if places.broken:
        summary(outcomes, kept=kept, dry_run=dry_run)
        places.tell_broken()
        return exit_code([*outcomes, "invalid"])
    if not outcomes:
        tell(N_("There is no command in {files}; nothing was recorded."), files=list(files))
        return 2
    summary(outcomes, kept=kept, dry_run=dry_run)
    return exit_code(outcomes)


def _whole(desk: Desk, places: _Places) -> tuple[bool, list[Result]]:
    asked = list(places.asked())
    if places.broken:  # a file that cannot be read to its end is not recorded in part
        places.waiting.clear()
        return False, []
    return desk.all_or_nothing(asked)


class _Told:
    """Puts the results on standard output, and knows how far it came."""

    def __init__(self, results: Iterator[Result], places: _Places, *, as_json: bool, kept: bool) -> None:
        self._results, self._places, self._as_json, self._kept = results, places, as_json, kept
        self.outcomes: list[str] = []
        self._last: Message | None = None

    def put(self) -> None:
        """One result after the other. Raises what stops a batch."""
        with _progress() as advance:
            for result in self._results:
                line = self._take(result)
                advance()
                if self._as_json:
                    told: dict[str, Any] = result_json(line.number, result, language())
                    click.echo(json_line(told if self._kept or not result.good else told | {"kept": False}))
                elif not result.good or result.notes or sys.stdout.isatty() or not self._kept:
                    put_result(result, place=line.where)

    def stopped(self) -> None:
        """Tell what a batch that was stopped has left on record."""
        # What shares a commit with the result that could not be put is on record too.
        for result in islice(self._results, len(self._places.waiting)):
            self._take(result)
        if self._last is None or not self._kept:
            return
        text = N_(
            "The batch was stopped after {place}: {recorded} commands up to there are on record and stay. Load the "
            "same files again: a line with a command_id counts once; of lines without one load only what follows."
        )
        tell(text, place=self._last, recorded=sum(outcome in ("recorded", "duplicate") for outcome in self.outcomes))

    def _take(self, result: Result) -> Line:
        line = self._places.next()
        self._last = line.where
        self.outcomes.append(result.outcome)
        return line


class _progress:  # noqa: N801 - used as a `with` block
    """A progress line on standard error while a person watches; nothing in a pipe."""

    def __enter__(self) -> Any:
        if not sys.stderr.isatty() or sys.stdout.isatty():
            return lambda: None
        from rich.console import Console
        from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TimeElapsedColumn

        columns = SpinnerColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        task = self._bar.add_task("", total=None)
        return lambda: self._bar.advance(task)

    def __exit__(self, *_: object) -> None:
        if hasattr(self, "_bar"):
            self._bar.stop()
