"""Whoever changes the store past the program is found out: every class of change, done on the database file itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path
from typing import cast

import pytest

from engine.documents import documents
from engine.envelope import BadEvent
from engine.evidence import NotWhole, take_checkpoint
from engine.log import Log, Row
from engine.notes import LOG_KEY, Checkpoint, Note, PrivateKey
from engine.seal import Tree, leaf_data, leaf_hash
from engine.verify import Named, Verified, verify
from tests import stores
from tests.spec import Spec
from tests.world import HP_SECTOR, life, world

KEY = PrivateKey("log.example", LOG_KEY, sha256(b"log").digest())
FORGER = PrivateKey("log.example", LOG_KEY, sha256(b"forger").digest())
HALF = 20  # events under the older of two checkpoints
Change = Callable[[sqlite3.Connection], None]


class Store:
    """A store with a life in it, and two checkpoints kept outside."""

    def __init__(self, url: str) -> None:
        self.url = url
        spec = Spec(url)
        commands = [*world("HP36"), *life(HP_SECTOR, until="published")]
        spec.given(*[each | {"command_id": f"c{number}"} for number, each in enumerate(commands)])
        spec.close()
        with Log.open(url) as log, log.reader() as reader:
            tree = Tree()
            for row in reader.events(upto=HALF):
                tree.add(leaf_hash(leaf_data(row.position, row.stream, row.version, row.body)))
            self.older = Checkpoint(KEY.name, HALF, tree.root()).note().sign(KEY)
            self.events = reader.head()[0]
            self.newer = Checkpoint(KEY.name, self.events, reader.tree().root()).note().sign(KEY)

    def verified(self, *notes: Note) -> Verified:
        with Log.open(self.url) as log, log.reader() as reader:
            return verify(reader, [Named(f"c{number}", note) for number, note in enumerate(notes, 1)], [KEY.public])

    def changed(self, change: Change) -> None:
        """Change the file with the triggers dropped, as somebody would who owns it."""
        connection = sqlite3.connect(self.url.removeprefix("sqlite:///"))
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        change(connection)
        connection.commit()
        connection.close()

    def first_bad(self, *notes: Note) -> int | None:
        found = self.verified(*notes).first_bad
        return found.position if found else None


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, prepared_sqlite: Path) -> tuple[Path, Store]:
    folder = tmp_path_factory.mktemp("sealed")
    store = Store(stores.fresh_sqlite(folder, prepared_sqlite))
    connection = sqlite3.connect(folder / "khcn.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return folder / "khcn.db", store


@pytest.fixture
def store(template: tuple[Path, Store], tmp_path: Path) -> Store:
    file, made = template
    copy = Store.__new__(Store)
    copy.__dict__.update(made.__dict__)
    copy.url = stores.fresh_sqlite(tmp_path, file)
    return copy


def sealed_anew(connection: sqlite3.Connection) -> None:
    """What a forger does who knows the format: a whole new tree over what the log holds now."""
    rows = connection.execute("SELECT position, stream, version, body FROM events ORDER BY position").fetchall()
    tree = Tree()
    connection.execute("DELETE FROM seals")
    for position, row in enumerate(rows, 1):
        connection.execute("INSERT INTO seals VALUES (?, ?)", (position, tree.add(leaf_hash(leaf_data(*row)))))


def flipped(position: int) -> Change:
    def change(connection: sqlite3.Connection) -> None:
        (body,) = connection.execute("SELECT body FROM events WHERE position = ?", (position,)).fetchone()
        place = body.index(b'"actor":"') + len(b'"actor":"')
        other = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        connection.execute("UPDATE events SET body = ? WHERE position = ?", (other, position))

    return change


def ran(*statements: str) -> Change:
    def change(connection: sqlite3.Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    return change


def test_a_log_that_nobody_touched_is_whole(store: Store) -> None:
    found = store.verified(store.older, store.newer)

    assert found.ok
    assert (store.events, 2) == (found.events, found.checkpoints)
    assert Checkpoint.read(store.newer).root == found.root


def timed(other: str) -> Change:
    """Another time, in an event and beside it."""

    def change(connection: sqlite3.Connection) -> None:
        (body, time) = connection.execute("SELECT body, recorded_at FROM events WHERE position = 9").fetchone()
        body = body.replace(time.encode(), other.encode())
        connection.execute("UPDATE events SET body = ?, recorded_at = ? WHERE position = 9", (body, other))
        sealed_anew(connection)

    return change


SWAPPED = (
    "UPDATE events SET position = 9999 WHERE position = 15",
    "UPDATE events SET position = 15 WHERE position = 16",
    "UPDATE events SET position = 16 WHERE position = 9999",
)
LAST = "(SELECT max(position) FROM events)"
COPY = (
    f"INSERT INTO events SELECT {LAST} + 1, stream, (SELECT max(version) + 1 FROM events o WHERE o.stream = e.stream),"
    " kind, recorded_at, body FROM events e WHERE position = 9"
)


@pytest.mark.parametrize(
    ("change", "position"),
    [
        pytest.param(flipped(1), 1, id="a bit of the first event"),
        pytest.param(flipped(17), 17, id="a bit of an event in the middle"),
        pytest.param(
            ran("UPDATE events SET kind = 'task_closed' WHERE position = 7"), 7, id="the kind beside an event"
        ),
        pytest.param(
            ran("UPDATE events SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE position = 7"), 7, id="a time"
        ),
        pytest.param(timed("2026-12-01"), 9, id="a time in another form"),
        pytest.param(timed("next Monday, in the morning"), 9, id="a time that is none"),
        pytest.param(ran("UPDATE events SET stream = 'task:T2' WHERE position = 30"), 30, id="a stream"),
        pytest.param(ran("UPDATE events SET version = 90 WHERE position = 30"), 30, id="a version"),
        pytest.param(ran("UPDATE events SET body = 'text' WHERE position = 12"), 12, id="bytes that are no event"),
        pytest.param(ran(*SWAPPED), 15, id="the order of two events"),
        pytest.param(ran("DELETE FROM events WHERE position = 1"), 1, id="the first event gone"),
        pytest.param(ran("DELETE FROM events WHERE position = 13"), 13, id="an event in the middle gone"),
        pytest.param(ran("DELETE FROM seals WHERE position = 13"), 13, id="a seal gone"),
        pytest.param(ran(COPY), -1, id="an event that was not sealed"),
        pytest.param(ran(f"DELETE FROM events WHERE position = {LAST}"), 0, id="the last event gone"),
        pytest.param(ran("DELETE FROM commands WHERE position = 21"), 21, id="a command id gone"),
    ],
)
def test_a_change_is_found_without_any_checkpoint(store: Store, change: Change, position: int) -> None:
    store.changed(change)

    assert (position if position > 0 else store.events - position) == store.first_bad()


def test_a_forgery_that_is_sealed_anew_breaks_with_the_checkpoint_outside(store: Store) -> None:
    store.changed(flipped(25))
    store.changed(sealed_anew)

    assert store.first_bad() is None
    # Up to the older checkpoint all is as it was signed; where between the two it was changed, only they can tell.
    assert store.first_bad(store.older, store.newer) == HALF + 1


@pytest.mark.parametrize("change", [flipped(25), ran(*SWAPPED), ran("DELETE FROM events WHERE position = 13")])
def test_with_checkpoints_the_position_is_as_exact_as_without(store: Store, change: Change) -> None:
    store.changed(change)

    assert store.first_bad(store.older, store.newer) == store.first_bad()


def test_what_was_changed_without_a_checkpoint_is_not_signed(store: Store) -> None:
    store.changed(flipped(25))

    with Log.open(store.url) as log, pytest.raises(NotWhole, match="first bad position 25"):
        take_checkpoint(log, KEY)


def test_a_seal_that_is_no_hash_is_found(store: Store) -> None:
    store.changed(ran("UPDATE seals SET nodes = '' WHERE position = 7"))

    assert store.first_bad() == 7


def test_a_kept_checkpoint_that_cannot_be_read_is_told(store: Store) -> None:
    store.changed(ran("INSERT INTO checkpoints (size, note) VALUES (3, 'x')"))

    assert store.first_bad() == 1


def test_a_forged_beginning_is_told_from_a_forged_end(store: Store) -> None:
    store.changed(flipped(5))
    store.changed(sealed_anew)

    assert store.first_bad(store.older, store.newer) == 1


def test_a_truncated_tail_shows_on_a_checkpoint_outside(store: Store) -> None:
    store.changed(ran("DELETE FROM events WHERE position > 30", "DELETE FROM seals WHERE position > 30"))

    assert store.first_bad() is None
    assert store.first_bad(store.older, store.newer) == 31


def test_two_views_of_one_size_cannot_both_hold(store: Store) -> None:
    other = Checkpoint(KEY.name, store.events, sha256(b"another view").digest()).note().sign(KEY)

    assert store.events == store.first_bad(store.older, store.newer, other)


def test_a_checkpoint_of_another_key_is_not_believed(store: Store) -> None:
    store.changed(flipped(25))
    store.changed(sealed_anew)
    with Log.open(store.url) as log, log.reader() as reader:
        forged = Checkpoint(KEY.name, store.events, reader.tree().root()).note().sign(FORGER)

    assert store.first_bad(forged) == 1


def test_a_checkpoint_whose_size_was_edited_is_not_believed(store: Store) -> None:
    edited = Note(store.newer.text.replace(str(store.events), str(store.events - 1)), store.newer.signatures)

    assert store.first_bad(edited) == 1


def test_what_was_changed_is_not_signed_over(store: Store) -> None:
    with Log.open(store.url) as log:
        take_checkpoint(log, KEY)
    store.changed(flipped(25))
    store.changed(sealed_anew)

    with Log.open(store.url) as log, pytest.raises(NotWhole, match="first bad position 1"):
        take_checkpoint(log, KEY)
    assert store.first_bad() == 1  # the checkpoint that the store keeps


@pytest.mark.parametrize(("body", "failure"), [('no bytes: "sha256":"', BadEvent), (5, None)])
def test_a_body_that_is_no_bytes_is_an_event_that_cannot_be_read(body: object, failure: type[Exception] | None) -> None:
    row = Row(1, "task:T1", 1, "task_started", "", cast("bytes", body))
    with pytest.raises(failure) if failure else nullcontext():
        assert list(documents([row])) == []  # a number names no file
