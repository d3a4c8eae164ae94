"""The money of a plan in a period, by payer and by budget line, in whole đồng. It refuses no sum."""

from typing import Any

from engine.catalogue import N_, Message, render
from engine.text import amount_in_words
from projections.funding import FundingRow
from projections.reports.ground import Ground
from projections.reports.shape import Chart, Column, Json, Section, added_up

MOVED = {"allocated": "task_funded", "disbursed": "funds_disbursed", "returned": "funds_returned"}
_SUMS = (
    Column("amount", Message(N_("amount")), "money", 4),
    Column("allocated", Message(N_("allocated")), "money", 4),
    Column("disbursed", Message(N_("disbursed")), "money", 4),
    Column("returned", Message(N_("returned")), "money", 4),
    Column("left", Message(N_("left to allocate")), "money", 4),
)
_NAMES = ("amount", "allocated", "disbursed", "returned", "left")


def _moved(ground: Ground) -> dict[str, dict[str, int]]:
    """Line -> what was allocated, disbursed and returned in the period by decision date."""
    found: dict[str, dict[str, int]] = {}
    for name, kind in MOVED.items():
        for _, entry in ground.entries(kind):
            sums = found.setdefault(entry.line or "", dict.fromkeys(MOVED, 0))
            sums[name] += entry.amount
    return found


def _lines(ground: Ground) -> list[Json]:
    moved = _moved(ground)
    rows = [row for row in ground.lines if row.year == ground.period.year or row.line in moved]
    return [_line(ground, row, moved.get(row.line, dict.fromkeys(MOVED, 0))) for row in rows]


def _line(ground: Ground, row: FundingRow, moved: dict[str, int]) -> Json:
    told: dict[str, Any] = {
        "line": row.line,
        "payer": row.payer,
        "year": row.year,
        "unit": ground.counts_as(row.unit) if row.unit else None,
        "unit_name": ground.unit(row.unit) if row.unit else None,
        "amount": row.amount,
    }
    return told | moved | {"left": row.left}


def lines(ground: Ground) -> Section:
    """The lines of the period's year and those on which money moved: amount and rest at the end, what moved in it."""
    rows = _lines(ground)
    columns = (
        Column("line", Message(N_("line")), width=3),
        Column("payer", Message(N_("payer")), "word", 3),
        Column("unit_name", Message(N_("unit")), width=4),
        *_SUMS,
    )
    title = Message(N_("Money by budget line"))
    totals = added_up(rows, *_NAMES)
    chart = Chart("line", ("allocated", "disbursed"))
    return Section("lines", title, columns, rows, totals=totals, chart=chart)


def payers(ground: Ground) -> Section:
    """The same by who pays."""
    by_payer: dict[str, list[Json]] = {}
    for row in _lines(ground):
        by_payer.setdefault(row["payer"], []).append(row)
    rows = [
        {"payer": payer, "lines": len(found), **(added_up(found, *_NAMES) or {})}
        for payer, found in sorted(by_payer.items())
    ]
    columns = (
        Column("payer", Message(N_("payer")), "word", 4),
        Column("lines", Message(N_("lines")), "number", 2),
        *_SUMS,
    )
    totals = added_up(rows, "lines", *_NAMES)
    notes: tuple[Message, ...] = ()
    if totals:
        told = {"allocated_vnd": totals["allocated"], "in_words": InWords(totals["allocated"])}
        notes = (Message(N_("Allocated in the period: {allocated_vnd} đồng{in_words}."), told),)
    return Section("payers", Message(N_("Money by payer")), columns, rows, totals=totals, notes=notes)


class InWords:
    """A sum as Vietnamese documents spell it after its digits; nothing in English, which has the digits alone."""

    def __init__(self, amount: int) -> None:
        self.amount = amount

    def within(self, lang: str) -> str:
        """The sum in a language, in brackets."""
        return render(N_(" (in words: {words})"), lang, words=amount_in_words(self.amount)) if lang == "vi" else ""
