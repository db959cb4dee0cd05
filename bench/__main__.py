"""`make bench`: every measure in turn, each in a process of its own.

Each can be run alone: `python -m bench.pages 100000`, `python -m bench.rights`… The large one,
`python -m bench.scale` (a million documents, about an hour), is only run alone.
"""

# ruff: noqa: T201, S603

import subprocess
import sys

MEASURES = (
    ["bench.extraction"],
    ["bench.dossier"],
    ["bench.rights", "5"],
    ["bench.pages", "10000"],
)

if __name__ == "__main__":
    for measure in MEASURES:
        print(f"\n== {' '.join(measure)}", flush=True)
        subprocess.run([sys.executable, "-m", *measure], check=True)
