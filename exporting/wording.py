"""The words of the page of a bundle: fields and values as a person reads them, and how the page looks."""

from engine.catalogue import N_
from engine.words import OUTCOMES, PURPOSES, RESULTS

MONEY = ("amount",)
PEOPLE = (
    "person",
    "investigator",
    "team",
    "leader",
    "officer",
    "presenter",
    "present",
    "recused",
    "reviewers",
    "persons",
    "out",
    "to",
)
FIELDS = {
    "absent_opinions": N_("opinions of absent members"),
    "always": N_("on every date"),
    "amount": N_("amount"),
    "authority": N_("authority"),
    "authors": N_("authors"),
    "average": N_("average"),
    "ballots": N_("ballots"),
    "beneficiary": N_("beneficiary"),
    "by": N_("done by"),
    "changes": N_("changes"),
    "citation": N_("citation"),
    "conclusion": N_("conclusion"),
    "content": N_("content"),
    "contract": N_("contract"),
    "council": N_("council"),
    "counts": N_("votes counted"),
    "description": N_("description"),
    "discussion": N_("discussion"),
    "dossier": N_("dossier"),
    "end": N_("end"),
    "entered": N_("new member"),
    "estimate": N_("estimate"),
    "ethics": N_("ethics clearance"),
    "facts": N_("as the register had it"),
    "field": N_("field"),
    "file": N_("file"),
    "findings": N_("findings"),
    "form": N_("form"),
    "grade": N_("grade"),
    "guests": N_("guests"),
    "human_subjects": N_("studies people"),
    "in_force_from": N_("in force from"),
    "in_force_until": N_("in force until"),
    "incentive": N_("with incentives"),
    "initiative": N_("initiative"),
    "into": N_("merged into"),
    "investigator": N_("investigator"),
    "items": N_("agenda"),
    "kind": N_("kind"),
    "late": N_("handed in late"),
    "lead_unit": N_("lead unit"),
    "leader": N_("responsible leader"),
    "level": N_("level"),
    "line": N_("line"),
    "measure": N_("measure"),
    "members": N_("members"),
    "methods": N_("methods"),
    "missing": N_("missing"),
    "name": N_("name"),
    "note": N_("note"),
    "of": N_("entry"),
    "of_use": N_("of use"),
    "office": N_("research office"),
    "officer": N_("research officer"),
    "out": N_("member who leaves"),
    "overview": N_("overview"),
    "ownership": N_("ownership"),
    "participants": N_("participants"),
    "partners": N_("partners"),
    "parts": N_("parts"),
    "payer": N_("payer"),
    "percent": N_("percent done"),
    "period": N_("period"),
    "person": N_("person"),
    "persons": N_("persons"),
    "plan": N_("plan"),
    "plan_version": N_("plan version"),
    "plans": N_("plans"),
    "portal": N_("portal"),
    "present": N_("present"),
    "presenter": N_("presenter"),
    "purpose": N_("purpose"),
    "reason": N_("reason"),
    "recused": N_("recused"),
    "reports": N_("reports"),
    "result": N_("result"),
    "results": N_("results"),
    "reviewers": N_("reviewers"),
    "role": N_("role"),
    "roles": N_("roles"),
    "row": N_("row"),
    "rule": N_("rule"),
    "score": N_("score"),
    "session": N_("session"),
    "share": N_("share"),
    "sheet": N_("sheet"),
    "since": N_("from"),
    "source": N_("state before"),
    "start": N_("start"),
    "state": N_("state"),
    "step": N_("step"),
    "subordinate": N_("subordinate to the Department"),
    "summary": N_("summary"),
    "suppliers": N_("suppliers"),
    "target": N_("state after"),
    "task": N_("task"),
    "team": N_("team"),
    "text": N_("text"),
    "title": N_("title"),
    "title_en": N_("English title"),
    "to": N_("to"),
    "topic_group": N_("topic group"),
    "unit": N_("unit"),
    "units": N_("units"),
    "until": N_("until"),
    "url": N_("page"),
    "value": N_("value"),
    "version": N_("version"),
    "vote": N_("vote"),
    "voucher": N_("voucher"),
    "year": N_("year"),
}
VALUES = (
    OUTCOMES
    | PURPOSES
    | RESULTS
    | {
        "new": N_("not registered yet"),
        "yes": N_("yes"),
        "no": N_("no"),
    }
)
STYLE = """
body { font: 15px/1.45 "Liberation Sans", Arial, sans-serif; color: #111; }
body { margin: 1.5em auto; max-width: 75em; padding: 0 1em; }
h1 { font-size: 1.5em; } h2 { font-size: 1.2em; margin-top: 2em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2em 1em; } dt { font-weight: bold; }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #777; padding: .35em .5em; text-align: left; }
th { background: #eee; } td { vertical-align: top; overflow-wrap: anywhere; } td:last-child a { white-space: nowrap; }
th { width: 12%; } th:nth-child(2) { width: 9%; } th:nth-child(3) { width: auto; } th:last-child { width: 17em; }
ul { margin: .2em 0; padding-left: 1.2em; }
li ul { padding-left: .5em; } li li { display: inline; } li li + li::before { content: "; "; }
a { color: #0b3d91; } tr:target, dt:target { background: #fff3c4; }
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  body { font-size: 9pt; margin: 0; max-width: none; padding: 0; } a { color: inherit; text-decoration: none; }
  thead { display: table-header-group; } tr { break-inside: avoid; } h2 { break-after: avoid; }
}
"""
