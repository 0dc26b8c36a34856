"""What comes of learning a host; a value that crosses from the worker that learned."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.templates.template import Template

LEAST_PAGES = 8
"""Pages with different articles that a template is learned from, at least and at most."""
MOST_PAGES = 24


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of learning a host from so many pages: the template, or none, and why."""

    host: str
    pages: int
    template: Template | None
    note: str
