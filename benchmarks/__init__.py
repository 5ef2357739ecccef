"""What must be fast, timed against something plain in the same run.

`make bench`, or `python -m benchmarks --help`. Machines differ and are noisy, so a figure that
matters is a ratio: what oppkit does and a bare version of it take turns on the same file, and the
medians are compared. Nothing here is a test; a figure beyond its aim is shown as such.
"""
