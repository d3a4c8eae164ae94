"""`khcn import --propose`: a mapping to start from, by Vietnamese and English headings with and without diacritics."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.text import fold
from importing.mapping import load_mapping
from importing.problems import MappingError
from tests.console.khcn import Khcn
from tests.importing.registers import EXCERPTS, SHARED, counts, imported
from tests.intake.files import workbook

TITLE = ["DANH MỤC ĐỀ TÀI NGHIÊN CỨU KHOA HỌC NĂM 2025"]
HEAD = ["STT", "Mã đề tài", "Tên đề tài", "Đơn vị chủ trì", "Chủ nhiệm đề tài", "Cấp quản lý", "Năm", "Tình trạng",
        "Ngày phê duyệt", "Kinh phí phê duyệt", "Ghi chú"]  # fmt: skip
ROWS = [
    [1, "CU-01", "Đề tài một", "Bệnh viện Bịa", "Người Bịa", "Cấp ngành", 2025, "Đã phê duyệt", "12/03/2025",
     "120.000.000", "gấp"],
    [2, "CU-02", "Đề tài hai", "Bệnh viện Bịa", "", "Cấp ngành", 2025, "TBD", "2025", "1.200.000", ""],
]  # fmt: skip


def propose(khcn: Khcn, file: Path, *more: str) -> str:
    with khcn.unchanged():
        ran = khcn("import", file, "--propose", *more)
    assert ran.code == 0, ran.err
    return ran.out


@pytest.mark.parametrize("spelt", [str, fold, str.upper], ids=["as it is", "without diacritics", "capitals"])
def test_a_vietnamese_register_below_its_title(khcn: Khcn, spelt: object) -> None:
    head = [spelt(each) if callable(spelt) else each for each in HEAD]
    text = propose(khcn, workbook(khcn.folder / "r.xlsx", {"Bìa": [["Sở Y tế"]], "Danh mục": [TITLE, [], head, *ROWS]}))

    assert 'sheet: "Danh mục"\nheader: 3\n' in text
    for field, heading in [
        ("task", head[1]),
        ("title", head[2]),
        ("lead_unit", head[3]),
        ("investigator", head[4]),
        ("level", head[5]),
        ("year", head[6]),
        ("state", head[7]),
        ("facts.approved_on", head[8]),
        ("facts.approved", head[9]),
    ]:
        assert f'  {field}:  # sure: the heading says so\n    column: "{heading}"\n' in text
    assert '      "Đã phê duyệt": "approved"  # 1 rows\n' in text
    assert '      "TBD": "?"  # 1 rows\n' in text
    assert '      "Cấp ngành": "sector"  # 2 rows\n' in text
    assert '    amounts: "1.234.567"  # so in 2 of 2 cells\n' in text
    assert f'  # facts.ghi_chu: "{head[10]}"\n' in text


def test_a_proposal_is_used_only_once_it_is_filled_in(khcn: Khcn) -> None:
    register = workbook(khcn.folder / "r.xlsx", {"Danh mục": [HEAD, *ROWS]})
    text = propose(khcn, register)
    with pytest.raises(MappingError, match=r"fields\.plan: the proposal left it open"):
        load_mapping(str(khcn.file("m.yaml", text)))

    filled = (
        text.replace('plan: {value: "?"}', "plan: {value: HP36}")
        .replace('"Bệnh viện Bịa": "?"', '"Bệnh viện Bịa": UF')
        .replace("    # unknown: leave_out", "    unknown: leave_out")
        .replace('      "Người Bịa": "?"  # 1 rows\n', '      "Người Khác": x\n')
        .replace('"TBD": "?"', '"TBD": registered')
        .replace('day: "?"', 'day: "12-31"')
    )
    told = imported(khcn, register, khcn.file("m.yaml", filled))
    assert counts(told) == (2, 2, 0, 0)


def test_in_vietnamese(khcn: Khcn) -> None:
    assert propose(khcn, EXCERPTS / "ogrants.csv", "--lang", "vi").startswith("# ")


def test_blanks_around_a_state_are_left_open(khcn: Khcn) -> None:
    text = propose(khcn, khcn.file("r.csv", "id,title,status\n1,a,funded\n2,b,funded \n"))

    assert '"funded": "funded"  # 1 rows' in text
    assert '"funded ": "?"  # 1 rows' in text


def test_foreign_money_is_told(khcn: Khcn) -> None:
    text = propose(khcn, EXCERPTS / "360giving_baring.json")

    assert "the register says GBP" in text
    assert 'column: "awardDate"' in text


def test_units_by_their_headings(khcn: Khcn) -> None:
    text = propose(khcn, EXCERPTS / "gso_vinhphuc_units_2017-10.xls")

    assert "kind: units\n" in text
    assert '  unit:  # sure: the heading says so\n    column: "Mã PX"\n' in text


def test_what_somebody_says_goes_before_what_is_guessed(khcn: Khcn) -> None:
    file = workbook(khcn.folder / "r.xlsx", {"A": [HEAD, *ROWS], "B": [["Mã", "Tên"], ["1", "2"]]})

    assert 'kind: units\nsheet: "B"\n' in propose(khcn, file, "--sheet", "B", "--kind", "units")


@pytest.mark.skipif(not SHARED.exists(), reason="the whole registers are not here: ../shared/data")
@pytest.mark.parametrize(
    "name",
    [
        "registry/ogrants_dev.csv",
        "registry/360giving_baring.json",
        "registry/360giving_indigo.json",
        "vn/gso_vinhphuc_units_2021-02.xls",
        "vn/osm_hospitals_dev.json",
    ],
)
def test_a_proposal_for_each_real_register_is_a_mapping_with_open_places(khcn: Khcn, name: str) -> None:
    text = propose(khcn, SHARED / name)

    with pytest.raises(MappingError) as caught:
        load_mapping(str(khcn.file("m.yaml", text)))
    assert all("left it open" in each.render("en") for each in caught.value.messages)
