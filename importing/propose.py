"""Proposes a mapping from the headings of a register, for a person to check; what is not clear it leaves open."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from engine.catalogue import N_, render
from engine.schema import kind_of
from engine.text import fold
from importing.cells import MONEY, as_text
from importing.dates import SHAPES, read_date
from importing.grids import Book, Grid, Spoiled, Value
from importing.headings import CLOSED, TASKS, UNITS, Words
from importing.mapping import COMMAND, OPEN, OPTIONAL, TASK_FIELDS, UNIT_FIELDS
from importing.problems import Unread
from importing.rows import headings_of

Kind = Literal["tasks", "units"]
FIRST_ROWS: Final = 30  # headings stand above that
MOST_VALUES: Final = 40  # texts of one column that are worth a line each
_SURE, _LIKELY = 3, 2
_HEAD: Final = N_("A proposal: check every line, fill in each ?, then `khcn import FILE --mapping MAP.yaml`.")
_LEFT: Final = N_("Columns that no field takes; to keep one as a text, name it as a fact of its own:")
_MORE_DATES: Final = ("dd-mm-yyyy", "dd.mm.yyyy", "mm/yyyy", "yyyy")
_GROUPED: Final = (("1.234.567", r"[0-9]{1,3}(\.[0-9]{3})+"), ("1,234,567", r"[0-9]{1,3}(,[0-9]{3})+"))


@dataclass(frozen=True, slots=True)
class Guess:
    """Which column a field may be in, and how sure that is."""

    heading: str
    column: int
    score: int


def propose(book: Book, *, sheet: str | None, kind: Kind | None, lang: str) -> str:
    """Take a register; give a mapping as YAML, with what is sure, likely or open as comments. Raises IntakeError."""
    grids = [book.grid(sheet)] if sheet is not None or len(book.grids) == 1 else list(book.grids)
    kinds: tuple[Kind, ...] = (kind,) if kind else ("tasks", "units")
    tried = [
        (_total(guesses), -place, grid, row, each, guesses)
        for place, grid in enumerate(grids)
        for each in kinds
        for row, guesses in _rows(grid, TASKS if each == "tasks" else UNITS)
    ]
    _, _, grid, row, chosen, guesses = max(tried, key=lambda found: found[:2])
    return "\n".join(_Writer(grid, row, chosen, guesses, lang).lines()) + "\n"


def _total(guesses: Mapping[str, Guess]) -> int:
    return sum(guess.score for guess in guesses.values())


def _rows(grid: Grid, words: Words) -> Iterator[tuple[int, dict[str, Guess]]]:
    """Each row in which headings may stand, with the fields that it would give."""
    last = 1 if grid.paths else FIRST_ROWS
    for row, cells in enumerate(grid.rows[:last]):
        yield row, _guesses(headings_of(cells), words)


def _guesses(headings: Sequence[str], words: Words) -> dict[str, Guess]:
    """The best column of each field; a column is used once."""
    found = [
        (_score(heading, names), field, column, heading)
        for column, heading in enumerate(headings)
        if heading and headings.count(heading) == 1
        for field, names in words.items()
    ]
    chosen: dict[str, Guess] = {}
    used: set[int] = set()
    for (score, _), field, column, heading in sorted(found, key=lambda each: (-each[0][0], -each[0][1], each[2])):
        if score and field not in chosen and column not in used:
            chosen[field] = Guess(heading, column, score)
            used.add(column)
    return chosen


def _score(heading: str, names: Sequence[str]) -> tuple[int, int]:
    """How well a heading fits, and by how long a word: the whole of it, or some words of it."""
    plain = _plain(heading)
    best = (0, 0)
    for name in map(_plain, names):
        if plain == name:
            best = max(best, (_SURE, len(name)))
        elif len(name) > 2 and re.search(rf"\b{re.escape(name)}\b", plain):
            best = max(best, (_LIKELY, len(name)))
    return best


def _plain(heading: str) -> str:
    """A heading for comparison: paths and camelCase as words, without numbers of lists, marks and signs."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    return " ".join(re.sub(r"[^a-z& ]+", " ", fold(spaced).replace("_", " ")).split())


@dataclass(frozen=True, slots=True)
class _Writer:
    grid: Grid
    row: int
    kind: Kind
    guesses: Mapping[str, Guess]
    lang: str

    def lines(self) -> Iterator[str]:
        yield f"# {self._say(_HEAD)}"
        yield f"kind: {self.kind}"
        yield f"sheet: {_quoted(self.grid.name)}"
        if not self.grid.paths:
            yield f"header: {self.row + 1}"
        yield "fields:"
        for field in TASK_FIELDS if self.kind == "tasks" else UNIT_FIELDS:
            yield from self._field(field)
        for field in self.guesses:
            if field.startswith("facts."):
                yield from self._field(field)
        yield from self._rest()

    def _say(self, text: str, **params: object) -> str:
        return render(text, self.lang, **params)

    def _field(self, field: str) -> Iterator[str]:
        guess = self.guesses.get(field)
        if guess is None:
            if field == "plans":
                yield f"  plans: {{value: []}}  # {self._say(N_('open: the plans these units take part in'))}"
            elif field not in OPTIONAL:
                yield f'  {field}: {{value: "{OPEN}"}}  # {self._say(N_("open: no heading looks like it"))}'
            return
        sure = N_("sure: the heading says so") if guess.score == _SURE else N_("likely: the heading has these words")
        yield f"  {field}:  # {self._say(sure)}"
        yield f"    column: {_quoted(guess.heading)}"
        yield from self._how(field, self._values(guess.column))

    def _values(self, column: int) -> list[Value]:
        below = self.grid.rows[self.row + 1 :]
        return [row[column] for row in below if column < len(row) and not isinstance(row[column], Spoiled)]

    def _how(self, field: str, values: Sequence[Value]) -> Iterator[str]:
        kind = kind_of(COMMAND[self.kind], field)
        if field in CLOSED or field in ("lead_unit", "investigator", "kind", "ownership"):
            yield from self._map(field, values)
        elif field in MONEY:
            yield from self._amounts(values)
        elif kind == "date":
            yield from self._dates(values)

    def _map(self, field: str, values: Sequence[Value]) -> Iterator[str]:
        """A line for each text of the column: what it seems to stand for, or left open."""
        counts = Counter(as_text(value) for value in values)
        if field in OPTIONAL:
            yield f"    # unknown: leave_out  # {self._say(N_('texts that the map does not have leave the field out'))}"
        yield "    map:"
        for text, count in counts.most_common(MOST_VALUES):
            meant = next((key for key, names in CLOSED.get(field, {}).items() if fold(text) in map(fold, names)), None)
            optional = field in OPTIONAL or field.startswith("facts.")
            if not text.strip() and optional:
                continue
            exact = meant is not None and text == text.strip()
            note = self._say(N_("{count} rows"), count=count)
            yield f"      {_quoted(text)}: {_quoted(meant if meant and exact else OPEN)}  # {note}"
        if len(counts) > MOST_VALUES:
            yield f"      # {self._say(N_('... and {count} more texts'), count=len(counts) - MOST_VALUES)}"
        if not counts:
            yield f"      {_quoted('')}: {_quoted(OPEN)}"

    def _amounts(self, values: Sequence[Value]) -> Iterator[str]:
        if foreign := self._currency():
            note = N_("sums here are whole đồng, the register says {foreign}: take it as a fact with a name of its own")
            yield f"    # {self._say(note, foreign=foreign)}"
        texts = [as_text(value).strip() for value in values if isinstance(value, str)]
        for convention, pattern in _GROUPED:
            count = sum(bool(re.fullmatch(pattern, text)) for text in texts)
            if count:
                note = self._say(N_("so in {count} of {total} cells"), count=count, total=len(texts))
                yield f"    amounts: {_quoted(convention)}  # {note}"
                return

    def _currency(self) -> list[str]:
        """The currencies that a column of them names, đồng apart."""
        headings = headings_of(self.grid.rows[self.row])
        columns = [place for place, heading in enumerate(headings) if _plain(heading) in ("currency", "don vi tien te")]
        texts = {as_text(value).strip() for place in columns for value in self._values(place)}
        return sorted(texts - {"", "VND", "VNĐ", "đồng"})[:3]

    def _dates(self, values: Sequence[Value]) -> Iterator[str]:
        """The shapes that occur, where they are not those that are read anyway."""
        texts = [as_text(value).strip() for value in values if not isinstance(value, date)]
        found = Counter(_shape(text) for text in texts if text)
        more = [shape for shape in _MORE_DATES if found[shape]]
        if more:
            yield f"    dates: {json.dumps([*SHAPES, *more])}"
        if any("dd" not in shape for shape in more):
            yield f'    day: "{OPEN}"  # {self._say(N_("open: the month and day that a year stands for, as 12-31"))}'
        if found[None]:
            yield f"    # {self._say(N_('{count} cells are no dates and will be reported'), count=found[None])}"

    def _rest(self) -> Iterator[str]:
        taken = {guess.column for guess in self.guesses.values()}
        left = [name for place, name in enumerate(headings_of(self.grid.rows[self.row])) if name and place not in taken]
        if left and self.kind == "tasks":
            yield f"  # {self._say(_LEFT)}"
            for name in left:
                yield f"  # facts.{re.sub(r'[^a-z0-9]+', '_', _plain(name)).strip('_') or 'note'}: {_quoted(name)}"


def _shape(text: str) -> str | None:
    for shape in (*SHAPES, *_MORE_DATES):
        try:
            read_date(text, (shape,), "01-01")
        except Unread:
            continue
        return shape
    return None


def _quoted(text: str) -> str:
    """A text as YAML reads it back, sign for sign."""
    return json.dumps(text, ensure_ascii=False)
