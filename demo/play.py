"""Plays the bundled commands and the old register into a founded store, and compares with what is expected.

Prints nothing."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from msgspec.json import decode
from pydantic_core import from_json

from engine.desk import Desk, Result
from engine.founding import found
from engine.parse import Asked, ask_for
from engine.schema import kind_of
from importing.grids import open_book
from importing.mapping import load_mapping
from importing.rows import reading
from importing.run import Importer, Report
from intake import Line, read
from intake.files import named
from workflows.load import builtin_plans, content, digest, load_plan

FILES = (
    "1-units.jsonl",
    "2-councils.jsonl",
    "3-vp57.jsonl",
    "4-hp36.jsonl",
    "5-changes.jsonl",
    "6-unit-years.jsonl",
)
REGISTER, MAPPING = "old-register.csv", "old-register.yaml"
IMPORTED = (5, 4, 1)  # rows of the register, imported, refused
IMPORTER, IMPORT_DAY = "syt-vp.thuky", date(2025, 3, 10)
ADMIN = ("admin", "Quản trị (minh họa)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one bundled line, and what should have."""

    line: Line
    result: Result
    outcome: str
    rules: tuple[str, ...]

    @property
    def given(self) -> tuple[str, ...]:
        """The rules that refused it."""
        return tuple(sorted(verdict.id for verdict in self.result.refusals))

    @property
    def as_expected(self) -> bool:
        """Whether outcome and rules are those of expected.jsonl; a line not named there is recorded."""
        return (self.result.outcome, self.given) == (self.outcome, self.rules)


def begin(desk: Desk) -> None:
    """Found the store: the built-in plans and an administrator."""
    plans = [(ident, load_plan(path)) for ident, path in builtin_plans().items()]
    found(desk, [(ident, from_json(content(plan)), digest(plan)) for ident, plan in plans], ADMIN)


def play(desk: Desk) -> Iterator[Answer]:
    """Record the bundled commands in their order; give every answer once it is on disk."""
    told, plain = expected(), {"outcome": "recorded", "rules": ()}
    waiting: deque[Line] = deque()

    def asked() -> Iterator[Asked]:
        for name in FILES:
            for line in read(str(_folder() / name), kind_of=kind_of):
                waiting.append(line)
                yield ask_for(line.command)

    for result in desk.batch(asked()):
        want = told.get(result.command_id, plain)
        yield Answer(waiting.popleft(), result, want["outcome"], tuple(want["rules"]))


def take_over(desk: Desk) -> Report:
    """Import the old register as its mapping reads it, by the Department's secretary."""
    register, mapping = str(_folder() / REGISTER), str(_folder() / MAPPING)
    sheet = reading(open_book(register), load_mapping(mapping), named(mapping))
    return Importer(desk, sheet, IMPORTER, IMPORT_DAY, dry_run=False).run()


def expected() -> dict[str | None, dict[str, Any]]:
    """Outcome and rules of every line that is not simply recorded, by command id."""
    rows = [decode(row) for row in (_folder() / "expected.jsonl").read_bytes().splitlines()]
    return {row["command_id"]: row for row in rows}


def _folder() -> Path:
    return Path(str(files("demo")))
