"""Faults in the reports of a plan: what is written otherwise, and what is told."""

from tests.plans.faults import Fault
from tests.plans.plans import NEXT_YEAR
from workflows.vocabulary import REPORTS, SECTIONS

LETTERHEAD = (
    (NEXT_YEAR.parent / "reports.yaml").read_text("utf-8").partition("letterhead:\n")[2].partition("reports:")[0]
)
LISTED = "  - " + LETTERHEAD.strip().replace("\n", "\n  ") + "\n"
FROM_WHEN = "Letterhead 2 does not tell the day from which it is borne, later than the one before it."

OF_REPORTS: dict[str, Fault] = {
    "a report of a name that there is not": (
        ("reports.yaml", "  half-year:\n", "  half-yearly:\n"),
        (
            "reports.yaml",
            "half-yearly:",
            "There is no report 'half-yearly'.",
            f"Use one of: {', '.join(REPORTS)}.",
        ),
    ),
    "a section of a name that there is not": (
        ("reports.yaml", "progress: {}", "progres: {}"),
        (
            "reports.yaml",
            "progres: {}",
            "There is no section 'progres' in a report.",
            f"Use one of: {', '.join(SECTIONS)}.",
        ),
    ),
    "a section for a clause that there is not": (
        ("reports.yaml", "[SYT27-III.1]", "[SYT27-III.2]"),
        (
            "reports.yaml",
            "payers: {clauses: [SYT27-III.2]}",
            "The plan has no clause 'SYT27-III.2'.",
            "Cite a clause that stands under `clauses:`.",
        ),
    ),
    "a clause whose report has no section for it": (
        ("clauses.yaml", "report results", "report year"),
        (
            "clauses.yaml",
            "carried: [registry publications, report year]",
            "Clause SYT27-V.1 says that the report year carries it, but no section there does.",
            "Name the clause under `clauses` of a section of that report, or take the report out of `carried`.",
        ),
    ),
    "a letterhead that does not tell from when": (
        ("reports.yaml", LETTERHEAD, f"{LISTED}  - {{issuer: SỞ Y TẾ, place: Nơi Khác, capacity: GIÁM ĐỐC}}\n"),
        (
            "reports.yaml",
            "- {issuer: SỞ Y TẾ, place: Nơi Khác, capacity: GIÁM ĐỐC}",
            FROM_WHEN,
            "Give it `from`, and write the letterheads in the order of these days.",
        ),
    ),
    "a letterhead from a day that is not later": (
        (
            "reports.yaml",
            LETTERHEAD,
            LISTED.replace("  - superior", "  - from: 2027-07-01\n    superior")
            + "  - issuer: SỞ Y TẾ\n    from: 2027-07-01\n    place: Nơi Khác\n    capacity: GIÁM ĐỐC\n",
        ),
        (
            "reports.yaml",
            "from: 2027-07-01",
            FROM_WHEN,
            "Give it `from`, and write the letterheads in the order of these days.",
        ),
    ),
    "a letterhead without a place": (
        ("reports.yaml", "  place: Thử Nghiệm\n", ""),
        ("reports.yaml", "letterhead:", "'place' is missing.", "Add 'place'."),
    ),
    "a report for a period that there is not": (
        ("reports.yaml", "periods: [half-year]", "periods: [month]"),
        (
            "reports.yaml",
            "periods: [month]",
            "'periods.0' must be 'year', 'half-year' or 'quarter'.",
            "Write it as docs/plan-format.md shows.",
        ),
    ),
    "a report without a section": (
        (
            "reports.yaml",
            """    sections:
      progress: {}
      obligations: {clauses: [SYT27-IV.1, SYT27-IV.2, SYT27-IV.3]}
      difficulties: {title: {vi: Khó khăn và kiến nghị, en: Difficulties and proposals}}
""",
            "    sections: {}\n",
        ),
        (
            "reports.yaml",
            "half-year:",
            "The report half-year has no section, or no period for which it is made.",
            "Give it `sections` and `periods`, or take it out.",
        ),
    ),
}
