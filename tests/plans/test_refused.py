"""What the loader refuses in a plan, each time with the file, the line and what would cure it.

Each case takes the worked example, writes one thing otherwise and looks at what is told.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.plans.faults import OF_CLAUSES, OF_DUTIES, OF_THE_HEAD
from tests.plans.faults_of_councils import AT_THE_EDGE, OF_COUNCILS
from tests.plans.faults_of_reports import OF_REPORTS
from tests.plans.faults_of_workflows import OF_WORKFLOWS
from tests.plans.plans import NEXT_YEAR, RULE_NAMES
from workflows.load import check_plan, load_plan
from workflows.problems import PlanRefused

Told = list[tuple[str, str, str, str]]


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the worked example, to be spoilt."""
    shutil.copytree(NEXT_YEAR.parent, tmp_path / "plan")
    return tmp_path / "plan"


def told(folder: Path) -> Told:
    """File, text of the line, message and cure of each problem."""
    found: Told = []
    for problem in check_plan(folder / "plan.yaml", rules=RULE_NAMES):
        path = Path(problem.file)
        line = path.read_text(encoding="utf-8").splitlines()[problem.line - 1].strip()
        found.append((path.name, line, problem.message.render("en"), problem.cure.render("en")))
    return found


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


CASES = OF_THE_HEAD | OF_COUNCILS | OF_CLAUSES | OF_DUTIES | OF_REPORTS | OF_WORKFLOWS


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_told_with_its_file_line_and_cure(example: Path, case: str) -> None:
    (file, old, new), expected = CASES[case]
    spoil(example, file, old, new)

    assert expected in told(example)


@pytest.mark.parametrize("case", AT_THE_EDGE)
def test_a_regulation_may_be_as_strict_or_as_lenient_as_can_be(example: Path, case: str) -> None:
    spoil(example, *AT_THE_EDGE[case])

    assert told(example) == []


def test_a_purpose_for_units_that_only_the_departments_kind_decides(example: Path) -> None:
    spoil(example, "sector.yaml", "accept: {by: council, whose: department", "accept: {by: council, whose: unit")
    spoil(example, "plan.yaml", "  seats:", "  kinds: {science: null, acceptance: [select]}\n  seats:")

    assert told(example) == [
        (
            "plan.yaml",
            "kinds: {science: null, acceptance: [select]}",
            "No kind of council may decide 'accept' at sector, so nobody ever can.",
            "Name 'accept' under `kinds` for a kind that a unit has: science, appraisal, acceptance.",
        )
    ]


def test_a_milestone_that_is_missing(example: Path) -> None:
    spoil(example, "sector.yaml", "      - published\n", "")
    spoil(example, "sector.yaml", "      publish_task:\n        moves: {accepted: published}\n", "")
    spoil(example, "sector.yaml", "    steps:\n", "    steps:\n      close_task:\n        moves: {accepted: closed}\n")

    assert told(example) == [
        (
            "sector.yaml",
            "states:",
            "The milestone 'published' is missing from sector.",
            "Every workflow passes: registered, appraised, funded, accepted, published.",
        )
    ]


def test_a_milestone_that_can_be_passed_by(example: Path) -> None:
    spoil(example, "sector.yaml", "moves: {accepted: published}", "moves: {accepted: published, submitted: published}")

    assert told(example) == [
        (
            "sector.yaml",
            "states:",
            "In sector a task can come to 'published' without 'accepted'.",
            "Let every way to the later milestone pass the earlier one.",
        )
    ]


def test_a_state_that_no_step_leads_to(example: Path) -> None:
    old = "      - withdrawn\n"
    spoil(
        example, "sector.yaml", old, f"{old}      - {{name: archived, title: {{vi: lưu, en: archived}}, side: true}}\n"
    )
    spoil(example, "sector.yaml", "{ethics_reviewed: rejected}", "{ethics_reviewed: rejected, archived: rejected}")

    assert told(example) == [
        (
            "sector.yaml",
            "- {name: archived, title: {vi: lưu, en: archived}, side: true}",
            "No step leads to state 'archived' of sector.",
            "Add a move that leads there, or take it out.",
        )
    ]


def test_a_state_from_which_a_task_never_comes_to_an_end(example: Path) -> None:
    own = "      - {name: lost, title: {vi: thất lạc, en: lost}, side: true}\n"
    spoil(example, "sector.yaml", "      - withdrawn\n", f"      - withdrawn\n{own}")
    spoil(example, "sector.yaml", "moves: {in_progress: stay}", "moves: {in_progress: lost}")

    assert told(example) == [
        (
            "sector.yaml",
            "- {name: lost, title: {vi: thất lạc, en: lost}, side: true}",
            "From state 'lost' of sector a task can never come to an end.",
            "Add a move that leads on to a final state, or mark it as final.",
        )
    ]


def test_a_state_out_of_the_order_of_the_chain(example: Path) -> None:
    spoil(example, "sector.yaml", "      - funded\n      - in_progress\n", "      - in_progress\n      - funded\n")

    assert told(example)[0] == (
        "sector.yaml",
        "- in_progress",
        "No step of sector leads from 'approved' to 'in_progress', which comes next.",
        "Add the move, put the states in order, or mark the second with `side: true`.",
    )


def test_a_level_that_two_files_give(example: Path) -> None:
    (example / "again.yaml").write_text("workflows:\n  sector:\n    level: sector\n", encoding="utf-8")
    spoil(example, "plan.yaml", "reports.yaml]", "reports.yaml, again.yaml]")

    message = f"This is given already in {example / 'sector.yaml'}, line 4."
    assert told(example) == [("again.yaml", "level: sector", message, "Keep one of the two.")]


def test_files_that_include_one_another(example: Path) -> None:
    spoil(example, "sector.yaml", "workflows:\n", "include: [plan.yaml]\nworkflows:\n")

    assert [message for _, _, message, _ in told(example)] == [
        "The files of the plan extend or include one another in a circle."
    ]


def test_an_unknown_state_in_what_all_workflows_share(example: Path) -> None:
    spoil(
        example,
        "plan.yaml",
        "level_rule:",
        "every_workflow:\n  steps:\n    return_task:\n      moves: {registerd: returned}\nlevel_rule:",
    )

    assert [(line, message) for _, line, message, _ in told(example)] == [
        ("moves: {registerd: returned}", "Step return_task names a state 'registerd' that is not there.")
    ]


def test_moves_that_all_share_are_dropped_where_a_workflow_lacks_the_state(example: Path) -> None:
    spoil(example, "sector.yaml", "      - suspended\n", "")
    loaded = load_plan(example / "plan.yaml", rules=RULE_NAMES).workflows["sector"]

    assert "suspended" not in loaded.state_names
    assert {"suspend_task", "resume_task"} & set(loaded.steps) == set()
    assert "suspended" not in loaded.steps["disburse"].moves


@pytest.mark.parametrize(
    ("states", "fault"), [("states:", None), ("states: 5", "states: 5"), ("states: [x]", "states: [x]")]
)
def test_a_plan_that_extends_nothing_is_told_of_states_that_are_no_list(
    tmp_path: Path, states: str, fault: str | None
) -> None:
    text = f"id: Q\n{states}\nworkflows:\n  sector:\n    states: [registered]\n"
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    unknown = "Write it with its title here, or begin the plan with `extends: khcn/common`."
    form = (fault, "'states' does not have the right form.", "Write it as docs/plan-format.md shows.")

    assert [each[1:] for each in told(tmp_path)][: 2 if fault else 1] == [
        *([form] if fault else []),
        ("states: [registered]", "There is no state 'registered'.", unknown),
    ]


ODD: tuple[Any, ...] = (None, 5, -1, True, "", "x", "1/0", "²", "1e9", [], [5], [[1]], {}, {"x": 5}, {"x": None})


def places(node: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value in a file, the file itself first."""
    yield path
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, each in inner:
        yield from places(each, (*path, step))


def with_one_odd(node: Any, path: tuple[str | int, ...], odd: object) -> object:
    """The file with another value at one place."""
    if not path:
        return odd
    after: Any = dict(node) if isinstance(node, dict) else list(node)
    after[path[0]] = with_one_odd(node[path[0]], path[1:], odd)
    return after


@pytest.mark.parametrize("file", ["plan.yaml", "sector.yaml", "obligations.yaml", "reports.yaml"])
def test_whatever_is_written_somewhere_is_told_and_never_stumbled_over(example: Path, file: str) -> None:
    read = yaml.load((example / file).read_text(encoding="utf-8"), yaml.BaseLoader)
    for number, path in enumerate(places(read)):
        odd = with_one_odd(read, path, ODD[(number * 7) % len(ODD)])
        (example / file).write_text(yaml.safe_dump(odd, allow_unicode=True, sort_keys=False), encoding="utf-8")
        faults = check_plan(example / "plan.yaml", rules=RULE_NAMES)

        assert all(fault.render(lang) for fault in faults for lang in ("vi", "en"))


def test_a_refused_plan_raises_with_every_problem(example: Path) -> None:
    spoil(example, "sector.yaml", "topic_group:", "topic_groups:")
    spoil(example, "clauses.yaml", "lead: medical", "lead: medicine")
    with pytest.raises(PlanRefused) as refused:
        load_plan(example / "plan.yaml", rules=RULE_NAMES)

    assert list(refused.value.problems) == check_plan(example / "plan.yaml", rules=RULE_NAMES)


def test_a_problem_reads_as_one_line(example: Path) -> None:
    spoil(example, "clauses.yaml", "lead: medical", "lead: medicine")
    (problem,) = check_plan(example / "plan.yaml", rules=RULE_NAMES)

    assert problem.render("en") == (
        f"{example / 'clauses.yaml'}, line {problem.line}: The plan names no office 'medicine'."
        " Add it under `offices:` or use one of: medical, planning_finance."
    )


def test_without_the_names_of_the_rules_they_are_not_checked(example: Path) -> None:
    spoil(example, "sector.yaml", "topic_group:", "topic_groups:")
    spoil(example, "clauses.yaml", "  - id: SYT27-I.2\n    kind: rule\n", "  - id: SYT27-I.2\n    kind: context\n")

    assert check_plan(example / "plan.yaml") == []
