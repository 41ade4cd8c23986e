"""The local scheduler: invokes every schedule of the catalogue at its interval, like EventBridge.

The first call comes one interval after the start. SCHEDULE_SECONDS overrides the interval.
"""

import os
import signal
import threading

from creator_search.catalogue import SCHEDULES, Schedule

from infra.local import roles
from infra.local.invocation import handler_of


def _run(schedule: Schedule, stopping: threading.Event) -> None:
    invoke = handler_of(schedule)
    seconds = float(os.environ.get("SCHEDULE_SECONDS") or schedule.every_minutes * 60)
    while not stopping.wait(seconds):
        try:
            invoke({})
        except Exception as error:
            print(f"schedule {schedule.name}: {error!r}", flush=True)


def main() -> None:
    roles.enforce()
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threads = [threading.Thread(target=_run, args=(schedule, stopping)) for schedule in SCHEDULES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
