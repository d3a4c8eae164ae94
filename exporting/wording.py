"""The words of the page of a bundle: fields and values as a person reads them, and how the page looks."""

from engine.catalogue import N_
from engine.words import COUNCILS, INSPECTIONS, OUTCOMES, OWNERSHIP, PAYERS, PURPOSES, RESULTS, UNITS

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
# Field -> the words of its values; of a role it hangs on whether a seat is meant.
WORDS = {
    **dict.fromkeys(("grade", "result", "vote", "purpose"), VALUES),
    "kind": UNITS | COUNCILS | INSPECTIONS,
    "ownership": OWNERSHIP,
    "payer": PAYERS,
    "by": {"self": N_("the unit itself"), "department": N_("the Department")},
}
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
