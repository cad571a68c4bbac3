"""`python -m inference PATH...`: analyse photos from the command line."""

import argparse
import csv
import io
import json
import logging
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import chain, islice, tee
from pathlib import Path
from typing import Any

from PIL import Image

from inference.analyzer import Analyzer, load_analyzer
from inference.arguments import DISCLAIMER, parse
from inference.batch import BatchResult, analyze_files, find_photos
from inference.model_spec import ModelError
from inference.summary import summary_line
from inference.table_file import TableError, earlier_results, open_lines, open_table
from llm.offline import offline_text
from postprocess.analysis import to_json_object
from postprocess.heatmap import overlay
from postprocess.isic import isic_header, isic_row
from postprocess.table import table_columns, table_row

ALL_DONE, SOME_UNREADABLE, WRONG_USAGE = 0, 1, 2
# 128 + SIGINT, as shells have it.
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # As standard error has it: a file's name that cannot be printed must not end the run.
        sys.stdout.reconfigure(errors="backslashreplace")
    options = parse(arguments)
    try:
        if options.ray is not None:
            return _run_on_ray(options)
        photos = find_photos(options.paths, leave_out=options.heatmap)
        first = list(islice(photos, 2))
        if not first:
            print("no photos found in the paths given", file=sys.stderr)
            return WRONG_USAGE
        analyzer = load_analyzer(options.model, options.engine, many=len(first) > 1)
        with ExitStack() as files:
            return _run(analyzer, chain(first, photos), options, files)
    except KeyboardInterrupt:
        print("stopped; what is written stays" + _how_to_go_on(options), file=sys.stderr)
        return INTERRUPTED
    except (ModelError, TableError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return WRONG_USAGE


def _run(analyzer: Analyzer, photos: Iterable[str], options: argparse.Namespace, files: ExitStack) -> int:
    table, earlier = None, {}
    if options.csv:
        columns = table_columns(analyzer.spec.codes)
        if options.resume:
            earlier = earlier_results(Path(options.csv), columns, _settings(analyzer, options))
        table = files.enter_context(open_table(Path(options.csv), columns, options.resume))
    submission = None
    if options.isic_csv:
        submission = csv.writer(files.enter_context(open_lines(Path(options.isic_csv), "w")))
        submission.writerow(isic_header(analyzer.spec.codes))
    counts: Counter[str] = Counter()
    numbered, waiting = tee(_left_to_do(photos, earlier, counts))
    photos_left = (photo for _, photo in waiting)
    results = analyze_files(analyzer, photos_left, options.mc_samples, options.setting, views=options.views)
    # Closed at once when it is interrupted: the photos that wait are not begun.
    with closing(results):
        for (number, _), result in zip(numbered, results, strict=True):
            record = _record(result)
            if options.json:
                print(json.dumps(record), flush=True)
            elif not (options.csv or options.isic_csv):
                print(summary_line(record))
            if submission and result.analysis:
                submission.writerow(isic_row(result.path, result.analysis))
            if options.heatmap:
                _write_heatmap(analyzer, result, number, options.heatmap)
            # Last: what stands in the table is not done again.
            if table:
                table.writerow(table_row(record))
            if result.error is not None:
                counts["failed"] += 1
                print(f"{result.path}: {result.error}", file=sys.stderr)
    before = f", {counts['earlier']} in an earlier run" if counts["earlier"] else ""
    done = f"{counts['photos'] - counts['failed']} of {counts['photos']} photos analysed{before}"
    print(f"{done}. {DISCLAIMER}", file=sys.stderr)
    return SOME_UNREADABLE if counts["failed"] else ALL_DONE


def _settings(analyzer: Analyzer, options: argparse.Namespace) -> dict[str, str]:
    """Column of the table -> what every photo of this run has in it."""
    return {
        "model_version": analyzer.spec.version,
        "engine": options.engine,
        "mc_samples": str(options.mc_samples),
        "setting": options.setting,
        "views": str(options.views),
    }


def _left_to_do(photos: Iterable[str], earlier: dict[str, bool], counts: Counter[str]) -> Iterator[tuple[int, str]]:
    """Number every photo, so that its heat map is called the same in every run, and leave out those of an earlier one."""
    for number, photo in enumerate(photos, 1):
        counts["photos"] = number
        if photo in earlier:
            counts["earlier"] += 1
            counts["failed"] += not earlier[photo]
        else:
            yield number, photo


def _run_on_ray(options: argparse.Namespace) -> int:
    # Imported when asked for: Ray need not be installed.
    try:
        from inference.scale.run import ScaleOptions, run_on_ray
    except ImportError as error:
        raise ModelError(f"--ray needs {error.name}: pip install -r requirements-scale.txt") from error
    out, kind = (options.parquet, "parquet") if options.parquet else (options.csv, "csv")
    result = run_on_ray(
        ScaleOptions(
            options.paths, options.ray, options.workers, out, kind, options.part_photos, options.resume,
            Path(options.model), options.engine, options.mc_samples, options.setting, options.views,
        )
    )  # fmt: skip
    if not result.planned:
        print("no photos found in the paths given", file=sys.stderr)
        return WRONG_USAGE
    left, failed = result.planned - result.counts.photos, result.counts.failed
    if left:
        print(f"{left} photos are in parts that could not be done; --resume tries them again", file=sys.stderr)
    before = f", {result.earlier_parts} parts of them in an earlier run" if result.earlier_parts else ""
    print(f"{result.counts.photos - failed} of {result.planned} photos analysed{before}. {DISCLAIMER}", file=sys.stderr)
    return SOME_UNREADABLE if left or failed else ALL_DONE


def _how_to_go_on(options: argparse.Namespace) -> str:
    return "; the same command with --resume goes on" if (options.csv or options.parquet) and not options.isic_csv else ""


def _record(result: BatchResult) -> dict[str, Any]:
    if result.analysis is None:
        return {"image": result.path, "error": result.error}
    return {"image": result.path} | to_json_object(result.analysis, offline_text(result.analysis, "en"))


def _write_heatmap(analyzer: Analyzer, result: BatchResult, number: int, folder: Path) -> None:
    if result.analysis is None or result.view is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    picture = overlay(result.view, result.analysis.heatmap, analyzer.spec.fitted[result.analysis.views].heatmap_full_scale)
    # Numbered: two folders may hold photos of one name.
    path = folder / f"{number:06d}_{Path(result.path).stem}.png"
    # A run that is killed leaves no half a picture under this name.
    unfinished = path.with_suffix(".part")
    Image.fromarray(picture).save(unfinished, "PNG")
    unfinished.replace(path)


if __name__ == "__main__":
    raise SystemExit(main())
