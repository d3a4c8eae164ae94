"""Amending: an amendment is recorded where no estimate is given, and one over the appraised estimate is refused."""

from typing import Any

import pytest

from tests.spec import Spec
from tests.world import ESTIMATE, HP_SECTOR, Command, command, document, story

DAY = "2026-05-05"


def amendment(**fields: Any) -> Command:
    """An amendment of T1 by the leader."""
    return command("amend_task", "lead", DAY, task="T1", document=document("71/QĐ-SYT", DAY), reason="Lý do", **fields)


@pytest.mark.rule("house.approved_within_estimate", "met")
def test_an_extension_alone_is_recorded(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))

    spec.when(amendment(end="2027-05-31")).then_recorded()


@pytest.mark.rule("house.approved_within_estimate", "met")
def test_an_estimate_that_adds_up_to_the_approved_sum_is_recorded(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))

    spec.when(amendment(estimate=list(reversed(ESTIMATE)))).then_recorded()


@pytest.mark.rule("house.approved_within_estimate", "unmet")
def test_an_estimate_over_the_appraised_one_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    more = [*ESTIMATE, {"content": "Hội thảo", "amount": 1}]

    spec.when(amendment(estimate=more)).then_refused("house.approved_within_estimate", "house.estimate")
