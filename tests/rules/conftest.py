"""Holds every test that is marked with a rule to having asked that rule, with the outcome that the mark tells."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import engine.ask
from engine.ask import Ask, Rule, Verdict
from engine.plan import RuleUse

PASSES = {"refuses": False, "unmet": False, "passes": True, "met": True}


@pytest.fixture(autouse=True)
def _a_mark_tells_what_was_asked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    asked: set[tuple[str, bool]] = set()
    weigh_one = engine.ask._weigh_one

    def noted(ask: Ask, rule: Rule, use: RuleUse) -> list[Verdict]:
        verdicts = weigh_one(ask, rule, use)
        asked.update((each.id, each.met or each.waived is not None) for each in verdicts)
        return verdicts

    monkeypatch.setattr(engine.ask, "_weigh_one", noted)
    yield
    for mark in request.node.iter_markers("rule"):
        rule, side = mark.args
        assert (rule, PASSES[side]) in asked, f"marked as a test that {rule} {side}, which it never did"
