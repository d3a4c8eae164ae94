"""A person's name lies nowhere in plain text, in no file, list or answer; a store of before is read as it is."""

from __future__ import annotations

import json
import unicodedata
from base64 import b64encode
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest

from engine.commands import COMMANDS, AddPerson, Correct
from engine.decider.answers import Accepted
from engine.desk import Desk
from engine.envelope import KINDS, Event, encode
from engine.events import PersonAdded
from engine.log import Log, Row
from engine.parse import ask_for
from engine.personal import TOKEN, Entropy, is_sealed, seal, unseal
from engine.scan import spellings
from engine.states import Person, encode_state
from engine.work import Work, digest
from projections.views import history
from tests.audit.sealed import (
    ADD,
    ERASE,
    NAME,
    NEW_NAME,
    PAPER,
    RENAME,
    UNIT,
    UNIT_NAME,
    judged,
    key_of,
    names,
    places,
    read_registries,
)
from tests.spec import NOW, Spec
from tests.world import changed
from workflows.rules import RULES


def counting() -> Entropy:
    """Bytes that look random and are the same in every run."""
    serial = count(1)
    return lambda size: sha256(f"entropy {next(serial)}".encode()).digest()[:size]


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


def test_names_corrected_in_one_batch_and_later_share_a_key(spec: Spec) -> None:
    spec.given(ADD, RENAME)
    key = key_of(spec)
    spec.given(changed(RENAME, value="Lê Lại Sửa", on="2026-02-11"))

    assert key_of(spec) == key
    assert [event["data"].get("value") for event in history(spec.desk, "person:p1")] == [None, NEW_NAME, "Lê Lại Sửa"]
    assert set(judged(spec)) == {"lawful"}


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
