"""The registry of budget lines: what each may give and has given, in whole đồng. It refuses no sum."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from engine import events as e
from engine.envelope import Event
from projections.kernel import Projection


class FundingRow(Struct, frozen=True):
    """A budget line; `left` is what may still be allocated."""

    line: str
    plan: str
    year: int
    payer: str
    unit: str | None
    amount: int
    allocated: int = 0
    disbursed: int = 0
    returned: int = 0
    left: int = 0
    led_on: tuple[str, ...] = ()  # the tasks whose allocation led them on, which may be rescinded
    adjusted_on: str = ""  # an adjustment of an earlier day that is recorded later does not count any more


HIDDEN = ("adjusted_on", "led_on")

funding = Projection("funding", 1, FundingRow, key="line")


def _changed(row: FundingRow, **changes: Any) -> FundingRow:
    after = replace(row, **changes)
    return replace(after, left=after.amount - after.allocated + after.returned)


@funding.on(e.BudgetLineOpened, begins=True)
def _opened(_: FundingRow | None, fact: e.BudgetLineOpened, __: Event) -> FundingRow:
    return _changed(FundingRow(fact.line, fact.plan, fact.year, fact.payer, fact.unit, fact.amount))


@funding.on(e.BudgetLineAdjusted)
def _adjusted(row: FundingRow, fact: e.BudgetLineAdjusted, event: Event) -> FundingRow:
    on = event.on.isoformat()
    return _changed(row, amount=fact.amount, adjusted_on=on) if on >= row.adjusted_on else row


@funding.on(e.TaskFunded)
def _allocated(row: FundingRow, fact: e.TaskFunded, _: Event) -> FundingRow:
    led_on = row.led_on if fact.source == fact.target else (*row.led_on, fact.task)
    return _changed(row, allocated=row.allocated + fact.amount, led_on=led_on)


@funding.on(e.StepRescinded)
def _rescinded(row: FundingRow, fact: e.StepRescinded, _: Event) -> FundingRow:
    if fact.task not in row.led_on:  # as of a day before the allocation
        return row
    led_on = tuple(task for task in row.led_on if task != fact.task)
    return _changed(row, allocated=row.allocated - (fact.amount or 0), led_on=led_on)


@funding.on(e.FundsDisbursed)
def _disbursed(row: FundingRow, fact: e.FundsDisbursed, _: Event) -> FundingRow:
    return _changed(row, disbursed=row.disbursed + fact.amount)


@funding.on(e.FundsReturned)
def _returned(row: FundingRow, fact: e.FundsReturned, _: Event) -> FundingRow:
    return _changed(row, returned=row.returned + fact.amount)
