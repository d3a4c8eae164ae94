"""A batch through `khcn record`: its exit code, its results line by line, trying it out, and all or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from errno import ENOSPC
from typing import Any

import pytest

from engine.desk import Desk, Result
from engine.parse import Asked
from engine.storeerrors import Conflict, StoreUnavailable
from tests.console.khcn import Khcn
from tests.world import HP_SECTOR, Command, between, changed, person, sitting, step

RECORDED = person("p9", "2026-03-01")
DUPLICATE = changed(RECORDED, command_id="c-1")
INVALID = changed(person("p8", "2026-03-01"), unheard=1)
REFUSED = person("pi1", "2026-03-01")
NOT_FOUND = changed(person("p7", "2026-03-01"), unit="BV9")
KEYS = ["line", "command", "command_id", "outcome", "stream", "version", "position", "refusals", "errors"]


@pytest.mark.parametrize(
    ("commands", "code"),
    [
        ([RECORDED], 0),
        ([DUPLICATE, DUPLICATE], 0),
        ([RECORDED, REFUSED], 3),
        ([RECORDED, NOT_FOUND], 5),
        ([RECORDED, INVALID], 2),
        ([NOT_FOUND, REFUSED], 3),
        ([REFUSED, NOT_FOUND], 3),
        ([NOT_FOUND, REFUSED, INVALID], 2),
        ([INVALID, REFUSED, NOT_FOUND], 2),
    ],
)
@pytest.mark.parametrize("mode", [(), ("--dry-run",), ("--all-or-nothing",)], ids=["plain", "dry", "whole"])
def test_the_exit_code_of_a_batch_is_the_first_of_2_3_5(
    khcn: Khcn, commands: list[Command], code: int, mode: tuple[str, ...]
) -> None:
    assert code == khcn("record", khcn.lines(commands), *mode).code


def test_a_conflict_comes_before_all_that_lines_can_be(khcn: Khcn, monkeypatch: pytest.MonkeyPatch) -> None:
    def batch(_: Desk, asked: Iterable[Asked]) -> Iterator[Result]:
        list(asked)
        yield Result("invalid", None, None)
        raise Conflict("a version was taken")

    monkeypatch.setattr("engine.desk.Desk.batch", batch)
    ran = khcn("record", khcn.lines([INVALID, RECORDED]), "--json")

    assert (ran.code, ran.outcomes) == (4, ["invalid"])
    assert "Somebody else changed it meanwhile" in ran.err


def test_each_result_has_the_keys_of_the_contract(khcn: Khcn) -> None:
    ran = khcn.record(DUPLICATE, DUPLICATE, INVALID, REFUSED, NOT_FOUND)

    assert ran.outcomes == ["recorded", "duplicate", "invalid", "refused", "not_found"]
    assert [list(result) for result in ran.results] == [KEYS] * 5


@pytest.mark.parametrize("mode", ["--dry-run", "--all-or-nothing"])
def test_each_result_has_the_same_keys_where_nothing_is_kept(khcn: Khcn, mode: str) -> None:
    ran = khcn("record", khcn.lines([DUPLICATE, DUPLICATE, INVALID, REFUSED, NOT_FOUND]), "--json", mode)

    assert ran.outcomes == ["recorded", "duplicate", "invalid", "refused", "not_found"]
    assert [list(result)[: len(KEYS)] for result in ran.results] == [KEYS] * 5


def test_a_recorded_line_has_its_place_and_a_duplicate_the_same(khcn: Khcn) -> None:
    before = khcn.head()
    first, again = khcn.record(DUPLICATE, DUPLICATE).results
    place = {"stream": "person:p9", "version": 1, "position": before + 1, "refusals": [], "errors": []}

    assert {"line": 1, "command": "add_person", "command_id": "c-1", "outcome": "recorded", **place} == first
    assert {"line": 2, "command": "add_person", "command_id": "c-1", "outcome": "duplicate", **place} == again


def test_a_refusal_has_rule_source_clause_message_and_cure(khcn: Khcn) -> None:
    refusal = khcn.record(step(HP_SECTOR, "approve_task")).results[0]
    rules = [(each["rule"], each["source"], each["clause"], sorted(each)) for each in refusal["refusals"]]
    keys = ["clause", "cure", "message", "rule", "source"]

    assert [("house.order_of_steps", "house", None, keys)] == rules
    assert (refusal["stream"], refusal["version"], refusal["position"]) == (None, None, None)


def test_a_refusal_by_a_clause_names_it(khcn: Khcn) -> None:
    refusals = khcn.record(step(HP_SECTOR, "register_task", "T2", level="province")).results[0]["refusals"]

    assert [(r["rule"], r["source"], r["clause"]) for r in refusals] == [("HP36-II.2.b", "plan", "HP36-II.2.b")]


def test_an_error_has_field_and_message(khcn: Khcn) -> None:
    errors = khcn.record(INVALID).results[0]["errors"]

    assert errors == [{"field": "unheard", "message": "There is no such field here."}]


def test_lines_are_counted_without_the_blank_ones(khcn: Khcn) -> None:
    text = f"\n{json.dumps(RECORDED)}\n\n{json.dumps(INVALID)}\n"
    ran = khcn("record", khcn.file("a.jsonl", text), "--json")

    assert [result["line"] for result in ran.results] == [1, 2]


def test_json_is_alone_on_standard_output(khcn: Khcn) -> None:
    ran = khcn.record(RECORDED, INVALID)

    assert len(ran.results) == 2
    assert "2 commands - recorded: 1, invalid: 1" in ran.err.replace("\n", "")


def test_json_may_be_asked_for_as_a_format(khcn: Khcn) -> None:
    first = khcn("record", khcn.lines([RECORDED]), "--format", "json", "--dry-run")

    assert khcn("record", khcn.lines([RECORDED]), "--json", "--dry-run").results == first.results


def test_a_dry_run_sees_the_effect_of_the_lines_before_and_keeps_nothing(khcn: Khcn) -> None:
    life = [*between(HP_SECTOR, "register_task", "approve_task"), step(HP_SECTOR, "approve_task")]
    with khcn.unchanged():
        ran = khcn("record", khcn.lines(life), "--dry-run", "--json")

    assert (0, ["recorded"] * len(life)) == (ran.code, ran.outcomes)
    assert {(None, None)} == {(result["version"], result["position"]) for result in ran.results}
    assert "This was a dry run: nothing was recorded." in ran.err


def test_a_dry_run_of_a_verb_keeps_nothing(khcn: Khcn) -> None:
    with khcn.unchanged():
        ran = khcn("task", "withdraw", "T1", "--reason", "x", "--on", "2026-03-01", "--actor", "off1", "--dry-run")

    assert ran.code == 0


def test_all_or_nothing_keeps_nothing_where_one_line_fails(khcn: Khcn) -> None:
    with khcn.unchanged():
        ran = khcn("record", khcn.lines([RECORDED, REFUSED]), "--all-or-nothing", "--json")

    assert (
        ran.code,
        ran.outcomes,
        [result["position"] for result in ran.results],
    ) == (3, ["recorded", "refused"], [None, None])
    assert "Nothing was recorded: all lines or none." in ran.err


def test_all_or_nothing_keeps_all_where_none_fails(khcn: Khcn) -> None:
    before = khcn.head()
    ran = khcn("record", khcn.lines([DUPLICATE, DUPLICATE, person("p8", "2026-03-01")]), "--all-or-nothing", "--json")

    assert (0, ["recorded", "duplicate", "recorded"], before + 2) == (ran.code, ran.outcomes, khcn.head())


def test_without_all_or_nothing_a_line_that_fails_does_not_stop_the_next(khcn: Khcn) -> None:
    before = khcn.head()
    ran = khcn.record(INVALID, RECORDED, REFUSED, person("p6", "2026-03-01"))

    assert (["invalid", "recorded", "refused", "recorded"], before + 2) == (ran.outcomes, khcn.head())


def test_the_actor_of_the_option_acts_where_a_line_names_none(khcn: Khcn) -> None:
    line = {name: value for name, value in RECORDED.items() if name != "actor"}
    ran = khcn("record", khcn.lines([line, changed(line, person="p6", actor="sec")]), "--actor", "admin", "--json")

    assert [next((r["rule"] for r in result["refusals"]), None) for result in ran.results] == [None, "house.role"]


def test_only_a_recorded_command_uses_up_its_id(khcn: Khcn) -> None:
    early = changed(step(HP_SECTOR, "start_task"), command_id="c-1")
    ran = khcn.record(early, changed(INVALID, command_id="c-1"), changed(NOT_FOUND, command_id="c-1"), DUPLICATE)

    assert ran.outcomes == ["refused", "invalid", "not_found", "recorded"]


def test_a_used_id_with_other_content_is_invalid(khcn: Khcn) -> None:
    ran = khcn.record(DUPLICATE, changed(DUPLICATE, name="Khác"))

    assert (ran.outcomes, ran.fields[1]) == (["recorded", "invalid"], ["command_id"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (DUPLICATE, changed(DUPLICATE, unit=None)),
        (DUPLICATE, changed(DUPLICATE, roles=[])),
        (changed(DUPLICATE, roles=["secretary"]), changed(DUPLICATE, roles=[{"role": "secretary"}])),
        (DUPLICATE, dict(reversed(DUPLICATE.items()))),
        (changed(DUPLICATE, name="Ổn"), changed(DUPLICATE, name="O\u0302\u0309n")),
    ],
    ids=["null", "empty", "role", "order", "composed"],
)
def test_the_same_content_written_otherwise_is_a_duplicate(khcn: Khcn, one: Command, other: Command) -> None:
    assert khcn.record(one, other).outcomes == ["recorded", "duplicate"]


def test_a_score_written_otherwise_is_a_duplicate(khcn: Khcn) -> None:
    session = sitting("appraise", "2026-03-02")
    ballots = changed(between(HP_SECTOR, "register_task", "approve_task")[1], command_id="c-1")
    again = changed(ballots, ballots=[{**ballot, "score": float(ballot["score"])} for ballot in ballots["ballots"]])

    assert khcn.record(session, ballots, again).outcomes == ["recorded", "recorded", "duplicate"]


def test_standard_input_is_a_dash(khcn: Khcn) -> None:
    ran = khcn("record", "-", "--json", stdin=json.dumps(RECORDED).encode())

    assert (ran.code, ran.outcomes) == (0, ["recorded"])


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf"])
def test_nothing_on_standard_input_is_told(khcn: Khcn, content: bytes) -> None:
    ran = khcn("record", "-", stdin=content)

    assert (ran.code, ran.err) == (2, "standard input: There is nothing on standard input\n")


@pytest.mark.parametrize(
    "content", [b"\x00\x01", b"\xff\xfe{", "Đơn vị".encode("cp1258", "replace"), b"PK\x03\x04\xff"]
)
def test_no_text_on_standard_input_is_told(khcn: Khcn, content: bytes) -> None:
    with khcn.unchanged():
        ran = khcn("record", "-", stdin=content)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("standard input")


def test_several_files_are_recorded_one_after_the_other(khcn: Khcn) -> None:
    first, second = khcn.lines([RECORDED], "1.jsonl"), khcn.lines([RECORDED, person("p8", "2026-03-01")], "2.jsonl")
    ran = khcn("record", first, second, "--json")

    assert (ran.outcomes, [each["line"] for each in ran.results]) == (["recorded", "refused", "recorded"], [1, 1, 2])


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("mode", [(), ("--dry-run",)], ids=["plain", "dry"])
def test_a_file_that_cannot_be_read_does_not_stop_the_others(khcn: Khcn, first: bool, mode: tuple[str, ...]) -> None:
    good = khcn.lines([person("p8", "2026-03-01")], "good.jsonl")
    bad = [khcn.folder / "missing.jsonl", khcn.file("broken.yaml", "[")]
    before = khcn.head()
    ran = khcn("record", *(bad if first else ()), good, *(() if first else bad), "--json", *mode)
    told = ran.err.replace(f"{khcn.folder}/", "").splitlines()

    assert (ran.code, ran.outcomes, khcn.head() - before) == (2, ["recorded"], 0 if mode else 1)
    assert told[0] == "1 commands - recorded: 1"
    assert told[-2] == "missing.jsonl: There is no such file"
    assert told[-1].startswith("broken.yaml, line 2: Broken YAML")


def test_all_or_nothing_records_nothing_where_a_file_cannot_be_read(khcn: Khcn) -> None:
    good = khcn.lines([person("p8", "2026-03-01")], "good.jsonl")
    with khcn.unchanged():
        ran = khcn("record", good, khcn.folder / "no.jsonl", khcn.folder / "none.yaml", "--all-or-nothing", "--json")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.replace(f"{khcn.folder}/", "").splitlines() == [
        "Nothing was recorded: all lines or none.",
        "no.jsonl: There is no such file",
        "none.yaml: There is no such file",
    ]


def test_a_conflict_comes_before_a_file_that_cannot_be_read(khcn: Khcn, monkeypatch: pytest.MonkeyPatch) -> None:
    good = khcn.lines([person("p8", "2026-03-01")], "good.jsonl")
    answer = Result("conflict", "add_person", None)
    monkeypatch.setattr("engine.desk.Desk.batch", lambda _, asked: [answer for _ in asked])
    ran = khcn("record", khcn.folder / "missing.jsonl", good, "--json")

    assert (ran.code, ran.outcomes) == (4, ["conflict"])


def people(count: int) -> list[Command]:
    return [changed(person(f"x{number}", "2026-03-01"), command_id=f"x-{number}") for number in range(count)]


def fails_at(monkeypatch: pytest.MonkeyPatch, chunk: int, error: BaseException) -> None:
    """The chunk of that number, from 1, meets an error before it is written."""
    write, calls = Desk._write, iter(range(1, 1000))

    def broken(*given: Any) -> Any:
        if next(calls) == chunk:
            raise error
        return write(*given)

    monkeypatch.setattr("engine.desk.Desk._write", broken)


@pytest.mark.parametrize(
    ("error", "code"),
    [(StoreUnavailable("x.db", "disk full"), 7), (Conflict("a version was taken"), 4), (KeyboardInterrupt(), 2)],
)
def test_a_batch_that_is_stopped_says_what_stays_and_is_loaded_again(
    founded: Khcn, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    file, before = founded.lines(people(250)), founded.head()
    with monkeypatch.context() as patched:
        fails_at(patched, 3, error)
        ran = founded("record", file, "--json")

    assert (code, ["recorded"] * 200, before + 200) == (ran.code, ran.outcomes, founded.head())
    assert f"stopped after {file}, line 200: 200 commands up to there are on record and stay" in ran.err
    assert founded("record", file, "--json").outcomes == ["duplicate"] * 200 + ["recorded"] * 50


def test_what_was_not_foreseen_does_not_say_that_nothing_was_recorded(
    founded: Khcn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.console.khcn.CODES", (1,))
    fails_at(monkeypatch, 2, RuntimeError("surprise"))
    ran = founded("record", founded.lines(people(150)), "--json")

    assert (ran.code, len(ran.outcomes)) == (1, 100)
    assert "100 commands up to there are on record" in ran.err
    assert "RuntimeError: surprise" in ran.err
    assert "Nothing was recorded" not in ran.err


def test_a_batch_that_is_stopped_at_once_claims_nothing(founded: Khcn, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_at(monkeypatch, 1, StoreUnavailable("x.db", "disk full"))
    ran = founded("record", founded.lines(people(3)), "--json")

    assert (ran.code, ran.outcomes, len(ran.err.splitlines())) == (7, [], 1)


def test_a_result_that_cannot_be_put_counts_what_its_commit_recorded(
    founded: Khcn, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = founded.head()
    monkeypatch.setattr("tests.console.khcn.CODES", (141,))
    monkeypatch.setattr("console.record.result_json", broken_pipe)
    ran = founded("record", founded.lines(people(150)), "--json")

    assert (141, before + 100) == (ran.code, founded.head())
    assert "line 100: 100 commands up to there are on record" in ran.err


def test_a_disk_that_is_full_of_the_answers_is_told_and_what_was_there_counts(
    founded: Khcn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Any:
        raise OSError(ENOSPC, "No space left on device")

    file = founded.lines(people(3))
    founded("record", file)
    monkeypatch.setattr("console.record.result_json", full)
    ran = founded("record", file, "--json")

    assert ran.code == 2
    assert "line 3: 3 commands up to there are on record and stay" in ran.err
    assert "A file, or the output, cannot be read or written: No space left on device" in ran.err


def broken_pipe(*_: object) -> Any:
    raise BrokenPipeError


def test_what_was_not_kept_has_no_place_and_its_duplicate_neither(founded: Khcn) -> None:
    once = RECORDED | {"actor": "admin", "command_id": "c-1"}
    file = founded.lines([once, once, INVALID])
    for option in ("--all-or-nothing", "--dry-run"):
        with founded.unchanged():
            ran = founded("record", file, option, "--json")

        assert ran.outcomes == ["recorded", "duplicate", "invalid"]
        assert {(each["version"], each["position"]) for each in ran.results} == {(None, None)}
