"""A third unit, and how the first is merged into the second."""

from typing import Any

from tests.world import Command, command, document, new_unit, office

DAY = "2026-02-05"
NEW = "https://moi.example.vn"
OF_BV3 = [*new_unit("BV3", DAY, ["HP36"]), office("BV3", DAY, "off-BV3")]


def merger(on: str, *units: str, into: str = "BV2", **fields: Any) -> Command:
    """The merger of BV1, or of these, into BV2."""
    paper = document("52/QĐ-UBND", on, "UBND thành phố")
    return command("merge_units", "admin", on, units=list(units or ("BV1",)), into=into, document=paper) | fields
