from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.measures import Meter, percentiles
from pipelines.workers import Usage


def test_a_meter_tells_what_a_run_took_of_all_its_processes() -> None:
    meter = Meter()
    for latency in (0.1, 0.3, 0.2, None, "soon"):
        meter.answered(latency)
    measures = meter.measures(
        stats={"downloader/request_count": 7, "downloader/response_bytes": 5000},
        counts={"stored": 3, "gone": 1, "seen": 10},
        reasons={"gone": 1},
        workers=Usage(cpu_seconds=100.0, peak_bytes=10**12),
    )
    assert measures["requests"], measures["bytes"] == (7, 5000)
    assert measures["pages"] == 4
    assert measures["errors"] == {"gone": 1}
    assert (measures["response_seconds_p50"], measures["response_seconds_p95"]) == (0.2, 0.29)
    assert measures["cpu_seconds"] >= 100  # type: ignore[operator]
    assert measures["peak_memory_bytes"] > 10**12 + 10**7  # type: ignore[operator]


@given(st.lists(st.floats(0, 1000), min_size=1))
def test_percentiles_lie_within_what_was_measured_and_in_order(seconds: list[float]) -> None:
    p50, p95 = percentiles(seconds)
    assert p50 is not None
    assert p95 is not None
    assert min(seconds) - 0.001 <= p50 <= p95 <= max(seconds) + 0.001


def test_nothing_measured_has_no_percentile() -> None:
    assert percentiles([]) == (None, None)
