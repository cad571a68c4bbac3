"""Photos decoded in a process of their own: a file that crashes a decoder costs one error, not the server.

The command line and training decode their own files in their own process (`inference.images.read_image`): there is nobody
else there whose photos or requests a crash could hurt.
"""

import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np

from inference.decoder_worker import ANSWER, PICTURE, REFUSAL, REQUEST
from inference.images import MAX_PIXELS, ImageError, read_file

# Beside the limit on processor time: for a decoder that sleeps, or a machine that stands still.
WALL_SECONDS = 30.0
PROCESSES = 2
_PROJECT = Path(__file__).parent.parent
# All that the worker gets of the environment: no key.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "SYSTEMROOT")
_MAX_SENTENCE_BYTES = 1000
# The most that Linux gives without rights; elsewhere it has no effect.
_PIPE_BYTES = 2**20
_CRASHED = "The picture could not be decoded: it is damaged, or too costly to decode. Send it as an ordinary JPEG."


class DecoderPool:
    """Up to `PROCESSES` decoder processes, started when they are first needed and kept warm. Safe between threads."""

    def __init__(self) -> None:
        self._places = threading.Semaphore(PROCESSES)
        # Processes that no photo is in: one of them is taken before a new one is started.
        self._warm: list[_Decoder] = []

    def read(self, path: str | Path) -> np.ndarray:
        """Decode a file; as `inference.images.read_image`, and an ImageError too when the decoder dies of it."""
        with self._places:
            # Not before: those who wait for a decoder must not hold their files in memory.
            data = read_file(path)
            try:
                return self._decode(data)
            except OSError as error:
                raise ImageError("The server cannot decode photos at the moment; please try again.") from error

    def _decode(self, data: bytes) -> np.ndarray:
        decoder = self._take_warm() or _Decoder()
        try:
            return decoder.decode(data)
        finally:
            if decoder.is_alive():
                self._warm.append(decoder)

    def _take_warm(self) -> "_Decoder | None":
        while True:
            try:
                decoder = self._warm.pop()
            except IndexError:
                return None
            if decoder.is_alive():
                return decoder
            # It died while no photo was in it, of a lack of memory for one: nobody's photo is to blame.
            decoder.stop()

    def close(self) -> None:
        """Stop the processes that no photo is in; they also end by themselves when this process does."""
        while decoder := self._take_warm():
            decoder.stop()


class _Decoder:
    """One worker."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "inference.decoder_worker"],
            cwd=_PROJECT,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Each filling of a pipe is a change of process: with the usual 64 KiB there were 50 for a photo.
            pipesize=_PIPE_BYTES,
        )

    def decode(self, data: bytes) -> np.ndarray:
        alarm = threading.Timer(WALL_SECONDS, self._process.kill)
        alarm.daemon = True
        alarm.start()
        try:
            return self._exchange(data)
        except ImageError:
            raise
        except (BrokenPipeError, EOFError) as error:
            self.stop()
            raise ImageError(_CRASHED) from error
        # Memory that ran out, for one: what is left in the pipe must not become the answer to somebody else's photo.
        except BaseException:
            self.stop()
            raise
        finally:
            alarm.cancel()

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe:
                    pipe.close()
            except BrokenPipeError:
                # Bytes that the worker did not live to read.
                pass

    def _exchange(self, data: bytes) -> np.ndarray:
        assert self._process.stdin
        self._process.stdin.write(REQUEST.pack(len(data)))
        self._process.stdin.write(data)
        self._process.stdin.flush()
        head = bytearray(ANSWER.size)
        self._receive(memoryview(head))
        kind, first, second = ANSWER.unpack(head)
        # A worker that was taken over by a photo may say anything.
        if kind == PICTURE and 0 < first * second <= MAX_PIXELS:
            photo = np.empty((first, second, 3), np.uint8)
            self._receive(photo.data.cast("B"))
            return photo
        if kind == REFUSAL and first <= _MAX_SENTENCE_BYTES:
            sentence = bytearray(first)
            self._receive(memoryview(sentence))
            raise ImageError(sentence.decode(errors="replace"))
        raise EOFError

    def _receive(self, buffer: memoryview) -> None:
        answers = self._process.stdout
        assert isinstance(answers, io.BufferedReader)
        if answers.readinto(buffer) < len(buffer):
            raise EOFError
