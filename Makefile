PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONSOLE := functions/console
# The types of the console are checked where it was built before; its packages are updated first.
CHECK_CONSOLE = $(if $(wildcard $(CONSOLE)/node_modules),$(BIN)/python -m infra.console && \
	PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix $(CONSOLE) run --silent check)
SOURCES := layers clients functions infra model_export tests

# Packages are installed without bytecode. Unless Python may store it, each process compiles all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run console screenshots test check format bench load simulate openapi synth rehearse deploy lock clean

# An older Python fails with a message of pip about the first package that does not support it.
CHECK_PYTHON = @$(PYTHON) -c 'import sys; v = sys.version_info[:2]; v < (3, 11) and sys.exit( \
	"$(PYTHON) is Python %d.%d, 3.11 or newer is required: make PYTHON=python3.13 $(MAKECMDGOALS)" % v)'

# Set up again only when a requirements file has changed. --no-compile: most modules are never imported.
$(VENV)/.ready: requirements/dev.txt pyproject.toml
	$(CHECK_PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# Environments of their own: the AWS stand-in (aws) and checkov pin their own botocore, locust (load) brings gevent.
$(VENV)-%/.ready: requirements/%.txt
	$(CHECK_PYTHON)
	$(PYTHON) -m venv $(VENV)-$*
	$(VENV)-$*/bin/pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r $<
	touch $@

run: $(VENV)/.ready .venv-aws/.ready  ## the whole system on this machine; ARGS=--once ends after the main job
	@$(BIN)/python -m infra.console --optional
	@$(BIN)/python -m infra.local $(ARGS)

screenshots: $(VENV)/.ready .venv-aws/.ready  ## pictures of every page of the console in docs/images
	@$(BIN)/python -m tests.browser.showcase docs/images $(ARGS)

console: $(VENV)/.ready  ## build the web console
	@$(BIN)/python -m infra.console

check: $(VENV)/.ready  ## format, lint, types, import rules
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(CHECK_CONSOLE)

test: check .venv-aws/.ready .venv-checkov/.ready  ## all checks, and every test that needs no AWS account
	$(BIN)/pytest -n 3 --dist loadscope --no-loadscope-reorder $(ARGS)

bench: $(VENV)/.ready .venv-aws/.ready  ## ratios of measurements in one run; accuracy on the labelled data in REALDATA
	$(BIN)/python -m tests.benchmarks $(ARGS)

load: $(VENV)/.ready .venv-aws/.ready .venv-load/.ready  ## what clients of the local system wait for under load
	@$(BIN)/python -m tests.benchmarks.load $(ARGS)

simulate: $(VENV)/.ready  ## backlog, age of data, throttles and cost at 10,000 to ten million creators
	@$(BIN)/python -m infra.simulation $(ARGS)

format: $(VENV)/.ready
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

openapi: $(VENV)/.ready  ## update the committed OpenAPI document
	$(BIN)/python -m infra.local.openapi

synth: $(VENV)/.ready  ## the CloudFormation templates, without an account
	$(BIN)/python -m infra.toolkit synth --quiet

rehearse: $(VENV)/.ready .venv-aws/.ready  ## cdk deploy onto the AWS stand-in, and the main job on it
	$(BIN)/python -m infra.rehearsal $(ARGS)

deploy: $(VENV)/.ready  ## deploy to the AWS account of your credentials
	@$(BIN)/python -m infra.console
	$(BIN)/python -m infra.toolkit deploy --all $(ARGS)

# Run after changing pyproject.toml. The files contain no registry URL.
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-annotate --no-header
lock:
	$(LOCK) pyproject.toml --python-platform aarch64-manylinux_2_28 --python-version 3.13 -o layers/dependencies/requirements.txt
	$(LOCK) pyproject.toml --extra dev --extra analysis --extra export --universal --python-version 3.11 -c layers/dependencies/requirements.txt -o requirements/dev.txt
	$(LOCK) pyproject.toml --extra analysis --python-platform aarch64-manylinux_2_28 --python-version 3.13 -c requirements/dev.txt -o functions/inference/analyze_posts/requirements.txt
	for name in aws checkov load; do \
		$(LOCK) requirements/$$name.in --universal --python-version 3.11 -o requirements/$$name.txt || exit 1; \
	done

clean:  ## delete the local system's state
	rm -rf .local
