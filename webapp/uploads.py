"""What strangers send lies in one folder of our own, which nobody else reads, and is gone ten minutes after its last use.

Gradio deletes the files that it knows of. It does not know of an upload whose sender vanished half-way, leaves an empty folder
for each file, and shares its folder with every other Gradio app of the machine.
"""

import asyncio
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from gradio.route_utils import GradioMultiPartParser, GradioUploadFile

from inference.decoder import PROCESSES
from webapp.received import Reader, rewrite

# Gradio looks this often, and deletes what was not used for this long.
CACHE_SECONDS = (60, 500)
# Then comes what it does not know of; looked for every `SWEEP_SECONDS`, so gone after ten minutes.
_KEPT_SECONDS = 580.0
SWEEP_SECONDS = 15.0


class UploadFolder:
    """A new folder for all that this process writes for a while; it is Gradio's, and that of every temporary file."""

    def __init__(self) -> None:
        parent = Path(os.environ.get("GRADIO_TEMP_DIR") or tempfile.gettempdir())
        try:
            parent.mkdir(parents=True, exist_ok=True)
            self.path = Path(tempfile.mkdtemp(prefix="skinglancecare-", dir=parent))
        except OSError as error:
            raise OSError(
                f"photos cannot be kept in {parent} ({error.strerror}); set GRADIO_TEMP_DIR to a folder that can be written to"
            ) from error
        cache, temporary = self.path / "cache", self.path / "temporary"
        cache.mkdir()
        temporary.mkdir()
        os.environ["GRADIO_TEMP_DIR"] = str(cache)
        # Beside, not in it: Gradio copies a report into its cache, and takes one that is there already as it is, and it would
        # be gone before it is fetched.
        tempfile.tempdir = str(temporary)
        self._ours: set[Path] | None = None
        self._coming: set[Any] = set()

    def keep_what_is_there(self) -> None:
        """Never delete what lies there now: the drawings that ship with the app. Before, nothing is deleted."""
        self._ours = set(self.path.rglob("*"))

    def note_use(self, path: str) -> None:
        """Let an upload live on; a path to elsewhere, which a stranger may name, is left alone."""
        if Path(os.path.abspath(path)).is_relative_to(os.path.abspath(self.path)):
            note_use(path)

    @contextlib.contextmanager
    def coming(self, parser: Any) -> Iterator[None]:
        """A form comes and is rewritten while the block runs; `parser` is Gradio's."""
        self._coming.add(parser)
        try:
            yield
        finally:
            self._coming.discard(parser)

    def keep_what_comes(self) -> None:
        """Let the first photos of a form live on while the last ones still come: over a slow line that takes longer than
        what is not used is kept."""
        for parser in self._coming:
            for file in parser._files_to_close_on_error:
                note_use(file.name)

    def sweep(self) -> None:
        """Delete what was not used for a while, empty folders too."""
        if self._ours is None:
            return
        oldest_kept = time.time() - _KEPT_SECONDS
        # Files before the folders that they lie in.
        for path in sorted(set(self.path.rglob("*")) - self._ours, reverse=True):
            # Gradio deletes too; and a folder that is not empty stays.
            with contextlib.suppress(OSError):
                if path.lstat().st_ctime > oldest_kept:
                    continue
                if path.is_dir():
                    path.rmdir()
                else:
                    path.unlink()

    def close(self) -> None:
        """Delete all of it."""
        shutil.rmtree(self.path, ignore_errors=True)


def keep_only_pixels(reader: Reader, uploads: UploadFolder) -> None:
    """Let every upload of this process be written anew before its sender is told where it lies.

    Gradio has no way in for others but its class. What came of a form when its rest does not come or finds no room is deleted:
    Gradio does so for forms that are wrong, not for those that end, and a full disk would stay full.
    """
    parse = GradioMultiPartParser.parse
    # Each holds a whole file in memory, and there are no more decoders; the others wait with theirs on the disk. Always the
    # same threads: glibc keeps for each what it once used.
    pool = ThreadPoolExecutor(PROCESSES)

    async def parse_and_rewrite(parser: Any) -> Any:
        try:
            with uploads.coming(parser):
                form = await parse(parser)
                for _, part in form.multi_items():
                    if isinstance(part, GradioUploadFile):
                        await asyncio.get_running_loop().run_in_executor(pool, _rewrite_part, part, reader)
            return form
        except BaseException:
            for file in parser._files_to_close_on_error:
                # Closing writes what is left, and the disk may be full; those of wrong forms are gone.
                with contextlib.suppress(OSError):
                    file.close()
                with contextlib.suppress(OSError):
                    os.unlink(file.name)
            raise

    GradioMultiPartParser.parse = parse_and_rewrite  # type: ignore[assignment, method-assign]


def _rewrite_part(part: GradioUploadFile, reader: Reader) -> None:
    part.file.flush()
    if rewrite(Path(part.file.name), reader) and part.filename:
        part.filename = f"{Path(part.filename).stem}.png"


def note_use(path: str) -> None:
    """Let an upload live on: its time of change is what its age is counted from."""
    # Strangers choose the path: one with a zero byte in it is a ValueError.
    with contextlib.suppress(OSError, ValueError):
        os.utime(path)
