"""What a run takes: time, processor, memory, requests, bytes."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from pipelines.workers import Usage, peak_bytes

_PAGES = ("stored", "revised", "unchanged", "duplicate", "rejected", "gone", "failed", "retry")
_MOST_LATENCIES = 20_000  # of one run: more change no percentile that anybody looks at


@dataclass(slots=True)
class Meter:
    """Measures one run of this process, from when it is made.

    The peak of memory is that of the whole process: an earlier run of the same process counts, too.
    """

    _began: float = field(default_factory=time.monotonic)
    _cpu: float = field(default_factory=time.process_time)
    _latencies: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long the run lasts so far."""
        return time.monotonic() - self._began

    def answered(self, latency: object) -> None:
        """Hear after how many seconds a server began to answer; None: nothing told it."""
        if isinstance(latency, float) and len(self._latencies) < _MOST_LATENCIES:
            self._latencies.append(latency)

    def measures(
        self, *, stats: Mapping[str, object], counts: Mapping[str, int], reasons: Mapping[str, int], workers: Usage
    ) -> dict[str, object]:
        """Give what the run took so far, as `run.measures` keeps it; `stats` are Scrapy's, the others the run's own."""
        seconds = self.seconds
        pages = sum(counts.get(name, 0) for name in _PAGES)
        p50, p95 = percentiles(self._latencies)
        return {
            "seconds": round(seconds, 3),
            "cpu_seconds": round(time.process_time() - self._cpu + workers.cpu_seconds, 3),
            "peak_memory_bytes": peak_bytes() + workers.peak_bytes,
            "requests": stats.get("downloader/request_count", 0),
            "bytes": stats.get("downloader/response_bytes", 0),
            "pages": pages,
            "pages_per_second": round(pages / seconds, 3) if seconds > 0 else 0.0,
            "response_seconds_p50": p50,
            "response_seconds_p95": p95,
            "errors": dict(reasons),
        }


def percentiles(seconds: Sequence[float]) -> tuple[float | None, float | None]:
    """Give the median and the 95th percentile; None where there is nothing to measure.

    >>> percentiles([0.5]), percentiles([float(number) for number in range(101)])
    ((0.5, 0.5), (50.0, 95.0))
    """
    if not seconds:
        return None, None
    if len(seconds) == 1:
        return round(seconds[0], 3), round(seconds[0], 3)
    cuts = quantiles(seconds, n=100, method="inclusive")
    return round(cuts[49], 3), round(cuts[94], 3)
