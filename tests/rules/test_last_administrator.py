"""The administrator's role is not taken from the last who holds it: after that nobody could give it to anybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import stores
from tests.console.khcn import Khcn
from tests.spec import Spec
from tests.world import HP_SECTOR, Command, command, document, person, story, unit

LAST = "house.last_administrator"
DAY, LATER = "2026-03-02", "2026-05-04"
SECOND = person("second", DAY, roles=["admin"])
PAPER = document("9/QĐ-SYT", DAY)


@pytest.fixture
def khcn(prepared_sqlite: Path, tmp_path: Path) -> Khcn:
    return Khcn(stores.fresh_sqlite(tmp_path, prepared_sqlite), tmp_path)


def revoked(who: str, on: str = LATER, actor: str = "admin", **fields: Any) -> Command:
    return command("revoke_role", actor, on, person=who, role="admin", **fields)


def granted(who: str, on: str = DAY, **fields: Any) -> Command:
    return command("grant_role", "admin", on, person=who, role="admin", **fields)


def corrected(stream: str, version: int, field: str, value: Any, actor: str = "admin") -> Command:
    return command(
        "correct", actor, LATER, stream=stream, version=version, field=field, value=value, reason="x", document=PAPER
    )


@pytest.mark.rule(LAST, "refuses")
def test_the_last_administrator_stays(spec: Spec) -> None:
    spec.when(revoked("admin")).then_refused(LAST)


@pytest.mark.rule(LAST, "passes")
@pytest.mark.parametrize("second", [[SECOND], [person("second", DAY), granted("second")]])
def test_one_of_two_may_go(spec: Spec, second: list[Command]) -> None:
    spec.given(*second)
    spec.when(revoked("admin")).then_recorded()
    spec.when(revoked("second", actor="second")).then_refused(LAST)


def test_who_goes_may_have_come_first_or_last(spec: Spec) -> None:
    spec.given(SECOND)
    spec.when(revoked("second")).then_recorded()
    spec.when(revoked("admin")).then_refused(LAST)


def test_a_second_whose_role_has_ended_does_not_count(spec: Spec) -> None:
    spec.given(SECOND, revoked("second", "2026-04-01"))
    spec.when(revoked("admin", "2026-03-15")).then_refused(LAST)


def test_an_administrator_for_one_unit_does_not_count_and_may_go(spec: Spec) -> None:
    spec.given(unit("BV1", DAY, ["HP36"]), person("local", DAY, roles=[{"role": "admin", "unit": "BV1"}]))
    spec.when(revoked("admin")).then_refused(LAST)
    spec.when(revoked("local", unit="BV1")).then_recorded()


@pytest.mark.parametrize("other", [{"role": "secretary"}, {"unit": "BV1"}])
def test_it_is_about_that_role_alone_and_for_all_units(spec: Spec, other: Command) -> None:
    """Even where the last administrator is the one whom it is taken from."""
    spec.given(unit("BV1", DAY, ["HP36"]))
    answer = spec.when(revoked("admin") | other).result

    assert answer is not None
    assert LAST not in [verdict.id for verdict in answer.refusals]


def test_a_role_that_is_given_anew_counts(spec: Spec) -> None:
    spec.given(SECOND, revoked("second", "2026-04-01"), granted("second", "2026-04-20"))
    spec.when(revoked("admin")).then_recorded()


def test_another_role_of_the_last_administrators_colleague_may_go(spec: Spec) -> None:
    spec.given(person("aud", DAY, roles=["auditor"]))
    spec.when(command("revoke_role", "admin", LATER, person="aud", role="auditor")).then_recorded()


def test_who_is_no_administrator_is_not_found_to_be_one(spec: Spec) -> None:
    spec.given(person("other", DAY))
    spec.when(revoked("other")).then_not_found("role")


def test_a_line_of_a_batch_sees_the_line_before_it(spec: Spec, khcn: Khcn) -> None:
    file = khcn.lines([SECOND, revoked("admin"), revoked("second", actor="second")])

    assert khcn("record", file, "--json", "--dry-run").outcomes == ["recorded", "recorded", "refused"]


@pytest.mark.parametrize(("field", "value"), [("roles", []), ("roles", ["leader"])])
def test_a_correction_takes_it_from_the_last_no_more(spec: Spec, field: str, value: Any) -> None:
    spec.given(SECOND, revoked("admin", "2026-03-10", actor="second"))
    spec.when(corrected("person:second", 1, field, value, actor="second")).then_refused(LAST, "house.later_entries")


def test_a_correction_of_a_role_given_by_mistake_is_recorded_while_another_is_left(spec: Spec) -> None:
    spec.given(SECOND)
    spec.when(corrected("person:second", 1, "roles", [])).then_recorded()
    spec.when(revoked("admin")).then_refused(LAST)


def test_a_correction_may_make_somebody_administrator(spec: Spec) -> None:
    spec.given(person("second", DAY, roles=["leader"]), corrected("person:second", 1, "roles", ["admin"]))
    spec.when(revoked("admin")).then_recorded()


def test_it_is_not_waived(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"))
    waiver = command("waive_rule", "lead", DAY, task="T1", rule=LAST, step="close_task", document=PAPER, reason="x")

    spec.when(waiver).then_invalid("rule")


def test_the_decision_index_folded_anew_says_the_same(spec: Spec) -> None:
    spec.given(SECOND, revoked("admin", "2026-03-10", actor="second"))
    before = spec.log.rows("SELECT key, data FROM states ORDER BY key")
    spec.desk.rebuild_index()

    assert before == spec.log.rows("SELECT key, data FROM states ORDER BY key")
    spec.when(revoked("second", actor="second")).then_refused(LAST)


@pytest.mark.parametrize(
    ("lang", "said", "cure"),
    [
        ("en", "Nobody would be administrator any more", "Make somebody else administrator first"),
        ("vi", "Sẽ không còn ai giữ vai trò quản trị", "Trước hết hãy giao vai trò quản trị cho người khác"),
    ],
)
def test_it_says_why_and_what_to_do(khcn: Khcn, lang: str, said: str, cure: str) -> None:
    ran = khcn("role", "revoke", "admin", "--role", "admin", "--on", DAY, "--actor", "admin", "--json", "--lang", lang)
    (refusal,) = json.loads(ran.out)["refusals"]

    assert (ran.code, refusal["rule"], refusal["source"], refusal["clause"]) == (3, LAST, "house", None)
    assert refusal["message"].startswith(said)
    assert refusal["cure"].startswith(cure)
