"""Scrapy's responses as the values that the steps and the archive know."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy.http import Response

from pipelines.page import Fetched
from storage.captures import Exchange


def field_value(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value is not None else None


def _fields(response: Response) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )


def exchange(response: Response) -> Exchange:
    return Exchange(
        url=response.url, status=response.status, headers=_fields(response), body=response.body,
        fetched_at=datetime.now(UTC),
    )  # fmt: skip


def fetched(response: Response) -> Fetched:
    asked = response.request.meta.get("redirect_urls", [response.request.url])[0] if response.request else response.url
    return Fetched(
        url=asked, final_url=response.url, status=response.status, headers=_fields(response), body=response.body,
        fetched_at=datetime.now(UTC),
    )  # fmt: skip
