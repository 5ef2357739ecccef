"""A program of its own: does one piece of work within limits, and tells what came of it.

Apart from oppkit, so that a template that never ends or asks for all memory can be stopped. Started
with the file that holds the work, whose `answer` takes the order read from the input as JSON.
"""

import json
import runpy
import sys

_MEMORY = 4 * 2**30
_PROCESSOR_SECONDS = 120  # in case nobody is left to stop it


def main() -> None:
    """Read the order, write the answer."""
    _set_limits()
    work = runpy.run_path(sys.argv[1])["answer"]
    json.dump(work(json.load(sys.stdin)), sys.stdout)


def _set_limits() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    for what, wanted in (
        (resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _PROCESSOR_SECONDS),
    ):  # fmt: skip
        most = resource.getrlimit(what)[1]
        limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(what, (limit, most))


if __name__ == "__main__":
    main()
