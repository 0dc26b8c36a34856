from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.local_dates import read_local


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("12 de mayo de 2026 a las 10:30", "2026-05-12 10:30"),
        ("1º de março de 2026", "2026-03-01"),
        ("Publié le 12 mai 2026 à 10h30", "2026-05-12 10:30"),
        ("1er août 2026", "2026-08-01"),
        ("12. Mai 2026, 10:30 Uhr", "2026-05-12 10:30"),
        ("12 maggio 2026 ore 10:30", "2026-05-12 10:30"),
        ("12 мая 2026, 10:30", "2026-05-12 10:30"),
        ("12 Ağustos 2026", "2026-08-12"),
        ("2026. május 12. 10:30", "2026-05-12 10:30"),
        ("12 मई 2026", "2026-05-12"),
        ("12 مايو 2026", "2026-05-12"),
        ("١٢ مايو ٢٠٢٦", "2026-05-12"),
        ("2026년 5월 12일 오후 3:30", "2026-05-12 15:30"),
        ("입력 2026.05.12 15:30", "2026-05-12 15:30"),
        ("2026年5月12日 15時30分", "2026-05-12 15:30"),
        ("ngày 12 tháng 5 2026", "2026-05-12"),
        ("10.5.2026 klo 14.30", "2026-05-10 14:30"),
        ("12/05/2569", "2026-05-12"),
        ("30.02.2026", ""),
        ("1.2.3.2026", ""),
        ("10:30", ""),
    ],
)
def test_dates_are_read_in_the_words_of_their_language(text: str, iso: str):
    assert read_local(text, language="es") == iso


@pytest.mark.parametrize(
    ("language", "host", "iso"),
    [
        ("en-US", "", "2026-03-04"),
        ("en", "news.example", "2026-03-04"),
        ("", "", "2026-03-04"),
        ("en-GB", "", "2026-04-03"),
        ("en", "news.example.co.uk", "2026-04-03"),
        ("pt", "news.example", "2026-04-03"),
    ],
)
def test_language_and_country_decide_which_figure_is_the_month(language: str, host: str, iso: str):
    assert read_local("3/4/2026", language=language, host=host) == iso


def test_a_figure_over_twelve_is_a_day():
    assert read_local("13/4/2026", language="en-US") == "2026-04-13"
    assert read_local("4/13/2026", language="en-GB") == "2026-04-13"


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_comes_back_as_it_was_printed(day: date):
    printed = f"{day.day:02}.{day.month:02}.{day.year:04}"
    assert read_local(printed) == day.isoformat()


@given(st.text(max_size=300))
def test_no_text_is_too_wrong(text: str):
    read_local(text)
