"""`khcn audit ...` as an auditor types it: what it prints, and the exit codes of the contract."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from engine.log import Log
from tests import stores
from tests.console.khcn import Khcn, Ran
from tests.world import HP_SECTOR, story


@pytest.fixture
def khcn(prepared_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Khcn:
    made = Khcn(stores.fresh_sqlite(tmp_path, prepared_sqlite), tmp_path)
    monkeypatch.chdir(tmp_path)
    made.record(*story(HP_SECTOR, "approved"))
    return made


def checkpointed(khcn: Khcn) -> Ran:
    assert khcn("audit", "keygen", "--name", "log.example").code == 0
    return khcn("audit", "checkpoint", "-o", "c1")


def tampered(khcn: Khcn) -> int:
    """Change the registration of a task past the product; its position."""
    connection = sqlite3.connect(khcn.url.removeprefix("sqlite:///"))
    connection.execute("DROP TRIGGER events_no_update")
    connection.execute("UPDATE events SET body = replace(body, 'T1', 'T2') WHERE kind = 'task_registered'")
    (position,) = connection.execute("SELECT position FROM events WHERE kind = 'task_registered'").fetchone()
    connection.commit()
    connection.close()
    return int(position)


def test_a_whole_record_is_verified(khcn: Khcn) -> None:
    checkpointed(khcn)
    ran = khcn("audit", "verify", "--checkpoint", "c1", "--json")

    told = json.loads(ran.out)
    assert ran.code == 0
    assert told == {"ok": True, "events": khcn.head(), "root": told["root"], "checkpoints": 2, "first_bad": None}
    assert told["root"] == Path("c1").read_text(encoding="utf-8").split("\n")[2]


def test_whole_and_lawful_stand_on_one_page(khcn: Khcn) -> None:
    ran = khcn("audit", "verify", "--lawful")

    assert ran.code == 0
    assert "Whole" in ran.out
    assert "0 unlawful" in ran.out


def test_a_changed_record_ends_with_6_and_names_the_position(khcn: Khcn) -> None:
    position = tampered(khcn)
    ran = khcn("audit", "verify", "--json")

    assert (ran.code, json.loads(ran.out)["first_bad"]["position"]) == (6, position)


def test_the_private_key_is_its_owners_alone_and_never_written_over(khcn: Khcn) -> None:
    checkpointed(khcn)

    assert stat.S_IMODE(Path("khcn-audit.key").stat().st_mode) == 0o600
    again = khcn("audit", "keygen")
    assert (again.code, "never written over" in again.err) == (2, True)


def test_a_private_key_is_not_written_over_by_its_public_one(khcn: Khcn) -> None:
    ran = khcn("audit", "keygen", "-o", "my.pub")

    assert (ran.code, ran.out, "such as my.key" in ran.err) == (2, "", True)
    assert not Path("my.pub").exists()
    assert khcn("audit", "keygen", "-o", "my.pub.key").code == 0
    assert Path("my.pub.key").read_text().startswith("PRIVATE+KEY+")


def test_a_key_that_finds_no_room_leaves_no_file(khcn: Khcn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the empty file would stand in the way of the next attempt: no key is written over another."""

    class Full:
        def __init__(self, number: int, *_: object, **__: object) -> None:
            os.close(number)

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def write(self, _: str) -> None:
            """Into a buffer: the disk is asked when it is closed."""

    with monkeypatch.context() as full:
        full.setattr(os, "fdopen", Full)
        ran = khcn("audit", "keygen")

    assert (ran.code, "No space left" in ran.err) == (2, True)
    assert not Path("khcn-audit.key").exists()
    assert khcn("audit", "keygen").code == 0


def test_the_key_is_not_in_the_store(khcn: Khcn) -> None:
    checkpointed(khcn)
    secret = Path("khcn-audit.key").read_text(encoding="utf-8").split("+", 4)[4].strip()
    files = [file for file in khcn.folder.glob("khcn.db*") if file.is_file()]

    assert all(secret.encode() not in file.read_bytes() for file in files)


def test_a_proof_is_checked_without_the_store(khcn: Khcn) -> None:
    checkpointed(khcn)
    assert khcn("audit", "prove", "task:T1/1", "-o", "p").code == 0
    ran = khcn("audit", "check-proof", "p", "--json", db="sqlite:///nowhere.db")
    told = json.loads(ran.out)

    assert ran.code == 0
    assert (told["stream"], told["version"], told["kind"]) == ("task:T1", 1, "task_registered")
    assert told["signed_by"] == ["log.example"]
    assert not Path("nowhere.db").exists()


def test_a_proof_with_a_flipped_character_proves_nothing(khcn: Khcn) -> None:
    checkpointed(khcn)
    khcn("audit", "prove", "task:T1/1", "-o", "p")
    text = Path("p").read_text(encoding="utf-8")
    for place in range(0, len(text), 37):
        flipped = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        Path("q").write_text(flipped, encoding="utf-8")

        assert khcn("audit", "check-proof", "q").code == 6, place


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_that_a_proof_proves_nothing_is_told_to_programs_too(khcn: Khcn, lang: str) -> None:
    checkpointed(khcn)
    khcn("audit", "prove", "task:T1/1", "-o", "p")
    lines = Path("p").read_text(encoding="utf-8").splitlines(keepends=True)
    bad = {"no proof": "x\n", "another event": "".join([lines[0], lines[1][:-9] + "AAAAAAA=\n", *lines[2:]])}
    for name, text in bad.items():
        Path("q").write_text(text, encoding="utf-8")
        ran = khcn("audit", "check-proof", "q", "--json", "--lang", lang)
        told = json.loads(ran.out)
        sheet = khcn("audit", "check-proof", "q", "--format", "csv", "--lang", lang)

        assert (ran.code, sorted(told), told["ok"]) == (6, ["ok", "reason"], False), name
        assert told["reason"] in ran.err
        assert sheet.out.lstrip("\ufeff").splitlines()[0] == "ok,reason"


def test_a_proof_by_a_stranger_is_told_to_programs_too(khcn: Khcn) -> None:
    checkpointed(khcn)
    khcn("audit", "prove", "task:T1/1", "-o", "p")
    khcn("audit", "keygen", "-o", "other.key")
    ran = khcn("audit", "check-proof", "p", "--public", "other.pub", "--json")
    told = json.loads(ran.out)

    assert (ran.code, told["ok"], told["signed_by"]) == (6, False, [])


def test_a_proof_by_a_stranger_proves_nothing(khcn: Khcn) -> None:
    checkpointed(khcn)
    khcn("audit", "prove", "task:T1/1", "-o", "p")
    khcn("audit", "keygen", "-o", "other.key")

    assert khcn("audit", "check-proof", "p", "--public", "other.pub").code == 6


def test_a_proof_asks_whose_key_is_trusted(khcn: Khcn) -> None:
    checkpointed(khcn)
    khcn("audit", "prove", "task:T1/1", "-o", "p")
    Path("khcn-audit.pub").unlink()

    assert khcn("audit", "check-proof", "p").code == 2


@pytest.mark.parametrize(("event", "code"), [("task:T1/99", 5), ("task:T9/1", 5), ("task:T1", 2), ("T1/x", 2)], ids=str)
def test_what_cannot_be_proved_is_told(khcn: Khcn, event: str, code: int) -> None:
    checkpointed(khcn)

    assert khcn("audit", "prove", event).code == code


def test_an_event_after_the_last_checkpoint_needs_another(khcn: Khcn) -> None:
    ran = khcn("audit", "prove", "task:T1/1")

    assert (ran.code, "khcn audit checkpoint" in ran.err) == (5, True)


def test_a_witness_signs_only_what_holds(khcn: Khcn) -> None:
    checkpointed(khcn)
    khcn("audit", "keygen", "--witness", "--name", "w.example", "-o", "w.key")
    good = khcn("audit", "witness", "c1", "--key", "w.key", "-o", "c2")
    verified = khcn("audit", "verify", "--checkpoint", "c2", "--public", "w.pub", "--public", "khcn-audit.pub")
    tampered(khcn)
    bad = khcn("audit", "witness", "c1", "--key", "w.key")

    assert (good.code, verified.code, bad.code, bad.out) == (0, 0, 6, "")


def test_the_logs_own_key_is_no_witness(khcn: Khcn) -> None:
    checkpointed(khcn)

    assert khcn("audit", "witness", "c1").code == 2


def test_refused_attempts_are_listed_newest_first(khcn: Khcn) -> None:
    khcn.record({"command": "close_task", "actor": "off1", "on": "2026-11-01", "task": "T1"})
    khcn.record({"command": "fund_task", "actor": "fin", "on": "2026-11-01", "task": "T1", "line": "L-x", "amount": 1})
    khcn.record({"command": "start_task", "actor": "off1", "on": "2026-11-01", "task": "T1"})
    found = json.loads(khcn("audit", "refusals", "--json").out)

    assert [each["command"] for each in found] == ["start_task", "close_task"]
    assert found[0]["actor"] == "off1"
    assert "house.order_of_steps" in found[0]["rules"]
    assert json.loads(khcn("audit", "refusals", "--json", "--who", "fin").out) == []


def test_replay_and_diff_speak_json(khcn: Khcn) -> None:
    steps = json.loads(khcn("audit", "replay", "T1", "--json").out)
    between = khcn("audit", "diff", "T1", "--from", "2026-03-02", "--to", "2026-03-10", "--decided", "--json")
    registry = khcn("audit", "diff", "registry", "--from", "2026-01-01", "--to", "2026-12-31", "--json")

    assert [each["task"]["state"] for each in steps] == ["registered", "appraised", "approved"]
    assert {each["field"] for each in json.loads(between.out)["changes"]} == {"state", "approved_on", "money.approved"}
    assert [row["task"] for row in json.loads(registry.out)["added"]] == ["T1"]


@pytest.mark.parametrize(("lang", "said"), [("en", "Nothing differs."), ("vi", "Không có gì khác.")])
@pytest.mark.parametrize("what", [("T1",), ("registry", "tasks")], ids=["task", "registry"])
def test_where_nothing_differs_it_says_so(khcn: Khcn, what: tuple[str, ...], lang: str, said: str) -> None:
    days = ("--from", "2026-11-01", "--to", "2026-11-02", "--decided", "--lang", lang)

    assert khcn("audit", "diff", *what, *days).out == f"{said}\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("replay", "T9"), 5),
        (("replay", "T1", "--step"), 2),
        (("diff", "T9", "--from", "2026-01-01", "--to", "2026-12-31"), 5),
        (("diff", "T1", "--from", "2026-12-31", "--to", "2026-01-01"), 2),
        (("diff", "registry", "none", "--from", "2026-01-01", "--to", "2026-12-31"), 5),
        (("conformance", "--workflow", "HP36@9"), 5),
        (("conformance", "--workflow", "HP36@x"), 5),
        (("conformance", "--workflow", f"HP36@{'9' * 5000}"), 5),
        (("conformance", "--workflow", "NOPE"), 5),
        (("conformance", "--workflow", "NOPE@1"), 5),
        (("conformance", "--plan", "NOPE"), 2),
        (("conformance", "--workflow", "HP36", "--plan", "x"), 2),
    ],
    ids=lambda words: str(words)[:60],
)
def test_what_cannot_be_told_ends_with_its_code(khcn: Khcn, words: tuple[str, ...], code: int) -> None:
    assert khcn("audit", *words).code == code


def test_conformance_by_the_version_adopted_is_the_same(khcn: Khcn) -> None:
    plain, other = khcn("audit", "conformance", "--json"), khcn("audit", "conformance", "--workflow", "HP36", "--json")

    assert json.loads(plain.out) == json.loads(other.out)
    assert json.loads(plain.out)["events"] == khcn.head()


def test_a_store_whose_seal_is_gone_says_so_instead_of_recording(khcn: Khcn) -> None:
    connection = sqlite3.connect(khcn.url.removeprefix("sqlite:///"))
    connection.execute("DROP TRIGGER seals_no_delete")
    connection.execute("DELETE FROM seals")
    connection.commit()
    connection.close()
    before = khcn.head()
    codes = {khcn("person", "add", "--actor", "admin", "--person", f"p{n}", "--name", "N").code for n in range(2)}

    assert 6 in codes | {khcn("audit", "verify").code}
    assert khcn.head() <= before + 1
    with Log.open(khcn.url) as log, log.reader() as reader:
        assert reader.seals(upto=before) == []


def test_a_damaged_file_ends_with_6(khcn: Khcn) -> None:
    file = Path(khcn.url.removeprefix("sqlite:///"))
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'events'").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    file.write_bytes(content)
    ran = khcn("audit", "verify")

    assert (ran.code, ran.out) == (6, "")
    assert "damaged" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--checkpoint", "letter"),
        ("witness", "letter", "--key", "w.key", "--public", "khcn-audit.pub"),
        ("prove", "task:T1/1", "--checkpoint", "letter"),
        ("bundle", "x.zip", "--checkpoint", "letter"),
    ],
    ids=lambda words: words[0],
)
def test_a_file_that_is_no_checkpoint_is_no_input(khcn: Khcn, words: tuple[str, ...]) -> None:
    """The record may be whole: what cannot be read says nothing of it."""
    checkpointed(khcn)
    khcn("audit", "keygen", "--witness", "-o", "w.key")
    Path("letter").write_text("Kính gửi Thanh tra,\n", encoding="utf-8")
    ran = khcn("audit", *words)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("letter is no signed checkpoint: ")


def test_a_device_is_never_replaced_by_a_file(khcn: Khcn) -> None:
    os.mkfifo("pipe")
    checkpointed(khcn)

    for words in (("export", "--format", "jsonl", "-o", "pipe"), ("bundle", "pipe")):
        ran = khcn("audit", *words)
        assert (ran.code, "no ordinary file" in ran.err) == (2, True)
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)


def test_an_export_into_no_folder_is_told(khcn: Khcn) -> None:
    assert khcn("audit", "export", "--format", "ocel-sqlite", "-o", "none/x.sqlite").code == 2


def test_numbers_beyond_all_bounds_are_told(khcn: Khcn) -> None:
    assert khcn("audit", "prove", "task:T1/" + "9" * 30).code == 2
    assert khcn("audit", "refusals", "--limit", "9" * 30).code == 2


def test_a_witnesss_key_signs_no_checkpoint(khcn: Khcn) -> None:
    khcn("audit", "keygen", "--witness", "-o", "w.key")

    assert khcn("audit", "checkpoint", "--key", "w.key").code == 2


def test_a_store_without_its_seals_is_damaged_not_missing(khcn: Khcn) -> None:
    connection = sqlite3.connect(khcn.url.removeprefix("sqlite:///"))
    connection.execute("DROP TABLE seals")
    connection.commit()
    connection.close()
    ran = khcn("audit", "verify")

    assert (ran.code, "damaged" in ran.err) == (6, True)


def test_a_spoilt_refusal_hides_no_other(khcn: Khcn) -> None:
    khcn.record({"command": "close_task", "actor": "off1", "on": "2026-11-01", "task": "T1"})
    khcn.record({"command": "start_task", "actor": "off1", "on": "2026-11-01", "task": "T1"})
    connection = sqlite3.connect(khcn.url.removeprefix("sqlite:///"))
    connection.execute("UPDATE refusals SET body = x'ff' WHERE command = 'close_task'")
    connection.commit()
    connection.close()

    assert [len(each["rules"]) > 0 for each in json.loads(khcn("audit", "refusals", "--json").out)] == [True, False]


def test_an_altered_decision_index_is_found_and_folded_anew(khcn: Khcn) -> None:
    connection = sqlite3.connect(khcn.url.removeprefix("sqlite:///"))
    connection.execute("UPDATE states SET data = replace(data, 'approved', 'appraised') WHERE key = 'task:T1'")
    connection.commit()
    connection.close()
    ran = khcn("audit", "conformance", "--json")

    assert (ran.code, json.loads(ran.out)["index_differs"]) == (6, ["task:T1"])
    assert khcn("init", "--reindex").code == 0
    assert khcn("audit", "conformance").code == 0


def test_a_checkpoint_is_cosigned_at_once_by_a_second_key(khcn: Khcn) -> None:
    khcn("audit", "keygen", "--name", "log.example")
    khcn("audit", "keygen", "--witness", "--name", "w.example", "-o", "w.key")
    assert khcn("audit", "checkpoint", "--witness", "w.key", "-o", "c1").code == 0

    for public in ("w.pub", "khcn-audit.pub"):
        ran = khcn("audit", "verify", "--checkpoint", "c1", "--public", public, "--public", "khcn-audit.pub")
        assert ran.code == 0
    assert [line.split()[1] for line in Path("c1").read_text("utf-8").splitlines()[4:]] == ["log.example", "w.example"]
    assert khcn("audit", "checkpoint", "--witness", "khcn-audit.key").code == 2
