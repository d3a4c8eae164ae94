"""Faults in the workflow of a plan: what is written otherwise, and what is told."""

from tests.plans.faults import Fault
from tests.plans.plans import RULE_NAMES

VISIT = "visit_site:" + " " * 38 + "# a record of this plan's own: it leaves the state as it is"
STATES = (
    "accepted, appraised, approved, closed, ethics_reviewed, funded, in_progress, not_accepted, published, registered,"
    " rejected, returned, revision_requested, submitted, suspended, terminated, withdrawn"
)
AMENDING = "      amend_task:\n        rules:\n          extension: {{with: {{{}}}}}\n      approve_task:\n"
OF_WORKFLOWS: dict[str, Fault] = {
    "a rule that is not known": (
        ("sector.yaml", "topic_group:", "topic_groups:"),
        (
            "sector.yaml",
            "topic_groups: {id: SYT27-I.2}",
            "There is no rule 'topic_groups'.",
            f"Use one of: {', '.join(sorted(RULE_NAMES))}.",
        ),
    ),
    "a rule id without a source": (
        ("sector.yaml", "SYT27-I.2", "customs.topics"),
        (
            "sector.yaml",
            "topic_group: {id: customs.topics}",
            "'customs.topics' is neither a clause of this plan nor the name of a law, a custom or a house rule.",
            "Cite a clause of the plan, or write law., customary. or house. before a name.",
        ),
    ),
    "a rule without what it needs": (
        ("sector.yaml", "payer: {with: {payers: [department]}}", "payer: {with: {}}"),
        ("sector.yaml", "payer: {with: {}}", "Rule payer needs 'payers'.", "Add it under `with:`."),
    ),
    "a word that a rule does not know": (
        ("sector.yaml", "payers: [department]", "payers: [departement]"),
        (
            "sector.yaml",
            "payer: {with: {payers: [departement]}}",
            "'departement' is no word for 'payers'.",
            "Use one of: department, unit, province, city, ministry, state, other.",
        ),
    ),
    "a law that is taken away": (
        ("sector.yaml", "      approve_task:\n", "      start_task: {rules: {ethics: null}}\n      approve_task:\n"),
        (
            "sector.yaml",
            "start_task: {rules: {ethics: null}}",
            "Step start_task is held to the rule ethics, which is law: no plan takes it away or lets it be waived.",
            "Write it under `rules:`, or leave it to the shared part, and nothing of a waiver.",
        ),
    ),
    "a law that may be waived": (
        (
            "sector.yaml",
            "      approve_task:\n",
            "      start_task: {rules: {ethics: {waivable: true}}}\n      approve_task:\n",
        ),
        (
            "sector.yaml",
            "start_task: {rules: {ethics: {waivable: true}}}",
            "Step start_task is held to the rule ethics, which is law: no plan takes it away or lets it be waived.",
            "Write it under `rules:`, or leave it to the shared part, and nothing of a waiver.",
        ),
    ),
    "a number that is a word": (
        ("sector.yaml", "topic_group: {id: SYT27-I.2}", "two_running_tasks: {with: {most: many}}"),
        (
            "sector.yaml",
            "two_running_tasks: {with: {most: many}}",
            "Rule two_running_tasks needs 'most' as a whole number from 1 to 100.",
            "Write the number alone: `most: 2`.",
        ),
    ),
    "a number that is no number of months": (
        ("sector.yaml", "      approve_task:\n", AMENDING.format("months_long: true")),
        (
            "sector.yaml",
            "extension: {with: {months_long: true}}",
            "Rule extension needs 'months_long' as a whole number from 0 to 1200.",
            "Write the number alone: `months_long: 2`.",
        ),
    ),
    "a rule with what it does not know": (
        ("sector.yaml", "      approve_task:\n", AMENDING.format("time: 2")),
        (
            "sector.yaml",
            "extension: {with: {time: 2}}",
            "Rule extension does not know 'time'.",
            "Take it out or correct the spelling.",
        ),
    ),
    "one word where a list is needed": (
        ("sector.yaml", "payers: [department]", "payers: department"),
        (
            "sector.yaml",
            "payer: {with: {payers: department}}",
            "Rule payer needs 'payers' as a list of words.",
            "Write it as `payers: [a, b]`.",
        ),
    ),
    "a list of nothing": (
        ("sector.yaml", "payers: [department]", "payers: []"),
        (
            "sector.yaml",
            "payer: {with: {payers: []}}",
            "Rule payer needs 'payers' as a list of words.",
            "Write it as `payers: [a, b]`.",
        ),
    ),
    "a list where one word is needed": (
        (
            "sector.yaml",
            "moves: {accepted: published}",
            "moves: {accepted: published}\n        rules: {publication: {with: {after: [recognised]}}}",
        ),
        (
            "sector.yaml",
            "rules: {publication: {with: {after: [recognised]}}}",
            "Rule publication needs 'after' as one word.",
            "Write it as `after: a`.",
        ),
    ),
    "a part that no seminar report has": (
        ("plan.yaml", "level_rule:", "seminar_parts: {id: SYT27-IV.3, with: {parts: [summary]}}\nlevel_rule:"),
        (
            "plan.yaml",
            "seminar_parts: {id: SYT27-IV.3, with: {parts: [summary]}}",
            "'summary' is no word for 'parts'.",
            "Use one of: overview, methods, results, discussion, conclusion.",
        ),
    ),
    "a target that is no state": (
        ("sector.yaml", "ethics_reviewed: rejected", "ethics_reviewed: refused"),
        (
            "sector.yaml",
            "moves: {ethics_reviewed: refused}",
            "Step reject_task names a state 'refused' that is not there.",
            f"Use one of: {STATES}.",
        ),
    ),
    "a source that is no state": (
        ("sector.yaml", "{ethics_reviewed: withdrawn}", "{ethics_review: withdrawn}"),
        (
            "sector.yaml",
            "moves: {ethics_review: withdrawn}",
            "Step withdraw_task names a state 'ethics_review' that is not there.",
            f"Use one of: {STATES}.",
        ),
    ),
    "a state used twice": (
        ("sector.yaml", "      - withdrawn\n", "      - withdrawn\n      - withdrawn\n"),
        (
            "sector.yaml",
            "- withdrawn",
            "State 'withdrawn' is taken already.",
            "Take it out or name it otherwise.",
        ),
    ),
    "a role that is not known": (
        ("sector.yaml", "roles: [secretary, unit_officer]", "roles: [secretary, auditor]"),
        (
            "sector.yaml",
            "roles: [secretary, auditor]",
            "'auditor' is no role that takes steps.",
            "Use one of: leader, secretary, finance, unit_officer.",
        ),
    ),
    "a purpose nobody decides": (
        ("sector.yaml", "      accept: {by: council, whose: department, id: SYT27-II.1}\n", ""),
        ("steps.yaml", "accept_task:", "It is not said who decides 'accept'.", "Add it under `decides:`."),
    ),
    "an approval by a council": (
        ("sector.yaml", "    decides:\n", "    decides:\n      approve: {by: council, whose: unit}\n"),
        (
            "sector.yaml",
            "approve: {by: council, whose: unit}",
            "'approve' is not decided by a council.",
            "Use one of: select, appraise, approve, accept, recognise; a council never approves.",
        ),
    ),
    "an own step with outcomes": (
        ("sector.yaml", "moves: {in_progress: stay}", "moves: {in_progress: {good: submitted, bad: suspended}}"),
        (
            "sector.yaml",
            VISIT,
            "Step visit_site is not built in and is not plain: it may lead from a state to one state, and no more.",
            "Use a built-in step, or take out outcomes, `new`, `back` and `effect`.",
        ),
    ),
    "an own step with an effect": (
        ("sector.yaml", "moves: {in_progress: stay}", "moves: {in_progress: stay}\n        effect: {attempts: 2}"),
        (
            "sector.yaml",
            VISIT,
            "Step visit_site is not built in and is not plain: it may lead from a state to one state, and no more.",
            "Use a built-in step, or take out outcomes, `new`, `back` and `effect`.",
        ),
    ),
    "an effect beyond all bounds": (
        (
            "sector.yaml",
            "      publish_task:\n",
            "      submit_for_acceptance:\n        effect: {attempts: 0}\n      publish_task:\n",
        ),
        (
            "sector.yaml",
            "effect: {attempts: 0}",
            "'attempts' is no number from 1 to 100.",
            "Correct the number.",
        ),
    ),
    "an own step without a title": (
        ("sector.yaml", "        title: {vi: Thăm điểm nghiên cứu, en: Visit the place of research}\n", ""),
        (
            "sector.yaml",
            VISIT,
            "Step visit_site has no title.",
            "Add `title: {vi: ..., en: ...}`.",
        ),
    ),
    "an own step with a command's name": (
        ("sector.yaml", "visit_site: ", "rescind: "),
        (
            "sector.yaml",
            VISIT.replace("visit_site", "rescind"),
            "'rescind' is the name of a command that is no step.",
            "Choose another name.",
        ),
    ),
    "a field that every command has": (
        ("sector.yaml", "name: findings", "name: actor"),
        (
            "sector.yaml",
            "- {name: actor, type: text, title: {vi: ghi nhận, en: findings}}",
            "Field 'actor' of step visit_site is taken already.",
            "Choose another name.",
        ),
    ),
    "fields on a built-in step": (
        ("sector.yaml", "{ethics_reviewed: withdrawn}", "{ethics_reviewed: withdrawn}\n        fields: [{name: why}]"),
        (
            "sector.yaml",
            "fields: [{name: why}]",
            "Step withdraw_task is built in and takes no fields of the plan.",
            "Give the fields to a step of the plan's own.",
        ),
    ),
    "a built-in step that goes back": (
        ("sector.yaml", "moves: {ethics_reviewed: rejected}", "moves: {ethics_reviewed: back}"),
        (
            "sector.yaml",
            "moves: {ethics_reviewed: back}",
            "Step reject_task cannot lead from ethics_reviewed to 'back'.",
            "A record leads to `stay`, resubmit_task alone leads `back`, any other step to a state.",
        ),
    ),
    "an outcome too few": (
        (
            "sector.yaml",
            "      review_ethics: ",
            "      accept_task:\n        moves:\n          submitted: accepted\n      review_ethics: ",
        ),
        (
            "sector.yaml",
            "submitted: accepted",
            "Step accept_task must lead on from submitted by: excellent, pass, fail.",
            "Write one target for each, or one target alone where there is one outcome.",
        ),
    ),
}
