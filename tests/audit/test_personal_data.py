"""A person's name lies nowhere in plain text; once its key is destroyed nobody can read it, and the record is whole."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from base64 import b64encode
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest

from engine.commands import COMMANDS, AddPerson, Correct
from engine.conformance import conformance
from engine.decider.answers import Accepted
from engine.desk import Desk
from engine.envelope import KINDS, Event, encode
from engine.events import PersonAdded
from engine.evidence import prove, take_checkpoint
from engine.log import Log, Row
from engine.notes import LOG_KEY, PrivateKey
from engine.parse import ask_for
from engine.personal import TOKEN, Entropy, is_sealed, seal, unseal
from engine.scan import spellings
from engine.states import Person, encode_state
from engine.verify import verify
from engine.work import Work, digest
from projections.registries import REGISTRIES, registry
from projections.views import history
from tests.spec import NOW, Spec
from tests.world import Command, changed
from workflows.rules import RULES

Json = dict[str, Any]
NAME, NEW_NAME, UNIT_NAME = "Nguyễn Thị Bịa Đặt", "Trần Đổi Tên", "Bệnh viện Kiểm Chứng"
KEY = PrivateKey("log.example", LOG_KEY, sha256(b"log").digest())
PAPER = {"number": "9/QĐ-SYT", "date": "2026-03-01", "issuer": "Sở Y tế"}
ADD: Command = {"command": "add_person", "actor": "admin", "on": "2026-02-05", "person": "p1", "name": NAME}
ERASE: Command = {"command": "erase_person", "actor": "admin", "on": "2026-03-02", "person": "p1", "document": PAPER}
RENAME: Command = {
    "command": "correct",
    "actor": "admin",
    "on": "2026-02-10",
    "stream": "person:p1",
    "version": 1,
    "field": "name",
    "value": NEW_NAME,
    "reason": "Ghi nhầm",
    "document": PAPER | {"date": "2026-02-09"},
}
UNIT: Command = {
    "command": "register_unit",
    "actor": "admin",
    "on": "2026-02-05",
    "unit": "BV1",
    "name": UNIT_NAME,
    "kind": "hospital",
    "ownership": "public",
    "subordinate": True,
    "plans": ["HP36"],
}


def counting() -> Entropy:
    """Bytes that look random and are the same in every run."""
    serial = count(1)
    return lambda size: sha256(f"entropy {next(serial)}".encode()).digest()[:size]


def bytes_of(url: str) -> dict[str, bytes]:
    """All that a store consists of: the files of SQLite; on PostgreSQL every table as it is copied out."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        return {path.name: path.read_bytes() for path in file.parent.glob(f"{file.name}*") if path.is_file()}
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {name: _copied(connection, name) for (name,) in names}


def _copied(connection: psycopg.Connection[Any], table: str) -> bytes:
    with connection.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:
        return b"".join(map(bytes, copy))


def places(url: str, sought: dict[str, bytes]) -> list[str]:
    """Where something lies in a store, and how it is spelt there."""
    found = bytes_of(url)
    assert found
    return sorted(f"{place}: {how}" for place, data in found.items() for how, text in sought.items() if text in data)


def key_spellings(key: bytes) -> dict[str, bytes]:
    return {"raw": key, "hex": key.hex().encode(), "base64": b64encode(key)[:-2]}


def key_of(spec: Spec, person: str = "p1") -> bytes | None:
    with spec.log.reader() as reader:
        return reader.key(person)


def names(spec: Spec, lang: str = "en", stream: str = "person:p1") -> list[str | None]:
    return [event["data"].get("name") for event in history(spec.desk, stream, lang=lang)]


def judged(spec: Spec) -> list[str]:
    with spec.desk.reading() as work:
        return [each.judgement for each in conformance(spec.desk.decider, work.events())]


def read_registries(spec: Spec) -> bytes:
    """Have every registry made, so that its tables are searched too, and give what it shows."""
    shown = {name: registry(spec.log, name, day=NOW.date()) for name in REGISTRIES}
    return json.dumps(shown, ensure_ascii=False, default=str).encode()


def test_the_search_finds_what_lies_in_plain_text(spec: Spec) -> None:
    spec.given(UNIT)

    assert [place for place in places(spec.url, spellings(UNIT_NAME)) if "NFC UTF-8" in place]


@pytest.mark.parametrize("offset", range(3))
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_search_finds_base64_at_every_offset(form: Any, offset: int) -> None:
    data = b64encode(b"abc" + b"x" * offset + unicodedata.normalize(form, NAME).encode() + b"yz")

    assert [how for how, text in spellings(NAME).items() if text in data] == [f"{form} base64 {offset}"]


def test_a_name_lies_nowhere_in_plain_text_even_before_the_erasure(spec: Spec) -> None:
    spec.given(UNIT, changed(ADD, command_id="c1"), RENAME)
    shown = read_registries(spec)

    assert UNIT_NAME.encode() in shown
    assert [how for how, text in (spellings(NAME) | spellings(NEW_NAME)).items() if text in shown] == []
    assert places(spec.url, spellings(NAME) | spellings(NEW_NAME)) == []
    assert names(spec) == [NAME, None]
    assert history(spec.desk, "person:p1")[1]["data"]["value"] == NEW_NAME
    assert history(spec.desk, "person:p1")[1]["data"]["data"]["name"] == NEW_NAME


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


def test_the_same_command_again_counts_once_before_and_after_the_erasure(spec: Spec) -> None:
    add = changed(ADD, command_id="c1")
    spec.given(add)
    spec.when(add).then_duplicate()
    spec.when(changed(add, name="Ai Khác")).then_invalid("command_id")
    spec.when(changed(add, on="2026-02-06")).then_invalid("command_id")
    spec.given(ERASE)
    spec.when(add).then_duplicate()
    spec.when(changed(add, on="2026-02-06")).then_invalid("command_id")


def test_a_corrected_name_given_again_counts_once(spec: Spec) -> None:
    rename = changed(RENAME, command_id="c2")
    spec.given(ADD, rename)
    spec.when(rename).then_duplicate()
    spec.when(changed(rename, value="Ai Khác")).then_invalid("command_id")
    spec.given(ERASE)
    spec.when(rename).then_duplicate()


def test_the_digest_of_a_command_cannot_be_guessed_from_names(spec: Spec) -> None:
    add = changed(ADD, command_id="c1")
    spec.given(add)
    command = cast(AddPerson, ask_for(add).command)
    ((kept,),) = spec.log.rows("SELECT digest FROM commands WHERE command_id = 'c1'")
    told = [NAME, json.dumps(NAME), json.dumps([NAME]), json.dumps([NAME], ensure_ascii=False), f'"{NAME}"']
    guesses = {digest(command), *(sha256(text.encode()).hexdigest() for text in told)}

    assert not guesses & set(kept.split(":"))
    assert kept.split(":")[0] == digest(command, without=["name"]) == digest(command, without=("name",))


def test_a_refused_attempt_keeps_no_name(spec: Spec) -> None:
    spec.given(ADD)
    spec.when(changed(ADD, name=NEW_NAME)).then_refused("house.unique_id")
    spec.when(changed(RENAME, actor="p1")).then_refused("house.role")
    with spec.log.reader() as reader:
        told = [json.loads(row.body)["command"] for row in reader.refusals(5)]

    assert [(t["command"], "name" in t or "value" in t) for t in told] == [("correct", False), ("add_person", False)]
    assert places(spec.url, spellings(NEW_NAME)) == []


def test_a_dry_run_keeps_no_key(spec: Spec) -> None:
    (result,) = spec.desk.rehearse([ask_for(ADD)])

    assert result.outcome == "recorded"
    assert key_of(spec) is None
    spec.given(ADD)
    assert key_of(spec) is not None


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


def test_names_corrected_in_one_batch_and_later_share_a_key(spec: Spec) -> None:
    spec.given(ADD, RENAME)
    key = key_of(spec)
    spec.given(changed(RENAME, value="Lê Lại Sửa", on="2026-02-11"))

    assert key_of(spec) == key
    assert [event["data"].get("value") for event in history(spec.desk, "person:p1")] == [None, NEW_NAME, "Lê Lại Sửa"]
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


@pytest.mark.parametrize("name", ["sealed:1:AAAA", "sealed:", "sealed:x"])
def test_a_person_cannot_type_what_the_log_seals_with(spec: Spec, name: str) -> None:
    spec.given(ADD)
    spec.when(changed(ADD, person="p2", name=name)).then_invalid("name")
    spec.when(changed(RENAME, value=name)).then_invalid("value")


@pytest.mark.parametrize("value", ["  ", "x" * 10_001, 5, None, ["x"], {"a": "b"}])
def test_a_corrected_name_is_as_well_formed_as_a_new_one(spec: Spec, value: Any) -> None:
    spec.given(ADD)
    spec.when(changed(RENAME, value=value)).then_invalid("value")


def test_the_longest_name_is_taken_again_as_it_was(spec: Spec) -> None:
    spec.given(changed(ADD, name="ễ" * 10_000))

    assert names(spec) == ["ễ" * 10_000]
    assert set(judged(spec)) == {"lawful"}


def test_the_first_administrator_is_sealed_too(spec: Spec) -> None:
    assert names(spec, stream="person:admin") == ["Quản trị"]
    assert places(spec.url, spellings("Quản trị")) == []


def test_the_same_random_bytes_give_the_same_log(tmp_path: Path) -> None:
    logs = []
    for run in ("a", "b"):
        with Log.open(f"sqlite:///{tmp_path}/{run}.db") as log:
            desk = Desk(log, RULES, lambda: NOW, counting())
            from engine.founding import found
            from tests.spec import builtin_contents

            found(desk, builtin_contents(), ("admin", "Quản trị"))
            assert [result.outcome for result in desk.batch(map(ask_for, [ADD, RENAME]))] == ["recorded"] * 2
            logs.append(log.rows("SELECT * FROM events ORDER BY position"))

    assert logs[0] == logs[1]


def test_personal_data_that_is_not_sealed_is_not_staged(spec: Spec) -> None:
    command = cast(AddPerson, ask_for(ADD).command)
    with spec.log.writer() as writer, pytest.raises(ValueError, match="not sealed: name"):
        Work(writer, {}).stage(command, Accepted(PersonAdded(person="p1", name=NAME), None, None, None, ()), NOW)


def test_commands_and_facts_agree_on_what_is_personal() -> None:
    facts = {kind: fact.PERSONAL for kind, fact in KINDS.items() if fact.PERSONAL}
    commands = {name for name, cls in COMMANDS.items() if cls.personal is not AddPerson.__base__.personal}  # type: ignore[union-attr]
    add, rename = ask_for(ADD).command, ask_for(RENAME).command

    assert facts == {"person_added": ("name",)}
    assert commands == {"add_person", "correct"}
    assert isinstance(add, AddPerson)
    assert isinstance(rename, Correct)
    assert (add.personal(), rename.personal()) == (("p1", ("name",)), ("p1", ("value",)))
    other = cast(Correct, ask_for(changed(RENAME, field="unit")).command)
    assert other.personal() is None


def test_a_token_opens_with_its_key_for_its_person_only() -> None:
    key, other, nonce = b"k" * 32, b"o" * 32, b"n" * 12
    token = seal(NAME, key, "p1", nonce)
    damaged = token[:-6] + ("A" if token[-6] != "A" else "B") + token[-5:]

    assert is_sealed(token)
    assert [
        unseal(token, key, "p1"),
        unseal(token, key, "p2"),
        unseal(token, other, "p1"),
        unseal(token, None, "p1"),
        unseal(damaged, key, "p1"),
        unseal(f"{TOKEN}!", key, "p1"),
    ] == [NAME, None, None, None, None, None]


@pytest.fixture
def older(spec: Spec) -> Spec:
    """A store in which a release that sealed no names has recorded one, in plain text."""
    with spec.log.writer() as writer:
        position = writer.head()[0] + 1
        fact = PersonAdded(person="p1", name=NAME)
        event = Event(position, "person:p1", 1, fact, NOW.date(), NOW, "admin", "admin", "add_person", "c1")
        body = encode(event)
        row = Row(position, event.stream, 1, fact.KIND, json.loads(body)["recorded_at"], body)
        command = cast(AddPerson, ask_for(changed(ADD, on=NOW.date().isoformat(), command_id="c1")).command)
        from engine.log import KnownCommand

        known = KnownCommand("c1", digest(command), position, event.stream, 1)
        writer.append([row], {"person:p1": (position, encode_state(Person("p1", NAME, version=1)))}, [known])
    return spec


def test_an_older_name_in_plain_text_is_read_and_told_when_it_is_erased(older: Spec) -> None:
    today = NOW.date().isoformat()
    add = changed(ADD, on=today, command_id="c1")
    older.when(add).then_duplicate()
    older.when(changed(add, name="Ai Khác")).then_invalid("command_id")

    assert names(older) == [NAME]
    older.when(changed(ERASE, on=today)).then_recorded()
    assert older.result is not None
    assert [note.render("en") for note in older.result.notes] == [
        "The name of p1 was recorded before names were sealed: it stays in the log, and is shown no more."
    ]
    assert names(older) == ["[erased]", None]
    older.when(add).then_duplicate()


def test_an_older_name_may_be_corrected_and_is_sealed_from_there(older: Spec) -> None:
    older.given(changed(RENAME, on=NOW.date().isoformat(), document=PAPER | {"date": NOW.date().isoformat()}))

    assert places(older.url, spellings(NEW_NAME)) == []
    assert history(older.desk, "person:p1")[1]["data"]["value"] == NEW_NAME
    assert key_of(older) is not None


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
