import sys

from tests.benchmarks.costs import quick, run

quick() if "--quick" in sys.argv else run()
