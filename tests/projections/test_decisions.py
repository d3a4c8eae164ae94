"""The registry of decisions: one row a document, with everything it did, and nothing that no event names."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from typing import Any

from engine.log import Log
from projections.kernel import Wanted
from projections.registries import search_words
from tests.projections.shelves import append, history, listed
from tests.spec import Spec
from tests.world import HP_CITY, HP_SECTOR, command, document, life, step, story, world

Json = dict[str, Any]


def numbers(rows: list[Json]) -> list[str]:
    return [row["number"] for row in rows]


def deeds(rows: list[Json], number: str) -> list[tuple[str, int, str, str]]:
    (row,) = [row for row in rows if row["number"] == number]
    return [(deed["stream"], deed["version"], deed["kind"], deed["as"]) for deed in row["did"]]


def test_a_document_is_listed_with_what_it_did(spec: Spec) -> None:
    paper = document("88/QĐ-SYT", "2026-03-09") | {"signer_capacity": "Giám đốc", "sha256": "ab" * 32}
    spec.given(*world("HP36"), *life(HP_SECTOR, until="appraised"), step(HP_SECTOR, "approve_task", document=paper))
    rows = listed(spec.log, "decisions")
    (row,) = [row for row in rows if row["number"] == "88/QĐ-SYT"]
    deed = row["did"][0]

    assert {name: row[name] for name in ("date", "issuer", "signer_capacity", "file", "sha256")} == {
        "date": "2026-03-09",
        "issuer": "Sở Y tế",
        "signer_capacity": "Giám đốc",
        "file": None,
        "sha256": "ab" * 32,
    }
    assert (deed["stream"], deed["version"], deed["kind"], deed["on"], deed["as"]) == (
        "task:T1", 3, "task_approved", "2026-03-10", "document",
    )  # fmt: skip


def test_one_document_may_do_several_things(spec: Spec) -> None:
    paper = document("90/QĐ", "2026-03-10")
    spec.given(*world("HP36"))
    for task, person in (("T1", "pi1"), ("T2", "pi2")):
        spec.given(*life(HP_SECTOR, task, until="appraised", investigator=person, team=[]))
        spec.given(step(HP_SECTOR, "approve_task", task, document=paper))

    assert deeds(listed(spec.log, "decisions"), "90/QĐ") == [
        ("task:T1", 3, "task_approved", "document"),
        ("task:T2", 3, "task_approved", "document"),
    ]


def test_the_same_number_of_another_issuer_or_day_is_another_document(spec: Spec) -> None:
    spec.given(*world("HP36"), *life(HP_CITY, until="registered"))
    for version, paper in enumerate([document("1/QĐ", "2026-03-01"), document("1/QĐ", "2026-03-01", "UBND")]):
        spec.given(command("rename_unit", "admin", "2026-03-02", unit="BV1", name=f"Tên {version}", document=paper))
    found = [row for row in listed(spec.log, "decisions") if row["number"] == "1/QĐ"]

    assert [(row["issuer"], len(row["did"])) for row in found] == [("Sở Y tế", 1), ("UBND", 1)]


def test_contract_and_ethics_clearance_are_documents_too(spec: Spec) -> None:
    ethics = {"ethics": document("5/GCN", "2026-03-20", "Hội đồng đạo đức")}
    spec.given(*world("HP36"), *life(HP_SECTOR, until="funded", human_subjects=True))
    spec.given(step(HP_SECTOR, "start_task", **ethics))
    rows = listed(spec.log, "decisions")

    assert deeds(rows, "5/GCN") == [("task:T1", 5, "task_started", "ethics")]
    assert deeds(rows, "01/HĐ") == [("task:T1", 5, "task_started", "contract")]


def test_a_corrected_document_is_listed_as_it_reads_now(spec: Spec) -> None:
    wrong, right = document("88/QĐ", "2026-03-10"), document("89/QĐ", "2026-03-10")
    spec.given(*world("HP36"), *life(HP_SECTOR, until="appraised"), step(HP_SECTOR, "approve_task", document=wrong))
    listed(spec.log, "decisions")
    paper = {"document": document("95/QĐ", "2026-04-01"), "reason": "Ghi nhầm số"}
    spec.given(
        command("correct", "lead", "2026-04-01", stream="task:T1", version=3, field="document", value=right, **paper)
    )
    found = numbers(listed(spec.log, "decisions"))

    assert [number in found for number in ("88/QĐ", "89/QĐ", "95/QĐ")] == [False, True, True]


def test_decisions_are_found_by_words(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    wanted = Wanted(words=search_words("task:t1 88"))

    assert numbers(listed(spec.log, "decisions", wanted=wanted)) == ["88-T1"]
    assert len(listed(spec.log, "decisions", wanted=Wanted(limit=2))) == 2


def test_before_a_decision_its_document_is_not_listed(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))

    assert "88-T1" not in numbers(listed(spec.log, "decisions", as_of=date(2026, 3, 9)))
    assert "88-T1" in numbers(listed(spec.log, "decisions", as_of=date(2026, 3, 10)))


def test_every_document_of_whole_lives_is_listed_and_no_other(log: Log) -> None:
    append(log, history())
    expected: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for row in history():
        body = json.loads(row.body)
        for paper in (body.get("document"), body["data"].get("ethics")):
            if paper:
                expected[paper["date"], paper["number"], paper["issuer"]].append(row.position)

    found = listed(log, "decisions")

    assert [(row["date"], row["number"], row["issuer"]) for row in found] == sorted(expected)
    assert {(r["date"], r["number"], r["issuer"]): [d["position"] for d in r["did"]] for r in found} == expected
    assert len(found) == 45
