"""One cell as the mapping reads it: dates, sums, states; what the mapping does not say is reported, never guessed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from importing.cells import NOTHING, read_cell
from importing.mapping import FieldMap, ImportMap
from importing.problems import Unread


def read(value: Any, name: str, /, **field: Any) -> Any:
    whole = {key: field.pop(key) for key in ("dates_of_all", "amounts_of_all") if key in field}
    each = FieldMap.model_validate({"column": "c", **field})
    mapping = ImportMap.model_validate(
        {"fields": {name: {"column": "c"}}, **{key.removesuffix("_of_all"): value for key, value in whole.items()}}
    )
    return read_cell(value, name, each, mapping)


def cause(value: Any, name: str, /, **field: Any) -> str:
    with pytest.raises(Unread) as caught:
        read(value, name, **field)
    assert caught.value.cure.render("en")
    return caught.value.message.render("en")


@pytest.mark.parametrize(
    "written",
    [
        "12/03/2026",
        "12/3/2026",
        " 12/03/2026 ",
        "12/03/2026 08:30",
        "12/03/2026 08:30:59",
        "2026-03-12",
        "2026-03-12T08:30:00Z",
        "2026-03-12T08:30:00.123+07:00",
        date(2026, 3, 12),
        datetime(2026, 3, 12),  # noqa: DTZ001 - a workbook's times have no zone
        datetime(2026, 3, 12, 8, 30),  # noqa: DTZ001
    ],
)
def test_dates_in_their_various_shapes(written: Any) -> None:
    assert read(written, "facts.approved_on") == "2026-03-12"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2026", "'2026' is only a year."),
        (2026, "2026 is a number, not a date."),
        (46093, "46093 is a number, not a date."),
        (46093.5, "46093.5 is a number, not a date."),
        ("31/02/2026", "There is no such day: '31/02/2026'."),
        ("12/3/26", "'12/3/26' is not a date as the mapping has them: "),
        ("12.03.2026", "'12.03.2026' is not a date as the mapping has them: "),
        ("tháng 3 năm 2026", "'tháng 3 năm 2026' is not a date as the mapping has them: "),
        ("12/03/2026 và 13/03/2026", "'12/03/2026 và 13/03/2026' is not a date as the mapping has them: "),
    ],
)
def test_what_is_no_date(written: Any, why: str) -> None:
    assert cause(written, "facts.approved_on").startswith(why)


@pytest.mark.parametrize(
    ("written", "dates", "day", "read_as"),
    [
        ("2026", ["yyyy"], "12-31", "2026-12-31"),
        (2026, ["yyyy"], "01-01", "2026-01-01"),
        ("3/2026", ["mm/yyyy"], "12-15", "2026-03-15"),
        ("12.3.2026", ["dd.mm.yyyy"], None, "2026-03-12"),
        ("ngày 12 tháng 03 năm 2026", ["ngày dd tháng mm năm yyyy"], None, "2026-03-12"),
        ("03/12/2026", ["mm/dd/yyyy"], None, "2026-03-12"),
    ],
)
def test_shapes_that_a_mapping_allows(written: Any, dates: list[str], day: str | None, read_as: str) -> None:
    assert read(written, "facts.start", dates=dates, day=day) == read_as


def test_a_date_that_two_shapes_read_in_two_ways() -> None:
    both = ["dd/mm/yyyy", "mm/dd/yyyy"]

    assert cause("03/04/2026", "facts.start", dates=both) == "'03/04/2026' can be read as 2026-03-04, 2026-04-03."
    assert read("13/04/2026", "facts.start", dates=both) == "2026-04-13"
    assert read("04/04/2026", "facts.start", dates=both) == "2026-04-04"


def test_the_year_of_a_date() -> None:
    assert read("26/03/2001 00:00", "year", part="year") == 2001
    assert read(date(2019, 1, 1), "year", part="year") == 2019


@pytest.mark.parametrize(
    ("written", "amounts", "dong"),
    [
        ("1.234.567", "1.234.567", 1_234_567),
        ("1,234,567", "1,234,567", 1_234_567),
        ("1 234 567", "1 234 567", 1_234_567),
        ("1\u00a0234\u00a0567", "1 234 567", 1_234_567),
        ("1234567", "1.234.567", 1_234_567),
        ("1234567", "1234567", 1_234_567),
        ("1.234", "1.234.567", 1_234),
        ("120.000.000 đồng", "1.234.567", 120_000_000),
        ("120.000.000đ", "1.234.567", 120_000_000),
        ("120.000.000 VNĐ", "1.234.567", 120_000_000),
        ("120.000.000,00", "1.234.567", 120_000_000),
        (120_000_000, "1.234.567", 120_000_000),
        (120_000_000.0, "1234567", 120_000_000),
    ],
)
def test_sums_by_the_convention_of_the_mapping(written: Any, amounts: str, dong: int) -> None:
    assert read(written, "facts.approved", amounts=amounts) == dong
    assert read(written, "facts.approved", amounts_of_all=amounts) == dong


@pytest.mark.parametrize(("written", "dong"), [("110,5", 110_500_000), (110.5, 110_500_000), ("1.200", 1_200_000_000)])
def test_sums_in_millions(written: Any, dong: int) -> None:
    assert read(written, "facts.approved", amounts="1.234.567", times=1_000_000) == dong


@pytest.mark.parametrize(
    ("written", "amounts", "why"),
    [
        ("$1,234.50", "1,234,567", "'$1,234.50' is in another currency; sums here are whole đồng."),
        ("1.234 USD", "1.234.567", "'1.234 USD' is in another currency; sums here are whole đồng."),
        ("1,234,567", "1.234.567", "'1,234,567' is not a sum written as 1.234.567."),
        ("1.234.567", "1,234,567", "'1.234.567' is not a sum written as 1,234,567."),
        ("1.234.567", "1234567", "'1.234.567' is not a sum written as 1234567."),
        ("12.34.567", "1.234.567", "'12.34.567' is not a sum written as 1.234.567."),
        ("1.234,5", "1.234.567", "'1.234,5' is not a sum of whole đồng."),
        ("120 triệu", "1.234.567", "'120 triệu' is not a sum written as 1.234.567."),
        ("-5", "1.234.567", "'-5' is not a sum written as 1.234.567."),
        (-5, "1.234.567", "'-5' is not a sum of whole đồng."),
        (1.5, "1.234.567", "'1.5' is not a sum of whole đồng."),
        ("TBD", "1.234.567", "'TBD' is not a sum written as 1.234.567."),
    ],
)
def test_what_is_no_sum_of_dong(written: Any, amounts: str, why: str) -> None:
    assert cause(written, "facts.approved", amounts=amounts) == why


STATES = {"funded": "funded", "đã duyệt": "approved"}


@pytest.mark.parametrize("written", ["partially funded", "TBD", "unknown", "fund", "Đã  duyệt, chờ cấp"])
def test_a_text_the_mapping_does_not_have_is_no_state(written: str) -> None:
    assert cause(written, "state", map=STATES) == f"The mapping does not say what «{written}» stands for."


@pytest.mark.parametrize("written", ["funded ", " funded", "Funded", "FUNDED", "da duyet", "đã duyệt\u00a0"])
def test_nor_is_one_that_differs_by_a_blank_a_capital_or_a_mark(written: str) -> None:
    assert "blanks, capitals or marks differ" in cause(written, "state", map=STATES)


@pytest.mark.parametrize("written", ["partially funded", "funded ", "TBD", ""])
def test_unless_the_mapping_names_it_as_it_is_written(written: str) -> None:
    assert read(written, "state", map={**STATES, written: "registered"}) == "registered"


@pytest.mark.parametrize("written", ["", " ", "\u00a0"])
def test_an_empty_cell_is_no_state_either(written: str) -> None:
    assert read(written, "state", map=STATES) is NOTHING


def test_decomposed_text_is_the_same_text() -> None:
    import unicodedata

    from importing.grids import clean_text

    assert read(clean_text(unicodedata.normalize("NFD", "đã duyệt")), "state", map=STATES) == "approved"


def test_the_beginning_of_a_text_by_whole_words() -> None:
    kinds = {"Bệnh viện": "hospital", "Bệnh viện đa khoa tư nhân": "other"}

    assert read("BỆNH VIỆN Nhi", "kind", starts=kinds) == "hospital"
    assert read("Bệnh viện Đa khoa tư nhân A", "kind", starts=kinds) == "other"
    assert "does not say" in cause("Bệnh việnX", "kind", starts=kinds)
    assert "(fields.kind.starts)" in _cure("Nha khoa", "kind", starts=kinds)


def _cure(value: Any, name: str, /, **field: Any) -> str:
    with pytest.raises(Unread) as caught:
        read(value, name, **field)
    return caught.value.cure.render("en")


def test_who_is_unknown_is_left_out_only_where_the_mapping_says_so() -> None:
    assert "does not say" in cause("Nguyễn Văn Bịa", "investigator", map={})
    assert read("Nguyễn Văn Bịa", "investigator", map={}, unknown="leave_out") is NOTHING


def test_ids_are_ids_or_made_so_by_the_mapping() -> None:
    assert "is not an id" in cause("360G:IND1", "task")
    assert read("360G:IND1", "task", replace={":": "."}) == "360G.IND1"
    assert read("00123", "task") == "00123"
    assert read(123.0, "task") == "123"


def test_several_people_in_one_cell() -> None:
    assert read("p1; p2 ;", "facts.team", split=";") == ["p1", "p2"]
    assert "is not an id" in cause("p1; Nguyễn Văn Bịa", "facts.team", split=";")


@pytest.mark.parametrize(
    ("written", "meant"), [("có", True), ("x", True), (True, True), ("không", False), ("0", False)]
)
def test_yes_and_no(written: Any, meant: bool) -> None:
    assert read(written, "facts.human_subjects") is meant


def test_what_is_neither_yes_nor_no() -> None:
    assert "is not yes or no" in cause("có thể", "facts.human_subjects")


@pytest.mark.parametrize("written", ["2019-2021", "năm 2019", "2019.5", 2019.5])
def test_what_is_no_year(written: Any) -> None:
    assert "is not a whole number" in cause(written, "year")


@pytest.mark.parametrize(
    ("written", "text"),
    [(5.0, "5"), (0.5, "0.5"), (date(2026, 3, 12), "2026-03-12"), (True, "true"), (" hai  chữ ", "hai  chữ")],
)
def test_other_facts_are_kept_as_they_are_written(written: Any, text: str) -> None:
    assert read(written, "facts.note") == text
