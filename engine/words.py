"""The words for what stands in every record: states, results, roles, councils and what they decide, sources of rules.

A plan may say its own for states of its own."""

from engine.catalogue import N_

OUTCOMES = {
    "registered": N_("registered"),
    "returned": N_("returned to be completed"),
    "selected": N_("selected"),
    "appraised": N_("appraised"),
    "revision_requested": N_("revision requested"),
    "approved": N_("approved"),
    "funded": N_("funded"),
    "in_progress": N_("in progress"),
    "suspended": N_("suspended"),
    "submitted": N_("submitted for acceptance"),
    "accepted": N_("accepted"),
    "not_accepted": N_("not accepted"),
    "recognised": N_("recognised"),
    "published": N_("published"),
    "closed": N_("settled and closed"),
    "rejected": N_("rejected"),
    "withdrawn": N_("withdrawn"),
    "terminated": N_("terminated"),
    "excellent": N_("excellent"),
    "pass": N_("pass"),
    "fail": N_("fail"),
}
ROLES = {
    "admin": N_("administrator"),
    "leader": N_("leader"),
    "secretary": N_("secretary"),
    "finance": N_("finance"),
    "unit_officer": N_("unit officer"),
    "auditor": N_("auditor"),
}
RESULTS = {
    "passed": N_("passed"),
    "revision": N_("revision requested"),
    "failed": N_("failed"),
}
COUNCILS = {
    "science": N_("science council"),
    "appraisal": N_("appraisal council"),
    "acceptance": N_("acceptance council"),
    "sector": N_("sector council"),
}
PURPOSES = {
    "select": N_("selection"),
    "appraise": N_("appraisal"),
    "accept": N_("acceptance"),
    "recognise": N_("recognition"),
}
# The usual titles of the steps that are built in, for a step that a plan does not have: it titles its own.
STEPS = {
    "register_task": N_("Register the task"),
    "import_task": N_("Take over from an old register"),
    "return_task": N_("Return for completion"),
    "resubmit_task": N_("Resubmit"),
    "select_task": N_("Select"),
    "appraise_task": N_("Appraise"),
    "approve_task": N_("Approve"),
    "reject_task": N_("Reject"),
    "withdraw_task": N_("Withdraw"),
    "fund_task": N_("Allocate money"),
    "start_task": N_("Start"),
    "report_progress": N_("Report progress"),
    "inspect_task": N_("Inspect"),
    "amend_task": N_("Amend, extend"),
    "suspend_task": N_("Suspend"),
    "resume_task": N_("Resume"),
    "terminate_task": N_("Terminate"),
    "disburse": N_("Disburse"),
    "return_funds": N_("Return money"),
    "submit_for_acceptance": N_("Submit for acceptance"),
    "accept_task": N_("Accept"),
    "recognise_task": N_("Recognise the result"),
    "publish_task": N_("Publish the result"),
    "record_publication": N_("Record a journal publication"),
    "commend": N_("Commend"),
    "close_task": N_("Settle and close"),
}
SOURCES = {
    "plan": N_("clause of the plan"),
    "law": N_("law"),
    "customary": N_("customary"),
    "house": N_("house rule"),
}
