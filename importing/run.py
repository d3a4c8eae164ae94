"""Brings the rows of a register to the desk: new ones are recorded, known ones compared; nothing is overwritten."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from pydantic_core import to_json

from engine.catalogue import N_, Message
from engine.commands import Command
from engine.desk import Desk, Result
from engine.parse import Asked, ask_for
from importing.known import differences, on_record
from importing.problems import Problem
from importing.rows import Candidate, Reading

CHUNK = 500
_FIELDS = {"level_of_plan": "level", "chronology": "on"}  # rule -> the field it speaks of; else that of the id


@dataclass(slots=True)
class Report:
    """What became of the rows: each was imported, stood on record unchanged, or was refused."""

    imported: int = 0
    unchanged: int = 0
    refused: int = 0
    found: list[tuple[int, Problem]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """All rows."""
        return self.imported + self.unchanged + self.refused

    @property
    def problems(self) -> list[Problem]:
        """What was reported, in the order of the rows."""
        return [problem for _, problem in sorted(self.found, key=lambda each: each[0])]

    def refuse(self, candidate: Candidate, problems: Iterable[Problem]) -> None:
        """Count a row as refused, and tell why."""
        self.refused += 1
        self.found += [(candidate.row, problem) for problem in problems]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A row that can be read, and the command it asks for."""

    candidate: Candidate
    asked: Asked
    command: Command


@dataclass(frozen=True, slots=True)
class Importer:
    """Who imports what: one sheet of a register, at one desk, as of one day."""

    desk: Desk
    reading: Reading
    actor: str
    on: date
    dry_run: bool = False

    def run(self) -> Report:
        """Record what is new and clean. Raises what the log raises; what was recorded by then stays."""
        report = Report()
        ready = list(self._ready(report))
        fresh = [
            one
            for start in range(0, len(ready), CHUNK)
            for one in self._not_on_record(ready[start : start + CHUNK], report)
        ]
        asked = [one.asked for one in fresh]
        results = self.desk.rehearse(asked) if self.dry_run else self.desk.batch(asked)
        for one, result in zip(fresh, results, strict=True):
            if result.outcome == "recorded":
                report.imported += 1
            elif result.outcome == "duplicate":  # somebody else imported it meanwhile
                report.unchanged += 1
            else:
                report.refuse(one.candidate, self._refusal(one.candidate, result))
        return report

    def _ready(self, report: Report) -> Iterator[_Ready]:
        """The rows that can be read and say something of their own; of the others the report tells."""
        seen: dict[object, int] = {}
        for candidate in self.reading.candidates():
            problems = [*candidate.problems, *self._twice(candidate, seen)]
            asked = None if problems else self._asked(candidate)
            if asked is not None and asked.command is not None:
                yield _Ready(candidate, asked, asked.command)
                continue
            wrong = asked.errors if asked else ()
            report.refuse(candidate, problems + [self._problem(candidate, e.field, e.message) for e in wrong])

    def _twice(self, candidate: Candidate, seen: dict[object, int]) -> Iterator[Problem]:
        name = self.reading.mapping.id_field
        ident = candidate.values.get(name)
        if ident is not None and seen.setdefault(ident, candidate.number) != candidate.number:
            text = N_("The id {ident} stands in row {row} of this file already.")
            cure = N_("Give each row an id of its own, or take one of the rows out.")
            told = {"ident": ident, "row": str(seen[ident])}
            yield self._at(candidate, name, Message(text, told), Message(cure))

    def _asked(self, candidate: Candidate) -> Asked:
        """The command of a row. Its id follows from its content: the same row is not recorded twice, come what may."""
        raw: dict[str, Any] = {"command": self.reading.mapping.command, "actor": self.actor, "on": self.on.isoformat()}
        for name, value in candidate.values.items():
            head, _, fact = name.partition(".")
            if fact:
                raw.setdefault(head, {})[fact] = value
            else:
                raw[name] = value
        raw["command_id"] = f"import-{sha256(to_json(_sorted(raw))).hexdigest()[:40]}"
        if self.reading.mapping.kind == "tasks":
            book, sheet = self.reading.book, self.reading.grid.name
            raw.setdefault("facts", {})
            raw["source"] = {"file": book.file, "sheet": sheet, "row": candidate.number, "sha256": book.sha256}
        return ask_for(raw)

    def _not_on_record(self, ready: Sequence[_Ready], report: Report) -> Iterator[_Ready]:
        mapping = self.reading.mapping
        known = on_record(self.desk, mapping.id_field, [one.command for one in ready], dry_run=self.dry_run)
        for one in ready:
            ident = getattr(one.command, mapping.id_field)
            if ident not in known:
                yield one
                continue
            wrong = list(differences(one.command, known[ident], mapping))
            if wrong:
                report.refuse(one.candidate, [self._at(one.candidate, *each) for each in wrong])
            else:
                report.unchanged += 1

    def _refusal(self, candidate: Candidate, result: Result) -> Iterator[Problem]:
        for error in result.errors:
            yield self._problem(candidate, error.field, error.message)
        for verdict in result.refusals:
            name = _FIELDS.get(verdict.name, self.reading.mapping.id_field)
            for problem in verdict.problems:
                text = Message(N_("{reason} ({rule})"), {"reason": problem.message, "rule": verdict.id})
                yield self._at(candidate, name, text, problem.cure)

    def _problem(self, candidate: Candidate, name: str, message: Message) -> Problem:
        cure = Message(N_("Correct the cell, or what the mapping makes of it (fields.{field})."), {"field": name})
        return self._at(candidate, name, message, cure)

    def _at(self, candidate: Candidate, name: str, message: Message, cure: Message) -> Problem:
        return Problem(self.reading.grid.name, candidate.cell(name), message, cure)


def _sorted(value: Any) -> Any:
    return {key: _sorted(value[key]) for key in sorted(value)} if isinstance(value, dict) else value
