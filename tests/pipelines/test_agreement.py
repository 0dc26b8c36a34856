"""Shares of words that two texts have in common."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.agreement import agreement, recall

TEXTS = st.text("ab cd 新码头。,", max_size=40)


@given(TEXTS, TEXTS)
def test_agreement_is_a_share_and_has_no_order(one: str, two: str) -> None:
    assert 0 <= agreement(one, two) <= 1
    assert agreement(one, two) == agreement(two, one)
    assert agreement(one, one) == recall(one, one) == 1


@given(TEXTS, TEXTS)
def test_more_text_never_lowers_recall(one: str, two: str) -> None:
    assert recall(f"{one} {two}", two) == 1 or recall(one, two) <= recall(f"{one} {two}", two)
