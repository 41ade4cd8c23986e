"""The resources of this process, from the operating system."""

import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from creator_search.domain.measurements import Period, Resources

_MEGABYTE = 1024 * 1024


class ProcessResources:
    """Implements ResourceMeter. `memory_limit_mb` is that of the function, None on a machine; `disk` is the folder
    whose file system counts, None for none."""

    def __init__(self, *, memory_limit_mb: int | None, disk: Path | None) -> None:
        self._memory_limit_mb = memory_limit_mb
        self._disk = disk
        self._before: tuple[float, float] | None = None

    def measure_resources(self) -> Resources:
        """The period of the processor's share starts at the last call, or at the start of the process."""
        now, cpu = time.time(), time.process_time()
        since, cpu_then = self._before or (_process_start(now), 0.0)
        self._before = (now, cpu)
        notes: list[str] = []
        used, limit, share = self._memory(notes)
        disk = shutil.disk_usage(self._disk) if self._disk and self._disk.exists() else None
        if disk is None or not disk.total:
            disk = None
            notes.append("disk: this process keeps no state on a disk")
        seconds = now - since
        # Two measurements at about the same time do not show the load.
        cpu_share = (cpu - cpu_then) / seconds / (os.cpu_count() or 1) if seconds >= 0.5 else None
        if cpu_share is None:
            notes.append("cpu_share: the period is too short")
        return Resources(
            cpu_seconds=round(cpu, 3),
            cpu_share=None if cpu_share is None else round(min(cpu_share, 1.0), 4),
            memory_bytes=used,
            memory_limit_bytes=limit,
            memory_share=share,
            disk_used_bytes=disk.used if disk else None,
            disk_total_bytes=disk.total if disk else None,
            disk_share=round(1 - disk.free / disk.total, 4) if disk else None,
            period=Period(
                datetime.fromtimestamp(now, UTC) - timedelta(seconds=seconds), datetime.fromtimestamp(now, UTC)
            ),
            notes=tuple(notes),
        )

    def _memory(self, notes: list[str]) -> tuple[int | None, int | None, float | None]:
        """Return the memory of this process, the limit, and the share in use."""
        try:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            used = pages * os.sysconf("SC_PAGE_SIZE")
            if self._memory_limit_mb:
                limit = self._memory_limit_mb * _MEGABYTE
                return used, limit, round(used / limit, 4)
            rows = (line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
            machine = {name: int(value.split()[0]) * 1024 for name, value in rows}
            total = machine["MemTotal"]
            return used, total, round(1 - machine["MemAvailable"] / total, 4)
        except (OSError, ValueError, KeyError, IndexError):
            notes.append("memory: this operating system does not tell it")
            return None, None, None


def _process_start(now: float) -> float:
    """Return the time at which this process started, if the operating system reports it, else `now`."""
    try:
        ticks = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
        uptime = float(Path("/proc/uptime").read_text().split()[0])
        return now - (uptime - ticks / os.sysconf("SC_CLK_TCK"))
    except (OSError, ValueError, IndexError):
        return now
