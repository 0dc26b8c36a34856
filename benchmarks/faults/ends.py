"""Crawls that are killed, or asked to end, at random moments."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
from pathlib import Path
from random import Random

from benchmarks.faults.feeds import FEEDS, FeedSite, wait_for
from benchmarks.faults.world import Verdict, World, ended

PER_ARCHIVE = 25
LATEST_S = 3.0
"""How long after a crawl's first request it may be hit; three crawls of some pages take about that."""
_BEFORE_IT_BEGINS = 0.1


def kills(times: int, seed: int, *, latest_s: float = LATEST_S) -> Verdict:
    """Kill crawls with signal 9, up to PER_ARCHIVE on one archive, while its feeds stay, move on and empty."""
    verdict = Verdict()
    for first in range(0, times, PER_ARCHIVE):
        draw = Random(f"kill {seed} {first}")
        with FeedSite(seed=seed) as site, tempfile.TemporaryDirectory() as folder:
            world = World(Path(folder), site.port)
            for _ in range(min(PER_ARCHIVE, times - first)):
                site.move_on(draw.randint(1, 12))
                with world.start("crawl", *FEEDS) as process:
                    _wait_for_a_moment(process, site, draw, latest_s)
                    process.kill()
                    process.communicate()
                verdict += Verdict(met="running" in world.runs_of(process.pid))
            verdict += world.finish() + world.missing(site)
            verdict += _sound(world)
    return verdict


def stops(times: int, seed: int, *, latest_s: float = LATEST_S) -> Verdict:
    """Ask crawls to end by SIGTERM, every other one twice, some while a server hangs."""
    verdict = Verdict()
    for first in range(0, times, PER_ARCHIVE):
        draw = Random(f"stop {seed} {first}")
        with FeedSite(seed=seed) as site, tempfile.TemporaryDirectory() as folder:
            world = World(Path(folder), site.port)
            for turn in range(min(PER_ARCHIVE, times - first)):
                site.move_on(draw.randint(1, 12))
                site.hanging = set(site.shown["stays"][-2:]) if turn % 3 == 0 else set()
                with world.start("crawl", *FEEDS) as process:
                    _wait_for_a_moment(process, site, draw, latest_s)
                    process.send_signal(signal.SIGTERM)
                    if turn % 2:
                        time.sleep(draw.uniform(0, 1.5))
                        process.send_signal(signal.SIGTERM)
                    said, seconds = ended(process)
                verdict += world.judge_end(process, said, seconds=seconds)
                verdict += Verdict(met="degraded" in world.runs_of(process.pid))
            site.hanging = set()
            verdict += world.finish() + world.missing(site)
            verdict += _sound(world)
    return verdict


def _wait_for_a_moment(process: subprocess.Popen[str], site: FeedSite, draw: Random, latest_s: float) -> None:
    """Wait for some moment between a process's first instructions and its end; most are in its work."""
    asked = site.asked
    if draw.random() > _BEFORE_IT_BEGINS:
        wait_for(lambda: site.asked > asked or process.poll() is not None, what="the first request")
    time.sleep(draw.uniform(0, latest_s))


def _sound(world: World) -> Verdict:
    code, said = world.run("db", "check")
    return Verdict(untrue=() if code == 0 else (f"finews db check: {said}",))
