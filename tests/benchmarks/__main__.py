"""`make bench`: prints ratios of two measurements of one run, the coverage of forecasts on generated series and, if
REALDATA names a folder of labelled texts and recorded answers, the accuracy on them.
`ARGS=captions`, for example, runs one part.
"""

import importlib
import sys

PARTS = (
    *("system", "reads", "starts", "growth", "models", "captions", "payloads"),
    *("identity", "outliers", "authenticity", "forecast", "timing", "costs"),
)


def main() -> None:
    wanted = sys.argv[1:] or PARTS
    if unknown := set(wanted) - set(PARTS):
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for part in wanted:
        importlib.import_module(f"tests.benchmarks.{part}").run()


if __name__ == "__main__":
    main()
