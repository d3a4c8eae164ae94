"""A real panel's scores under a plan of our own: averages, results and quorum, each worked out again from the CSV."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic_core import from_json

from engine.commands import AdoptPlan
from engine.desk import Desk, Result
from engine.parse import ask_for
from engine.schema import kind_of
from intake import read
from projections.views import history, show_task
from tests.spec import Spec, named
from workflows.load import content, digest, load_plan
from workflows.rules import RULES

PANEL = Path(__file__).parents[2] / "examples" / "panel"
CHAIRS = ("judge_2", "judge_4")
PASSED, REVISION, FAILED = "appraised", "revision_requested", "rejected"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command file, written as the README says."""
    path = tmp_path_factory.mktemp("panel") / "commands.jsonl"
    with path.open("wb") as out:
        subprocess.run([sys.executable, PANEL / "make_commands.py"], check=True, stdout=out, timeout=60)
    return path


@pytest.fixture
def recorded(spec: Spec, file: Path) -> list[tuple[dict[str, object], Result]]:
    """Each command of the file with its result."""
    plan = load_plan(PANEL / "plan.yaml", rules=RULES)
    body, sha256 = from_json(content(plan)), digest(plan)
    adopt = AdoptPlan(actor="admin", on=spec.now.date(), plan=plan.id, content=body, sha256=sha256)
    assert next(spec.desk.batch([ask_for(adopt)])).outcome == "recorded"
    commands = [line.command or {} for line in read(str(file), kind_of=kind_of)]
    return list(zip(commands, spec.desk.batch(ask_for(command) for command in commands), strict=True))


def scored() -> dict[str, dict[str, Fraction]]:
    """By proposal, the scores of 0 to 100 of those who gave one: 0 in the file is the best, 40 the worst."""
    found: dict[str, dict[str, Fraction]] = {}
    with (PANEL / "aibs_ratings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for proposal, rating in row.items():
                if proposal != "judge" and rating:
                    found.setdefault(proposal, {})[row["judge"]] = 100 - Fraction(rating) * Fraction(5, 2)
    return found


def without_quorum() -> set[str]:
    """Proposals scored by fewer than two thirds of the twelve, or by neither chair nor vice-chair."""
    return {
        proposal
        for proposal, scores in scored().items()
        if 3 * len(scores) < 2 * 12 or not any(chair in scores for chair in CHAIRS)
    }


def average(scores: dict[str, Fraction]) -> Fraction:
    """The exact average."""
    return sum(scores.values(), Fraction()) / len(scores)


def result(points: Fraction) -> str:
    """Where a proposal stands with that average."""
    return PASSED if points >= 70 else REVISION if points >= 50 else FAILED


def appraised(desk: Desk, task: str) -> Iterator[Fraction]:
    """The average that the record of its appraisal holds."""
    for event in history(desk, f"task:{task}"):
        if event["kind"] == "task_appraised":
            yield Fraction(event["data"]["average"])


def test_the_data_is_what_the_readme_says() -> None:
    assert (len(scored()), sum(len(scores) for scores in scored().values())) == (28, 279)
    assert [proposal for proposal, scores in scored().items() if "judge_12" in scores] == ["proposal_12"]
    assert without_quorum() == {"proposal_7", "proposal_24", "proposal_26", "proposal_28"}
    assert len(scored()["proposal_15"]) == 8


def test_ballots_without_a_quorum_are_refused_and_no_others(recorded: list[tuple[dict[str, object], Result]]) -> None:
    refused = {str(c["task"]): named(r) for c, r in recorded if c["command"] == "cast_ballots" and not r.good}

    assert refused == {key: {"customary.quorum"} for key in without_quorum()}


def test_an_appraisal_without_ballots_is_refused(recorded: list[tuple[dict[str, object], Result]]) -> None:
    refused = {str(c["task"]): named(r) for c, r in recorded if c["command"] == "appraise_task" and not r.good}

    assert refused == {key: {"house.order_of_steps"} for key in without_quorum()}


def test_everything_else_is_recorded(recorded: list[tuple[dict[str, object], Result]]) -> None:
    other = [r.outcome for c, r in recorded if c["command"] not in ("cast_ballots", "appraise_task")]

    assert set(other) == {"recorded"}


def test_each_average_is_exact(spec: Spec, recorded: list[tuple[dict[str, object], Result]]) -> None:
    worked_out = {p: [] if p in without_quorum() else [average(scores)] for p, scores in scored().items()}

    assert {proposal: list(appraised(spec.desk, proposal)) for proposal in scored()} == worked_out


def test_each_result_follows_from_the_average(spec: Spec, recorded: list[tuple[dict[str, object], Result]]) -> None:
    worked_out = {
        proposal: "registered" if proposal in without_quorum() else result(average(scores))
        for proposal, scores in scored().items()
    }

    assert {proposal: show_task(spec.desk, proposal)["state"] for proposal in scored()} == worked_out
    assert result(average(scored()["proposal_27"])) == REVISION  # exactly 50


def test_what_a_judge_ranked_among_his_best_passed() -> None:
    """The scale is the right way round: the rankings were given beside the ratings, and say which end is the best."""
    with (PANEL / "aibs_rankings.csv").open(encoding="utf-8", newline="") as file:
        best = {f"proposal_{row[f'rank_{place}']}" for row in csv.DictReader(file) for place in range(1, 7)}

    assert {result(average(scored()[proposal])) for proposal in best - {"proposal_"}} == {PASSED}
