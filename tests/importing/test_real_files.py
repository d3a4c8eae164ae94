"""Each real register by its example mapping: all rows are accounted for, and a second run records nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.console.khcn import Khcn
from tests.importing.registers import EXAMPLES, EXCERPTS, SHARED, cells, counts, imported

EXCERPT_RUNS = [
    ("ogrants.csv", "ogrants.yaml", "sec", (13, 7, 0, 6)),
    ("360giving_baring.json", "baring.yaml", "sec", (3, 2, 0, 1)),
    ("360giving_indigo.json", "indigo.yaml", "sec", (3, 3, 0, 0)),
    ("gso_vinhphuc_units_2017-10.xls", "communes-2017.yaml", "admin", (137, 137, 0, 0)),
    ("osm_hospitals.json", "hospitals.yaml", "admin", (5, 2, 0, 3)),
]
WHOLE_RUNS = [
    ("registry/ogrants_dev.csv", "ogrants.yaml", "sec", (149, 117, 0, 32)),
    ("registry/360giving_baring.json", "baring.yaml", "sec", (53, 51, 0, 2)),
    ("registry/360giving_indigo.json", "indigo.yaml", "sec", (269, 269, 0, 0)),
    ("vn/gso_vinhphuc_units_2017-10.xls", "communes-2017.yaml", "admin", (137, 137, 0, 0)),
    ("vn/gso_vinhphuc_units_2021-02.xls", "communes-2021.yaml", "admin", (136, 136, 0, 0)),
    ("vn/osm_hospitals_dev.json", "hospitals.yaml", "admin", (121, 48, 0, 73)),
]


def imports_once(khcn: Khcn, file: Path, mapping: str, actor: str, expected: tuple[int, int, int, int]) -> None:
    rows, fresh, _, refused = expected
    with khcn.unchanged():
        rehearsed = imported(khcn, file, EXAMPLES / mapping, "--dry-run", actor=actor)
    first = imported(khcn, file, EXAMPLES / mapping, actor=actor)
    with khcn.unchanged():
        second = imported(khcn, file, EXAMPLES / mapping, actor=actor)

    assert counts(first) == counts(rehearsed) == expected
    assert counts(second) == (rows, 0, fresh, refused)
    assert first["reported"] == rehearsed["reported"] == second["reported"]
    assert all(each["cell"] and each["message"] and each["cure"] for each in first["reported"])


@pytest.mark.parametrize(("file", "mapping", "actor", "expected"), EXCERPT_RUNS)
def test_an_excerpt(khcn: Khcn, file: str, mapping: str, actor: str, expected: tuple[int, int, int, int]) -> None:
    imports_once(khcn, EXCERPTS / file, mapping, actor, expected)


@pytest.mark.skipif(not SHARED.exists(), reason="the whole registers are not here: ../shared/data")
@pytest.mark.parametrize(("file", "mapping", "actor", "expected"), WHOLE_RUNS)
def test_a_whole_register(khcn: Khcn, file: str, mapping: str, actor: str, expected: tuple[int, int, int, int]) -> None:
    imports_once(khcn, SHARED / file, mapping, actor, expected)


@pytest.mark.skipif(not SHARED.exists(), reason="the whole registers are not here: ../shared/data")
def test_the_communes_of_2021_after_those_of_2017(khcn: Khcn) -> None:
    imported(khcn, SHARED / "vn/gso_vinhphuc_units_2017-10.xls", EXAMPLES / "communes-2017.yaml", actor="admin")
    with khcn.unchanged():
        later = imported(
            khcn, SHARED / "vn/gso_vinhphuc_units_2021-02.xls", EXAMPLES / "communes-2021.yaml", actor="admin"
        )

    assert counts(later) == (136, 0, 121, 15)
    assert any("«Xã Phú Thịnh" in text and "«Xã Tân Phú" in text for _, text in cells(later))


def test_what_says_no_state_is_reported_and_not_read_as_one(khcn: Khcn) -> None:
    told = imported(khcn, EXCERPTS / "ogrants.csv", EXAMPLES / "ogrants.yaml")
    of_states = [text for cell, text in cells(told) if cell.startswith("L")]

    assert sorted(of_states) == [
        "The cell is empty, and state is needed.",
        "The cell is empty, and state is needed.",
        "The mapping does not say what «unknown» stands for.",
        "The mapping does not say what «unknown» stands for.",
    ]


def test_codes_keep_their_leading_zeros(khcn: Khcn) -> None:
    imported(khcn, EXCERPTS / "gso_vinhphuc_units_2017-10.xls", EXAMPLES / "communes-2017.yaml", actor="admin")

    assert "unit:PX08707" in khcn("audit", "history", "unit:PX08707", "--json").out
    assert "Phường Tích Sơn, Thành phố Vĩnh Yên" in khcn("audit", "history", "unit:PX08707", "--json").out


def test_a_decomposed_name_is_kept_composed(khcn: Khcn) -> None:
    import json
    import unicodedata

    stored = json.loads((EXCERPTS / "osm_hospitals.json").read_text("utf-8"))["elements"]
    assert any(not unicodedata.is_normalized("NFC", each["tags"]["name"]) for each in stored)

    told = imported(khcn, EXCERPTS / "osm_hospitals.json", EXAMPLES / "hospitals.yaml", "--dry-run", actor="admin")
    assert any("«Bệnh viện Việt Nam - Cuba»" in text for _, text in cells(told))
    assert all(unicodedata.is_normalized("NFC", text) for _, text in cells(told))
