# ruff: noqa: E501  # a case is read whole

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.people import Kind, kind_of, people_in, split_names


@pytest.mark.parametrize(
    ("credit", "names"),
    [
        ("By Jane Doe, Ph.D., John Roe and Max Poe, Senior Reporter", ["Jane Doe, Ph.D.", "John Roe", "Max Poe"]),
        ("By A. J. Smith, Jr. and Maria da Silva", ["A. J. Smith, Jr.", "Maria da Silva"]),
        ("Por María José Ñúñez y Pedro Gómez", ["María José Ñúñez", "Pedro Gómez"]),
        ("Par Anne-Lise d'Orval et Marc Le Gall", ["Anne-Lise d'Orval", "Marc Le Gall"]),
        ("Von Hans-Peter Müller und Eva von der Au", ["Hans-Peter Müller", "Eva von der Au"]),
        ("Di Luca De Santis e Anna Rossi", ["Luca De Santis", "Anna Rossi"]),
        ("Автор: Иван Петров", ["Иван Петров"]),
        ("홍길동 기자 hong@news.example", ["홍길동"]),
        ("山田太郎 記者", ["山田太郎"]),
        ("بقلم محمد علي", ["محمد علي"]),
        ("Jane Doe | Published 3 May 2026", ["Jane Doe"]),
        ("Jane Doe in Northaven", ["Jane Doe"]),
        ("Jane Doe (Northaven)", ["Jane Doe"]),
        ("Jane Doe, Head of Ore and Metals", ["Jane Doe"]),
        ("BySummer Doe", ["Summer Doe"]),
        ("JANE DOE", ["JANE DOE"]),
        ("Sunday Adeyemi", ["Sunday Adeyemi"]),
        ("Min Jung Lee", ["Min Jung Lee"]),
        ("Jennifer Senior", ["Jennifer Senior"]),
        ("Di Bella", ["Di Bella"]),
        ("Jane Doe, MS, RD", ["Jane Doe, MS, RD"]),
        ("Le Minerai avec Jeanne Dupont", ["Le Minerai", "Jeanne Dupont"]),
    ],
)
def test_names_come_without_labels_roles_and_addresses(credit: str, names: list[str]):
    assert [person.name for person in people_in([credit]) if person.kind is Kind.PERSON] == names


@pytest.mark.parametrize(
    "name",
    ["Staff", "Admin", "Editor", "Newsroom Staff", "Editorial Team", "News Desk", "Staff Writer", "Written By", "Full Bio", "jane@ore.example",
     "https://ore.example/jane", "3 May 2026", "Redaktion", "Redacción", "Редакция", "Guest Author", "Senior Editor", "Unknown", "Read More", ""],
)  # fmt: skip
def test_roles_desks_and_addresses_are_nobody(name: str):
    assert people_in([name]) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Ore Weekly Team", Kind.GROUP),
        ("Reuters", Kind.GROUP),
        ("Center for Ore Research", Kind.GROUP),
        ("jane.doe", Kind.LOGIN),
        ("JaneD", Kind.LOGIN),
        ("Susan", Kind.PERSON),
        ("Ore Weekly", Kind.SITE),
    ],
)
def test_groups_logins_and_sites_are_told_from_people(name: str, kind: Kind):
    assert kind_of(name, {"oreweekly"}) is kind


def test_a_group_with_an_and_in_its_name_is_one():
    assert [person.name for person in people_in(["Center for Ore and Metals"])] == ["Center for Ore and Metals"]


@given(st.text(max_size=200))
def test_whatever_a_credit_is_its_names_are_short_and_of_it(credit: str):
    for name in split_names(credit):
        assert name.strip() == name
    assert all(1 < len(person.name) <= 60 for person in people_in([credit]))
