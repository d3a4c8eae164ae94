"""What the units did of what they owe: all but one report, and one too late."""

from datetime import date

from tools.demofiles.script import Json, Script, paper
from tools.demofiles.world import HP_UNITS, MERGED, NAME_OF, SUCCESSOR, VP_UNITS

MERGER = date(2025, 7, 1)
REPORT = "submit_report"
# what is handed in, its fields, and the day
VP_DEEDS: list[tuple[str, Json, date]] = [
    ("submit_unit_plan", {"year": 2025}, date(2025, 3, 20)),
    ("issue_regulation", {"year": 2025, "incentive": True}, date(2025, 6, 16)),
    (REPORT, {"period": "2025-H1"}, date(2025, 6, 27)),
    (REPORT, {"period": "2025"}, date(2025, 11, 28)),
    (REPORT, {"period": "2026-H1"}, date(2026, 6, 26)),
]
# The unit that came of the merger owes what has its last day from the merger on, and hands it in itself.
SUCCESSOR_DEEDS: list[tuple[str, Json, date]] = [
    (REPORT, {"period": "2025-H1"}, date(2025, 7, 3)),
    ("issue_regulation", {"year": 2025, "incentive": True}, date(2025, 9, 15)),
    *VP_DEEDS[3:],
]
HP_DEEDS: list[tuple[str, Json, date]] = [
    ("submit_unit_plan", {"year": 2026}, date(2026, 2, 11)),
    (REPORT, {"period": "2026-Q1"}, date(2026, 3, 19)),
    ("issue_procedure", {"year": 2026}, date(2026, 4, 14)),
    (REPORT, {"period": "2026-Q2"}, date(2026, 6, 18)),
    (REPORT, {"period": "2026-Q3"}, date(2026, 9, 17)),
]
# (unit, period) -> the day on which it was handed in too late; None: not at all.
FAULTS = {("BVKA", "2026-Q3"): None, ("CDC-HP", "2026-Q2"): date(2026, 7, 1)}
ISSUED = {"submit_unit_plan": "KH-BV", "issue_regulation": "QĐ-BV", "issue_procedure": "QĐ-BV", REPORT: "BC-BV"}


def unit_years() -> Script:
    """The file of all commands about unit years."""
    script = Script()
    for unit, *_ in VP_UNITS:
        deeds = [deed for deed in VP_DEEDS if unit not in MERGED or deed[2] < MERGER]
        _play(script, unit, "VP57", deeds, officer=unit)
    _play(script, SUCCESSOR, "VP57", SUCCESSOR_DEEDS, officer=MERGED[0])
    for unit, *_ in HP_UNITS:
        _play(script, unit, "HP36", HP_DEEDS, officer=unit)
    return script


def _play(script: Script, unit: str, plan: str, deeds: list[tuple[str, Json, date]], *, officer: str) -> None:
    for name, fields, usual in deeds:
        on = FAULTS.get((unit, fields.get("period", "")), usual)
        if on is not None:
            document = paper(ISSUED[name], on, NAME_OF[unit])
            script.add(name, f"{officer.lower()}.canbo", on, unit=unit, plan=plan, **fields, document=document)
