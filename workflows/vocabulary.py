"""The words a plan may use for what is built in: steps, commands, registries, reports. Lists only; decides nothing."""

from typing import Final

STATES: Final = (
    "registered", "returned", "selected", "appraised", "revision_requested", "approved", "funded", "in_progress",
    "suspended", "submitted", "accepted", "not_accepted", "recognised", "published", "closed", "rejected",
    "withdrawn", "terminated",
)  # fmt: skip
MILESTONES: Final = ("registered", "appraised", "funded", "accepted", "published")
PURPOSES: Final = ("select", "appraise", "approve", "accept", "recognise")
COUNCIL_PURPOSES: Final = ("select", "appraise", "accept", "recognise")
STEP_ROLES: Final = ("leader", "secretary", "finance", "unit_officer")
SEATS: Final = ("chair", "vice_chair", "reviewer", "secretary", "member")
PAYERS: Final = ("department", "unit", "province", "city", "ministry", "state", "other")
OBLIGATIONS: Final = (
    "unit_plan", "regulation", "unit_procedure", "seminar", "self_inspection", "half_year_report", "year_report",
    "quarter_report",
)  # fmt: skip

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
EFFECTS: Final = {"submit_for_acceptance": ("attempts", "late_after_days")}

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

# Parameters that rules need, and the words that some take. A rule that is not listed takes what it likes.
PARAMETERS: Final = {
    "two_running_tasks": ("running", "most"),
    "barred_after_failure": ("years",),
    "four_eyes": ("acts",),
    "payer": ("payers",),
    "extension": ("months_long", "months_short", "long_from_months", "times"),
    "publication": ("parts",),
    "seminar_parts": ("parts",),
}
WORDS: Final = {"acts": ("registered", "approved"), "after": ("recognised",), "payers": PAYERS}
