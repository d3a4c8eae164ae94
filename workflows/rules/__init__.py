"""The rules that plans name: one small function each, grouped as in the reading of the plans."""

from engine.ask import RULES
from workflows.rules import (
    always,
    amending,
    approving,
    conflict,
    council,
    delegating,
    initiatives,
    publishing,
    registering,
    running,
    spending,
    voting,
)

__all__ = [
    "RULES",
    "always",
    "amending",
    "approving",
    "conflict",
    "council",
    "delegating",
    "initiatives",
    "publishing",
    "registering",
    "running",
    "spending",
    "voting",
]
