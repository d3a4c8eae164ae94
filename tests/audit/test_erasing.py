"""Erasing a person: no byte of the key is left, nobody can read the name, and the record is whole."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any, cast

import pytest

from engine.desk import Desk
from engine.evidence import prove, take_checkpoint
from engine.log import Log
from engine.parse import ask_for
from engine.scan import spellings
from engine.verify import verify
from projections.views import history
from tests.audit.sealed import (
    ADD,
    ERASE,
    KEY,
    NAME,
    NEW_NAME,
    RENAME,
    UNIT,
    bytes_of,
    judged,
    key_of,
    key_spellings,
    names,
    places,
    read_registries,
)
from tests.spec import NOW, Spec
from tests.world import Command, changed
from workflows.rules import RULES


def test_after_the_erasure_no_byte_of_the_key_is_left(spec: Spec) -> None:
    spec.given(UNIT, ADD, RENAME)
    read_registries(spec)
    key = key_of(spec)
    assert key is not None
    assert places(spec.url, {"raw": key})
    spec.when(ERASE).then_recorded()

    assert spec.result is not None
    assert spec.result.notes == ()
    assert places(spec.url, key_spellings(key) | spellings(NAME) | spellings(NEW_NAME)) == []
    assert key_of(spec) is None
    assert names(spec) == ["[erased]", None, None]
    assert names(spec, "vi") == ["[đã xóa]", None, None]
    exported = json.dumps(history(spec.desk, "person:p1"), ensure_ascii=False).encode() + read_registries(spec)
    assert [how for how, text in (spellings(NAME) | spellings(NEW_NAME)).items() if text in exported] == []


def test_keys_that_lay_in_pages_that_were_split_are_gone_too(spec: Spec) -> None:
    people = [f"n{number}" for number in range(300)]
    spec.given(*[changed(ADD, person=person) for person in people])
    keys = {person: key for person in people if (key := key_of(spec, person))}
    for person in people[::60]:
        spec.when(changed(ERASE, person=person)).then_recorded()

    assert len(keys) == 300
    assert places(spec.url, {person: keys[person] for person in people[::60]}) == []
    assert all(key_of(spec, person) == keys[person] for person in people[1::60])


def test_a_key_that_lies_in_a_page_nobody_uses_is_gone_too(prepared_sqlite: Path, tmp_path: Path) -> None:
    from tests import stores

    spec = Spec(stores.fresh_sqlite(tmp_path, prepared_sqlite))
    spec.given(ADD)
    key = cast(bytes, key_of(spec))
    connection = sqlite3.connect(spec.url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("CREATE TABLE stray (data BLOB)")
    connection.execute("INSERT INTO stray VALUES (?)", [key])
    connection.execute("DROP TABLE stray")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    spec.given(ERASE)

    assert places(spec.url, key_spellings(key)) == []
    spec.close()


def test_the_record_stays_whole_lawful_and_proved(spec: Spec) -> None:
    spec.given(changed(ADD, command_id="c1"), RENAME)
    note = take_checkpoint(spec.log, KEY)
    with spec.log.reader() as reader:
        proof = prove(reader, "person:p1", 1)
    spec.given(ERASE)

    with spec.log.reader() as reader:
        assert verify(reader, (), [KEY.public]).ok
        assert str(prove(reader, "person:p1", 1, note)) == str(proof)
    proof.check()
    assert set(judged(spec)) == {"lawful"}
    states = spec.log.rows("SELECT key, data FROM states ORDER BY key")
    spec.desk.rebuild_index()
    assert spec.log.rows("SELECT key, data FROM states ORDER BY key") == states


def test_a_second_erasure_changes_nothing(spec: Spec) -> None:
    spec.given(ADD, ERASE)
    first = spec.log.rows("SELECT position FROM events WHERE kind = 'person_erased'")
    before = bytes_of(spec.url).keys(), spec.log.rows("SELECT count(*) FROM events")
    spec.when(changed(ERASE, on="2026-03-05", reason="Lần nữa")).then_duplicate()

    assert spec.result is not None
    assert (spec.result.stream, spec.result.version, [(spec.result.position,)]) == ("person:p1", 2, first)
    assert (bytes_of(spec.url).keys(), spec.log.rows("SELECT count(*) FROM events")) == before


def test_a_dry_run_of_an_erasure_and_a_batch_that_came_to_nothing_destroy_no_key(spec: Spec) -> None:
    spec.given(ADD)
    key = key_of(spec)
    (result,) = spec.desk.rehearse([ask_for(ERASE)])
    kept, results = spec.desk.all_or_nothing([ask_for(ERASE), ask_for(changed(ADD, person="p2", actor="p9"))])

    assert (result.outcome, kept, results[0].outcome) == ("recorded", False, "recorded")
    assert key_of(spec) == key
    assert names(spec) == [NAME]


def test_a_person_added_and_erased_in_one_batch_leaves_no_key(spec: Spec) -> None:
    spec.given(ADD, RENAME, ERASE)

    assert key_of(spec) is None
    assert names(spec) == ["[erased]", None, None]
    assert set(judged(spec)) == {"lawful"}


def test_an_erased_name_does_not_come_back(spec: Spec) -> None:
    spec.given(ADD, ERASE)
    spec.when(changed(RENAME, on="2026-03-03")).then_refused("house.erased")
    spec.when(changed(ADD, name=NEW_NAME)).then_refused("house.unique_id")

    assert key_of(spec) is None
    assert places(spec.url, spellings(NEW_NAME)) == []


def test_another_field_of_an_erased_person_may_be_corrected(spec: Spec) -> None:
    spec.given(UNIT, ADD, ERASE, changed(RENAME, field="unit", value="BV1", on="2026-03-03"))

    assert names(spec) == ["[erased]", None, None]
    assert set(judged(spec)) == {"lawful"}


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (changed(ERASE, actor="p1"), "house.role"),
        ({name: value for name, value in ERASE.items() if name != "document"}, "house.document"),
    ],
)
def test_only_an_administrator_erases_and_by_a_document(spec: Spec, command: Command, rule: str) -> None:
    spec.given(ADD)
    spec.when(command).then_refused(rule)

    assert key_of(spec) is not None


def test_nobody_is_erased_who_is_not_on_record(spec: Spec) -> None:
    spec.when(ERASE).then_not_found("person")


def test_roles_stay(spec: Spec) -> None:
    spec.given(changed(ADD, roles=["admin"]), ERASE)

    spec.when(changed(ADD, actor="p1", person="p2", on="2026-03-03")).then_recorded()


def test_who_reads_meanwhile_is_told_of_and_the_next_erasure_makes_sure(prepared_sqlite: Path, tmp_path: Path) -> None:
    from tests import stores

    url = stores.fresh_sqlite(tmp_path, prepared_sqlite)
    with Log.open(url, timeout=0.1) as log, Log.open(url) as other:
        desk = Desk(log, RULES, lambda: NOW)
        assert desk.handle(ADD).outcome == "recorded"
        with log.reader() as reader:
            key = cast(bytes, reader.key("p1"))
        with other.reader() as reading:
            reading.head()
            disturbed = desk.handle(ERASE)
            left = places(url, {"raw": key})
        again = desk.handle(ERASE)

        assert (disturbed.outcome, len(disturbed.notes)) == ("recorded", 1)
        assert "bytes of the key may be left" in disturbed.notes[0].render("en")
        assert left
        assert (again.outcome, again.notes) == ("duplicate", ())
        assert places(url, key_spellings(key)) == []


def test_an_erasure_cut_off_before_its_end_is_finished_by_the_next(spec: Spec, monkeypatch: pytest.MonkeyPatch) -> None:
    spec.given(ADD)
    key = cast(bytes, key_of(spec))

    def cut_off(*_: Any) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(Log, "scrub", cut_off)
    with pytest.raises(KeyboardInterrupt):
        spec.desk.handle(ERASE)
    monkeypatch.undo()
    spec.when(ERASE).then_duplicate()

    assert places(spec.url, key_spellings(key)) == []


def test_vacuum_keeps_the_log_and_its_guards(spec: Spec) -> None:
    if not spec.url.startswith("sqlite"):
        pytest.skip("VACUUM FULL of one table touches no other")
    spec.given(ADD, UNIT)
    before = spec.log.rows("SELECT * FROM events ORDER BY position"), spec.log.rows("SELECT * FROM seals")

    assert spec.log.scrub([])
    assert (spec.log.rows("SELECT * FROM events ORDER BY position"), spec.log.rows("SELECT * FROM seals")) == before
    connection = sqlite3.connect(spec.url.removeprefix("sqlite:///"))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("DELETE FROM events")
    connection.close()
