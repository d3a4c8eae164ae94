"""Many commands at once: it does not matter how they are cut, sent again or tried out, and all or nothing is that."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.ask import Ask, Rule, Unmet
from engine.desk import Desk, Result
from engine.log import Log, StoreUnavailable
from engine.parse import ask_for, read
from tests.properties.checks import check_store, index_of, rows_of
from tests.properties.lives import both_plans, life_of, scripts
from tests.properties.stores import copied
from tests.spec import Spec
from tests.world import Command, changed, person, story
from workflows.rules import RULES

SCRIPTS = scripts()
FEW = settings(max_examples=max(settings.default.max_examples // 5, 5))  # type: ignore[union-attr]
TABLES = ("events", "commands", "states", "refusals", "meta", "tracking")


@contextmanager
def store(template: Path) -> Iterator[Spec]:
    with copied(template) as url:
        spec = Spec(url)
        yield spec
        spec.close()


def numbered(script: Sequence[Command]) -> list[Command]:
    return [changed(one, command_id=f"c-{number}") for number, one in enumerate(script)]


def asked(script: Sequence[Command]) -> Iterator[Any]:
    return (ask_for(one) for one in script)


def told(results: Sequence[Result]) -> list[Result]:
    """The answers without their place in the log, and without what belongs to memory."""
    return [replace(r, version=None, position=None, refusals=(), refused=None) for r in results]


def reasons(results: Sequence[Result]) -> list[list[str]]:
    return [[verdict.id for verdict in result.refusals] for result in results]


def file_hashes(url: str) -> list[str | None]:
    """Of the database and its write-ahead log."""
    path = Path(url.removeprefix("sqlite:///"))
    files = [path, path.with_name(path.name + "-wal")]
    return [hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else None for file in files]


@FEW
@given(script=SCRIPTS)
def test_a_dry_run_beside_an_open_write_ahead_log_changes_no_byte(
    sqlite_of_both_plans: Path, script: list[Command]
) -> None:
    with store(sqlite_of_both_plans) as spec:
        spec.given(life_of("T3")[0])
        before = file_hashes(spec.url)
        list(spec.desk.rehearse(asked(script)))

        assert before[1] is not None
        assert before == file_hashes(spec.url)


@FEW
@given(script=SCRIPTS)
def test_a_dry_run_of_a_closed_store_changes_no_byte(sqlite_of_both_plans: Path, script: list[Command]) -> None:
    with store(sqlite_of_both_plans) as spec:
        before = file_hashes(spec.url)
        list(spec.desk.rehearse(asked(script)))
        spec.close()

        assert before == file_hashes(spec.url)


def test_a_dry_run_changes_no_table(spec: Spec) -> None:
    spec.given(*both_plans())
    before = [sorted(map(repr, spec.log.rows(f"SELECT * FROM {table}"))) for table in TABLES]
    list(spec.desk.rehearse(asked([*life_of("T3"), *life_of("T3")])))

    assert before == [sorted(map(repr, spec.log.rows(f"SELECT * FROM {table}"))) for table in TABLES]


@FEW
@given(script=SCRIPTS)
def test_a_dry_run_answers_what_the_real_run_answers(sqlite_of_both_plans: Path, script: list[Command]) -> None:
    with store(sqlite_of_both_plans) as spec:
        tried = list(spec.desk.rehearse(asked(script), chunk=7))
        done = list(spec.desk.batch(asked(script)))

        assert (told(done), reasons(done)) == (told(tried), reasons(tried))


@FEW
@given(script=SCRIPTS)
def test_a_dry_run_names_no_place_in_the_log(sqlite_of_both_plans: Path, script: list[Command]) -> None:
    with store(sqlite_of_both_plans) as spec:
        places = {(each.version, each.position) for each in spec.desk.rehearse(asked(script))}

        assert places <= {(None, None)}


@FEW
@given(script=SCRIPTS, cuts=st.sampled_from([2, 3, 7, 100]))
def test_the_result_does_not_depend_on_how_a_batch_is_cut(
    sqlite_of_both_plans: Path, script: list[Command], cuts: int
) -> None:
    with store(sqlite_of_both_plans) as whole, store(sqlite_of_both_plans) as cut:
        one_by_one = [whole.desk.handle(one) for one in numbered(script)]
        together = list(cut.desk.batch(asked(numbered(script)), chunk=cuts))

        assert one_by_one == together
        assert rows_of(whole.log) == rows_of(cut.log)
        assert index_of(whole.log) == index_of(cut.log)


@FEW
@given(script=SCRIPTS)
def test_the_result_does_not_depend_on_who_takes_which_command(
    sqlite_of_both_plans: Path, script: list[Command]
) -> None:
    """Three desks take turns: what one remembers must not be older than what another recorded."""
    with store(sqlite_of_both_plans) as alone, store(sqlite_of_both_plans) as spec:
        logs = [Log.open(spec.url) for _ in range(3)]
        desks = [Desk(log, RULES, lambda: spec.now) for log in logs]
        one = [alone.desk.handle(each) for each in numbered(script)]
        three = [desks[number * 7 % 3].handle(each) for number, each in enumerate(numbered(script))]
        for log in logs:
            log.close()

        assert one == three
        assert rows_of(alone.log) == rows_of(spec.log)
        assert index_of(alone.log) == index_of(spec.log)


@FEW
@given(script=SCRIPTS)
def test_what_was_not_kept_is_not_remembered(sqlite_of_both_plans: Path, script: list[Command]) -> None:
    """After a dry run, and all or nothing that came to nothing, the same desk answers as a new one."""
    bad = person("nobody", "2026-03-01") | {"actor": "nobody"}
    with store(sqlite_of_both_plans) as fresh, store(sqlite_of_both_plans) as spec:
        list(spec.desk.rehearse(asked(script)))
        spec.desk.all_or_nothing(asked([*script, bad]))
        used = list(spec.desk.batch(asked(numbered(script))))

        assert list(fresh.desk.batch(asked(numbered(script)))) == used
        assert index_of(fresh.log) == index_of(spec.log)


@FEW
@given(script=SCRIPTS)
def test_what_was_recorded_is_a_duplicate_when_it_is_sent_again(
    sqlite_of_both_plans: Path, script: list[Command]
) -> None:
    with store(sqlite_of_both_plans) as spec:
        first = list(spec.desk.batch(asked(numbered(script))))
        again = list(spec.desk.batch(asked(numbered(script))))
        pairs = [(one, two) for one, two in zip(first, again, strict=True) if one.outcome == "recorded"]

        assert [replace(one, outcome="duplicate") for one, _ in pairs] == [two for _, two in pairs]
        check_store(spec.desk)


@FEW
@given(script=SCRIPTS)
def test_a_command_id_is_of_one_content_for_ever(sqlite_of_both_plans: Path, script: list[Command]) -> None:
    with store(sqlite_of_both_plans) as spec:
        first = list(spec.desk.batch(asked(numbered(script))))
        used = [one for one, result in zip(numbered(script), first, strict=True) if result.outcome == "recorded"]
        head = len(rows_of(spec.log))
        others = list(spec.desk.batch(asked([changed(one, actor="other") for one in used])))

        assert [("invalid", ["command_id"])] * len(used) == [(r.outcome, [e.field for e in r.errors]) for r in others]
        assert head == len(rows_of(spec.log))


@FEW
@given(script=SCRIPTS)
def test_all_or_nothing_records_all_or_leaves_log_and_states_as_they_were(
    sqlite_of_both_plans: Path, script: list[Command]
) -> None:
    with store(sqlite_of_both_plans) as spec, store(sqlite_of_both_plans) as other:
        before = rows_of(spec.log), index_of(spec.log)
        kept, results = spec.desk.all_or_nothing(asked(script))
        batch = list(other.desk.batch(asked(script)))
        expected = (rows_of(other.log), index_of(other.log)) if kept else before

        assert kept == all(result.outcome == "recorded" for result in results)
        assert told(batch) == told(results)
        assert expected == (rows_of(spec.log), index_of(spec.log))


def test_the_commands_before_a_bad_one_are_not_kept_by_all_or_nothing(spec: Spec) -> None:
    spec.given(*both_plans())
    before = rows_of(spec.log)
    kept, results = spec.desk.all_or_nothing(asked([*life_of("T3"), changed(life_of("T4")[0], actor="nobody")]))

    assert (False, len(life_of("T3")), {None}) == (
        kept,
        [result.outcome for result in results].count("recorded"),
        {result.position for result in results},
    )
    assert before == rows_of(spec.log)


def broken(name: str, fault: Exception) -> dict[str, Rule]:
    """The rules, of which one raises."""

    def judge(_: Ask) -> Iterator[Unmet]:
        raise fault

    return {**RULES, name: replace(RULES[name], judge=judge)}


def desk_with(spec: Spec, name: str, fault: Exception) -> Desk:
    return Desk(spec.log, broken(name, fault), lambda: spec.now)


@pytest.mark.parametrize("name", ["role", "within_line", "session_quorum", "right_body", "settled", "unique_id"])
def test_a_rule_that_raises_blocks_and_says_so(spec: Spec, name: str) -> None:
    desk, founded = desk_with(spec, name, ZeroDivisionError("by zero")), len(rows_of(spec.log))
    results = [desk.handle(one) for one in story("HP36/sector")]
    first = next(result for result in results if result.outcome != "recorded")
    said = [problem.message.render("en") for verdict in first.refusals for problem in verdict.problems]

    assert ("refused", [name]) == (first.outcome, [verdict.name for verdict in first.refusals])
    assert [f"The rule {name} could not be judged (ZeroDivisionError: by zero); so the step is not taken."] == said
    assert founded + [result.outcome for result in results].count("recorded") == len(rows_of(spec.log))


def test_a_rule_that_raises_does_not_stand_in_the_way_of_what_it_does_not_judge(spec: Spec) -> None:
    spec.given(*both_plans())
    desk = desk_with(spec, "settled", ZeroDivisionError("by zero"))
    results = list(desk.batch(asked(life_of("T3"))))

    assert [*["recorded"] * (len(life_of("T3")) - 1), "refused"] == [result.outcome for result in results]
    check_store(desk)


def test_a_store_that_fails_while_a_rule_looks_is_no_refusal(spec: Spec) -> None:
    spec.given(*both_plans())
    command = read(life_of("T3")[0])
    assert not isinstance(command, tuple)
    desk = desk_with(spec, "role", StoreUnavailable("x", "the server is gone"))
    with pytest.raises(StoreUnavailable):
        desk.explain(command)
    with pytest.raises(StoreUnavailable):
        list(desk.rehearse([ask_for(command)]))
    with pytest.raises(StoreUnavailable):
        desk.handle(command)
