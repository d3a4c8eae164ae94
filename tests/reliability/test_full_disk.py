"""The disk is full: it is told, nothing is half there, what was acknowledged is, people read on, and it goes on."""

from __future__ import annotations

import errno
import json
from dataclasses import replace

import pytest

from tests import stores
from tests.engine.logs import execute
from tests.reliability.length import LONG, some
from tests.reliability.places import CHUNK, Place, checked, ids_on_record, people
from tests.reliability.runner import Ran, Runner
from tests.reliability.supervised import CHANGING, Fault, missing
from tests.world import command, document

supervised = pytest.mark.skipif(missing() is not None, reason=missing() or "")
READ = (
    ("registry", "tasks", "--json"),
    ("registry", "decisions", "--json"),
    ("task", "why", "T1", "--json"),
    ("audit", "history", "task:T1", "--json"),
    ("audit", "verify", "--json"),
)
COMMANDS = 600
TAKES_ROOM = ("write", "truncate", "mkdir")


def full(place: Place, at: int = 1) -> Fault:
    """From the `at`-th call that needs room, nothing under the folder gets any."""
    return Fault(str(place.folder), at, code=errno.ENOSPC, for_good=True, calls=TAKES_ROOM)


def reading(khcn: Runner, place: Place, *, biggest: int | None = None, fault: Fault | None = None) -> list[str]:
    """What people read; every command must answer."""
    answers = [khcn(*asked, db=place.url, biggest=biggest, fault=fault) for asked in READ]
    assert {answer.code for answer in answers} == {0}, [answer.err for answer in answers]
    return [answer.out for answer in answers]


# By the size that a file may reach: not even an index over the log, nothing of a chunk, one of them, almost all.
@pytest.mark.parametrize("biggest", range(1_000, 800_000, 7_000) if LONG else (1_000, 300_000))
def test_what_was_acknowledged_is_there_and_the_rest_can_be_sent_again(
    khcn: Runner, place: Place, biggest: int
) -> None:
    file = place.lines(people(COMMANDS))
    before = checked(place.url)
    ran = khcn("record", file, "--json", db=place.url, biggest=biggest)
    seen = reading(khcn, place, biggest=biggest)
    kept = ids_on_record(place.url)

    assert ran.code == 7
    assert "The store" in ran.err
    assert set(ran.acknowledged) <= set(kept)
    assert (len(kept) < COMMANDS, len(kept) % CHUNK) == (True, 0)
    assert checked(place.url) == before + len(kept)
    again = khcn("record", file, "--json", db=place.url, biggest=biggest)
    assert again.code in (0, 7)  # the log of what waits is emptied between the two, and may have room enough now
    assert ids_on_record(place.url)[: len(kept)] == kept

    there = ids_on_record(place.url)
    completed = khcn("record", file, "--json", db=place.url)
    outcomes = [told["outcome"] for told in completed.results]
    assert outcomes == ["duplicate"] * len(there) + ["recorded"] * (COMMANDS - len(there))
    assert checked(place.url) == before + COMMANDS
    assert reading(khcn, place)[:4] == seen[:4]


@supervised
@pytest.mark.parametrize("at", [1, 12])
def test_a_full_disk_is_told_as_such_and_people_read_on(khcn: Runner, place: Place, at: int) -> None:
    before = reading(khcn, place)
    ran = khcn("record", place.lines(people(1)), "--json", db=place.url, fault=full(place, at))

    assert (ran.code, ran.out) == (7, "")
    assert ran.err.startswith(f"There is no room left on the disk of the store {place.url}: make room")
    assert reading(khcn, place, fault=full(place)) == before
    assert khcn("record", place.lines(people(1)), db=place.url).code == 0


def backup(khcn: Runner, place: Place, name: str, *, biggest: int | None = None, fault: Fault | None = None) -> Ran:
    return khcn("backup", place.folder / name, "--json", db=place.url, biggest=biggest, fault=fault)


@pytest.mark.parametrize("biggest", [1_000, 30_000, 200_000])
def test_a_backup_that_finds_no_room_leaves_nothing(khcn: Runner, place: Place, biggest: int) -> None:
    ran = backup(khcn, place, "b.db", biggest=biggest)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"{place.folder / 'b.db'} cannot be written: ")
    assert place.names() == []
    assert backup(khcn, place, "b.db").code == 0


ENDS = {
    "no room": Fault("", code=errno.ENOSPC, for_good=True, calls=TAKES_ROOM),
    "fails once": Fault("", code=errno.EIO, calls=CHANGING),
}


@supervised
@pytest.mark.parametrize("end", ENDS)
def test_a_backup_that_says_it_is_made_is_whole_whichever_call_fails(khcn: Runner, place: Place, end: str) -> None:
    fault = replace(ENDS[end], folder=str(place.folder))
    calls = len(backup(khcn, place, "all.db", fault=fault).calls)
    events = checked(place.url)
    codes = set()
    for at in some(calls, 8):
        place.anew()
        ran = backup(khcn, place, "b.db", fault=replace(fault, at=at))
        codes.add(ran.code)
        if ran.code == 0:
            verified = khcn("audit", "verify", "--json", db=f"sqlite:///{place.folder / 'b.db'}")
            assert (json.loads(verified.out)["events"], at) == (events, at)
            assert place.names() == ["b.db"]
        else:
            assert ran.out == ""
            assert "No space left on device" in ran.err or end == "fails once"
            assert [name for name in place.names() if "part" not in name or end == "no room"] == []

    assert {2} <= codes <= {0, 2, 7}


@pytest.mark.parametrize("biggest", [1_000, 120_000])
def test_a_rebuild_that_finds_no_room_leaves_the_live_tables(khcn: Runner, place: Place, biggest: int) -> None:
    khcn("projections", "update", db=place.url)
    before = reading(khcn, place)
    ran = khcn("projections", "rebuild", "--json", db=place.url, biggest=biggest)

    assert ran.code == 7
    assert reading(khcn, place, biggest=biggest) == before
    rebuilt = khcn("projections", "rebuild", "--json", db=place.url)
    assert (rebuilt.code, json.loads(rebuilt.out)["ok"]) == (0, True), rebuilt.err
    assert khcn("projections", "verify", db=place.url).code == 0


def test_a_checkpoint_that_finds_no_room_is_not_kept(khcn: Runner, place: Place) -> None:
    key = place.brought / "log.key"
    assert khcn("audit", "keygen", "--output", key, db=place.url).code == 0
    taking = ("audit", "checkpoint", "--key", key)
    ran = khcn(*taking, db=place.url, biggest=1_000)

    assert (ran.code, ran.out) == (7, "")
    assert json.loads(khcn("audit", "verify", "--json", db=place.url).out)["checkpoints"] == 0
    assert khcn(*taking, db=place.url).code == 0
    assert json.loads(khcn("audit", "verify", "--json", db=place.url).out)["checkpoints"] == 1


def test_a_file_that_finds_no_room_leaves_nothing_and_nothing_is_recorded(khcn: Runner, place: Place) -> None:
    place.file("qd.txt", b"x" * 900_000)
    paper = document("12/QĐ-SYT", "2026-11-01") | {"file": "qd.txt"}
    file = place.lines([command("rename_unit", "admin", "2026-11-01", unit="BV1", name="Tên mới", document=paper)])
    before = checked(place.url)
    ran = khcn("record", file, "--json", db=place.url, biggest=500_000)

    assert (ran.code, ran.out) == (7, "")
    assert ran.err.startswith(f"Files cannot be kept in {place.folder / 'khcn.db.files'} (File too large)")
    assert (place.names(), checked(place.url)) == ([], before)
    assert khcn("record", file, db=place.url).code == 0
    assert khcn("doc", "verify", db=place.url).code == 0


@pytest.mark.parametrize("biggest", [1_000, 100_000])
def test_a_restore_that_finds_no_room_can_be_done_again(khcn: Runner, place: Place, biggest: int) -> None:
    made = json.loads(backup(khcn, place, "b.db").out)
    new = f"sqlite:///{place.folder / 'new.db'}"
    ran = khcn("restore", place.folder / "b.db", "--json", db=new, biggest=biggest)

    assert (ran.code, ran.out) == (7, "")
    again = khcn("restore", place.folder / "b.db", "--json", db=new)
    assert (again.code, json.loads(again.out)["root"]) == (0, made["root"])
    assert checked(new) == made["events"]


NO_ROOM = (
    (
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION "
        "'could not extend file' USING ERRCODE = '53100'; END$$"
    ),
    "CREATE TRIGGER no_room BEFORE INSERT ON events EXECUTE FUNCTION no_room()",
)


@pytest.mark.parametrize("count", [1, 2, 30], ids=["one command", "two", "thirty"])
def test_a_server_without_room_is_told_as_such(
    khcn: Runner, place: Place, postgres_url: str, prepared_postgres: str, count: int
) -> None:
    url = stores.fresh_database(postgres_url, prepared_postgres)
    for statement in NO_ROOM:
        execute(url, statement)
    file = place.lines(people(count))
    ran = khcn("record", file, "--json", db=url)
    shown = khcn("registry", "tasks", "--json", db=url)
    execute(url, "DROP TRIGGER no_room ON events")

    assert (ran.code, ran.out, shown.code) == (7, "", 0)
    assert ran.err.startswith("There is no room left on the disk of the store postgresql")
    assert khcn("record", file, db=url).code == 0
    stores.drop_database(postgres_url, url)
