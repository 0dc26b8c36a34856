"""Saved pages with what is right about them: the manifests that extraction is measured on.

Three forms: JSON Lines with {id, url, path, gold}, where `gold` has {text, title, date, time, authors, byline,
publisher, publisher_alt} or, as in WCXB, {text, title, date, authors, with, without}; and the public article
extraction benchmark's ground-truth.json ({id: {articleBody, url}}, pages beside it in html/ID.html.gz).
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.date_forms import HAN

_HAN_TEXT = 0.2


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page and what is right: `gold` as in the manifest, `metric` one of "words", "characters", "bag"."""

    id: str
    url: str
    path: Path
    metric: str
    gold: Mapping[str, Any]

    @property
    def half(self) -> str:
        """The half of its set that a page is in, by a digest of its id: "A" or "B", always the same."""
        return "AB"[hashlib.sha256(self.id.encode()).digest()[0] % 2]

    def body(self) -> bytes:
        body = self.path.read_bytes()
        return zlib.decompress(body, wbits=31) if body.startswith(b"\x1f\x8b") else body


def read_gold(manifest: Path) -> list[GoldPage]:
    """Give the pages of a manifest; rows without gold are left out."""
    if manifest.suffix == ".json":
        return _public(manifest)
    rows = (json.loads(line) for line in manifest.read_text(encoding="utf-8").split("\n") if line.strip())
    return [
        GoldPage(str(row["id"]), row.get("url") or "", manifest.parent / row["path"], _metric(row), row["gold"])
        for row in rows
        if row.get("gold")
    ]


def _public(manifest: Path) -> list[GoldPage]:
    rows = json.loads(manifest.read_text(encoding="utf-8"))
    return [
        GoldPage(
            id=name, url=row.get("url", ""), path=manifest.parent / "html" / f"{name}.html.gz", metric="words",
            gold={"text": row.get("articleBody", "")},
        )
        for name, row in rows.items()
    ]  # fmt: skip


def _metric(row: Mapping[str, Any]) -> str:
    gold = row["gold"]
    if "with" in gold:
        return "bag"
    text = gold.get("text") or ""
    is_han = len(HAN.findall(text)) > _HAN_TEXT * len(text)
    return "characters" if is_han or str(row.get("lang", "")).startswith("zh") else "words"
