"""Commands about councils, sessions and ballots. Says what is well formed."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.commands.base import Command, Refs, one_of
from engine.fields import AnyText, Ballot, Day, Document, Id, Opinion, Part, Seat, Some, Text

PurposeName = Literal["select", "appraise", "accept", "recognise"]


SeatName = Literal["chair", "vice_chair", "reviewer", "secretary", "member"]


class Member(Seat):
    """A member of a council."""

    role: SeatName


class SetUpCouncil(Command):
    """Set up a council by a document."""

    ROLES: ClassVar[tuple[str, ...]] = ("secretary",)
    REFS: ClassVar[Refs] = (("unit", "unit"), ("plan", "plan"), ("members.person", "person"))
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    GROUP: ClassVar[str] = "council"
    VERB: ClassVar[str] = "set-up"

    command: Literal["set_up_council"]
    council: Id
    name: Text
    kind: Literal["science", "appraisal", "acceptance", "sector"]
    unit: Id | None = None
    plan: Id
    in_force_from: Day
    in_force_until: Day | None = None
    document: Document | None = None
    members: tuple[Member, ...]


class ChangeCouncilMember(Command):
    """Replace, add or take out a member of a council."""

    ROLES: ClassVar[tuple[str, ...]] = ("secretary",)
    REFS: ClassVar[Refs] = (("council", "council"), ("out", "person"), ("in_.person", "person"))
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    GROUP: ClassVar[str] = "council"
    VERB: ClassVar[str] = "change-member"

    command: Literal["change_council_member"]
    council: Id
    out: Id | None = None
    in_: Member | None = Field(default=None, alias="in")
    document: Document | None = None

    @model_validator(mode="after")
    def _out_or_in(self) -> Self:
        if self.out is None and self.in_ is None:
            raise one_of("out", "in")
        return self


class AgendaItem(Part):
    """What a session decides on: a task (or an initiative) and the purpose."""

    task: Id | None = None
    initiative: Id | None = None
    purpose: PurposeName
    reviewers: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _task_or_initiative(self) -> Self:
        if (self.task is None) == (self.initiative is None):
            raise one_of("task", "initiative")
        return self


class HoldSession(Command):
    """Record a council's session: who was present, what it decided on."""

    ROLES: ClassVar[tuple[str, ...]] = ("secretary",)
    REFS: ClassVar[Refs] = (
        ("council", "council"),
        ("present", "person"),
        ("absent_opinions.person", "person"),
        ("items.task", "task"),
        ("items.initiative", "initiative"),
        ("items.reviewers", "person"),
    )
    NEEDS: ClassVar[tuple[str, ...]] = ("minutes",)
    GROUP: ClassVar[str] = "session"
    VERB: ClassVar[str] = "hold"

    command: Literal["hold_session"]
    session: Id
    council: Id
    minutes: Document | None = None
    present: tuple[Id, ...]
    guests: tuple[Text, ...] = ()
    absent_opinions: tuple[Opinion, ...] = ()
    items: tuple[AgendaItem, ...]

    @model_validator(mode="after")
    def _each_item_once(self) -> Self:
        seen = [(item.task, item.initiative, item.purpose) for item in self.items]
        if len(seen) != len(set(seen)):
            raise PydanticCustomError("item_twice", "item twice")
        return self


VOTES = {"select": ("yes", "no"), "recognise": ("yes", "no"), "accept": ("excellent", "pass", "fail"), "appraise": ()}


class CastBallots(Command):
    """Record the ballots of one item of a session; they are cast once."""

    ROLES: ClassVar[tuple[str, ...]] = ("secretary",)
    REFS: ClassVar[Refs] = (
        ("session", "session"),
        ("task", "task"),
        ("initiative", "initiative"),
        ("ballots.person", "person"),
        ("recused", "person"),
    )
    GROUP: ClassVar[str] = "session"
    VERB: ClassVar[str] = "ballots"

    command: Literal["cast_ballots"]
    session: Id
    task: Id | None = None
    initiative: Id | None = None
    purpose: PurposeName
    ballots: Some[Ballot]
    recused: tuple[Id, ...] = ()
    note: AnyText | None = None

    @model_validator(mode="after")
    def _votes_of_the_purpose(self) -> Self:
        if (self.task is None) == (self.initiative is None):
            raise one_of("task", "initiative")
        allowed = VOTES[self.purpose]
        for ballot in self.ballots:
            scored = ballot.score is not None and ballot.vote is None
            voted = ballot.score is None and ballot.vote in allowed
            if not (voted if allowed else scored):
                raise PydanticCustomError("ballot_wrong", "ballot", {"allowed": ", ".join(allowed) or "score 0-100"})
        return self
