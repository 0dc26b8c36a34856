"""Run the site in the foreground: python -m tests.site [--port N]."""

from __future__ import annotations

import argparse
import signal
import threading

from tests.site.server import NewsSite


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.site", description="Serve the local finance-news site until SIGTERM or SIGINT."
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0, the default, takes a free one")
    stopped = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda _number, _frame: stopped.set())
    with NewsSite(parser.parse_args().port) as site:
        print(f"serving on 127.0.0.1:{site.port}", flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
