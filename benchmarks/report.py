"""benchmarks/RESULTS.md from benchmarks/results/*.json."""

import json
from pathlib import Path
from typing import Any

from benchmarks.machine import INSTRUCTION_LIMIT

FOLDER = Path(__file__).parent
RESULTS, REPORT = FOLDER / "results", FOLDER / "RESULTS.md"
_INTRODUCTION = """# How fast, how small

Written by `python -m benchmarks report` from the last run of each `python -m benchmarks NAME`, on processors with
instructions for 8-bit integers (VNNI) and without. Peers that take milliseconds are timed in turn within one run; whole
programs (throughput, start-up, memory, training runs) one after the other. Read the ratios, not the milliseconds. Where a peer
is faster than ours, it stands here like the others.
"""
_VNNI = "with VNNI"
_NOTES = {
    "load": "Ratio: the 95th percentile of the times, to what it would be if the callers that got an answer had been served "
    "one after the other, each as fast as a single one (median); below 1 is better than that.",
    "quantization": "One model ships for all processors. Its weights have 7 bits: without VNNI, sums of two products of 8 bits "
    "overflow. The tables, with VNNI and without, show what 8 bits in all layers gain there and lose here.",
}


def write_report() -> Path:
    """Render every result that there is; returns the file's path."""
    parts = [_INTRODUCTION]
    for path in sorted(RESULTS.glob("*.json")):
        result = json.loads(path.read_text())
        kind = f", {_VNNI}" if result["machine"]["vnni"] else ""
        parts.append(f"## {result['benchmark']}{kind}\n\n{describe(result['machine'])}")
        if result["benchmark"] in _NOTES:
            parts.append(_NOTES[result["benchmark"]])
        parts += [f"### {title}\n\n{table(rows)}" for title, rows in result["tables"].items()]
    REPORT.write_text("\n\n".join(part.rstrip() for part in parts) + "\n")
    return REPORT


def result_file(name: str, machine: dict[str, Any]) -> str:
    """Name of a result's file: one for each kind of processor, since the peers' ratios differ between them."""
    return f"{name}_vnni.json" if machine["vnni"] else f"{name}.json"


def describe(machine: dict[str, Any]) -> str:
    """The machine in one sentence."""
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    integers = _VNNI if machine["vnni"] else "without VNNI"
    if machine.get("limit"):
        integers += f", by {INSTRUCTION_LIMIT}={machine['limit']}"
    return (
        f"{machine['processor']} ({integers}), {machine['threads']} threads, Python {machine['python']}, {libraries}; "
        f"model {machine.get('model', 'before versions were noted here')}; {machine['date']}."
    )


def table(rows: list[dict[str, Any]]) -> str:
    """Rows as Markdown; the columns are those of the first row."""
    columns = list(rows[0])
    lines = [columns, ["---"] * len(columns), *([_cell(row[name]) for name in columns] for row in rows)]
    return "\n".join("| " + " | ".join(name.replace("_", " ") for name in line) + " |" for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
