"""`finews schedule run` as people start it: it says what it will do, serves its health, and ends well."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[3]

SOURCES = """
[[source]]
key = "wire"
kind = "feed"
url = "https://wire.example/rss"
schedule = "0 3 1 1 *"
"""


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    (folder / "sources.toml").write_text(SOURCES, encoding="utf-8")
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "FINEWS_SOURCES_FILE": str(folder / "sources.toml"),
        "FINEWS_ARCHIVE_URL": f"sqlite:///{folder}/archive.db", "FINEWS_CAPTURES_DIR": str(folder / "captures"),
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "crawler", "schedule", "run", *words], env=environment, text=True, stderr=subprocess.PIPE
    )


def test_the_service_leads_serves_its_health_and_ends_with_0(tmp_path: Path) -> None:
    with started(tmp_path, "--health-port", "0") as service:
        assert service.stderr is not None
        said = ""
        while "leading" not in said:
            said += (line := service.stderr.readline())
            assert line, said
        url = re.search(r"http://127\.0\.0\.1:\d+/healthz", said)
        assert url is not None
        with urlopen(url[0]) as answer:  # 200: the archive can be read and a scheduler leads
            assert json.loads(answer.read())
        service.send_signal(signal.SIGTERM)
        assert service.wait(30) == 0
    assert "1 sources, 4 at once; the first is wire at 03:00 +0000" in said


@pytest.mark.parametrize("words", [("--digest", "at noon"), ("--zone", "Mars/Olympus"), ("--health-port", "70000")])
def test_an_option_that_means_nothing_is_told_before_anything_begins(tmp_path: Path, words: tuple[str, str]) -> None:
    with started(tmp_path, *words) as service:
        _, said = service.communicate(timeout=60)
    assert service.returncode == 2
    assert words[0] in said
    assert not (tmp_path / "archive.db").exists()
