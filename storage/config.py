"""Where an archive is: the database's URL and the folder of captures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DEFAULT_ARCHIVE_URL = "sqlite:///data/archive.db"
DEFAULT_CAPTURES_DIR = "data/captures"


@dataclass(frozen=True, slots=True)
class Location:
    """The two places of one archive; `archive_url` is an SQLAlchemy URL (sqlite:///... or postgresql://...)."""

    archive_url: str = DEFAULT_ARCHIVE_URL
    captures_dir: Path = Path(DEFAULT_CAPTURES_DIR)
