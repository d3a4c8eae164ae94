"""Ids typed with decomposed letters (NFD), as some keyboards and copied texts have them, name what is on record."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from tests.console.khcn import Khcn
from tests.world import HP_SECTOR, Command, command, document, life, unit

TASK, UNIT, LINE = "Đề-1", "Viện-2", "Dòng-1"


def typed(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    assert apart != text
    return apart


ASKED = {
    "show": ("task", "show", typed(TASK), "--json"),
    "show of a day": ("task", "show", typed(TASK), "--as-of", "2026-03-01", "--json"),
    "why": ("task", "why", typed(TASK), "--json"),
    "list": ("task", "list", "--unit", typed(UNIT), "--json"),
    "history": ("audit", "history", typed(f"task:{TASK}"), "--json"),
    "replay": ("audit", "replay", typed(TASK), "--json"),
    "diff": ("audit", "diff", typed(TASK), "--from", "2026-01-01", "--to", "2026-12-31", "--decided", "--json"),
    "files of a stream": ("doc", "list", "--stream", typed(f"unit:{UNIT}"), "--json"),
    "refusals of a person": ("audit", "refusals", "--who", typed("Cán-bộ"), "--json"),
    "trace": ("registry", "units", "--trace", typed(UNIT), "--json"),
    "due": ("due", "--unit", typed(UNIT), "--json"),
}


@pytest.fixture
def asked(khcn: Khcn) -> Khcn:
    """A store in which each of these is on record, composed."""
    khcn.file("qd.txt", "the decision itself")
    paper = document("1/QĐ", "2026-02-06") | {"file": "qd.txt"}
    (register,) = life(HP_SECTOR, until="registered", task=TASK)
    made = [
        unit(UNIT, "2026-02-05", ["HP36"]),
        command("rename_unit", "admin", "2026-02-06", unit=UNIT, name="Viện Mới", document=paper),
        command("assign_research_office", "admin", "2026-02-06", unit=UNIT, office="Phòng Nghiên cứu"),
        register | {"lead_unit": UNIT, "actor": "off-Viện-2", "investigator": "pi-Viện-2"},
        command("open_budget_line", "Cán-bộ", "2026-03-02", line=LINE, plan="HP36", year=2026, amount=1),
    ]
    people = [
        command("add_person", "admin", "2026-02-05", person="Cán-bộ", name="Người Bịa"),
        command("add_person", "admin", "2026-02-05", person="pi-Viện-2", name="Người Bịa", unit=UNIT),
        command(
            "add_person", "admin", "2026-02-05", person="off-Viện-2", name="Người Bịa", unit=UNIT,
            roles=["unit_officer"],
        ),
    ]  # fmt: skip
    made[-1] |= {"payer": "department", "purpose": "Nhiệm vụ", "document": document("2/QĐ", "2026-03-02")}
    outcomes = khcn.record(made[0], *people, *made[1:]).outcomes
    assert outcomes == ["recorded"] * 7 + ["refused"]
    return khcn


@pytest.mark.parametrize("what", ASKED)
def test_what_is_on_record_is_found(asked: Khcn, what: str) -> None:
    ran = asked(*ASKED[what])

    assert ran.code == 0, ran.err
    assert json.loads(ran.out)


def test_so_it_is_for_proofs_files_and_bundles(asked: Khcn, tmp_path: Path) -> None:
    assert asked("audit", "keygen", "-o", tmp_path / "a.key").code == 0
    assert asked("audit", "checkpoint", "--key", tmp_path / "a.key", "-o", tmp_path / "a.txt").code == 0

    assert asked("audit", "prove", typed(f"task:{TASK}/1")).code == 0
    assert asked("audit", "bundle", tmp_path / "b.zip", "--task", typed(TASK)).code == 0
    assert asked("doc", "get", typed(f"unit:{UNIT}/2"), "-o", "-").out == "the decision itself"


def test_so_it_is_for_who_acts(asked: Khcn, monkeypatch: pytest.MonkeyPatch) -> None:
    office = ("unit", "assign-research-office", typed(UNIT), "--office", "Phòng Hai", "--on", "2026-04-01")
    assert asked(*office, "--actor", typed("off-Viện-2")).code == 0
    monkeypatch.setenv("KHCN_ACTOR", typed("off-Viện-2"))
    assert asked(*office[:-1], "2026-04-02").code == 0


def test_the_first_administrator_is_recorded_as_anybody_is(bare: Khcn) -> None:
    assert bare("init", "--admin", typed("Trần"), "--name", typed("Trần Thị")).code == 0
    ran = bare("audit", "history", "person:Trần", "--json")

    assert json.loads(ran.out)[0]["data"]["name"] == "Trần Thị"


def test_a_file_is_found_whichever_way_its_name_is_spelt(khcn: Khcn) -> None:
    """A name on disk may be decomposed, as macOS and some archives leave it; texts of commands are composed."""
    folder, name = khcn.folder / typed("Quyết định"), typed("Số 12.txt")
    folder.mkdir()
    (folder / name).write_bytes(b"12")
    renamed = {"command": "rename_unit", "actor": "admin", "on": "2026-03-02", "unit": "BV1", "name": "Tên mới"}
    paths = [f"Quyết định/Số {number}.txt" for number in (12, 13)]
    asked: list[Command] = [{**renamed, "document": document("12/QĐ", "2026-03-01") | {"file": path}} for path in paths]

    assert khcn.record(*asked).outcomes == ["recorded", "invalid"]
    again = asked[0]["document"] | {"file": typed(paths[0])}
    assert khcn.record({**asked[0], "name": "Tên khác", "document": again}).outcomes == ["recorded"]
