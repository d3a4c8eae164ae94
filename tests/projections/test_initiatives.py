"""The registry of initiatives: authors and shares as entered, recognition, commendations."""

from __future__ import annotations

from datetime import date

from tests.projections.shelves import listed
from tests.spec import Spec
from tests.unityears import RECOGNISED, REGISTERED, by_paper, honour, initiative, recognition, registered, voted


def test_an_initiative_is_listed_with_all_that_became_of_it(spec: Spec) -> None:
    spec.given(*voted(), recognition(), honour(), honour("2026-06-01", persons=[], unit="BV1", form="Bằng khen"))

    assert listed(spec.log, "initiatives") == [
        {
            "initiative": "S1",
            "unit": "BV1",
            "plan": "HP36",
            "year": 2026,
            "title": "Cải tiến quy trình",
            "authors": [{"person": "pi1", "share": 60}, {"person": "tm1", "share": 40}],
            "state": "recognised",
            "registered_on": REGISTERED,
            "recognised_on": RECOGNISED,
            "session": "P-S1",
            "document": "P-S1/BB",
            "commendations": [
                {"on": "2026-05-04", "form": "Giấy khen", "persons": ["pi1"], "unit": None},
                {"on": "2026-06-01", "form": "Bằng khen", "persons": [], "unit": "BV1"},
            ],
        }
    ]


def test_before_its_recognition_it_is_registered(spec: Spec) -> None:
    spec.given(*registered(), by_paper())
    (row,) = listed(spec.log, "initiatives", as_of=date(2026, 4, 9))

    assert (row["state"], row["recognised_on"], row["document"]) == ("registered", None, None)


def test_shares_are_told_as_they_were_given(spec: Spec) -> None:
    spec.given(
        *registered(), initiative("S2", authors=[{"person": "pi1", "share": 0.1}, {"person": "tm1", "share": 99.9}])
    )
    (_, row) = listed(spec.log, "initiatives")

    assert [author["share"] for author in row["authors"]] == [0.1, 99.9]
