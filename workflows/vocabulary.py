"""The words a plan may use for what is built in: steps, commands, registries, reports. Lists only; decides nothing."""

from typing import Final, NamedTuple

STATES: Final = (
    "registered", "returned", "selected", "appraised", "revision_requested", "approved", "funded", "in_progress",
    "suspended", "submitted", "accepted", "not_accepted", "recognised", "published", "closed", "rejected",
    "withdrawn", "terminated",
)  # fmt: skip
MILESTONES: Final = ("registered", "appraised", "funded", "accepted", "published")
PURPOSES: Final = ("select", "appraise", "approve", "accept", "recognise")
COUNCIL_PURPOSES: Final = ("select", "appraise", "accept", "recognise")
COUNCIL_KINDS: Final = ("science", "appraisal", "acceptance", "sector")
STEP_ROLES: Final = ("leader", "secretary", "finance", "unit_officer")
SEATS: Final = ("chair", "vice_chair", "reviewer", "secretary", "member")
PAYERS: Final = ("department", "unit", "province", "city", "ministry", "state", "other")
# What units may owe -> how often that can come back: by which periods what fulfils it counts.
OBLIGATIONS: Final[dict[str, tuple[str, ...]]] = {
    "unit_plan": ("once", "yearly"), "regulation": ("once", "yearly"), "unit_procedure": ("once", "yearly"),
    "seminar": ("monthly",), "self_inspection": ("once", "yearly"), "half_year_report": ("half_yearly",),
    "year_report": ("once", "yearly"), "quarter_report": ("quarterly",),
}  # fmt: skip
LAW: Final = {"start_task": "ethics"}  # step -> the rule of law that no plan takes from it, and nobody waives

# The steps with an effect of their own -> the outcomes a move of theirs must name; () where there is one outcome.
BUILT_IN_STEPS: Final[dict[str, tuple[str, ...]]] = {
    "register_task": (), "return_task": (), "resubmit_task": (), "select_task": (),
    "appraise_task": ("passed", "revision", "failed"), "approve_task": (), "reject_task": (), "terminate_task": (),
    "suspend_task": (), "resume_task": (), "withdraw_task": (), "fund_task": (), "start_task": (),
    "report_progress": (), "inspect_task": (), "amend_task": (), "disburse": (), "return_funds": (),
    "submit_for_acceptance": (), "accept_task": ("excellent", "pass", "fail"), "recognise_task": (),
    "publish_task": (), "close_task": (), "record_publication": (), "commend": (),
}  # fmt: skip
RECORDS: Final = (
    "report_progress", "inspect_task", "amend_task", "disburse", "return_funds", "record_publication", "commend",
)  # fmt: skip
MAY_STAY: Final = (*RECORDS, "fund_task")

# Commands that are no step of a task: they may carry a clause, and no step of a plan may take their name.
COMMANDS: Final = (
    "add_person", "grant_role", "revoke_role", "delegate", "register_unit", "rename_unit", "set_portal",
    "assign_research_office", "merge_units", "set_up_council", "change_council_member", "open_budget_line",
    "adjust_budget_line", "hold_session", "cast_ballots", "waive_rule", "migrate_task", "correct", "rescind",
    "submit_unit_plan", "issue_regulation", "issue_procedure", "hold_seminar", "submit_report", "record_inspection",
    "record_conference", "record_training", "record_measure", "register_initiative", "recognise_initiative",
    "import_task",
)  # fmt: skip
REGISTRIES: Final = (
    "tasks", "funding", "councils", "publications", "obligations", "units", "seminars", "initiatives", "decisions",
)  # fmt: skip
REPORTS: Final = ("half-year", "year", "quarter", "proposals", "results", "targets", "stages", "council-activity")
SECTIONS: Final = (
    "progress", "standing", "tasks", "payers", "lines", "obligations", "seminars", "conferences", "trainings",
    "inspections", "initiatives", "commendations", "published", "journal", "difficulties", "assignments", "proposals",
    "results", "targets", "stages", "councils", "sessions",
)  # fmt: skip
COORDINATE: Final = ("units", "private_hospitals")  # who may help beside the plan's offices

RESERVED_FIELDS: Final = ("task", "command", "command_id", "actor", "on")
OWN_FIELDS: Final = {"document": "document", "reason": "text"}  # every plain step has them already -> their type

SEMINAR_PARTS: Final = ("overview", "methods", "results", "discussion", "conclusion")


class Number(NamedTuple):
    """A parameter that is a whole number."""

    least: int
    most: int


class Words(NamedTuple):
    """A parameter that is a list of words: of these, or (None) of any; `some`: of one at least."""

    of: tuple[str, ...] | None = None
    some: bool = True


class Word(NamedTuple):
    """A parameter that is one of these words and may be left out."""

    of: tuple[str, ...]


# What steps take under `effect:`, and rules under `with:`. What is not listed takes nothing.
EFFECTS: Final[dict[str, dict[str, Number]]] = {
    "submit_for_acceptance": {"attempts": Number(1, 100), "late_after_days": Number(0, 3650)},
}
PARAMETERS: Final[dict[str, dict[str, Number | Words | Word]]] = {
    "two_running_tasks": {"running": Words(), "most": Number(1, 100)},  # states, also of the plan's own
    "barred_after_failure": {"years": Number(0, 100)},
    "four_eyes": {"acts": Words(("registered", "approved"))},
    "payer": {"payers": Words(PAYERS)},
    "extension": {
        "months_long": Number(0, 1200),
        "months_short": Number(0, 1200),
        "long_from_months": Number(0, 1200),
        "times": Number(0, 100),
    },
    "publication": {"parts": Words(some=False), "after": Word(("recognised",))},
    "seminar_parts": {"parts": Words(SEMINAR_PARTS)},
}
