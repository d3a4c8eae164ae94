"""Every reading command answers programs too, and takes a plan's version where it takes a plan."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from console.auditing import as_rows
from tests.console.khcn import Khcn, Ran
from tests.world import HP_SECTOR, command, document, life, world

ROOT = Path(__file__).parents[2]


def rows(ran: Ran) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ran.out.removeprefix("\ufeff"))))


@pytest.fixture
def waived(founded: Khcn) -> Khcn:
    """A store in which a unit without a research office registered a task by a waiver."""
    waiver = {"rule": "HP36-II.1.b", "step": "register_task", "task": "T1", "reason": "Lý do bịa"}
    paper = document("60/QĐ-SYT", "2026-02-10")
    before = [each for each in world("HP36") if each["command"] != "assign_research_office"]
    ran = founded.record(
        *before,
        command("waive_rule", "lead", "2026-02-10", **waiver, document=paper),
        *life(HP_SECTOR, until="registered"),
    )
    assert ran.code == 0, ran.out
    return founded


def test_conformance_as_csv_lists_what_was_waived(waived: Khcn) -> None:
    [row] = rows(waived("audit", "conformance", "--format", "csv"))
    [told] = json.loads(waived("audit", "conformance", "--json").out)["waived_by"]

    assert (row["stream"], row["command"], row["judgement"]) == ("task:T1", "register_task", "waived")
    assert (json.loads(row["rules"]), json.loads(row["documents"])) == (["HP36-II.1.b"], ["60/QĐ-SYT"])
    assert int(row["position"]) == told["position"]


def test_conformance_as_csv_tells_each_judgement() -> None:
    def entry(position: int, **more: Any) -> dict[str, Any]:
        return {"position": position, "stream": "task:T1", "version": 1, "command": "c", "rules": ["r"], **more}

    found = as_rows(
        {
            "unlawful": [entry(1)],
            "waived_by": [entry(2, documents=["1/QĐ"])],
            "imported_would_fail": [entry(3)],
            "index_differs": ["task:T2"],
        }
    )

    assert [(row["position"], row["stream"], row["judgement"], row.get("documents")) for row in found] == [
        (1, "task:T1", "unlawful", []),
        (2, "task:T1", "waived", ["1/QĐ"]),
        (3, "task:T1", "imported_would_fail", []),
        (None, "task:T2", "index_differs", None),
    ]


def shown(khcn: Khcn, *arguments: str) -> Any:
    ran = khcn(*arguments, "--json")
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


@pytest.mark.parametrize("reads", [("show",), ("clauses",)])
def test_a_plan_is_shown_by_its_version_too(khcn: Khcn, reads: tuple[str, ...]) -> None:
    assert shown(khcn, "plan", *reads, "HP36@1") == shown(khcn, "plan", *reads, "HP36")


def test_a_workflow_is_shown_by_the_version_of_its_plan_too(khcn: Khcn) -> None:
    both = [shown(khcn, "plan", "workflow", f"{plan}/sector") for plan in ("HP36", "HP36@1")]

    assert both[0] == both[1]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("plan", "told"), [("HP36@9", "9"), ("HP99", "HP99"), ("HP99@1", "HP99"), ("HP36@x", "HP36"), ("HP36@²", "HP36")]
)
def test_a_version_or_plan_that_there_is_not_ends_with_5(khcn: Khcn, plan: str, told: str, lang: str) -> None:
    ran = khcn("plan", "show", plan, "--lang", lang)

    assert (ran.code, ran.out) == (5, "")
    assert told in ran.err


def test_the_faults_of_a_plan_are_json_and_csv_too(khcn: Khcn) -> None:
    broken = khcn.folder / "plan.yaml"
    broken.write_text("id: X\n", encoding="utf-8")
    told = khcn("plan", "check", broken, "--format", "json")
    listed = khcn("plan", "check", broken, "--format", "csv")
    faults = json.loads(told.out)

    assert (told.code, listed.code) == (2, 2)
    assert len(faults) > 0
    assert [(row["file"], row["message"], row["cure"]) for row in rows(listed)] == [
        (each["file"], each["message"], each["cure"]) for each in faults
    ]
    assert khcn("plan", "check", broken, "--json").out == told.out


def test_a_plan_in_order_has_no_fault_in_any_form(khcn: Khcn) -> None:
    plan = ROOT / "workflows" / "hp36" / "plan.yaml"
    told = khcn("plan", "check", plan, "--json")
    listed = khcn("plan", "check", plan, "--format", "csv")

    assert (told.code, json.loads(told.out)) == (0, [])
    assert (listed.code, listed.out.lstrip("\ufeff")) == (0, "file,line,message,cure\r\n")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_search_finds_what_its_help_says(khcn: Khcn, lang: str) -> None:
    """Titles and the ids of investigator and unit; names of people are sealed, and those of units stand elsewhere."""
    found = {
        words: khcn("task", "list", "--search", words, "--json").out
        for words in ("danh gia", "PI1", "bv1", "benh vien")
    }
    said = " ".join(khcn("task", "list", "--help", "--lang", lang).out.split())

    assert {words: len(json.loads(out)) for words, out in found.items()} == {
        "danh gia": 1,
        "PI1": 1,
        "bv1": 1,
        "benh vien": 0,
    }
    assert "ids of investigator and unit" in said or "mã của chủ nhiệm và đơn vị" in said
