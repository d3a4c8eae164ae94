"""What is read and written inside one transaction of the log. A Reader cannot write; a Writer only adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from engine.drivers import (
    COMMAND,
    INSERT_COMMAND,
    INSERT_EVENT,
    INSERT_SEAL,
    UPSERT_STATE,
    Head,
    Session,
    Values,
    marks,
)
from engine.seal import Tree, event_hash
from engine.storeerrors import Conflict, EventGone, SealBroken

Select = Callable[[str, Values], list[Any]]

BATCH = 2000
POSITION, VERSION = 0, 2  # columns of an event
IDS_A_STATEMENT = 500
COLUMNS = "position, stream, version, kind, coalesce(recorded_at, ''), body"
SELECT_COMMANDS = f"SELECT {COMMAND} FROM commands WHERE"
PUT_META = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
INSERT_REFUSAL = "INSERT INTO refusals (recorded_at, actor, command, stream, body) VALUES (?, ?, ?, ?, ?)"
# The condition is checked under the lock of the row, so of two consumers with one position the second gets no row.
TRACK = (
    "INSERT INTO tracking VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position "
    "WHERE tracking.position < excluded.position RETURNING position"
)


class Row(NamedTuple):
    """An event as the log holds it. `recorded_at` is empty where the writer gave none."""

    position: int
    stream: str
    version: int
    kind: str
    recorded_at: str
    body: bytes


class KnownCommand(NamedTuple):
    """A command id that was used, the digest of the command's content, and the event it led to."""

    command_id: str
    digest: str
    position: int
    stream: str
    version: int


class RefusalRow(NamedTuple):
    """A refused attempt, kept outside the log."""

    recorded_at: str
    actor: str
    command: str
    stream: str
    body: bytes


def as_bytes(value: Any) -> bytes:
    """A value that should be bytes; who went around the program may have put a text or a number there."""
    return value if isinstance(value, bytes) else str(value).encode()


def first_gone(after: int, rows: Sequence[Sequence[Any]], column: int = POSITION) -> int | None:
    """The first number that is missing in rows of the log, which follow the number `after`; None where none is."""
    if rows[-1][column] == after + len(rows):  # no number comes twice
        return None
    return next(place for place, row in enumerate(rows, start=after + 1) if place != row[column])


class Reader:
    """One consistent view of the store. Every method may raise StoreUnavailable."""

    def __init__(self, session: Session, head: Head) -> None:
        self._session = session
        self._head = head

    def head(self) -> Head:
        """The last position and its recording time; 0 and '' in an empty log."""
        return self._head

    def states(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The cached states under `keys`, without those that are not there."""
        return dict(self._among(self._session.found, "SELECT key, data FROM states WHERE", "key", keys))

    def index(self) -> dict[str, bytes]:
        """Every cached state by key: the whole decision index."""
        return {row[0]: as_bytes(row[1]) for row in self._session.rows("SELECT key, data FROM states")}

    def commands(self, ids: Sequence[str]) -> dict[str, KnownCommand]:
        """The command ids among `ids` that were used before."""
        asked = self._session.asked.pop(ids[0], None) if len(ids) == 1 else None
        found = asked if asked is not None else self._among(self._session.found, SELECT_COMMANDS, "command_id", ids)
        return {row[0]: KnownCommand._make(row) for row in found}

    def stream(self, stream: str, *, after: int = 0) -> Iterator[Row]:
        """The events of one stream with a version above `after`, by version. Raises EventGone where one is missing."""
        sql = f"SELECT {COLUMNS} FROM events WHERE stream = ? AND version > ? ORDER BY version LIMIT ?"
        while page := self._session.rows(sql, (stream, after, BATCH)):
            if (gone := first_gone(after, page, VERSION)) is not None:
                raise EventGone(f"{stream}/{gone}")
            yield from map(Row._make, page)
            after = page[-1][2]
            if len(page) < BATCH:
                return

    def event(self, stream: str, version: int) -> Row | None:
        """One event of a stream, or None."""
        found = self._session.rows(f"SELECT {COLUMNS} FROM events WHERE stream = ? AND version = ?", (stream, version))
        return Row._make(found[0]) if found else None

    def events(self, *, after: int = 0, upto: int | None = None) -> Iterator[Row]:
        """The events with a position above `after` and up to `upto`, by position, a page of them in memory.

        Raises EventGone where one is missing."""
        for page in self.pages(after=after, upto=upto):
            if (gone := first_gone(after, page)) is not None:
                raise EventGone(gone)
            yield from page
            after = page[-1].position

    def pages(self, *, after: int = 0, upto: int | None = None, size: int = BATCH) -> Iterator[list[Row]]:
        """The same in pages, whatever may be missing between them."""
        last = self._head[0] if upto is None else min(upto, self._head[0])
        sql = f"SELECT {COLUMNS} FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?"
        while after < last and (page := self._session.rows(sql, (after, last, size))):
            yield list(map(Row._make, page))
            after = page[-1][0]

    def sealed(self, places: Sequence[int]) -> dict[int, bytes]:
        """What the tree over the log keeps under some places: the nodes that the leaf there completed."""
        sql = f"SELECT position, nodes FROM seals WHERE position IN ({marks(len(places))})"
        found = self._session.rows(sql, places) if places else []
        return {place: as_bytes(nodes) for place, nodes in found}

    def seals(self, *, after: int = 0, upto: int) -> list[tuple[int, bytes]]:
        """What is kept under the places above `after` and up to `upto`, by place."""
        sql = "SELECT position, nodes FROM seals WHERE position > ? AND position <= ? ORDER BY position"
        return [(row[0], as_bytes(row[1])) for row in self._session.rows(sql, (after, upto))]

    def tree(self) -> Tree:
        """The tree over the log as it is now. Where its nodes are gone it raises SealBroken when it is asked."""
        return Tree(self._head[0], self._under)

    def checkpoints(self, *, newest: bool = False) -> list[str]:
        """The signed checkpoints that were taken, from the first on, or the newest alone."""
        order = "ORDER BY id DESC LIMIT 1" if newest else "ORDER BY id"
        return [row[0] for row in self._session.rows(f"SELECT note FROM checkpoints {order}")]

    def _under(self, place: int) -> bytes:
        found = self.sealed([place])
        if place not in found:
            raise self._session.fail(SealBroken(place))
        return found[place]

    def version(self, stream: str) -> int:
        """The last version of a stream, 0 where it has no event."""
        return int(self._session.rows("SELECT coalesce(max(version), 0) FROM events WHERE stream = ?", [stream])[0][0])

    def key(self, person: str) -> bytes | None:
        """The key of a person's personal data; None where there is none, or none any more."""
        found = self._session.rows("SELECT key FROM keys WHERE person = ?", [person])
        return bytes(found[0][0]) if found else None

    def meta(self, key: str) -> str | None:
        """A fact about the store itself, or None."""
        found = self._session.rows("SELECT value FROM meta WHERE key = ?", [key])
        return str(found[0][0]) if found else None

    def refusals(self, limit: int, *, actor: str | None = None) -> list[RefusalRow]:
        """The newest refused attempts, newest first, all or those of one person."""
        whose, who = ("WHERE actor = ? ", [actor]) if actor is not None else ("", [])
        sql = f"SELECT recorded_at, actor, command, stream, body FROM refusals {whose}ORDER BY id DESC LIMIT ?"
        return list(map(RefusalRow._make, self._session.rows(sql, [*who, limit])))

    def rows(self, sql: str, values: Values = ()) -> list[Any]:
        """Every row of one reading statement with `?` for values: for tables beside the log's own."""
        return self._session.rows(sql, values)

    def among(self, select: str, column: str, values: Sequence[str]) -> Iterator[Any]:
        """The rows of a statement, up to its WHERE condition, where `column` is one of `values`."""
        return self._among(self._session.rows, select, column, values)

    def _among(self, rows: Select, select: str, column: str, values: Sequence[str]) -> Iterator[Any]:
        for start in range(0, len(values), IDS_A_STATEMENT):
            condition, bound = self._session.among(column, values[start : start + IDS_A_STATEMENT])
            yield from rows(f"{select} {condition}", bound)


class Writer(Reader):
    """The only writer of the moment: what it read stays true until it commits."""

    def __init__(self, session: Session, head: Head, tree: Tree | None = None) -> None:
        """`tree`: the tree over the log as it is now, where it is known already; it grows with what is appended."""
        super().__init__(session, head)
        self.dirty = False
        self.committed = False
        self.grown = tree or Tree(head[0])
        self.grown.read_by(self._under)

    def append(
        self,
        rows: Sequence[Row],
        states: Mapping[str, tuple[int, bytes]] | None = None,
        commands: Sequence[KnownCommand] = (),
        *,
        commit: bool = False,
    ) -> None:
        """Add events at the next positions, with the states they lead to (key -> position, data) and their command ids.

        `commit`: end the transaction with it; the writer is good for nothing more.
        Raises Conflict where a position, a version of a stream or a command id is taken: nothing of the transaction
        is kept then, also if the block that holds the writer goes on."""
        self.dirty = True
        for expected, row in enumerate(rows, self._head[0] + 1):
            if row.position != expected:
                raise self._session.fail(Conflict(f"position {row.position} is not the next one, {expected}"))
        put = [(key, position, data) for key, (position, data) in (states or {}).items()]
        add = self.grown.add
        seals = [(r.position, add(event_hash(r.position, r.stream, r.version, r.body))) for r in rows]
        if commit and self._session.failure is not None:  # what went wrong before, whoever passed over it
            raise self._session.failure
        self._session.append(
            [(INSERT_EVENT, rows), (INSERT_SEAL, seals), (INSERT_COMMAND, commands), (UPSERT_STATE, put)], commit=commit
        )
        self.committed = commit
        if rows:
            self._head = (rows[-1].position, rows[-1].recorded_at)

    def refuse(self, rows: Sequence[RefusalRow]) -> None:
        """Keep refused attempts."""
        self.dirty = True
        self._session.many(INSERT_REFUSAL, rows)

    def keep_checkpoint(self, size: int, note: str) -> None:
        """Keep a signed checkpoint of the log at a size, so that later proofs can be made against it."""
        self.dirty = True
        self._session.rows("INSERT INTO checkpoints (size, note) VALUES (?, ?)", (size, note))

    def keep_keys(self, keys: Mapping[str, bytes]) -> None:
        """Keep the keys of people's personal data (person -> key). Raises Conflict where a person has one already."""
        self.dirty = True
        self._session.many("INSERT INTO keys VALUES (?, ?)", list(keys.items()))

    def destroy_key(self, person: str) -> bytes | None:
        """Destroy the key of a person's personal data, and return what it was."""
        self.dirty = True
        key = self.key(person)
        if key is not None:  # it is overwritten where it lies before it is let go
            self._session.rows("UPDATE keys SET key = ? WHERE person = ?", (bytes(len(key)), person))
            self._session.rows("DELETE FROM keys WHERE person = ?", [person])
        return key

    def set_meta(self, key: str, value: str) -> None:
        """Put a fact about the store itself."""
        self.dirty = True
        self._session.rows(PUT_META, (key, value))

    def replace_states(self, rows: Iterable[tuple[str, int, bytes]]) -> None:
        """Drop the cached states and put these in their place (key, position, data)."""
        self.dirty = True
        self._session.rows("DELETE FROM states")
        self._session.many(UPSERT_STATE, rows)

    def track(self, name: str, position: int) -> None:
        """Note how far a consumer has come. Raises Conflict unless that is further than before."""
        self.dirty = True
        if not self._session.rows(TRACK, (name, position)):
            raise self._session.fail(Conflict(f"{name} has already come to position {position}"))

    def run(self, sql: str, values: Values = ()) -> None:
        """Run one statement with `?` for values: for tables beside the log's own, whose guards let nothing through."""
        self.dirty = True
        self._session.rows(sql, values)

    def many(self, sql: str, rows: Sequence[Values]) -> None:
        """Run one statement for each of `rows`: for tables beside the log's own."""
        self.dirty = True
        if rows:
            self._session.many(sql, rows)

    def put(self, table: str, columns: Sequence[str], key: str, known: Sequence[str], rows: Sequence[Values]) -> None:
        """Put many rows into a table beside the log's own; of those under the `known` keys the old one goes."""
        self.dirty = True
        self._session.put(table, columns, key, known, rows)
