"""Every hostile body ends as it should, read in a real worker process under the limits that the settings have."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.journeys.conftest import ROOT
from tests.site.hostile_pages import CONTENT_CASES, Case

MOST_SECONDS, MOST_MEGABYTES = 20, 350


@pytest.fixture(scope="module")
def reader() -> Iterator[subprocess.Popen[str]]:
    """The program that reads; it takes names of cases."""
    words = [sys.executable, "-m", "tests.journeys.hostile_reader"]
    with subprocess.Popen(words, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case.name, marks=pytest.mark.faults if case.heavy else ()) for case in CONTENT_CASES],
)
@pytest.mark.xdist_group("hostile content")
def test_a_hostile_body_ends_as_it_should_in_time_and_memory(case: Case, reader: subprocess.Popen[str]) -> None:
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write(f"{case.name}\n")
    reader.stdin.flush()
    outcome = json.loads(reader.stdout.readline())
    assert outcome["reason"] == (case.reason or "")
    assert outcome["is_right"]
    assert outcome["took"] < MOST_SECONDS
    assert outcome["peak"] < MOST_MEGABYTES


def test_there_are_enough_cases_and_each_has_its_name() -> None:
    assert len({case.name for case in CONTENT_CASES}) == len(CONTENT_CASES) >= 55
