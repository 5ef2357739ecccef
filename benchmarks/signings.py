"""The signing model on generated companies of three sizes, replayed from every month of two years.

Small companies differ much: of each size there are as many as it takes to say something.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Figure
from tests.analysis.aims import COVERED, GAIN, Scores, replayed

# Opportunities of three years, and seeds; about 300, 1,400 and 5,800 of them are closed.
COMPANIES = {400: range(1, 7), 1_850: range(1, 6), 7_800: range(1, 4)}


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """Aims: a CRPS 45 % below that of the weighted sum, 70 to 95 % of what comes in the intervals.

    Whatever the size asked for: what is measured is not time.
    """
    found = {count: replayed(count, seeds, apart=1) for count, seeds in COMPANIES.items()}
    return [figure for count, scores in found.items() for figure in _figures(count, scores)]


def _figures(count: int, scores: Scores) -> Iterator[Figure]:
    about = f"{len(COMPANIES[count])} companies, {scores.closed} closed deals at the end"
    crps = f"{scores.model:.3f} and {scores.weighted:.3f} of what is signed"
    yield Figure(
        "signings", "CRPS, model / weighted sum", 1 - scores.gain, "×", 1 - GAIN,
        f"{about}: {crps}",
    )  # fmt: skip
    low, high = (100 * bound for bound in COVERED)
    yield Figure(
        "signings", f"coverage, from {(low + high) / 2:.1f} %",
        abs(100 * scores.covered - (low + high) / 2), "%", (high - low) / 2,
        f"{about}: {scores.covered:.2f} of what comes lies in the 80 % intervals",
    )  # fmt: skip
