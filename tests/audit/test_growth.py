"""Proofs that the record has only grown since a checkpoint: whoever kept one needs no copy of the store to see it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests import stores
from tests.console.khcn import Khcn
from tests.world import HP_SECTOR, step, story

PUBLIC = ("--public", "log.pub")


@pytest.fixture
def khcn(prepared_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Khcn:
    """A record that was signed on monday and on friday; what proves that it has only grown is in `grown`."""
    made = Khcn(stores.fresh_sqlite(tmp_path, prepared_sqlite), tmp_path)
    monkeypatch.chdir(tmp_path)
    made.record(*story(HP_SECTOR, "appraised"))
    made("audit", "keygen", "--name", "log.example", "-o", "log.key")
    made("audit", "keygen", "--witness", "--name", "w.example", "-o", "w.key")
    made("audit", "checkpoint", "--key", "log.key", "-o", "monday")
    made.record(step(HP_SECTOR, "approve_task"))
    made("audit", "checkpoint", "--key", "log.key", "-o", "friday")
    assert made("audit", "prove-growth", "--since", "monday", "-o", "grown").code == 0
    return made


def sizes() -> tuple[int, int]:
    return tuple(int(Path(name).read_text("utf-8").split("\n")[1]) for name in ("monday", "friday"))  # type: ignore


def forged(khcn: Khcn) -> None:
    """Change an event that monday's checkpoint covers past the product, and seal the log anew."""
    from engine.seal import Tree, event_hash

    connection = sqlite3.connect(khcn.url.removeprefix("sqlite:///"))
    for trigger in ("events_no_update", "seals_no_update"):
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("UPDATE events SET body = replace(body, 'T1', 'T2') WHERE kind = 'task_registered'")
    tree = Tree()
    for position, stream, version, body in connection.execute(
        "SELECT position, stream, version, body FROM events ORDER BY position"
    ).fetchall():
        nodes = tree.add(event_hash(position, stream, version, body if isinstance(body, bytes) else body.encode()))
        connection.execute("UPDATE seals SET nodes = ? WHERE position = ?", (nodes, position))
    connection.commit()
    connection.close()
    without_checkpoints(khcn)


def without_checkpoints(khcn: Khcn) -> None:
    """Take away the checkpoints that the store itself keeps."""
    connection = sqlite3.connect(khcn.url.removeprefix("sqlite:///"))
    for (trigger,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'checkpoints'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("DELETE FROM checkpoints")
    connection.commit()
    connection.close()


def test_a_proof_of_growth_is_checked_without_the_store(khcn: Khcn) -> None:
    ran = khcn("audit", "check-growth", "grown", "--since", "monday", *PUBLIC, "--json", db="sqlite:///nowhere.db")
    told = json.loads(ran.out)

    assert ran.code == 0
    assert (told["ok"], told["origin"], told["signed_by"]) == (True, "log.example", ["log.example"])
    assert (told["old"], told["size"]) == sizes()
    assert told["old_root"] != told["root"]
    assert not Path("nowhere.db").exists()


@pytest.mark.parametrize(("lang", "said"), [("en", "has only grown"), ("vi", "chỉ được ghi thêm")])
def test_what_is_proved_is_said_to_a_person(khcn: Khcn, lang: str, said: str) -> None:
    ran = khcn("audit", "check-growth", "grown", "--since", "monday", *PUBLIC, "--lang", lang)

    assert (ran.code, said in ran.out, "log.example" in ran.out) == (0, True, True)


def test_its_form_is_that_in_which_a_witness_is_sent_a_checkpoint(khcn: Khcn) -> None:
    head, _, note = Path("grown").read_text("utf-8").partition("\n\n")

    assert head.split("\n")[0] == f"old {sizes()[0]}"
    assert note == Path("friday").read_text("utf-8")


def test_between_two_kept_checkpoints_it_is_proved_as_well(khcn: Khcn) -> None:
    khcn.record({"command": "add_person", "actor": "admin", "on": "2026-03-11", "person": "p9", "name": "Người Chín"})
    khcn("audit", "checkpoint", "--key", "log.key")
    ran = khcn("audit", "prove-growth", "--since", "monday", "--checkpoint", "friday")

    assert (ran.code, ran.out) == (0, Path("grown").read_text("utf-8"))


def test_a_record_that_did_not_grow_has_grown_by_nothing(khcn: Khcn) -> None:
    khcn("audit", "prove-growth", "--since", "friday", "-o", "same")
    ran = khcn("audit", "check-growth", "same", "--since", "friday", *PUBLIC, "--json")
    told = json.loads(ran.out)

    assert (ran.code, told["old"], told["size"]) == (0, sizes()[1], sizes()[1])


def test_a_record_that_was_changed_and_sealed_anew_has_not_only_grown(khcn: Khcn) -> None:
    forged(khcn)
    khcn("audit", "checkpoint", "--key", "log.key", "-o", "later")
    ran = khcn("audit", "prove-growth", "--since", "monday", "--checkpoint", "later")
    own = Path("grown").read_text("utf-8").partition("\n\n")[0]
    Path("pasted").write_text(f"{own}\n\n{Path('later').read_text('utf-8')}", encoding="utf-8")
    pasted = khcn("audit", "check-growth", "pasted", "--since", "monday", *PUBLIC)

    assert khcn("audit", "verify").code == 0  # nothing in the store itself tells
    assert (ran.code, ran.out) == (6, "")
    assert (pasted.code, pasted.out) == (6, "")


def test_a_proof_with_a_flipped_character_proves_nothing(khcn: Khcn) -> None:
    text = Path("grown").read_text("utf-8")
    for place in range(0, len(text), 11):
        flipped = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        Path("q").write_text(flipped, encoding="utf-8")

        assert khcn("audit", "check-growth", "q", "--since", "monday", *PUBLIC).code == 6, place


def test_a_proof_since_another_checkpoint_proves_nothing(khcn: Khcn) -> None:
    ran = khcn("audit", "check-growth", "grown", "--since", "friday", *PUBLIC, "--json")
    told = json.loads(ran.out)

    assert (ran.code, sorted(told), told["ok"]) == (6, ["ok", "reason"], False)
    assert str(sizes()[0]) in told["reason"]


@pytest.mark.parametrize("signed", ["monday", "friday"])
def test_both_checkpoints_are_signed_by_who_is_trusted(khcn: Khcn, signed: str) -> None:
    """The other one, of the same log and the same root, is signed by a stranger under the same name."""
    from engine.notes import Note, PrivateKey

    stranger = PrivateKey("log.example", 1, bytes(32))
    other = "friday" if signed == "monday" else "monday"
    note = Note.read(Path(other).read_text("utf-8"))
    Path(other).write_text(str(Note(note.text).sign(stranger)), encoding="utf-8")
    khcn("audit", "prove-growth", "--since", "monday", "--checkpoint", "friday", "-o", "grown")
    ran = khcn("audit", "check-growth", "grown", "--since", "monday", *PUBLIC)

    assert (ran.code, "not signed by a key that you trust" in ran.err) == (6, True)


def test_a_checkpoint_of_another_log_is_told(khcn: Khcn) -> None:
    khcn("audit", "keygen", "--name", "other.example", "-o", "other.key")
    khcn("audit", "checkpoint", "--key", "other.key", "-o", "theirs")
    ran = khcn("audit", "prove-growth", "--since", "monday", "--checkpoint", "theirs")

    assert (ran.code, "other.example" in ran.err) == (6, True)


def test_where_no_later_checkpoint_was_taken_one_is_asked_for(khcn: Khcn) -> None:
    older = khcn("audit", "prove-growth", "--since", "friday", "--checkpoint", "monday")
    without_checkpoints(khcn)
    none = khcn("audit", "prove-growth", "--since", "monday")

    for ran in (older, none):
        assert (ran.code, "khcn audit checkpoint" in ran.err) == (5, True)


def test_a_witness_needs_no_copy_of_a_record_that_has_only_grown(khcn: Khcn) -> None:
    words = ("audit", "witness", "grown", "--since", "monday", "--key", "w.key")
    ran = khcn(*words, *PUBLIC, "-o", "cosigned", db="sqlite:///nowhere.db")
    trust = (*PUBLIC, "--public", "w.pub")

    assert ran.code == 0
    assert Path("cosigned").read_text("utf-8").startswith(Path("friday").read_text("utf-8"))
    assert khcn("audit", "verify", "--checkpoint", "cosigned", *trust).code == 0
    assert khcn(*words).code == 2  # whose record it may be was not said


def test_a_witness_signs_no_growth_that_is_not_proved(khcn: Khcn) -> None:
    text = Path("grown").read_text("utf-8").split("\n")
    Path("short").write_text("\n".join([text[0], *text[2:]]), encoding="utf-8")
    ran = khcn("audit", "witness", "short", "--since", "monday", "--key", "w.key", *PUBLIC)

    assert (ran.code, ran.out) == (6, "")


@pytest.mark.parametrize("words", [("prove-growth",), ("check-growth", "grown")], ids=lambda words: words[0])
def test_what_was_kept_is_a_signed_checkpoint(khcn: Khcn, words: tuple[str, ...]) -> None:
    Path("letter").write_text("Kính gửi Thanh tra,\n", encoding="utf-8")
    ran = khcn("audit", *words, "--since", "letter", *(PUBLIC if words[0] == "check-growth" else ()))

    assert (ran.code, ran.err.startswith("letter is no signed checkpoint: ")) == (2, True)
