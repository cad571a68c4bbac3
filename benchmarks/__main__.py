"""`python -m benchmarks [latency|throughput|load|startup|memory|training] [--json]`, and `report`, which writes RESULTS.md.

`quantization [--data DIR]` runs only when it is named: it needs the photos, and an hour.
"""

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.report import RESULTS, describe, result_file, table, write_report

NAMES = ("latency", "throughput", "load", "startup", "memory", "training")
QUANTIZATION, REPORT = "quantization", "report"
ALL = (*NAMES, QUANTIZATION, REPORT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks that are asked for, by default all; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ALL))
    parser.add_argument("--json", action="store_true", help="print one JSON object a benchmark instead of tables")
    parser.add_argument("--data", metavar="DIR", type=Path, help=f"ISIC 2019, for {QUANTIZATION}")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in ALL]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; choose from {', '.join(ALL)}")
    for name in options.names or NAMES:
        if name == REPORT:
            print(write_report(), file=sys.stderr)
        else:
            _run(name, options.json, {"data": options.data} if name == QUANTIZATION else {})
    return 0


def _run(name: str, as_json: bool, inputs: dict[str, Any]) -> None:
    # Imported when asked for: a benchmark's peers need not be installed for the others.
    benchmark = importlib.import_module(f"benchmarks.{name}")
    # Libraries print as they work; standard output is for the result.
    with redirect_stdout(sys.stderr):
        tables = benchmark.measure(**inputs)
    result = {"benchmark": name, "machine": machine() | {"date": f"{date.today():%Y-%m-%d}"}, "tables": tables}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / result_file(name, result["machine"])).write_text(json.dumps(result, indent=1) + "\n")
    if as_json:
        print(json.dumps(result))
        return
    print(f"{name}: {describe(result['machine'])}")
    for title, rows in tables.items():
        print(f"\n{title}\n{table(rows)}")


if __name__ == "__main__":
    raise SystemExit(main())
