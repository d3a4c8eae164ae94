"""Spans of a council and of a delegation: the last day is not before the first, and may be the same."""

import pytest

from tests.rules.test_delegation import FIRST, delegation
from tests.spec import Spec
from tests.world import FIRST_DAY, council, crowd, names, seats, world

DAY = FIRST_DAY["HP36"]
BEFORE = {"council": "2026-02-04", "delegation": "2026-03-09"}


@pytest.mark.rule("house.dates", "refuses")
def test_a_council_whose_last_day_is_before_its_first_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"), *crowd(5, DAY))
    spec.when(council("HD-X", DAY, "sector", "HP36", seats(names(5)), in_force_until=BEFORE["council"]))

    spec.then_refused("house.dates")


@pytest.mark.rule("house.dates", "passes")
def test_a_council_may_be_for_a_day(spec: Spec) -> None:
    spec.given(*world("HP36"), *crowd(5, DAY))
    spec.when(council("HD-X", DAY, "sector", "HP36", seats(names(5)), in_force_until=DAY))

    spec.then_recorded()


@pytest.mark.rule("house.dates", "refuses")
def test_a_delegation_whose_last_day_is_before_its_first_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(delegation("leader", until=BEFORE["delegation"]))

    spec.then_refused("house.dates")


@pytest.mark.rule("house.dates", "passes")
def test_a_delegation_may_be_for_a_day(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(delegation("leader", until=FIRST))

    spec.then_recorded()
