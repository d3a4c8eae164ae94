"""Faults in the head, the clauses and the duties of a plan: what is written otherwise, and what is told."""

from workflows.vocabulary import OBLIGATIONS

HALF_YEAR = (
    "- {what: half_year_report, clause: SYT27-IV.2, since: 2027, recurs: half_yearly,"
    ' last_days: ["06-30"], to: medical}'
)
Fault = tuple[tuple[str, str, str], tuple[str, str, str, str]]

OF_THE_HEAD: dict[str, Fault] = {
    "a key that is not known": (
        ("plan.yaml", "province: Thử Nghiệm", "province: Thử Nghiệm\nprovinces: 2"),
        ("plan.yaml", "provinces: 2", "'provinces' is not known here.", "Take it out or correct the spelling."),
    ),
    "a part that is missing": (
        ("plan.yaml", "number: 12/KH-SYT\n", ""),
        ("plan.yaml", "extends: khcn/common", "'number' is missing.", "Add 'number'."),
    ),
    "a value of another form": (
        ("plan.yaml", "issued_on: 2027-01-15", "issued_on: tomorrow"),
        (
            "plan.yaml",
            "issued_on: tomorrow",
            "'issued_on' does not have the right form.",
            "Write it as docs/plan-format.md shows.",
        ),
    ),
    "a base that is not there": (
        ("plan.yaml", "khcn/common", "khcn/commom"),
        (
            "plan.yaml",
            "extends: khcn/commom",
            "There is no file 'khcn/commom'.",
            "Name a file beside the plan, or one of: khcn/common.",
        ),
    ),
    "a topic group used twice": (
        ("plan.yaml", "{id: 2, vi", "{id: 1, vi"),
        (
            "plan.yaml",
            "- {id: 1, vi: Chẩn đoán và điều trị, en: Diagnosis and treatment}",
            "'1' stands twice here; the first is in line 19.",
            "Remove one of the two or name it otherwise.",
        ),
    ),
    "an office used twice": (
        ("plan.yaml", "  planning_finance: P", "  medical: P"),
        (
            "plan.yaml",
            "medical: Phòng Kế hoạch - Tài chính",
            "'medical' stands twice here; the first is in line 16.",
            "Remove one of the two or name it otherwise.",
        ),
    ),
    "a level rule that is no clause": (
        ("plan.yaml", "level_rule: SYT27-I.1", "level_rule: SYT27-I.9"),
        (
            "plan.yaml",
            "level_rule: SYT27-I.9",
            "'SYT27-I.9' is neither a clause of this plan nor the name of a law, a custom or a house rule.",
            "Cite a clause of the plan, or write law., customary. or house. before a name.",
        ),
    ),
    "seats that do not fit": (
        ("plan.yaml", "least: 7, most: 12", "least: 17, most: 12"),
        (
            "plan.yaml",
            "seats: {least: 17, most: 12, odd: false, needs: {chair: 1, vice_chair: 1, secretary: 1, reviewer: 2}}",
            "No council can have the seats that the plan asks for.",
            "Let `least` and the seats under `needs` fit within `most`.",
        ),
    ),
    "a share of nothing": (
        ("plan.yaml", "  seats: {least: 7", "  majority: 1/0\n  seats: {least: 7"),
        (
            "plan.yaml",
            "majority: 1/0",
            "'majority' does not have the right form.",
            "Write it as docs/plan-format.md shows.",
        ),
    ),
    "a share with an exponent": (
        ("plan.yaml", "  seats: {least: 7", "  quorum: 1e999\n  seats: {least: 7"),
        (
            "plan.yaml",
            "quorum: 1e999",
            "'quorum' does not have the right form.",
            "Write it as docs/plan-format.md shows.",
        ),
    ),
    "a seat that is not known": (
        ("plan.yaml", "vice_chair: 1", "vicechair: 1"),
        (
            "plan.yaml",
            "seats: {least: 7, most: 12, odd: false, needs: {chair: 1, vicechair: 1, secretary: 1, reviewer: 2}}",
            "There is no seat 'vicechair' in a council.",
            "Use one of: chair, vice_chair, reviewer, secretary, member.",
        ),
    ),
}
OF_CLAUSES: dict[str, Fault] = {
    "a clause used twice": (
        ("clauses.yaml", "id: SYT27-V.1", "id: SYT27-IV.4"),
        (
            "clauses.yaml",
            "- id: SYT27-IV.4",
            "'SYT27-IV.4' stands twice here; the first is in line 59.",
            "Remove one of the two or name it otherwise.",
        ),
    ),
    "a clause that nothing carries": (
        ("clauses.yaml", "    kind: context\n", "    kind: registry\n"),
        (
            "clauses.yaml",
            "- id: SYT27-V.2",
            "Nothing carries clause SYT27-V.2, and it is not context.",
            "Cite it in a rule or an obligation, name what carries it under `carried:`, or call it context.",
        ),
    ),
    "a registry that is not known": (
        ("clauses.yaml", "[registry funding]", "[registry fundings]"),
        (
            "clauses.yaml",
            "carried: [registry fundings]",
            "There is no registry 'fundings' to carry a clause.",
            "Use one of: councils, decisions, funding, initiatives, obligations, publications, seminars, tasks, units.",
        ),
    ),
    "a report that is not known": (
        ("clauses.yaml", "report results", "report result"),
        (
            "clauses.yaml",
            "carried: [registry publications, report result]",
            "There is no report 'result' to carry a clause.",
            "Use one of: council-activity, half-year, proposals, quarter, results, stages, targets, year.",
        ),
    ),
    "a carrier of no kind": (
        ("clauses.yaml", "step review_ethics", "review_ethics"),
        (
            "clauses.yaml",
            "carried: [review_ethics]",
            "'review_ethics' does not say what carries the clause.",
            "Write step, command, registry or report and a name.",
        ),
    ),
    "an English name of an office that there is not": (
        ("plan.yaml", "topic_groups:\n", "offices_en: {medicine: Medical Affairs Office}\ntopic_groups:\n"),
        (
            "plan.yaml",
            "offices_en: {medicine: Medical Affairs Office}",
            "The plan names no office 'medicine'.",
            "Add it under `offices:` or use one of: medical, planning_finance.",
        ),
    ),
    "a lead office that is not known": (
        ("clauses.yaml", "lead: medical", "lead: medicine"),
        (
            "clauses.yaml",
            "lead: medicine",
            "The plan names no office 'medicine'.",
            "Add it under `offices:` or use one of: medical, planning_finance.",
        ),
    ),
    "a kind that is not known": (
        ("clauses.yaml", "kind: context", "kind: contexts"),
        (
            "clauses.yaml",
            "kind: contexts",
            "'kind' must be 'rule', 'obligation', 'assignment', 'target', 'registry' or 'context'.",
            "Write it as docs/plan-format.md shows.",
        ),
    ),
}
OF_DUTIES: dict[str, Fault] = {
    "a duty that is not known": (
        ("obligations.yaml", "what: unit_plan", "what: unit_plans"),
        (
            "obligations.yaml",
            '- {what: unit_plans, clause: SYT27-IV.1, years: [2027], recurs: once, last_days: ["02-28"], to: medical}',
            "There is no duty 'unit_plans'.",
            f"Use one of: {', '.join(OBLIGATIONS)}.",
        ),
    ),
    "a duty in a rhythm in which it is never done": (
        ("obligations.yaml", "recurs: yearly", "recurs: quarterly"),
        (
            "obligations.yaml",
            "- {what: self_inspection, clause: SYT27-IV.3, since: 2027, recurs: quarterly}",
            "The duty self_inspection cannot recur quarterly: what fulfils it counts for other periods.",
            "Use one of: once, yearly.",
        ),
    ),
    "a day that is not there": (
        ("obligations.yaml", "02-28", "02-30"),
        (
            "obligations.yaml",
            '- {what: unit_plan, clause: SYT27-IV.1, years: [2027], recurs: once, last_days: ["02-30"], to: medical}',
            "'02-30' is no day of a year.",
            "Write month and day, as 03-24.",
        ),
    ),
    "too few last days": (
        ("obligations.yaml", "periods: [H1], ", ""),
        (
            "obligations.yaml",
            HALF_YEAR,
            "The duty half_year_report has 2 periods a year and 1 last days.",
            "Name one last day for each period, or none.",
        ),
    ),
    "a duty without a year": (
        ("obligations.yaml", "since: 2027, recurs: yearly", "recurs: yearly"),
        (
            "obligations.yaml",
            "- {what: self_inspection, clause: SYT27-IV.3, recurs: yearly}",
            "The duty self_inspection names no year.",
            "Add `years: [...]` or `since: YEAR`.",
        ),
    ),
    "a clause that is not there": (
        ("obligations.yaml", "SYT27-IV.3", "SYT27-IV.9"),
        (
            "obligations.yaml",
            "- {what: self_inspection, clause: SYT27-IV.9, since: 2027, recurs: yearly}",
            "The plan has no clause 'SYT27-IV.9'.",
            "Cite a clause that stands under `clauses:`.",
        ),
    ),
}
