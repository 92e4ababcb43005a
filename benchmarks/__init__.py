"""The performance budget, measured: ``make bench`` runs all of it and writes ``docs/benchmarks.md``.

Figures that have a reference (nginx, the same binary bare) are taken in turn with it in one run, and their ratio is
what counts; the others are for orientation on the machine that is named with them. Nothing here passes or fails.
"""
