"""Each report of both plans against a count of its own over the events: forty units, four hundred tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from engine.calendar import Calendar
from engine.conformance import conformance
from engine.verify import verify
from projections.reports.reporting import report
from projections.reports.targets import rounded
from tests import stores
from tests.reports.bigyear import TASKS, UNITS, afterwards, commands
from tests.reports.recount import Recount, raw
from tests.spec import Spec, prepare

Json = dict[str, Any]
TODAY = date(2026, 11, 20)
PERIODS = [
    ("VP57", "half-year", "2025-H1"),
    ("VP57", "half-year", "2026-H1"),
    ("VP57", "year", "2025"),
    ("VP57", "year", "2026"),
    ("HP36", "quarter", "2026-Q1"),
    ("HP36", "quarter", "2026-Q3"),
    ("HP36", "year", "2026"),
]
YEARS = [each for each in PERIODS if each[1] == "year"]
LATER = [("VP57", "half-year", "2025-H1", "2026-11-20"), ("HP36", "quarter", "2026-Q2", "2026-09-30")]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spec]:
    """The store with the whole year."""
    url = stores.fresh_sqlite(tmp_path_factory.mktemp("year"))
    prepare(url)
    spec = Spec(url)
    spec.given(*commands())
    begun = Recount(raw(spec.log), "HP36", "2026-01-01", "2026-12-31", "2026-11-20")
    closed, approved = (
        next(t for t in begun.registered if begun.state(t) == state) for state in ("closed", "approved")
    )
    spec.given(*afterwards(closed, approved))
    yield spec
    spec.close()


class Told:
    """A report, and the count that it is held against."""

    def __init__(self, spec: Spec, plan: str, name: str, period: str, as_of: str | None = None) -> None:
        day = date.fromisoformat(as_of) if as_of else None
        self.made = report(spec.log, name, plan, period, today=TODAY, calendar=_calendar(), as_of=day)
        since, until = self.made.period.since.isoformat(), self.made.period.until.isoformat()
        self.count = Recount(_raw(spec), plan, since, until, self.made.day)

    def rows(self, section: str) -> list[Json]:
        return next(each.rows for each in self.made.sections if each.name == section)

    def totals(self, section: str) -> Json:
        return next(each.totals or {} for each in self.made.sections if each.name == section)


@cache
def _raw(spec: Spec) -> list[Json]:
    return raw(spec.log)


@cache
def _calendar() -> Calendar:
    return Calendar()


@pytest.fixture(params=[*PERIODS, *LATER], ids="-".join, scope="module")
def told(request: pytest.FixtureRequest, year: Spec) -> Told:
    plan, name, period, *as_of = request.param
    return Told(year, plan, name, period, *as_of)


def test_the_whole_year_is_sealed_and_lawful(year: Spec) -> None:
    with year.desk.reading() as work:
        judged = Counter(each.judgement for each in conformance(year.desk.decider, work.events()))
        found = verify(work.reader)

    assert judged["unlawful"] == 0
    assert judged.total() == found.events
    assert judged["imported"] > 0
    assert found.first_bad is None


def test_the_year_is_as_big_as_it_should_be(year: Spec) -> None:
    events = _raw(year)
    kinds = Counter(event["kind"] for event in events)

    assert (kinds["unit_registered"], kinds["task_registered"]) == (UNITS, TASKS)
    assert min(kinds[kind] for kind in ("step_rescinded", "entry_corrected", "units_merged", "task_imported")) >= 1
    assert min(kinds[f"task_{kind}"] for kind in ("suspended", "terminated", "rejected", "withdrawn", "returned")) >= 1


def test_progress(told: Told) -> None:
    found = {
        (row["state"], level): row[f"level_{level}"]
        for row in told.rows("progress")
        for level in {*told.count.levels.values()}
        if row[f"level_{level}"]
    }

    assert found == dict(told.count.reached())
    assert sum(row["total"] for row in told.rows("progress")) == sum(told.count.reached().values())


def test_standing(told: Told) -> None:
    found = {row["state"]: row["total"] for row in told.rows("standing") if row["total"]}

    assert found == Counter(told.count.state(task) for task in told.count.registered)


def test_tasks(told: Told) -> None:
    count = told.count
    moved = {
        e["data"]["task"] for e in count.events if e["data"].get("task") in count.registered and count.within(e["on"])
    }
    moved -= {task for task in moved if not _a_step_of(count, task)}
    under_way = ("approved", "funded", "in_progress", "suspended", "submitted")
    running = {task for task in count.registered if count.state(task) in under_way}
    found = {row["task"]: (row["state"], row["disbursed"], row["late"], row["unit"]) for row in told.rows("tasks")}
    paid: Counter[str] = Counter()
    for event in count.events:
        if event["kind"] == "funds_disbursed":
            paid[event["data"]["task"]] += event["data"]["amount"]

    assert found == {
        task: (
            count.state(task),
            paid[task],
            count.late(task),
            count.unit(count.registered[task]["data"]["lead_unit"]),
        )
        for task in moved | running
    }


def _a_step_of(count: Recount, task: str) -> bool:
    """Whether anything in the period is on the task's own stream; of an imported one, whether it came to a state."""
    if count.registered[task]["kind"] == "task_imported":
        return any(count.within(on) for on, *_ in count.history(task))
    own = [event for event in count.events if event["stream"] == f"task:{task}"]
    return any(
        count.within(event["on"]) and "source" in event["data"] for event in own if event["kind"] != "step_rescinded"
    )


def test_money(told: Told) -> None:
    names = ("amount", "allocated", "disbursed", "returned", "left")
    lines = {row["line"]: {name: row[name] for name in names} for row in told.rows("lines")}
    payers = {row["payer"]: {name: row[name] for name in (*names, "lines")} for row in told.rows("payers")}

    assert lines == told.count.money()
    assert payers == told.count.payers()
    for name in names if lines else ():
        assert told.totals("payers")[name] == sum(sums[name] for sums in lines.values())


def test_obligations(told: Told) -> None:
    names = ("on_time", "late", "overdue", "open")
    found = {row["unit"]: {name: row[name] for name in names if row[name]} for row in told.rows("obligations")}

    assert found == {unit: dict(counts) for unit, counts in told.count.duties().items()}


def test_seminars(told: Told) -> None:
    if told.made.plan.id == "HP36":
        assert "seminars" not in {section.name for section in told.made.sections}
        return
    held = Counter(e["data"]["unit"] for e in told.count.of("seminar_held"))

    assert {row["unit"]: row["seminars"] for row in told.rows("seminars") if row["seminars"]} == dict(held)


@pytest.mark.parametrize(
    ("section", "kinds"),
    [
        ("conferences", ("conference_held",)),
        ("trainings", ("training_held",)),
        ("inspections", ("unit_inspected", "task_inspected")),
        ("journal", ("publication_recorded",)),
        ("commendations", ("task_commended",)),
    ],
)
def test_what_is_recorded_in_the_period(told: Told, section: str, kinds: tuple[str, ...]) -> None:
    days = [event["on"] for event in told.count.of(*kinds)]
    if section == "commendations":
        ours = {
            e["data"]["initiative"]
            for e in told.count.events
            if e["kind"] == "initiative_registered" and told.count.ours(e)
        }
        praised = [e for e in told.count.events if e["kind"] == "initiative_commended" and told.count.within(e["on"])]
        days += [event["on"] for event in praised if event["data"]["initiative"] in ours]

    assert [row["on"] for row in told.rows(section)] == sorted(days)


def test_initiatives(told: Told) -> None:
    registered = told.count.of("initiative_registered")
    own = {
        e["data"]["initiative"]
        for e in told.count.events
        if e["kind"] == "initiative_registered" and told.count.ours(e)
    }
    seen = {e["data"]["initiative"] for e in registered}
    seen |= {
        e["data"]["initiative"]
        for e in told.count.events
        if e["kind"] == "initiative_recognised" and told.count.within(e["on"]) and e["data"]["initiative"] in own
    }

    assert {row["initiative"] for row in told.rows("initiatives")} == seen


def test_published(told: Told) -> None:
    found = {(row["on"], row["task"], row["url"]) for row in told.rows("published")}

    assert found == {(e["on"], e["data"]["task"], e["data"]["url"]) for e in told.count.of("task_published")}


def test_difficulties(told: Told) -> None:
    wrong = ("suspended", "terminated", "not_accepted", "rejected", "withdrawn", "returned", "revision_requested")
    expected: Counter[str] = Counter()
    for task in told.count.registered:
        for on, kind, _, state in told.count.history(task):
            if state in wrong and kind not in ("task_resumed", "task_resubmitted") and told.count.within(on):
                expected[state] += 1
    expected["submitted_late"] = sum(bool(e["data"].get("late")) for e in told.count.of("submitted_for_acceptance"))
    running = [t for t in told.count.registered if told.count.state(t) in ("funded", "in_progress", "suspended")]
    expected["beyond_end"] = sum(told.count.late(task) for task in running)

    assert Counter(row["what"] for row in told.rows("difficulties")) == +expected


def test_assignments(told: Told) -> None:
    expected = [clause.id for clause in told.made.plan.clauses if clause.kind == "assignment"]

    assert [row["clause"] for row in told.rows("assignments")] == expected
    for row in told.rows("assignments"):
        for record in row["records"]:
            if "count" in record.params and "Trainings" in record.params["section"].text:
                assert record.params["count"] == len(told.count.of("training_held"))


@pytest.mark.parametrize("asked", YEARS, ids="-".join)
def test_proposals(year: Spec, asked: tuple[str, str, str]) -> None:
    told = Told(year, asked[0], "proposals", asked[2])
    expected = {}
    for task, event in told.count.registered.items():
        on, data = told.count.first(task, "registered"), event["data"]
        if on and told.count.within(on):
            imported = event["kind"] == "task_imported"
            estimate = data["facts"].get("estimate") if imported else sum(each["amount"] for each in data["estimate"])
            expected[task] = (on, data["title"], estimate, told.count.state(task), told.count.unit(data["lead_unit"]))
    found = {
        row["task"]: (row["registered_on"], row["title"], row["estimate"], row["state"], row["unit"])
        for row in told.rows("proposals")
    }

    assert found == expected
    assert told.totals("proposals").get("estimate", 0) == sum(each[2] or 0 for each in expected.values())


@pytest.mark.parametrize("asked", YEARS, ids="-".join)
def test_results(year: Spec, asked: tuple[str, str, str]) -> None:
    told = Told(year, asked[0], "results", asked[2])
    expected = {}
    for task in told.count.registered:
        on = told.count.first(task, "accepted")
        if on and told.count.within(on):
            grades = [
                e["data"].get("grade") or e["data"].get("facts", {}).get("grade")
                for e in told.count.events
                if e["stream"] == f"task:{task}" and e["kind"] in ("task_accepted", "task_imported")
            ]
            expected[task] = (on, grades[-1], told.count.first(task, "recognised"), told.count.first(task, "published"))
    found = {
        row["task"]: (row["accepted_on"], row["grade"], row["recognised_on"], row["published_on"])
        for row in told.rows("results")
    }

    assert found == expected


@pytest.mark.parametrize("asked", YEARS, ids="-".join)
def test_targets(year: Spec, asked: tuple[str, str, str]) -> None:
    told = Told(year, asked[0], "targets", asked[2])
    expected = {}
    for clause in told.made.plan.clauses:
        if clause.target:
            due = clause.year or (clause.due.year if clause.due else None)
            until = min(due or int(asked[2]), int(asked[2]))
            how, value = told.count.measured(clause.target.measure, until)
            reached = None if value is None else value >= clause.target.value
            expected[clause.id] = (
                clause.target.value,
                how,
                None if value is None else rounded(Fraction(value)),
                reached,
            )

    found = {
        row["clause"]: (row["stated"], row["how"], row["measured"], row["reached"]) for row in told.rows("targets")
    }

    assert found == expected
    assert (len(found) > 0) is (asked[0] == "VP57")


def test_the_plan_that_states_four_units_and_names_six_is_told_as_it_is(year: Spec) -> None:
    (row,) = [row for row in Told(year, "VP57", "targets", "2025").rows("targets") if row["clause"] == "VP57-II.2030.4"]

    assert (row["stated"], row["named_count"], len(row["named"])) == (4, 6, 6)
    assert row["reading"].startswith("The stated number, 4, is the target; all six named units count")
    assert row["note"].vi.startswith("Chỉ tiêu lấy theo số ghi trong văn bản là 4; cả sáu đơn vị được nêu tên")


@pytest.mark.parametrize("asked", PERIODS, ids="-".join)
def test_stages(year: Spec, asked: tuple[str, str, str]) -> None:
    told = Told(year, asked[0], "stages", asked[2])
    found = {
        (row["level"], row["state"]): (row["stays"], row["median"], row["p90"], row["longest"])
        for row in told.rows("stages")
    }

    assert found == told.count.stages()


@pytest.mark.parametrize("asked", PERIODS, ids="-".join)
def test_council_activity(year: Spec, asked: tuple[str, str, str]) -> None:
    told = Told(year, asked[0], "council-activity", asked[2])
    found = {
        row["council"]: (row["sessions"], row["present"], row["items"], row["results"]) for row in told.rows("councils")
    }
    sessions = told.rows("sessions")

    assert found == told.count.councils()
    assert len(sessions) == sum(items for _, _, items, _ in found.values())
    assert sum(row["result"] is not None for row in sessions) == sum(
        sum(results.values()) for *_, results in found.values()
    )


@pytest.mark.parametrize("plan", ["VP57", "HP36"])
def test_every_report_and_section_is_counted_again(plan: str, year: Spec) -> None:
    """A section that is added without a count of its own is told here."""
    counted = {
        "progress", "standing", "tasks", "payers", "lines", "obligations", "seminars", "conferences", "trainings",
        "inspections", "initiatives", "commendations", "published", "journal", "difficulties", "assignments",
        "proposals", "results", "targets", "stages", "councils", "sessions",
    }  # fmt: skip
    reports = Told(year, plan, "year", "2026").made.plan.reports

    assert {section for form in reports.values() for section in form.sections} <= counted
