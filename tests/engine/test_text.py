"""Vietnamese text is found, sorted and spelt the way Vietnamese readers expect."""

import random
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue import render
from engine.text import (
    amount_in_words,
    day_in_words,
    fold,
    format_amount,
    format_date,
    format_decimal,
    holds_day,
    nfc,
    shortened,
    sort_key,
)

ROOT = Path(__file__).resolve().parents[2]
NAMES = ROOT.parent / "shared/data/vn"
AMOUNTS = [
    line.split("\t") for line in Path(__file__).with_name("amounts_in_words.tsv").read_text("utf-8").splitlines()
]
EXCERPT = (  # a few lines of the file of names, the last two with U+00D0 as they stand there
    ("An Cơ", "An Co"),
    ("Ân Lai", "An Lai"),
    ("Bảo Huỳnh", "Bao Huynh"),
    ("Bích Nhã", "Bich Nha"),
    ("Bình Ðạt", "Binh Dat"),
    ("Anh Ðức", "Anh Duc"),
)


def in_order(names: list[str]) -> list[str]:
    """The names by their sort keys, whatever order they came in."""
    return sorted(random.Random(1).sample(names, len(names)), key=sort_key)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("name", "bare"), EXCERPT)
def test_a_name_folds_like_its_twin_without_marks(name: str, bare: str, form: str) -> None:
    written = unicodedata.normalize("NFC" if form == "NFC" else "NFD", name)

    assert fold(bare) == fold(written)


@pytest.mark.skipif(not NAMES.is_dir(), reason="../shared/data is not here")
def test_every_name_of_the_oracle_folds_like_its_twin() -> None:
    names = (NAMES / "given_names_boy.txt").read_text("utf-8").splitlines()
    twins = [fold(line) for line in (NAMES / "given_names_boy_no_accents.txt").read_text("utf-8").splitlines()]

    assert twins == [fold(unicodedata.normalize("NFC", name)) for name in names]
    assert twins == [fold(unicodedata.normalize("NFD", name)) for name in names]


def test_fold_collapses_blanks_and_capitals() -> None:
    assert fold("  TRUNG TÂM\u00a0Y tế \n Đồ Sơn ") == "trung tam y te do son"


@given(st.text())
def test_fold_does_not_tell_composed_from_decomposed(s: str) -> None:
    assert fold(unicodedata.normalize("NFC", s)) == fold(unicodedata.normalize("NFD", s))


@given(st.text(), st.sampled_from(" \t\u00a0\u3000"), st.text())
def test_texts_fold_together_as_each_does(one: str, blank: str, other: str) -> None:
    assert fold(f"{one}{blank}{other}") == " ".join(text for text in (fold(one), fold(other)) if text)


def test_nfc_composes() -> None:
    assert nfc("e\u0302\u0301") == "ế"


def test_letters_sort_in_the_order_of_the_alphabet() -> None:
    letters = list("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")

    assert letters == in_order(letters)


def test_tones_sort_ngang_huyen_hoi_nga_sac_nang() -> None:
    tones = ["ma", "mà", "mả", "mã", "má", "mạ"]

    assert tones == in_order(tones)


def test_letters_decide_before_tones_and_tones_before_capitals() -> None:
    names = ["an", "An", "án", "anh", "Anh", "ánh", "Ánh", "ăn", "ân", "da", "dạ", "đa", "Đà Nẵng", "Đà nẵng sau"]

    assert names == in_order(names)


def test_digits_sort_before_letters_and_other_scripts_after() -> None:
    mixed = ["", "(a)", "1", "10", "2", "a", "z", "α", "日"]

    assert mixed == in_order(mixed)


def test_a_shorter_name_sorts_before_a_longer_one() -> None:
    assert sorted(["Bệnh viện An", "Bệnh viện A Đồng", "Bệnh viện A"], key=sort_key) == [
        "Bệnh viện A",
        "Bệnh viện A Đồng",
        "Bệnh viện An",
    ]


@given(st.text())
def test_the_sort_key_does_not_tell_composed_from_decomposed(s: str) -> None:
    assert sort_key(unicodedata.normalize("NFC", s)) == sort_key(unicodedata.normalize("NFD", s))


def test_eth_is_read_as_the_letter_meant() -> None:
    assert sort_key("Đức") == sort_key("Ðức")


@pytest.mark.parametrize(("number", "words"), AMOUNTS)
def test_amounts_are_spelt_as_documents_spell_them(number: str, words: str) -> None:
    assert words == amount_in_words(int(number))


@pytest.mark.parametrize(
    ("n", "vi", "en"),
    [(0, "0", "0"), (999, "999", "999"), (1234567, "1.234.567", "1,234,567"), (-1000, "-1.000", "-1,000")],
)
def test_amounts_are_grouped_by_the_language(n: int, vi: str, en: str) -> None:
    assert (vi, en) == (format_amount(n, "vi"), format_amount(n, "en"))


@pytest.mark.parametrize(
    ("iso", "vi"),
    [
        ("2026-03-05", "05/03/2026"),
        *((text, text) for text in ("2026-Q1", "", "2026-03-05T10:00", "PC25-03-01", "2026-03-0x", "2026-03-05\n")),
    ],
)
def test_dates_are_written_by_the_language(iso: str, vi: str) -> None:
    assert (vi, iso) == (format_date(iso, "vi"), format_date(iso, "en"))


def test_ids_with_dashes_are_no_days_in_a_sentence_either() -> None:
    assert day_in_words("2026-03-05", "vi") == "ngày 05 tháng 3 năm 2026"
    assert [day_in_words(text, "vi") for text in ("PC25-03-01", "2026-03-0x")] == ["PC25-03-01", "2026-03-0x"]


def test_days_are_known_by_the_name_of_their_field() -> None:
    days = ("on", "date", "due", "end", "approved_on", "in_force_from", "in_force_until", "plan_submitted")
    others = ("position", "version", "session", "reason", "person", "description", "conclusion", "value", "number")

    assert [name for name in (*days, *others) if holds_day(name)] == list(days)


def test_text_and_catalogue_import_the_standard_library_alone() -> None:
    program = "import sys, engine.text, engine.catalogue; print(*{'babel', 'pydantic', 'yaml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""


def test_what_is_echoed_is_shortened_only_where_it_is_too_long() -> None:
    assert shortened("x" * 400) == "x" * 400
    assert shortened("a" * 300 + "b" * 51 + "c" * 50) == "a" * 300 + " … " + "c" * 50


@pytest.mark.parametrize(("lang", "said"), [("vi", "47,5"), ("en", "47.5")])
def test_a_number_has_the_point_or_comma_of_its_language(lang: str, said: str) -> None:
    assert format_decimal(47.5, lang) == said
    assert render("{seconds}", lang, seconds=47.5) == said
