"""A refusal calls a step and a state by their titles, also a step that the plan does not have: no code stands in it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from engine.catalogue import render
from engine.commands import COMMANDS
from engine.words import STEPS
from tests.rules.correcting import correction
from tests.rules.test_migration import adopt, without_suspension
from tests.spec import Spec
from tests.world import HP_SECTOR, VP_GRASSROOTS, Command, command, document, story
from workflows.load import builtin_plans, load_plan

DAY = "2026-11-02"
PAPER = document("75/QĐ-SYT", DAY)


def sentences(spec: Spec, lang: str) -> list[str]:
    """Every sentence and cure of a refusal, what is typed (in backticks) left out."""
    assert spec.result is not None
    told = [text for each in spec.result.refusals for one in each.problems for text in (one.message, one.cure)]
    return [re.sub("`[^`]*`", "", text.render(lang)) for text in told]


def rescission(version: int) -> Command:
    return command("rescind", "lead", DAY, stream="task:T1", version=version, reason="Ra nhầm", document=PAPER)


def ended(name: str, on: str = DAY) -> Command:
    return command(name, "lead", on, task="T1", document=document("70/QĐ-SYT", on), reason="Lý do bịa")


def moved(on: str) -> Command:
    return command("migrate_task", "lead", on, task="T1", version=2, document=PAPER)


REFUSED: dict[str, tuple[str, str, Command, list[str]]] = {
    "a rescission": (HP_SECTOR, "funded", rescission(3), ["«Phê duyệt»", "«Cấp kinh phí» ngày 16/03/2026"]),
    "a date": (HP_SECTOR, "in_progress", ended("suspend_task", "2026-03-01"), ["«Bắt đầu thực hiện», ngày "]),
    "a step of no workflow of the plan": (
        HP_SECTOR,
        "registered",
        command("select_task", "sec", DAY, task="T1", document=PAPER),
        ["«Xác định, lựa chọn»", "«đã đăng ký»"],
    ),
    "a step of another level": (
        VP_GRASSROOTS,
        "registered",
        command("select_task", "sec", DAY, task="T1", document=PAPER),
        ["«Xác định, lựa chọn»"],
    ),
    "a migration": (HP_SECTOR, "approved", moved("2026-03-01"), ["«Phê duyệt», ngày 10/03/2026"]),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_calls_a_step_by_its_title(spec: Spec, what: str) -> None:
    workflow, state, wanted, titles = REFUSED[what]
    spec.given(*story(workflow, until=state))
    adopt(spec, without_suspension, on=DAY)
    spec.when(wanted)
    told = "\n".join(sentences(spec, "vi"))

    assert [title for title in titles if title not in told] == []
    assert [name for lang in ("vi", "en") for name in COMMANDS if name in " ".join(sentences(spec, lang))] == []


def test_a_version_that_lacks_a_state_calls_it_by_its_title(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"), ended("suspend_task"))
    adopt(spec, without_suspension, on=DAY)
    spec.when(moved(DAY))

    assert ["tạm dừng" in text for text in sentences(spec, "vi")[:1]] == [True]


def test_the_entries_that_stand_in_the_way_of_a_correction_are_told_in_words(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="funded"))
    spec.when(correction("task:T1", 3, "on", "2026-03-17"))

    assert [re.findall(r"task:T1/4 \(.*\)", sentences(spec, lang)[0]) for lang in ("vi", "en")] == [
        ["task:T1/4 (cấp kinh phí nhiệm vụ, 16/03/2026)"],
        ["task:T1/4 (task funded, 2026-03-16)"],
    ]


def test_a_step_that_is_built_in_has_the_title_that_the_plans_give_it() -> None:
    titles: dict[str, set[Any]] = {}
    for path in builtin_plans().values():
        for workflow in load_plan(path).workflows.values():
            for name, one in workflow.steps.items():
                titles.setdefault(name, set()).add(one.title and (one.title.vi, one.title.en))

    assert titles == {name: {(render(STEPS[name], "vi"), STEPS[name])} for name in STEPS if name != "import_task"}
