"""`khcn audit conformance`: whether every recorded decision was lawful when it was taken."""

import click

from console.frame import Leaf, Setting, form_options
from console.speech import put_json, put_rows, say
from engine.catalogue import N_


@click.command(cls=Leaf)
@form_options
@click.pass_obj
def conformance(setting: Setting, form: str) -> int:
    """Decide every recorded decision again, by the rules and facts of its time; exit 6 if one was unlawful."""
    from engine.conformance import conformance as judge

    desk = setting.desk()
    counts = {"lawful": 0, "waived": 0, "imported": 0}
    unlawful = []
    with desk.reading() as work:
        for judged in judge(desk.decider, work.events()):
            if judged.judgement == "unlawful":
                place = {"position": judged.event.position, "stream": judged.event.stream}
                unlawful.append(place | {"rules": list(judged.rules)})
            else:
                counts[judged.judgement] += 1
    events = sum(counts.values()) + len(unlawful)
    if form == "json":
        put_json({"events": events, **counts, "unlawful": unlawful})
    else:
        text = N_("{events} events: {lawful} lawful, {waived} waived, {imported} imported, {unlawful} unlawful.")
        click.echo(say(text, events=events, unlawful=len(unlawful), **counts))
        if unlawful:
            put_rows(unlawful, form)
    return 6 if unlawful else 0
