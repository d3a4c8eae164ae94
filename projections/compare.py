"""What differs between two tables of a projection: rows added, gone, changed, and in which columns. It changes none."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.transactions import Reader
from projections.versions import Version

PAGE = 5000
EXAMPLES = 5
Json = dict[str, Any]


@dataclass
class Difference:
    """How many rows are new, gone or changed; in which columns; and some of them."""

    added: int = 0
    removed: int = 0
    changed: int = 0
    columns: Counter[str] = field(default_factory=Counter)
    examples: list[Json] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.columns)

    def json(self) -> Json:
        """In the contract's shape, with columns and examples beside it."""
        counts = {"added": self.added, "removed": self.removed, "changed": self.changed}
        return counts | {"columns": dict(sorted(self.columns.items())), "examples": self.examples}

    def take(self, key: str, before: Json | None, after: Json | None) -> None:
        """Take in how a row was and is."""
        if before is None or after is None:
            kind = "added" if before is None else "removed"
            setattr(self, kind, getattr(self, kind) + 1)
            self._show({"row": key, "change": kind})
            return
        columns = [name for name, value in after.items() if name in before and before[name] != value]
        if columns:
            self.changed += 1
            self.columns.update(columns)
            shown = {name: {"before": before[name], "after": after[name]} for name in columns}
            self._show({"row": key, "change": "changed", "columns": shown})

    def _show(self, example: Json) -> None:
        if sum(each["change"] == example["change"] for each in self.examples) < EXAMPLES:
            self.examples.append(example)


def compare(reader: Reader, before: Version, after: Version) -> Difference:
    """What is otherwise in one table than in another of the same projection, which stand at the same position."""
    found = Difference()
    columns, old = json.loads(after.columns), json.loads(before.columns)
    if columns == old and before.key == after.key and _same(reader, before, after, columns):
        return found
    common = [name for name in columns if name in old]
    for name in sorted({*columns, *old} - {*common}):  # the columns themselves are other
        found.columns[name] = 0
    if before.key != after.key:
        common = [after.key, *(name for name in common if name not in (after.key, before.key))]
    ours, theirs = _rows(reader, after, after.key, common), _rows(reader, before, before.key, common)
    one, other = next(ours, None), next(theirs, None)
    while one is not None or other is not None:
        if one is not None and other is not None and one[0] == other[0]:
            if one != other:
                found.take(one[0], _named(common, other), _named(common, one))
            one, other = next(ours, None), next(theirs, None)
        elif one is not None and (other is None or one[0] < other[0]):
            found.take(one[0], None, _named(common, one))
            one = next(ours, None)
        elif other is not None:
            found.take(other[0], _named(common, other), None)
            other = next(theirs, None)
    return found


def _same(reader: Reader, before: Version, after: Version, columns: Sequence[str]) -> bool:
    """Whether both tables have the same rows, which the database tells without handing them out: it mostly is so."""
    alike = " AND ".join(
        f'(n."{name}" = o."{name}" OR (n."{name}" IS NULL AND o."{name}" IS NULL))'
        for name in columns
        if name != after.key
    )
    pairs = f'{after.rows_in} n JOIN {before.rows_in} o ON n."{after.key}" = o."{after.key}"'
    counts = [
        reader.rows(f"SELECT count(*) FROM {tables}")[0][0]
        for tables in (after.rows_in, before.rows_in, f"{pairs} WHERE {alike or '1 = 1'}")
    ]
    return len(set(counts)) == 1


def _named(columns: Sequence[str], row: Sequence[Any]) -> Json:
    return dict(zip(columns, row[1:], strict=True))


def _rows(reader: Reader, version: Version, key: str, columns: Sequence[str]) -> Iterator[Any]:
    """The rows of a table by key, a page at a time; the key comes first."""
    names = ", ".join(f'"{name}"' for name in columns)
    select = f'SELECT "{key}", {names} FROM {version.rows_in}'
    page = reader.rows(f'{select} ORDER BY "{key}" LIMIT ?', [PAGE])
    while page:
        yield from page
        page = reader.rows(f'{select} WHERE "{key}" > ? ORDER BY "{key}" LIMIT ?', [page[-1][0], PAGE])
