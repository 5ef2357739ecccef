"""From a characteristic function to a distribution function, by one Fourier series.

On a window [x₀, x₀ + W] that holds nearly all of the sum, with ω_k = 2πk/W,

    F(x) = (x − x₀)/W + 2 Re Σ φ(ω_k) exp(−jω_k x₀) (1 − exp(−jω_k (x − x₀))) / (jω_k W),

which one inverse FFT gives at all points. The series ends where |φ| has become negligible.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oppkit.analysis.distribution.characteristic import Frequencies
from oppkit.analysis.distribution.mixing import Piece

Array = NDArray[Any]
Complex = NDArray[Any]
_BLOCKS = (0, 24, 40, 64, 96, 144, 224, 352, 544, 832, 1280, 2048, 3328, 5120, 8192)
_IN_A_ROW = 16  # an oscillating function passes 0 more than once
_POINTS = 4096


def inverted(
    at: Frequencies,
    window: tuple[float, float],
    points: int = _POINTS,
    negligible: float = 1e-6,
    most: int = _BLOCKS[-1],
) -> Piece:
    """The law whose characteristic function is `at`.

    Its series ends where it is negligible, or after `most` terms. What is left of it then makes a
    ripple of some hundredth of that.
    """
    low, width = window[0], window[1] - window[0]
    phi = _coefficients(at, 2 * np.pi / width, negligible, most)
    k = np.arange(1, len(phi) + 1)
    omega = 2 * np.pi * k / width
    b = phi * np.exp(-1j * omega * low) / (1j * omega * width)
    size = max(points, 2 ** int(np.ceil(np.log2(4 * len(k)))))
    spectrum = np.zeros(size // 2 + 1, dtype=np.complex128)
    spectrum[1 : len(k) + 1] = b.conj() * size
    place = np.arange(size + 1) / size
    wave = np.fft.irfft(spectrum, size)
    f = place + 2 * b.real.sum() - np.append(wave, wave[0])
    return Piece(low + width * place, _tidied(f, negligible / 100))


def _coefficients(at: Frequencies, step: float, negligible: float, most: int) -> Complex:
    """φ(ω_k) for k = 1, 2… until it stays negligible."""
    found: list[Complex] = []
    for start, stop in pairwise(_BLOCKS):
        found.append(at(step, start + 1, stop + 1))
        if stop >= most or np.abs(found[-1][-_IN_A_ROW:]).max() < negligible:
            break
    return np.concatenate(found)


def _tidied(f: Array, ripple: float) -> Array:
    """Rising from 0 to 1, without the ripple that the end of the series leaves."""
    f = np.where(f < ripple, 0.0, np.where(f > 1 - ripple, 1.0, f))
    f = np.maximum.accumulate(f)
    f[0], f[-1] = 0.0, 1.0
    return f
