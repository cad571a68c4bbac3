"""The driver of `python -m inference PATH... --ray`: plans the parts, and lets Ray Data's actors do those that are missing."""

import logging
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any, NamedTuple, cast

# Before Ray is imported: nothing may leave the machine.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
import ray
import ray.data

from inference.model_spec import load_model_spec
from inference.openvino_engine import available_threads
from inference.scale.parts import Counts, PartsFolder
from inference.scale.photos import find_photos
from inference.scale.worker import PartWorker, pack_model
from postprocess.table import table_columns

LOCAL = "local"
_REPOSITORY = Path(__file__).parent.parent.parent
# What a machine of a cluster is sent of this project; the model travels by itself, and the libraries must be there.
_SENT = ("inference", "postprocess")
# A part that kills its actor more often than this is left out: a photo can make a decoder crash, and would for ever.
_RETRIES = 3


class ScaleOptions(NamedTuple):
    """What the command line was given."""

    paths: list[str]
    address: str
    """Of a Ray cluster; LOCAL starts one on this machine."""
    workers: int | None
    """Actors of one CPU each; None: as many as there are CPUs."""
    out: str
    kind: str
    part_photos: int
    resume: bool
    model: Path
    engine: str
    mc_samples: int
    setting: str
    views: int


class ScaleResult(NamedTuple):
    """What lies in the folder at the end."""

    planned: int
    counts: Counts
    earlier_parts: int


def run_on_ray(options: ScaleOptions) -> ScaleResult:
    """Analyse photos on Ray; photos that failed are named on standard error as their parts are done.

    Raises:
        TableError: the folder for the parts cannot be used, or is another run's.
        ModelError: the model cannot be used.
        OSError: a file system or the cluster cannot be reached.
    """
    spec = load_model_spec(options.model)
    folder = PartsFolder(options.out, options.kind, table_columns(spec.codes))
    settings = {
        "paths": options.paths,
        "model_version": spec.version,
        "engine": options.engine,
        "mc_samples": options.mc_samples,
        "setting": options.setting,
        "views": options.views,
    }
    parts = folder.read_plan(settings) if options.resume else None
    if parts is None:
        photos = find_photos(options.paths)
        if not photos:
            return ScaleResult(0, Counts(0, 0), 0)
        parts = folder.plan(photos, options.part_photos, settings)
    done = folder.done()
    missing = [number for number in range(len(parts)) if number not in done]
    if missing:
        _connect(options)
        try:
            _analyze(options, folder, [{"part": number, "photos": parts[number]} for number in missing])
        finally:
            ray.shutdown()
    return ScaleResult(sum(map(len, parts)), folder.count(), len(done))


def _connect(options: ScaleOptions) -> None:
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    try:
        if options.address == LOCAL:
            ray.init(LOCAL, num_cpus=options.workers or available_threads(), include_dashboard=False, **quiet)
            return
        with tempfile.TemporaryDirectory() as code:
            for package in _SENT:
                shutil.copytree(_REPOSITORY / package, Path(code) / package, ignore=shutil.ignore_patterns("__pycache__"))
            # Sent before this returns.
            ray.init(options.address, runtime_env={"working_dir": code}, **quiet)
    # Ray raises errors of no kind of its own when a machine is too slow for its patience.
    except Exception as error:
        raise OSError(f"Ray at {options.address} cannot be used: {error}") from error


def _analyze(options: ScaleOptions, folder: PartsFolder, parts: list[dict[str, Any]]) -> None:
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    # A part that failed to the end is missing afterwards, and is named then; the others are done all the same.
    context.max_errored_blocks = -1
    workers = min(options.workers or int(ray.cluster_resources()["CPU"]), len(parts))
    model = ray.put(pack_model(options.model))
    with warnings.catch_warnings():
        # Ray 2.60 warns of options without a name of their own, and has no other way yet to end the retries.
        warnings.simplefilter("ignore", DeprecationWarning)
        results = ray.data.from_items(parts, override_num_blocks=len(parts)).map(
            # Its annotations know functions only.
            cast(Any, PartWorker),
            fn_constructor_args=(model, options.engine, folder, options.mc_samples, options.setting, options.views),
            # One part at a time: the retries of a part that kills its actor are not those of others that wait there.
            compute=ray.data.ActorPoolStrategy(size=workers, max_tasks_in_flight_per_actor=1),
            num_cpus=1,
            max_task_retries=_RETRIES,
        )
    for number, result in enumerate(results.iter_rows(), 1):
        for error in result["errors"]:
            print(error, file=sys.stderr)
        print(f"{number} of {len(parts)} parts", file=sys.stderr)
