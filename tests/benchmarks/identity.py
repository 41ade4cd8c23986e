"""Whose history is whose: sequences of renames, swaps, recycled names, private and erased accounts and wrong answers,
through the services over fakes. SEQUENCES sets their number; the seeds are 0, 1, 2, …"""

import os
import random

from tests.platform_model import ACTIONS, NAMES, QUESTIONS, Replay

STEPS = 12


def run() -> None:
    sequences = int(os.environ.get("SEQUENCES", "100000"))
    for seed in range(sequences):
        chosen = random.Random(seed)
        replay, done = Replay(), []
        try:
            for _ in range(STEPS):
                done.append(
                    (chosen.choice(ACTIONS), chosen.choice(NAMES), chosen.choice(NAMES), chosen.choice(QUESTIONS))
                )
                replay.step(*done[-1])
        except Exception as error:
            raise AssertionError(f"sequence {seed}: {done}") from error
    print(f"identity: {sequences:,} sequences of {STEPS} steps: no history was mixed, none was lost")
