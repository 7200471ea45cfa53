# make demo    a legacy script sends real mail to a server on this machine, and you see it arrive
# make demo-policy    the operator's side: verified TLS, SCRAM, OAuth, rehearsal and redirection for a script that stays as it is
# make test    all tests but those of make interop
# make interop    messages to Postfix and aiosmtpd, as root; it installs Debian's postfix, which replaces another mail server
# make check   ruff, mypy and the import layers
# make bench   speed, as ratios against tcllib and smtplib
# make fuzz    a minute of calls made up at random, compared with tcllib (FUZZ="--seconds 600 --seed 7")
# make test-all    the tests on each Python 3.11, 3.12 and 3.13 that is installed
# make smoke   the wheel, installed into an environment of its own

PYTHON ?= python3
VENV ?= .venv
FUZZ ?= --seconds 60
BIN = $(VENV)/bin
PACKAGES = tcl tcllib tcl-tls tk xvfb xdotool openssl chromium chromium-driver redis-server
INTEROP_PACKAGES = tcl-tls postfix sasl2-bin libsasl2-modules

.PHONY: help demo demo-policy test interop check bench test-all smoke packages clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^# make/make/p' Makefile

$(VENV)/ready: pyproject.toml compat/setup.sh
	sh compat/setup.sh venv $(PYTHON) $(VENV)
	@touch $@

packages:
	@sh compat/setup.sh packages $(PACKAGES)

demo: $(VENV)/ready
	@$(BIN)/python compat/demo/demo.py

demo-policy: $(VENV)/ready
	@$(BIN)/python compat/demo/policy.py

test: $(VENV)/ready packages
	$(BIN)/python -m pytest -q

interop: $(VENV)/ready
	@sh compat/setup.sh packages $(INTEROP_PACKAGES)
	$(BIN)/python -m pytest -q tests/interop

check: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_layers.py

bench: $(VENV)/ready packages
	$(BIN)/python compat/bench/run.py

fuzz: $(VENV)/ready packages
	$(BIN)/python compat/fuzz/run.py $(FUZZ)

test-all: packages
	@sh compat/test_all.sh

smoke: $(VENV)/ready
	rm -rf build/smoke
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir build/smoke .
	$(BIN)/python -m venv build/smoke/venv
	build/smoke/venv/bin/pip install --quiet --disable-pip-version-check build/smoke/*.whl
	$(BIN)/python compat/demo/demo.py --command $(CURDIR)/build/smoke/venv/bin/tclsmtp

clean:
	rm -rf $(VENV) .venv-3.* build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
