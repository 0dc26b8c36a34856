"""A process that ended, or whose number another one has now, is known to be gone; no living one ever is."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from storage.processes import is_gone, this_host, this_process


def test_a_process_that_lives_is_not_gone() -> None:
    assert not is_gone(this_process())
    assert not is_gone(replace(this_process(), started=None))


def test_a_process_whose_number_another_one_has_now_is_gone() -> None:
    me = this_process()
    assert me.started is not None
    assert is_gone(replace(me, started=me.started - 1))


def test_a_process_that_ended_is_gone_and_one_elsewhere_never() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert is_gone(replace(this_process(), pid=process.pid))
    assert not is_gone(replace(this_process(), host="another-machine/boot", pid=process.pid))


def test_after_a_reboot_nothing_of_before_runs() -> None:
    assert is_gone(replace(this_process(), host=this_host().partition("/")[0] + "/another-boot"))
