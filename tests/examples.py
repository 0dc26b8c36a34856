"""How many examples hypothesis makes: few in the suite, as many as the environment's EXAMPLES for `make faults`."""

from __future__ import annotations

import os

_ASKED_FOR = int(os.environ.get("EXAMPLES", "0"))


def examples(usual: int) -> int:
    """Give the number of examples of one test.

    >>> examples(40) >= 40
    True
    """
    return max(usual, _ASKED_FOR)
