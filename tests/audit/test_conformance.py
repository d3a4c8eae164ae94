"""Conformance: what the desk recorded is lawful; what was written past it is found, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.conformance import conformance, readable
from engine.log import Log
from engine.plan import Plan
from engine.replay import Past
from tests import stores
from tests.rules.correcting import retitled
from tests.spec import Spec, builtin_contents, rename_states
from tests.world import HP_SECTOR, SUM, VP_GRASSROOTS, command, document, new_unit, step, story, world

Json = dict[str, Any]
Forgery = Callable[[Json], None]


def judged(spec: Spec) -> list[tuple[int, tuple[str, ...]]]:
    """Position and rules of what is unlawful."""
    with Log.open(spec.url) as log, log.reader() as reader:
        found = list(conformance(spec.desk.decider, readable(reader.events())))
    return [(each.event.position, each.rules) for each in found if each.judgement == "unlawful"]


def _set(**fields: Any) -> Forgery:
    return lambda body: body.update(fields)


def _data(**fields: Any) -> Forgery:
    return lambda body: body["data"].update(fields)


def _first_unmet(body: Json) -> None:
    body["findings"][0]["met"] = False


FUNDED, RECOGNISED = story(HP_SECTOR, "funded"), story(VP_GRASSROOTS, "recognised")
SECTOR = story(HP_SECTOR)
RETITLED = [*story(HP_SECTOR, "registered"), retitled()]
SEEDED: dict[str, tuple[list[Json], str, Forgery, str]] = {
    "approved by who registered it": (
        story(HP_SECTOR),
        "task_approved",
        _set(actor="off1", role="leader"),
        "house.role",
    ),
    "a role nobody gave": (SECTOR, "progress_reported", _set(actor="pi1"), "house.role"),
    "a grade the ballots do not give": (SECTOR, "task_accepted", _data(grade="pass"), "house.outcome"),
    "money over the approved sum": (
        story(HP_SECTOR, "funded"),
        "task_funded",
        _data(amount=4 * SUM),
        "house.within_approved_sum",
    ),
    "a stranger is paid": (SECTOR, "funds_disbursed", _data(beneficiary="người lạ"), "HP36-III.1.2.b"),
    "published elsewhere": (
        story(HP_SECTOR),
        "task_published",
        _data(url="https://noi-khac.example.vn/x"),
        "house.publication",
    ),
    "decided tomorrow": (SECTOR, "task_closed", _set(on="2027-01-01"), "house.chronology"),
    "a role that was not acted in": (FUNDED, "task_approved", _set(role="secretary"), "house.role"),
    "somebody acted for": (FUNDED, "task_approved", _set(acting_for="admin"), "house.role"),
    "a version of the plan nobody adopted": (FUNDED, "task_approved", _set(plan=["HP36", 9]), "house.record"),
    "a rule that was not met": (FUNDED, "task_approved", _first_unmet, "house.record"),
    "a correction by who may not": (RETITLED, "entry_corrected", _set(actor="pi1", role="leader"), "house.role"),
    "a correction for somebody": (RETITLED, "entry_corrected", _set(acting_for="nobody"), "house.role"),
    "a correction in a role not held": (RETITLED, "entry_corrected", _set(role="finance"), "house.role"),
    "an adopted plan of nobody": (FUNDED, "plan_adopted", _set(actor="off1"), "house.role"),
    "a voucher that cannot be": (story(HP_SECTOR, "accepted"), "funds_disbursed", _data(voucher=""), "house.record"),
    "an amount that is a text": (story(HP_SECTOR, "accepted"), "funds_disbursed", _data(amount="-5"), "house.record"),
    "no document": (story(VP_GRASSROOTS), "task_approved", lambda body: body.pop("document"), "house.document"),
    "another state": (
        story(VP_GRASSROOTS, "recognised"),
        "task_recognised",
        _data(target="closed"),
        "house.outcome",
    ),
}


def forged(spec: Spec, commands: list[Json], kind: str, forgery: Forgery, url: str) -> tuple[Spec, int]:
    """Another store with the same log, but for one event, which is written past the desk."""
    spec.given(*commands)
    with spec.log.reader() as reader:
        rows = list(reader.events())
    place = next(row.position for row in rows if row.kind == kind)
    body = json.loads(rows[place - 1].body)
    forgery(body)
    body["data"] = {name: value for name, value in body["data"].items() if value is not None}
    rows[place - 1] = rows[place - 1]._replace(body=json.dumps(body, ensure_ascii=False).encode())
    with Log.open(url) as log:
        log.create()
        with log.writer() as writer:
            writer.append(rows)
    return Spec(url), place


@pytest.mark.parametrize("workflow", [HP_SECTOR, VP_GRASSROOTS])
def test_what_the_desk_recorded_is_lawful(spec: Spec, workflow: str) -> None:
    spec.given(*story(workflow))

    assert judged(spec) == []


@pytest.mark.parametrize("what", SEEDED)
def test_what_was_written_past_the_desk_is_found(prepared_sqlite: Path, tmp_path: Path, what: str) -> None:
    commands, kind, forgery, rule = SEEDED[what]
    spec = Spec(stores.fresh_sqlite(tmp_path, prepared_sqlite))
    other, place = forged(spec, commands, kind, forgery, f"sqlite:///{tmp_path / 'forged.db'}")
    found = judged(other)
    spec.close()
    other.close()

    assert [position for position, _ in found] == [place]
    assert rule in found[0][1]


def test_under_other_rules_what_would_differ_is_told(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "approved"))
    content = next(content for ident, content, _ in builtin_contents() if ident == "HP36")
    content["workflows"]["sector"]["steps"]["approve_task"]["moves"] = {"registered": "approved"}
    with spec.desk.reading() as work:
        found = list(conformance(spec.desk.decider, work.events(), Past(Plan.model_validate(content))))
    otherwise = [(each.event.command, each.rules) for each in found if each.judgement == "unlawful"]

    assert otherwise == [("approve_task", ("house.order_of_steps",))]


def test_a_correction_is_judged_as_it_reads(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "approved"))
    right = {"stream": "task:T1", "version": 1, "field": "title", "value": "Tên đúng", "reason": "Nhầm"}
    spec.given(command("correct", "off1", "2026-11-02", **right, document=document("76/QĐ", "2026-11-02")))

    assert judged(spec) == []


def test_what_was_waived_is_told_apart(spec: Spec) -> None:
    waived = {"rule": "HP36-II.1.b", "step": "register_task", "task": "T1", "reason": "Lý do bịa"}
    paper = document("60/QĐ-SYT", "2026-02-10")
    spec.given(*world("HP36"), *new_unit("BV3", "2026-02-05", ["HP36"]))
    spec.given(command("waive_rule", "lead", "2026-02-10", **waived, document=paper))
    spec.given(step(HP_SECTOR, "register_task", actor="off-BV3", lead_unit="BV3", investigator="pi-BV3", team=[]))
    with spec.desk.reading() as work:
        *_, last = conformance(spec.desk.decider, work.events())

    assert (last.judgement, last.rules) == ("waived", ("HP36-II.1.b",))


def test_an_imported_task_tells_which_rules_it_would_have_failed(spec: Spec) -> None:
    source = {"file": "so-cu.xlsx", "sheet": "2024", "row": 7, "sha256": "e" * 64}
    kept = {"plan": "VP57", "level": "grassroots", "year": 2024, "title": "Nhiệm vụ cũ", "lead_unit": "BV1"}
    facts = {"topic_group": 9, "start": "2025-05-01", "end": "2025-01-01", "estimate": 0, "registered_on": "2025-04-01"}
    good = {"topic_group": 1, "start": "2025-05-01", "end": "2026-01-01", "estimate": 5, "registered_on": "2025-04-01"}
    spec.given(*world("VP57"))
    for task, told in (("C1", facts), ("C2", good), ("C3", {})):
        fields = kept | {"task": task, "state": "closed", "facts": told, "source": source}
        spec.given(command("import_task", "sec", "2025-06-02", **fields))
    with spec.desk.reading() as work:
        found = [each for each in conformance(spec.desk.decider, work.events()) if each.judgement == "imported"]

    assert [set(each.rules) for each in found] == [{"VP57-III.2.3", "house.dates", "house.estimate"}, set(), set()]


@pytest.mark.parametrize(
    ("state", "facts", "rules"),
    [
        ("approved", {"estimate": 100, "approved": 101}, ["house.approved_within_estimate"]),
        ("approved", {"estimate": 100, "approved": 100}, []),
        ("approved", {"approved": 100}, []),
        ("funded", {"approved": 100, "allocated": 111, "returned": 10}, ["house.within_approved_sum"]),
        ("funded", {"approved": 100, "allocated": 110, "returned": 10}, []),
        ("in_progress", {"allocated": 100, "returned": 10, "disbursed": 91}, ["house.within_allocation"]),
        ("in_progress", {"allocated": 100, "returned": 10, "disbursed": 90}, []),
        ("closed", {"allocated": 100, "returned": 9, "disbursed": 90}, ["house.settled"]),
        ("closed", {"allocated": 100, "returned": 10, "disbursed": 90}, []),
        ("closed", {"allocated": 100}, []),
    ],
)
def test_an_imported_task_tells_which_rules_its_sums_would_have_failed(
    spec: Spec, state: str, facts: dict[str, int], rules: list[str]
) -> None:
    source = {"file": "so-cu.xlsx", "sheet": "2024", "row": 7, "sha256": "e" * 64}
    kept = {"plan": "VP57", "level": "grassroots", "year": 2024, "title": "Nhiệm vụ cũ", "lead_unit": "BV1"}
    spec.given(*world("VP57"))
    spec.given(command("import_task", "sec", "2025-06-02", task="C1", state=state, facts=facts, source=source, **kept))
    with spec.desk.reading() as work:
        [found] = [each for each in conformance(spec.desk.decider, work.events()) if each.judgement == "imported"]

    assert list(found.rules) == rules


def test_whatever_a_plan_calls_it_a_closed_task_has_its_money_settled(spec: Spec) -> None:
    rename_states(spec, "VP57", closed="wound_up")
    source = {"file": "so-cu.xlsx", "sheet": "2024", "row": 7, "sha256": "e" * 64}
    kept = {"plan": "VP57", "level": "grassroots", "year": 2024, "title": "Nhiệm vụ cũ", "lead_unit": "BV1"}
    facts = {"allocated": 100, "returned": 9, "disbursed": 90}
    told = {"task": "C1", "state": "wound_up", "facts": facts, "source": source}
    spec.given(*world("VP57"), command("import_task", "sec", "2025-06-02", **kept, **told))
    with spec.desk.reading() as work:
        [found] = [each for each in conformance(spec.desk.decider, work.events()) if each.judgement == "imported"]

    assert found.rules == ("house.settled",)


def test_an_event_in_another_stream_is_found(prepared_sqlite: Path, tmp_path: Path) -> None:
    spec = Spec(stores.fresh_sqlite(tmp_path, prepared_sqlite))
    spec.given(*story(HP_SECTOR, "funded"))
    with spec.log.reader() as reader:
        rows = list(reader.events())
    rows[-1] = rows[-1]._replace(stream="task:T2", version=1)
    spec.close()
    url = f"sqlite:///{tmp_path / 'moved.db'}"
    with Log.open(url) as log:
        log.create()
        with log.writer() as writer:
            writer.append(rows)
    moved = Spec(url)

    assert judged(moved) == [(len(rows), ("house.record",))]
    moved.close()
