"""An exported model on disk: loaded when it is first used, and again after it was replaced."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Protocol

from creator_search.adapters.captions.onnx_classifier import MANIFEST, MODEL, Classifier


class FailureLog(Protocol):
    def log_failure(self, message: str, error: Exception, **details: str | int) -> None: ...


class Model:
    """The model in one exported folder, which may be added, replaced or removed while the process runs. Thread-safe."""

    def __init__(self, folder: Path, load: Callable[[Path], Classifier], failures: FailureLog) -> None:
        self._folder = folder
        self._load = load
        self._failures = failures
        self._loaded: Classifier | None = None
        self._broken: object = None
        self._loading = Lock()

    def manifest(self) -> bytes | None:
        """Return the manifest, without loading the model; None if files are missing or these files failed to load."""
        try:
            return None if _files(self._folder) == self._broken else _manifest(self._folder)
        except OSError:
            return None

    def classifier(self) -> Classifier | None:
        """Return the loaded model; None if files are missing or invalid. They are tried again when they change."""
        with self._loading:  # load the model once for all threads
            try:
                manifest, files = _manifest(self._folder), _files(self._folder)
            except OSError as error:
                if self._loaded:
                    self._failures.log_failure(f"the model {self._folder.name} was removed", error)
                self._loaded = None
                return None
            if files == self._broken:
                return None
            if self._loaded is None or self._loaded.manifest != manifest:
                try:
                    self._loaded, self._broken = self._load(self._folder), None
                except Exception as error:  # an invalid model file must not fail the analysis
                    self._loaded = None
                    with suppress(OSError):  # files removed during the load are not recorded as broken
                        self._broken = files if _files(self._folder) == files else None
                    self._failures.log_failure(f"the model {self._folder.name} cannot be loaded", error)
            return self._loaded


def _manifest(folder: Path) -> bytes:
    return (folder / MANIFEST).read_bytes()


def _files(folder: Path) -> object:
    """Return names, sizes and modification times of the files. They change until a copy is complete, so models that are
    still being copied are tried again. Raises OSError when there is no model.
    """
    (folder / MODEL).stat()
    return [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in sorted(folder.iterdir())]
