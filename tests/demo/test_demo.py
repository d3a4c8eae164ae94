"""`khcn demo`: plays on both databases with the same words, shows every turn a task may take, and checks itself."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import cli
import demo.play
from demo.play import FILES, IMPORTED, Answer, begin, play, take_over
from engine.desk import Desk
from engine.log import Log
from projections.views import show_task
from tests import processes, stores
from tests.conftest import KINDS
from tools.demofiles.__main__ import FOLDER, files
from workflows.load import builtin_plans, load_plan
from workflows.rules import RULES

Run = Callable[..., tuple[int, str, str]]
PLANS = {ident: load_plan(path) for ident, path in builtin_plans().items()}


@pytest.fixture
def khcn(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line: exit code, standard output, standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["khcn", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        return int(end.value.code or 0), told.out, told.err

    return run


@pytest.fixture(scope="module", params=KINDS)
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Desk, list[Answer]]]:
    """A desk at which the bundled commands were played once, and what they came to; to be looked at only."""
    if request.param == "sqlite":
        url = stores.fresh_sqlite(tmp_path_factory.mktemp("demo"))
    else:
        url = stores.fresh_database(request.getfixturevalue("postgres_url"))
    with Log.open(url) as log:
        desk = Desk(log, RULES)
        begin(desk)
        yield desk, list(play(desk))


@pytest.fixture
def answers(played: tuple[Desk, list[Answer]]) -> list[Answer]:
    return played[1]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where somebody ran `khcn demo`, which told.txt tells of; to be looked at only."""
    folder = tmp_path_factory.mktemp("elsewhere")
    ran = processes.khcn(["demo"], folder, os.environ)
    assert (ran.code, ran.err) == (0, b"")
    (folder / "told.txt").write_bytes(ran.out)
    return folder


@pytest.fixture
def told(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What `khcn demo` said in the folder where we are."""
    monkeypatch.chdir(elsewhere)
    return (elsewhere / "told.txt").read_text()


def hints(out: str) -> list[list[str]]:
    """The command lines it says to try."""
    return [shlex.split(line)[1:] for line in out.splitlines() if line.lstrip().startswith("khcn ")]


def said(out: str, url: str) -> str:
    """What was printed, but for the store and for when it was played."""
    return re.sub(r"--known-at \S+Z", "--known-at TIME", out.replace(url, "URL"))


def states(played: tuple[Desk, list[Answer]]) -> dict[str, tuple[str, str]]:
    """Workflow and state of every task."""
    desk, answers = played
    registered = [a.result.stream for a in answers if a.result.command == "register_task" and a.result.stream]
    shown = [show_task(desk, stream.removeprefix("task:")) for stream in registered]
    return {task["task"]: (task["workflow"]["name"], task["state"]) for task in shown}


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_it_says_the_same_in_every_store(khcn: Run, store_url: str, lang: str) -> None:
    code, here, error = khcn("demo", "--db", store_url, "--lang", lang)
    there = _told_on_sqlite(lang)

    assert (code, error) == (0, "")
    assert said(*there) == said(here, store_url)


@cache
def _told_on_sqlite(lang: str) -> tuple[str, str]:
    """What `khcn demo` says of an SQLite store in a language, and the store's URL."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/other.db"
        ran = processes.khcn(["demo", "--db", url, "--lang", lang], Path(folder), os.environ)
    return ran.out.decode(), url


def test_every_workflow_has_a_task_that_went_the_whole_way(played: tuple[Desk, list[Answer]]) -> None:
    closed = {workflow for workflow, state in states(played).values() if state == "closed"}

    assert {f"{plan.id}/{level}" for plan in PLANS.values() for level in plan.workflows} == closed


def test_some_task_stands_in_every_state(played: tuple[Desk, list[Answer]]) -> None:
    known = {state.name for plan in PLANS.values() for flow in plan.workflows.values() for state in flow.states}

    assert known == {state for _, state in states(played).values()}


def test_it_shows_the_refusals_it_promises(answers: list[Answer]) -> None:
    promised = {
        "customary.quorum",
        "customary.conflict_of_interest",
        "customary.majority",
        "customary.two_running_tasks",
        "customary.barred_after_failure",
        "customary.extension",
        "VP57-IV",
        "HP36-II.6.a",
        "HP36-II.6.b",
        "VP57-V.4.b",
        "VP57-III.3.2",
        "VP57-III.3.3",
        "VP57-V.4.e",
        "HP36-II.1.b",
        "HP36-III.1.1.c",
        "HP36-III.1.2.b",
        "law.ethics",
        "house.role",
        "house.separation_of_roles",
    }

    assert set() == promised - {rule for answer in answers for rule in answer.given}


def test_every_answer_is_as_expected(answers: list[Answer]) -> None:
    assert [answer for answer in answers if not answer.as_expected] == []
    assert len(demo.play.expected()) == sum(answer.result.outcome == "refused" for answer in answers)


def test_nothing_is_younger_than_october_2026_and_no_portal_is_real(answers: list[Answer]) -> None:
    commands = [answer.line.command or {} for answer in answers]

    assert max(str(command["on"]) for command in commands) <= "2026-10-31"
    assert {"example.vn"} == {str(c["portal"]).partition(".")[2] for c in commands if "portal" in c}


def test_a_store_in_use_is_left_alone(khcn: Run, store_url: str) -> None:
    khcn("demo", "--db", store_url)
    code, out, error = khcn("demo", "--db", store_url)

    assert (code, out) == (2, "")
    assert "already holds" in error


def test_an_answer_that_is_not_expected_is_an_error(khcn: Run, store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = demo.play.expected()
    gone = told.pop("demo.VP25-14.04")
    monkeypatch.setattr(demo.play, "expected", lambda: told)
    code, _, error = khcn("demo", "--db", store_url, "--lang", "en")

    assert gone["rules"] == ["customary.conflict_of_interest"]
    assert (code, len(error.splitlines())) == (6, 2)
    assert "refused (customary.conflict_of_interest), expected: recorded (-)" in error


def test_without_a_store_named_it_makes_one_here(elsewhere: Path, told: str) -> None:
    assert [path.name for path in elsewhere.glob("*.db")] == ["khcn-demo.db"]
    assert "--db sqlite:///khcn-demo.db" in told


def test_what_it_says_to_try_next_works(khcn: Run, told: str) -> None:
    tried = [khcn(*hint)[0] for hint in hints(told)]

    assert ([0] * len(tried), True) == (tried, len(tried) > 15)


def test_a_correction_a_rescission_a_delegation_and_a_merger_are_seen_as_it_says(khcn: Run, told: str) -> None:
    shown = [
        json.loads(khcn(*hint, "--json")[1]) for hint in hints(told) if "VP25-19" in hint[2] or "HP26-13" in hint[2]
    ]
    corrected, corrected_history, before, after, history = shown
    _, now, _ = khcn("task", "show", "VP25-19", "--json", "--db", "sqlite:///khcn-demo.db")
    names = [
        {row["unit"]: (row["name"], row["merged_into"]) for row in json.loads(khcn(*hint, "--json")[1])}
        for hint in hints(told)
        if hint[:2] == ["registry", "units"]
    ]
    centre = "Trung tâm y tế huyện Bình Xuyên"

    assert (corrected["money"]["disbursed"], json.loads(now)["money"]["disbursed"]) == (48_600_000, 57_600_000)
    assert "entry_corrected" in {event["kind"] for event in corrected_history}
    assert (before["money"]["approved"], after["money"]["approved"]) == (160_000_000, 128_000_000)
    assert [event["acting_for"] for event in history] == [None, None, "syt-hp.lanhdao", None, None]
    assert [(centre, None), (centre, "TTYT-KV-BinhXuyen")] == [each["TTYT-BinhXuyen"] for each in names]
    assert ["TTYT-KV-BinhXuyen" in each for each in names] == [False, True]


def test_one_report_is_overdue_and_it_says_which(khcn: Run, store_url: str) -> None:
    _, out, _ = khcn("demo", "--db", store_url, "--lang", "en")
    _, owed, _ = khcn("due", "--db", store_url, "--on", "2026-10-31", "--json")
    overdue = [row for row in json.loads(owed) if row["status"] == "overdue" and row["what"] != "seminar"]

    assert [(row["unit"], row["what"], row["period"]) for row in overdue] == [("BVKA", "quarter_report", "2026-Q3")]
    assert "2026-09-24 overdue quarterly report 2026-Q3 BVKA" in " ".join(out.split())


def test_the_old_register_comes_in_once_but_for_the_row_nobody_can_read(store_url: str) -> None:
    with Log.open(store_url) as log:
        desk = Desk(log, RULES)
        begin(desk)
        assert list(play(desk))
        first, second = take_over(desk), take_over(desk)

    assert (first.rows, first.imported, first.refused) == IMPORTED
    assert [problem.cell for problem in (*first.problems, *second.problems)] == ["E7", "E7"]
    assert (second.imported, second.unchanged) == (0, 4)


def test_a_register_that_comes_in_otherwise_is_an_error(
    khcn: Run, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo.play, "IMPORTED", (5, 5, 0))
    code, _, error = khcn("demo", "--db", store_url, "--lang", "en")

    assert (code, error.startswith("The old register did not come in as expected")) == (6, True)


def test_the_bundled_files_are_what_the_tool_writes() -> None:
    bundled = {name: (FOLDER / name).read_text("utf-8") for name in (*FILES, "expected.jsonl")}

    assert files() == bundled
