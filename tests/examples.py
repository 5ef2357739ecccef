"""How many examples the property tests that work on a database draw.

A third of them at each run, the same every time; all of them with `make properties`, before a
release and after a change of what they are about. OPPKIT_EXAMPLES is the share: "1" is all.
"""

import os

_SHARE = float(os.environ.get("OPPKIT_EXAMPLES") or 1 / 3)


def examples(number: int) -> int:
    """How many of so many are drawn."""
    return max(1, round(number * _SHARE))
