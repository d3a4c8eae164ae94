"""`khcn audit export` and `bundle`: the record for other programs, and the evidence for a task or a period."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from sqlite3 import OperationalError
from typing import TYPE_CHECKING

import click

from console.attaching import folder_of
from console.clickwords import Ident
from console.files import A_FILE, whole_file
from console.frame import Failure, Leaf, Setting
from console.sealing import public_option, read_note, trusted
from console.speech import language, say, tell
from engine.catalogue import N_

if TYPE_CHECKING:
    from engine.ask import Rule
    from engine.log import Reader

FORMATS = ("ocel", "xes", "jsonl", "ocel-sqlite")


@click.command(cls=Leaf)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    required=True,
    help=say(N_("OCEL 2.0 in JSON, XES, JSON lines, or OCEL 2.0 in an SQLite file.")),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say(N_("Write to this file (default: standard output; ocel-sqlite needs a file).")),
)
@click.pass_obj
def export(setting: Setting, form: str, output: Path | None) -> int:
    """Hand on every event of the log. JSON lines hold the sealed bytes themselves; docs/exports.md has the formats."""
    if output is None and form == "ocel-sqlite":
        raise Failure(2, N_("An SQLite file cannot go to standard output: name a file with -o FILE."))
    with setting.log() as log, log.reader() as reader:
        events = reader.head()[0]
        if output is None:
            _put(_chunks(form)(reader))
        elif form == "ocel-sqlite":
            from exporting.ocelsqlite import write

            with whole_file(output, OperationalError) as file:
                write(reader, file)
        else:
            with whole_file(output, OperationalError) as file, file.open("xb") as out:
                out.writelines(_chunks(form)(reader))
    if output is not None:
        tell(N_("{file}: {events} events."), file=str(output), events=events)
    return 0


def _chunks(form: str) -> Callable[[Reader], Iterator[bytes]]:
    if form == "jsonl":
        from exporting.jsonl import lines

        return lines
    if form == "xes":
        from exporting.xes import chunks as xes

        return xes
    from exporting.ocel import chunks

    return chunks


def _put(chunks: Iterable[bytes]) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.writelines(chunks)
    sys.stdout.buffer.flush()


@click.command(cls=Leaf)
@click.argument("output", metavar="OUT.zip", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--task", type=Ident(), metavar="TASK", help=say(N_("The events of this task, and what they rest on.")))
@click.option(
    "--period", metavar="PERIOD", help=say(N_("What was decided in 2025, 2025-H1, 2026-Q1 or 2026-03 (a month)."))
)
@click.option(
    "--checkpoint",
    "given",
    metavar="FILE",
    type=A_FILE,
    help=say(N_("The checkpoint to prove it against (default: the newest that was taken of this store).")),
)
@public_option
@click.pass_obj
def bundle(
    setting: Setting, output: Path, task: str | None, period: str | None, given: Path | None, public: tuple[str, ...]
) -> int:
    """Write OUT.zip: events with their proofs, documents, plans, a page to read, and a checker that needs no khcn."""
    from exporting.bundle import Altered, Asked, Bundle, covering
    from exporting.selecting import NotAPeriod, Period, select
    from workflows.rules import RULES

    if output.is_file():
        raise Failure(2, N_("{file} is there already: name a new file."), file=str(output))
    keys = trusted(public)
    try:
        asked = Asked(task, Period.read(period) if period is not None else None, language())
    except NotAPeriod as wrong:
        text = N_("{period} is no period: write it as 2025, 2025-H1, 2026-Q1 or 2026-03.")
        raise Failure(2, text, period=wrong.text) from None
    note = read_note(given) if given is not None else None
    with setting.log() as log, log.reader() as reader:
        found = select(reader, task, asked.period)
        if not found.asked:
            raise Failure(5, N_("Nothing is on record for this."))
        try:
            against = covering(reader, found, note)
            if keys and not against.signers(keys):
                raise Failure(6, N_("NOT proved: the checkpoint is not signed by a key that you trust."))
            made = Bundle(reader, asked, against, keys, kept_files(log.file))
            with whole_file(output, OperationalError) as file, file.open("xb") as out:
                told = made.write(found, duties_of(RULES.values()), out)
        except Altered as altered:
            text = N_("The file of the document {digest} is not the one that was filed: restore it from a backup.")
            raise Failure(6, text, digest=altered.digest) from None
    text = N_("{file}: {asked} events, {beside} that they rest on, {documents} documents. Manifest: SHA-256 {manifest}")
    counts = {name: getattr(told, name) for name in ("asked", "beside", "documents", "manifest")}
    tell(text, file=str(output), **counts)
    if told.lacking:
        tell(N_("Documents that are on record, but whose file is not kept here: {names}"), names=list(told.lacking))
    return 0


def duties_of(rules: Collection[Rule]) -> dict[str, list[str]]:
    """What is asked for under each rule id: by the rule of that name, else by each that cites it."""
    found: dict[str, list[str]] = {}
    for rule in rules:
        found.setdefault(rule.id, []).append(rule.duty)
    own = {rule.id: [rule.duty] for rule in rules if rule.id.rpartition(".")[2] == rule.name}
    return found | own


def kept_files(store: str | None) -> Callable[[str], Path | None]:
    """Where the file of a document is kept, by its SHA-256: in the folder KHCN_FILES, else beside the file `store`."""
    from engine.files import Files

    folder = folder_of(store)

    def place(digest: str) -> Path | None:
        found = Files(folder).place(digest) if folder is not None else None
        return found if found is not None and found.is_file() else None

    return place
