"""The options of `python -m inference`, and which of them go together."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from inference.analyzer import DEFAULT_MC_SAMPLES, DEFAULT_MODEL, ENGINES, MAX_MC_SAMPLES, VIEWS
from postprocess.prevalence import DEFAULT_SETTING, SETTINGS

DISCLAIMER = "For research and education only: not a medical device, not a diagnosis."
# A part is what is lost with a worker: a quarter of a minute of its work, and a file of 100 kB.
PART_PHOTOS = 500


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; a wrong one ends the program with status 2 and says why."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.ray is None:
        for option in ("parquet", "part_photos", "workers"):
            if getattr(options, option) is not None:
                parser.error(f"--{option.replace('_', '-')} is for --ray")
        if options.resume and (not options.csv or options.isic_csv):
            parser.error("--resume goes on with the table of --csv; give that option, and not --isic-csv")
    elif bool(options.csv) == bool(options.parquet) or options.json or options.isic_csv or options.heatmap:
        parser.error("--ray writes a table in parts and nothing else: give --parquet DIR or --csv DIR, one of them")
    options.part_photos = options.part_photos or PART_PHOTOS
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m inference", description=f"Analyse dermoscopic photos. {DISCLAIMER}")
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="photos, or folders of photos; with --ray globs and s3://... too"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a photo on standard output")
    parser.add_argument("--csv", metavar="OUT.csv", help="write a table; with --ray a folder of tables")
    parser.add_argument("--resume", action="store_true", help="go on with what a stopped run wrote by --csv or --parquet")
    parser.add_argument("--isic-csv", metavar="OUT.csv", help="write a submission in the format of the ISIC 2019 challenge")
    parser.add_argument("--heatmap", metavar="DIR", type=Path, help="write each photo with its heat map here, as PNG")
    parser.add_argument("--model", metavar="DIR", default=DEFAULT_MODEL, help="model folder (default: models_ir)")
    parser.add_argument("--engine", choices=ENGINES, default="openvino")
    parser.add_argument(
        "--mc-samples", type=_sample_count, default=DEFAULT_MC_SAMPLES, metavar="N", help="MC-Dropout samples; 0: none"
    )
    parser.add_argument(
        "--views", type=int, choices=VIEWS, default=VIEWS[0],
        help="8: the mean over the photo's quarter turns and mirror images, which then change nothing; takes far longer",
    )  # fmt: skip
    parser.add_argument(
        "--setting", choices=SETTINGS, default=DEFAULT_SETTING, help="where the photos come from; changes the fields setting_*"
    )
    scale = parser.add_argument_group("many machines (pip install -r requirements-scale.txt; docs/scale.md)")
    scale.add_argument(
        "--ray", nargs="?", const="local", metavar="ADDRESS", help="run on this Ray cluster; without ADDRESS on this machine"
    )
    scale.add_argument("--parquet", metavar="DIR", help="write the table in parts into this folder or s3://...")
    scale.add_argument("--part-photos", type=_positive, metavar="N", help=f"photos in a part (default: {PART_PHOTOS})")
    scale.add_argument("--workers", type=_positive, metavar="N", help="processes of one CPU each (default: all CPUs)")
    return parser


def _positive(text: str) -> int:
    # Of a ValueError, argparse would tell with the name of this function.
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, got {text!r}")
    return int(text)


def _sample_count(text: str) -> int:
    if not text.isdecimal() or (int(text) != 0 and not 2 <= int(text) <= MAX_MC_SAMPLES):
        raise argparse.ArgumentTypeError(f"must be a whole number, 0 or 2 to {MAX_MC_SAMPLES}, got {text!r}")
    return int(text)
