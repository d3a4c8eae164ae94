"""The calendar by which working days are counted, the same for every command that counts them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.frame import Failure
from console.speech import say
from engine.catalogue import N_

if TYPE_CHECKING:
    from engine.calendar import Calendar

calendar_option = click.option(
    "--calendar",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="KHCN_CALENDAR",
    help=say(N_("Days that were decided otherwise than the public calendar says.")),
)


def workdays(file: Path | None) -> "Calendar":
    """The public calendar with the days that a file decides otherwise; without one, that of the product."""
    from engine.calendar import Calendar, CalendarWrong, read_overrides
    from workflows.merge import HERE

    try:
        return Calendar(read_overrides(file or HERE / "calendar.yaml"))
    except CalendarWrong as wrong:
        text = N_("The calendar {file} cannot be read: {reason}")
        raise Failure(2, text, file=str(wrong.file), reason=wrong.reason) from None
