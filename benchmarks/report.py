"""benchmarks/RESULTS.md from benchmarks/results/*.json."""

import json
from pathlib import Path
from typing import Any

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
    "one after the other, each as fast as a single one (median); below 1 is better than that."
}
# What came after a result that was not measured again.
_OUTDATED = {
    ("quantization", "2026-11-23"): (
        "Measured with an earlier network, when the first layer alone had weights of 7 bits in what ships. Since 2026-11-26 "
        "all layers have them: without VNNI, 8 bits overflow."
    )
}
# Views of each photo in the results that do not say them in their titles: the app's default was 1, and became 8 on 2026-11-26.
_UNSAID_VIEWS = {
    ("load", "2026-11-26"): 8,
    ("memory", "2026-11-26"): 1,
    ("startup", "2026-11-26"): 8,
}


def write_report() -> Path:
    """Render every result that there is; returns the file's path."""
    parts = [_INTRODUCTION]
    for path in sorted(RESULTS.glob("*.json")):
        result = json.loads(path.read_text())
        kind = f", {_VNNI}" if result["machine"]["vnni"] else ""
        parts += [f"## {result['benchmark']}{kind}\n\n{describe(result['machine'])}", *_notes(result)]
        parts += [f"### {title}\n\n{table(rows)}" for title, rows in result["tables"].items()]
    REPORT.write_text("\n\n".join(part.rstrip() for part in parts) + "\n")
    return REPORT


def _notes(result: dict[str, Any]) -> list[str]:
    """What is to be known before the tables are read."""
    name, date = result["benchmark"], result["machine"]["date"]
    notes = [_NOTES[name]] if name in _NOTES else []
    if (name, date) in _OUTDATED:
        notes.append(_OUTDATED[name, date])
    if (name, date) in _UNSAID_VIEWS and not any("views" in title for title in result["tables"]):
        views = _UNSAID_VIEWS[name, date]
        notes.append(f"Measured with {views} view{'s' if views > 1 else ''} of each photo; not comparable with another number.")
    return notes


def result_file(name: str, machine: dict[str, Any]) -> str:
    """Name of a result's file: one for each kind of processor, since the peers' ratios differ between them."""
    return f"{name}_vnni.json" if machine["vnni"] else f"{name}.json"


def describe(machine: dict[str, Any]) -> str:
    """The machine in one sentence."""
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    integers = _VNNI if machine["vnni"] else "without VNNI"
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
