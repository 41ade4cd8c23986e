"""`python -m infra.local`, which `make run` starts."""

import importlib
import signal
import sys

if __name__ == "__main__":
    # Ctrl-C ends the imports, which take a second, without a traceback; then `main` has its own handler.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(importlib.import_module("infra.local.run").main())
