"""What a check of the archive finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `text` says what was found, and what to do where it is not well."""

    name: str
    is_well: bool
    text: str
