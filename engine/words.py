"""The words for what becomes of a task: its built-in states and its grade. A plan may say its own for its own."""

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
