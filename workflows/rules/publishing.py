"""Rules of publishing: after recognition, on the unit's own portal, with all parts."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from engine.ask import Ask, Unmet, no, rule
from engine.catalogue import N_


@rule("house.publication", N_("The result is published on the unit's own portal, with all parts."))
def publication(ask: Ask) -> Iterator[Unmet]:
    """Recognised where the plan asks for it; an https page on the lead unit's portal; all parts present."""
    if ask.params.get("after") == "recognised" and not ask.task.recognised:
        yield no(
            N_("The result of {task} is not recognised yet."),
            cure=N_("Have it recognised by the sector council first."),
            task=ask.task.task,
        )
    yield from _on_the_portal(ask)
    missing = [part for part in ask.params["parts"] if part not in ask.command.parts]
    if missing:
        yield no(
            N_("The published information lacks: {missing}."),
            cure=N_("Publish these parts as well, then record the publication."),
            missing=missing,
        )


def _on_the_portal(ask: Ask) -> Iterator[Unmet]:
    ident = ask.facts.successor(ask.task.lead_unit, ask.command.on)
    unit = ask.facts.unit(ident)
    portal = unit.portal(ask.command.on) if unit else None
    if portal is None:
        yield no(
            N_("The unit {unit} has no portal on record on {day_on}."),
            cure=N_("Record the unit's portal first."),
            unit=ident,
            day_on=ask.command.on,
        )
        return
    scheme, host = _address(ask.command.url)
    if scheme != "https" or host != _address(portal)[1]:
        yield no(
            N_("{url} is not an https page on the unit's portal {portal}."),
            cure=N_("Publish on the unit's own portal and give that page's address."),
            url=ask.command.url,
            portal=portal,
        )


def _address(url: str) -> tuple[str, str | None]:
    try:
        parts = urlsplit(url.strip())
        return parts.scheme.lower(), parts.hostname
    except ValueError:
        return "", None
