"""`khcn demo`: plays on both databases with the same words, shows every turn a task may take, and checks itself."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import cli
import demo.play
from demo.play import FILES, Answer, begin, play
from engine.desk import Desk
from engine.log import Log
from projections.views import show_task
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


@pytest.fixture
def desk(store_url: str) -> Iterator[Desk]:
    """A desk where the demo can be played."""
    with Log.open(store_url) as log:
        yield Desk(log, RULES)


@pytest.fixture
def answers(desk: Desk) -> list[Answer]:
    """What the bundled commands came to."""
    begin(desk)
    return list(play(desk))


def states(desk: Desk, answers: list[Answer]) -> dict[str, tuple[str, str]]:
    """Workflow and state of every task."""
    registered = [a.result.stream for a in answers if a.result.command == "register_task" and a.result.stream]
    shown = [show_task(desk, stream.removeprefix("task:")) for stream in registered]
    return {task["task"]: (task["workflow"]["name"], task["state"]) for task in shown}


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_it_says_the_same_in_every_store(khcn: Run, store_url: str, tmp_path: Path, lang: str) -> None:
    other = f"sqlite:///{tmp_path / 'other.db'}"
    code, here, error = khcn("demo", "--db", store_url, "--lang", lang)
    _, there, _ = khcn("demo", "--db", other, "--lang", lang)

    assert (code, error) == (0, "")
    assert there.replace(other, "URL") == here.replace(store_url, "URL")


def test_every_workflow_has_a_task_that_went_the_whole_way(desk: Desk, answers: list[Answer]) -> None:
    closed = {workflow for workflow, state in states(desk, answers).values() if state == "closed"}

    assert {f"{plan.id}/{level}" for plan in PLANS.values() for level in plan.workflows} == closed


def test_some_task_stands_in_every_state(desk: Desk, answers: list[Answer]) -> None:
    known = {state.name for plan in PLANS.values() for flow in plan.workflows.values() for state in flow.states}

    assert known == {state for _, state in states(desk, answers).values()}


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


def test_without_a_store_named_it_makes_one_here(khcn: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = khcn("demo")

    assert (code, sorted(path.name for path in tmp_path.glob("*.db"))) == (0, ["khcn-demo.db"])
    assert "--db sqlite:///khcn-demo.db" in out


def test_what_it_says_to_try_next_works(khcn: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _, out, _ = khcn("demo")
    hints = [shlex.split(line)[1:] for line in out.splitlines() if line.startswith("  khcn ")]

    assert {0} == {khcn(*hint)[0] for hint in hints}


def test_the_bundled_files_are_what_the_tool_writes() -> None:
    bundled = {name: (FOLDER / name).read_text("utf-8") for name in (*FILES, "expected.jsonl")}

    assert files() == bundled
