"""How a screen speaks: signs for and against, each with a weight, and the score that they make together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.extraction import Refused
from storage.reasons import Reason

SURE = 0.6
"""The score from which a page is what a screen says."""

_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Sign:
    """Something seen on a page and what it weighs; a negative weight speaks for an article."""

    weight: float
    seen: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one screen found: the reason that it stands for, a score from 0 to 1, and what spoke for and against."""

    reason: Reason
    what: str
    signs: tuple[Sign, ...]

    @property
    def score(self) -> float:
        return round(min(1.0, max(0.0, sum(sign.weight for sign in self.signs))), 2)

    @property
    def is_sure(self) -> bool:
        return self.score >= SURE

    @property
    def text(self) -> str:
        """What the ledger tells of it.

        >>> Finding(Reason.SOFT_404, "a page that says there is none", (Sign(0.6, "title 404"),)).text
        'a page that says there is none (score 0.6: title 404 +0.6)'
        """
        said = ", ".join(f"{sign.seen} {sign.weight:+g}" for sign in self.signs)
        return f"{self.what} (score {self.score:g}: {said})" if said else f"{self.what} (score 0)"

    def refused(self) -> Refused:
        return Refused(self.reason, self.text)


def weigh(reason: Reason, what: str, signs: Iterable[Sign | None]) -> Finding:
    """Give a screen's finding from its signs; those not seen are None."""
    return Finding(reason, what, tuple(sign for sign in signs if sign is not None))


def seen(weight: float, what: str, *, when: bool) -> Sign | None:
    return Sign(weight, what) if when else None


def said(weight: float, what: str, rule: re.Pattern[str], text: str) -> Sign | None:
    """Give the sign of a rule that is found in a text, with the words that were found."""
    match = rule.search(text)
    return Sign(weight, f"{what} {match[0].strip()[:_LONGEST_QUOTE]!r}") if match else None


def worst(findings: Iterable[Finding]) -> Refused | None:
    """Give the refusal by the finding with the highest score, None where none is sure."""
    best = max(findings, key=lambda finding: finding.score, default=None)
    return best.refused() if best is not None and best.is_sure else None
