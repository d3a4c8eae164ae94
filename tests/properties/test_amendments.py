"""Corrections and rescissions in any order over a life: states are the folded log, and the past stays as told."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.projections.shelves import listed
from tests.properties.checks import Watch
from tests.properties.lives import TASKS, detours, life_of, taken_back
from tests.properties.stores import copied
from tests.spec import NOW, Spec
from tests.world import DEPARTMENT_MEMBERS, ESTIMATE, LABOUR, SUPPLIES, Command, command, document, scores, votes

TODAY = "2026-11-20"
WORLD = [
    *(("line", line, 1) for line in ("L-department", "H-department", "H-unit")),
    *(("person", who, 1) for who in ("pi1", "off1", "lead", "sec", "m6")),
    *(("unit", name, version) for name, version in (("BV1", 1), ("BV1", 2), ("BV2", 1))),
    *(("council", name, 1) for name in ("HD-NGANH", "HD-NGANH-H", "HD-BV1-H")),
]
FIELDS_OF_THE_WORLD = {
    "line": ("amount", "payer", "year", "purpose", "document", "on"),
    "person": ("name", "unit", "roles", "on"),
    "unit": ("name", "portal", "plans", "office", "on"),
    "council": ("name", "in_force_from", "in_force_until", "members", "kind", "unit"),
}
HALVES = [{"content": SUPPLIES, "amount": 50_000_000}, {"content": LABOUR, "amount": 50_000_000}]
VALUES: dict[str, list[Any]] = {
    "amount": [1, 40_000_000, 60_000_000, 75_000_000, 100_000_000, 100_000_001, 500_000_001],
    "estimate": [HALVES, [*ESTIMATE, HALVES[0]], HALVES[:1], None],
    "team": [[], ["tm1", "m6"], ["pi2"]],
    "investigator": ["pi2", "tm1", "m6"],
    "end": ["2025-01-01", "2026-04-01", "2026-08-31", "2027-09-30", "2028-12-31", None],
    "start": ["2025-01-01", "2026-12-31"],
    "in_force_from": ["2025-03-06", "2026-03-03"],
    "in_force_until": ["2025-03-06", "2026-12-31", None],
    "present": [[*DEPARTMENT_MEMBERS[:6]], [*DEPARTMENT_MEMBERS]],
    "ballots": [scores(60, DEPARTMENT_MEMBERS), scores(80, DEPARTMENT_MEMBERS[:6]), votes("pass", DEPARTMENT_MEMBERS)],
    "recused": [["m6"], []],
    "line": ["H-department", "H-unit", "L-province"],
    "lead_unit": ["BV2"],
    "unit": ["BV2", None],
    "level": ["grassroots", "sector", "city"],
    "year": [2025, 2026],
    "plans": [["HP36"], ["VP57", "HP36"]],
    "roles": [[], ["leader", "secretary"], ["auditor"]],
    "payer": ["department", "city"],
    "kind": ["acceptance", "sector"],
    "portal": ["https://khac.example.vn", None],
    "suppliers": [["Công ty Bịa"], None],
    "beneficiary": ["pi2", "BV1"],
    "content": [LABOUR, SUPPLIES],
    "percent": [0, 100],
    "parts": [["title"]],
    "url": ["https://bv1.example.vn/khac"],
    "summary": ["Tóm tắt khác", None],
    "partners": [["BV2"], []],
    "human_subjects": [True, False],
    "contract": [document("02/HĐ", "2026-04-02"), None],
    "document": [document("77/QĐ", "2026-03-03"), None],
    "members": [[]],
}
TEXT = ["Lời khác", "Lời khác nữa", 7, None]
TEXTS = ("title", "summary", "authority", "voucher", "reason", "changes", "citation", "findings", "form", "note")
ENDLESS = st.integers(0, 999)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("go on"), st.integers(1, 5), st.just(0), st.just(0)),
        st.tuples(st.just("correct"), ENDLESS, ENDLESS, ENDLESS),
        st.tuples(st.just("correct"), ENDLESS, ENDLESS, ENDLESS),
        st.tuples(st.just("correct the world"), ENDLESS, ENDLESS, ENDLESS),
        st.tuples(st.just("rescind"), st.sampled_from([0, 0, 0, 0, 1]), st.just(0), st.just(0)),
        st.tuples(st.just("turn off"), ENDLESS, st.just(0), st.just(0)),
    ),
    min_size=8,
    max_size=24,
)


class Life:
    """One task, what was recorded for it, and what was shown before each correction and rescission."""

    def __init__(self, url: str, task: str) -> None:
        self.spec = Spec(url)
        self.task = task
        self.watch = Watch(self.spec.desk)
        self.place = 0
        self.entries: list[tuple[str, int, Command]] = []
        self.told: list[tuple[str, str]] = []

    def send(self, wanted: Command) -> bool:
        """Record it a minute later than the last, if it is allowed, and look at everything."""
        self.spec.now += timedelta(minutes=1)
        self.spec.when(wanted)
        result = self.spec.result
        if result is None or result.outcome != "recorded" or result.stream is None or result.version is None:
            assert len(self.watch.rows) == self.watch.desk.log.rows("SELECT count(*) FROM events")[0][0]
            return False
        self.entries.append((result.stream, result.version, wanted))
        self.watch.look()
        self.check_money()
        return True

    def go_on(self, steps: int) -> None:
        for wanted in life_of(self.task)[self.place :][:steps]:
            self.place += 1
            self.send(wanted)

    def correct(self, pick: int, field: int, value: int) -> None:
        own = [entry for entry in self.entries if entry[2]["command"] not in ("correct", "rescind")]
        if own:
            stream, version, original = own[pick % len(own)]
            fields = sorted(set(original) & {*VALUES, *TEXTS, "on"})
            self.amend(stream, version, fields[field % len(fields)], value, original["on"])

    def correct_the_world(self, pick: int, field: int, value: int) -> None:
        kind, name, version = WORLD[pick % len(WORLD)]
        fields = FIELDS_OF_THE_WORLD[kind]
        self.amend(f"{kind}:{name}", version, fields[field % len(fields)], value, "2025-03-05")

    def amend(self, stream: str, version: int, field: str, value: int, on: str) -> None:
        ways = days_around(on) if field == "on" else VALUES.get(field, TEXT)
        paper = {"document": document("76/QĐ", TODAY), "reason": "Nhầm"}
        entry = {"stream": stream, "version": version, "field": field, "value": ways[value % len(ways)]}
        self.keeping(command("correct", "lead", TODAY, **entry, **paper))

    def rescind(self, back: int) -> None:
        """The newest step or the one before it; a life goes on from the step taken back."""
        with self.spec.desk.reading() as work:
            reached = getattr(work.get(f"task:{self.task}"), "milestones", ())
        if len(reached) > back:
            self.keeping(taken_back(self.task, reached[-1 - back].version, TODAY))

    def turn_off(self, pick: int) -> None:
        ways = detours(self.task, life_of(self.task)[max(self.place - 1, 0)]["on"])
        self.send(ways[pick % len(ways)])

    def keeping(self, wanted: Command) -> None:
        before = (self.spec.now.isoformat(), self.shown())
        if self.send(wanted):
            self.told.append(before)
            if wanted["command"] == "rescind":
                self.place = max(self.place - 1, 0)

    def shown(self, **asked: str) -> str:
        return json.dumps(self.spec.task(self.task, **asked), ensure_ascii=False)

    def check_money(self) -> None:
        """Nothing is allocated over what is approved, nothing spent or returned over what is allocated."""
        money = self.spec.task(self.task)["money"]

        assert not money["approved"] or money["allocated"] - money["returned"] <= money["approved"]
        assert money["disbursed"] + money["returned"] <= money["allocated"]

    def check_the_past(self) -> None:
        now = self.shown()

        assert now == self.shown(known_at=self.spec.now.isoformat())
        assert now == self.shown(as_of=TODAY)
        assert [(time, self.shown(known_at=time)) for time, _ in self.told] == self.told

    def check_the_registries(self) -> None:
        """What is listed is what is shown, and no line is overdrawn."""
        shown = self.spec.task(self.task)
        [row] = [row for row in listed(self.spec.log, "tasks") if row["task"] == self.task]
        alike = ("state", "title", "year", "level", "investigator", "lead_unit", "grade", "published_url", "late")
        sums = ("approved", "allocated", "disbursed", "returned")

        assert {name: row[name] for name in alike} == {name: shown[name] for name in alike}
        assert [row[name] for name in sums] == [shown["money"][name] for name in sums]
        assert [row for row in listed(self.spec.log, "funding") if row["left"] < 0] == []


def days_around(on: str) -> list[str]:
    day = date.fromisoformat(on)
    return [(day + timedelta(days=days)).isoformat() for days in (-40, -7, -1, 1, 7, 40)]


def live(url: str, task: str, start: int, moves: list[tuple[str, int, int, int]]) -> None:
    """Walk some way into the life, make the moves, and check the past at the end."""
    life = Life(url, task)
    try:
        life.spec.now = NOW
        life.watch.look()
        life.go_on(start)
        for kind, first, second, third in moves:
            match kind:
                case "go on":
                    life.go_on(first)
                case "correct":
                    life.correct(first, second, third)
                case "correct the world":
                    life.correct_the_world(first, second, third)
                case "rescind":
                    life.rescind(first)
                case "turn off":
                    life.turn_off(first)
        life.check_the_past()
        life.check_the_registries()
    finally:
        life.spec.close()


@settings(
    max_examples=max(int(settings.default.max_examples * 0.5), 2),  # type: ignore[union-attr]
    suppress_health_check=list(HealthCheck),
)
@given(task=st.sampled_from(sorted(TASKS)), start=st.integers(1, 22), moves=MOVES)
def test_amended_lives_agree_with_their_log(
    sqlite_of_both_plans: Path, task: str, start: int, moves: list[tuple[str, int, int, int]]
) -> None:
    with copied(sqlite_of_both_plans) as url:
        live(url, task, start, moves)
