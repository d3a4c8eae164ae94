"""A person reads states and steps of a plan's own by the titles that the plan gives them, each task by its own version.

JSON and CSV keep the ids that the plan has."""

from __future__ import annotations

import csv
import io
import json
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from engine.titles import Title, Titles
from projections.titles import TaskTitles
from tests.console.khcn import Khcn
from tests.rules.test_plain_steps import CERTIFICATE
from tests.spec import NOW, Spec, adopt, builtin_contents
from tests.unityears import initiative
from tests.world import HP_SECTOR, VP_GRASSROOTS, Command, command, document, life, story, world

STATE, STEP = "ethics_reviewed", "review_ethics"
OLD = Title(vi="đã xét duyệt đạo đức", en="ethics reviewed")
NEW = Title(vi="đã qua hội đồng đạo đức", en="passed the ethics committee")
TITLES = {"vi": ("đã xét duyệt đạo đức", "đã qua hội đồng đạo đức"), "en": (OLD.en, NEW.en)}
STEP_TITLES = {"vi": "Xét duyệt đạo đức", "en": "Review the ethics"}


def with_a_review(title: Title | None) -> dict[str, Any]:
    """HP36's workflows with a review of ethics between appraisal and approval of a sector task, its state under this
    title; without a title as they come built in."""
    workflows: dict[str, Any] = deepcopy(next(c for ident, c, _ in builtin_contents() if ident == "HP36")["workflows"])
    if title is None:
        return workflows
    sector = workflows["sector"]
    names = [state["name"] for state in sector["states"]]
    sector["states"].insert(names.index("approved"), {"name": STATE, "title": {"vi": title.vi, "en": title.en}})
    steps = sector["steps"]
    steps[STEP] = {
        "moves": {"appraised": STATE},
        "roles": ["secretary"],
        "title": STEP_TITLES,
        "fields": [{"name": "certificate", "type": "document"}],
    }
    steps["approve_task"]["moves"] = {STATE: "approved"}
    steps["withdraw_task"]["moves"][STATE] = "withdrawn"
    return workflows


def review(task: str) -> Command:
    return command(STEP, "sec", "2026-03-20", task=task, certificate=CERTIFICATE)


@pytest.fixture
def two(spec: Spec) -> Spec:
    """T1 goes by the second version of HP36, T2 by the third, which calls the state otherwise; both stand in it."""
    spec.given(*world("HP36"))
    for task, title in (("T1", OLD), ("T2", NEW)):
        adopt(spec, workflows=with_a_review(title))
        spec.given(*life(HP_SECTOR, task=task, until="appraised"), review(task))
    return spec


@pytest.fixture
def khcn(two: Spec, tmp_path: Path) -> Khcn:
    return Khcn(two.url, tmp_path)


def moved(spec: Spec, version: int = 3) -> None:
    """T1 is moved to another version, an hour later."""
    spec.now = NOW + timedelta(hours=1)
    paper = document("90/QĐ-SYT", "2026-05-04")
    spec.given(command("migrate_task", "lead", "2026-05-04", task="T1", version=version, document=paper))


def line_of(out: str, *words: str) -> str:
    """The one line of an answer that begins with these words."""
    [found] = [line for line in out.splitlines() if line.split()[: len(words)] == list(words)]
    return " ".join(found.split())


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_task_is_shown_by_its_own_version(khcn: Khcn, lang: str) -> None:
    shows = [khcn("task", "show", task, "--lang", lang).out for task in ("T1", "T2")]

    assert [[title in out for title in TITLES[lang]] for out in shows] == [[True, False], [False, True]]
    assert [out.count(title) for out, title in zip(shows, TITLES[lang], strict=True)] == [2, 2]  # state, milestone
    assert STATE not in "".join(shows)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_registry_shows_each_task_by_its_own_version(khcn: Khcn, lang: str) -> None:
    for words in (("registry", "tasks"), ("task", "list"), ("task", "list", "--state", STATE)):
        out = khcn(*words, "--lang", lang, screen=300).out

        assert [title in line_of(out, task) for task, title in zip(("T1", "T2"), TITLES[lang], strict=True)] == [
            True
        ] * 2
        assert STATE not in out


def test_and_so_does_its_workbook(khcn: Khcn, tmp_path: Path) -> None:
    assert khcn("registry", "tasks", "--format", "xlsx", "-o", tmp_path / "t.xlsx", "--lang", "vi").code == 0
    cells = [
        cell
        for row in CalamineWorkbook.from_path(str(tmp_path / "t.xlsx")).get_sheet_by_index(0).to_python()
        for cell in row
    ]

    assert [cell for cell in cells if cell in (*TITLES["vi"], STATE)] == list(TITLES["vi"])


def test_programs_have_the_ids(khcn: Khcn) -> None:
    rows = list(csv.DictReader(io.StringIO(khcn("registry", "tasks", "--format", "csv").out.removeprefix("\ufeff"))))
    shown = json.loads(khcn("task", "show", "T1", "--json").out)
    changes = json.loads(khcn("audit", "diff", "T1", "--from", "2026-01-01", "--to", "2026-12-01", "--json").out)[
        "changes"
    ]

    assert [row["state"] for row in rows] == [STATE, STATE]
    assert (shown["state"], shown["milestones"][-1]["state"]) == (STATE, STATE)
    assert [each["after"] for each in changes if each["field"] == "state"] == [STATE]
    assert json.loads(khcn("task", "why", "T1", "--json").out)["state"] == STATE
    assert json.loads(khcn("audit", "history", "task:T1", "--json").out)[-1]["data"]["step"] == STEP


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_can_be_done_next_is_told_of_the_state_as_it_is_called(khcn: Khcn, lang: str) -> None:
    first = khcn("task", "why", "T2", "fund_task", "--lang", lang)

    assert first.out.splitlines()[0] == f"T2: {TITLES[lang][1]}"
    assert STATE not in first.out


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_history_and_replay_name_the_step_and_the_state(khcn: Khcn, lang: str) -> None:
    told = [
        khcn("audit", "history", "task:T1", "--lang", lang, screen=300).out,
        khcn("audit", "history", "task:T1", "--findings", "--lang", lang).out,
        khcn("audit", "replay", "T1", "--lang", lang).out,
    ]

    assert [(STEP_TITLES[lang] in out, STEP in out, STATE in out) for out in told] == [(True, False, False)] * 3
    assert TITLES[lang][0] in told[-1]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_differs_is_told_by_titles(khcn: Khcn, lang: str) -> None:
    span = ("--from", "2026-03-01", "--to", "2026-12-01", "--decided", "--lang", lang)
    for words in (("T1",), ("registry", "tasks")):
        out = khcn("audit", "diff", *words, *span, screen=300).out

        assert [TITLES[lang][0] in out, STATE in out] == [True, False]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_row_is_derived_by_titles(khcn: Khcn, lang: str) -> None:
    out = khcn("registry", "tasks", "--trace", "T2", "--lang", lang, screen=400).out

    assert [TITLES[lang][1] in out, STATE in out] == [True, False]


def test_reports_take_the_plans_title_also_of_a_state_that_the_newest_version_gave_up(two: Spec, khcn: Khcn) -> None:
    adopt(two, workflows=with_a_review(None))
    out = khcn("report", "year", "--plan", "HP36", "--period", "2026", "--lang", "vi", screen=300).out
    told = json.loads(khcn("report", "year", "--plan", "HP36", "--period", "2026", "--json").out)

    assert [TITLES["vi"][1] in out, STATE in out] == [True, False]
    assert STATE in json.dumps(told)


def test_what_a_new_plan_would_mean_is_told_of_states_by_titles(two: Spec, khcn: Khcn) -> None:
    adopt(two, workflows=with_a_review(None))
    out = khcn("plan", "impact", "HP36", screen=300).out

    assert [title in line_of(out, task) for task, title in (("T1", OLD.en), ("T2", NEW.en))] == [True, True]


def test_a_refusal_names_state_and_step_by_their_titles(two: Spec, khcn: Khcn) -> None:
    fund = life(HP_SECTOR, task="T2", until="funded")[-1]
    ran = khcn("record", khcn.lines([fund, {**review("T2"), "on": "2026-03-21"}]), "--lang", "vi")

    assert ran.out.count(TITLES["vi"][1]) == 2
    assert "«Xét duyệt đạo đức»" in ran.out
    assert [STATE in ran.out, f"«{STEP}»" in ran.out] == [False, False]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "«Review the ethics» is not possible while the task is «passed the ethics committee»."),
        (
            "vi",
            "Không thể thực hiện bước «Xét duyệt đạo đức» khi nhiệm vụ đang ở trạng thái «đã qua hội đồng đạo đức».",
        ),
    ],
)
def test_a_refusal_has_titles_in_quotes_in_both_languages(khcn: Khcn, lang: str, sentence: str) -> None:
    ran = khcn("record", khcn.lines([{**review("T2"), "on": "2026-03-21"}]), "--lang", lang)

    assert (ran.code, sentence in ran.out) == (3, True)


def test_a_migrated_task_is_called_as_it_was_before_and_is_now(two: Spec, khcn: Khcn) -> None:
    moved(two)
    with two.log.reader() as reader:
        then, now = TaskTitles(reader, known_at=NOW), TaskTitles(reader)

        assert [each.state("T1", STATE) for each in (then, now)] == [OLD, NEW]
    assert NEW.en in khcn("task", "show", "T1").out
    assert OLD.en in line_of(khcn("registry", "tasks", "--known-at", "2026-11-20T10:30", screen=300).out, "T1")


def test_where_the_version_is_not_known_the_newest_that_has_it_counts(two: Spec) -> None:
    with two.log.reader() as reader:
        titles = Titles(reader)

        assert titles.state(STATE, plan="HP36") == NEW
        assert titles.state(STATE, plan="HP36", version=2) == OLD
        assert titles.state(STATE, plan="HP36", version=1) == NEW  # which does not have it
        assert titles.step(STEP, plan="HP36", level="city", version=2) == Title(**STEP_TITLES)
        assert (titles.state(STATE, plan="VP57"), titles.state("no_such", plan="HP36")) == (STATE, "no_such")


def test_a_state_of_one_name_is_told_by_its_level(two: Spec) -> None:
    workflows = with_a_review(OLD)
    for state in workflows["city"]["states"]:
        state["title"] |= {"en": f"{state['title']['en']} by the city"}
    adopt(two, workflows=workflows)
    with two.log.reader() as reader:
        titles = Titles(reader)
        told = [titles.state("approved", plan="HP36", level=level, version=4) for level in ("city", "sector")]

    assert [each.within("en") for each in told if isinstance(each, Title)] == ["approved by the city", "approved"]


def test_a_registry_without_plan_and_level_finds_them_by_the_task(spec: Spec, tmp_path: Path) -> None:
    """What VP57 calls the state of a task is told of the task, and not of an initiative of the same id."""
    spec.given(*story(VP_GRASSROOTS, until="recognised"))
    spec.given(initiative("T1", plan="VP57"))
    spec.given(
        command("recognise_initiative", "sec", "2026-11-10", initiative="T1", document=document("9/QĐ", "2026-11-10"))
    )
    khcn = Khcn(spec.url, tmp_path)
    told = [khcn("registry", name, screen=300).out for name in ("publications", "initiatives")]

    assert ["result recognised" in out for out in told] == [True, False]
    assert "recognised" in line_of(told[1], "T1")
