"""What a register from before may tell of a task, and where in which file it stood. Shared by command and fact."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StrictInt
from pydantic_core import PydanticCustomError

from engine.fields import AnyText, Day, Flag, Id, Money, Part

# The fact that tells when a state was reached; of any other state it is '<state>_on'.
REACHED_ON: Final[Mapping[str, str]] = {"in_progress": "started_on"}


def _kept(value: Any) -> Any:
    """A fact that has no name of its own here, as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _read_sha256(value: str) -> str:
    if len(value) != 64 or not set(value) <= set("0123456789abcdefABCDEF"):
        raise PydanticCustomError("sha256_wrong", "not a SHA-256")
    return value.lower()


class ImportedFacts(Part):
    """What is known of an imported task. These names have a meaning here; anything else is kept as text.

    Sums are whole đồng. `allocated`, `disbursed` and `returned` are of the time before: no budget line has them."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)
    __pydantic_extra__: dict[str, Annotated[AnyText, BeforeValidator(_kept)]] = Field(init=False)

    title_en: AnyText | None = None
    team: tuple[Id, ...] | None = None
    topic_group: StrictInt | None = None
    human_subjects: Flag | None = None
    start: Day | None = None
    end: Day | None = None
    estimate: Money | None = None
    approved: Money | None = None
    allocated: Money | None = None
    disbursed: Money | None = None
    returned: Money | None = None
    grade: Literal["excellent", "pass", "fail"] | None = None
    published_url: AnyText | None = None
    registered_on: Day | None = None
    selected_on: Day | None = None
    appraised_on: Day | None = None
    approved_on: Day | None = None
    funded_on: Day | None = None
    started_on: Day | None = None
    submitted_on: Day | None = None
    accepted_on: Day | None = None
    not_accepted_on: Day | None = None
    recognised_on: Day | None = None
    published_on: Day | None = None
    closed_on: Day | None = None

    def reached(self, state: str) -> date | None:
        """When the state was reached, where that is known."""
        found: date | None = getattr(self, REACHED_ON.get(state, f"{state}_on"), None)
        return found if isinstance(found, date) else None


class ImportSource(Part):
    """Where a row stood: file, sheet (none in a file without sheets), row as a person counts, SHA-256 of the file."""

    file: AnyText
    sheet: AnyText | None = None
    row: Annotated[StrictInt, Field(ge=1)]
    sha256: Annotated[str, AfterValidator(_read_sha256)]
