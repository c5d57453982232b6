# demo, test, check, bench, soak, kills and fuzz each set up what they need; nothing else has to be installed by hand.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet

# The versions that the tests were last run with, for the Pythons that have such a list: pip finds them at once.
KNOWN   = $(wildcard constraints/python-$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])').txt)
INSTALL = $(PIP) install $(addprefix --constraint ,$(KNOWN))

# Hundreds of processes import the same files; each would compile them anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test drills fidelity heavy check bench soak kills fuzz trust selftest setup browser node clean help

help:
	@echo "make demo   run the main job: two chat applications live through an outage (offline, no key)"
	@echo "make test   set up and run all tests (docs/testing.md says how long that takes)"
	@echo "make drills play what make test leaves out: each shipped scenario, each part of a drill stopped at each stage (minutes)"
	@echo "make heavy  run the tests whose clients are large: Node SDKs, command-line agents, frameworks (about 1.2 GB)"
	@echo "make fidelity  prove what every fault looks like on the wire (minutes); ARGS=--write updates the page"
	@echo "make check  lint, types, formatting"
	@echo "make bench  measure the proxy, streams and reports (ratios in one interleaved run)"
	@echo "make soak   24 hours of every fault in 10 minutes: flat memory, nothing left behind (MINUTES=2 for less)"
	@echo "make kills  kill a part of a drill, 100 times: nothing lost, nothing claimed that is not proved (TIMES=10 for less)"
	@echo "make fuzz   throw odd texts, journals, requests, answers and streams at it for 10 minutes (MINUTES=0.5 for less)"
	@echo "make trust  simulate how often a verdict on a share is wrong; ARGS=--write updates the page"
	@echo "make selftest  find planted defects and accuse no sound twin, quiet and loaded (minutes); ARGS=--short is one minute"

$(VENV)/.engine: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing brownout with its engine into $(VENV) ..."
	@$(PIP) install --upgrade 'pip>=25.1'
	@$(INSTALL) --editable '.[engine,examples]'
	@touch $@

$(VENV)/.tests: $(VENV)/.engine
	@echo "installing what the tests need ..."
	@$(INSTALL) --group test --group check
	@touch $@

setup: $(VENV)/.tests

demo: $(VENV)/.engine
	@$(BIN)/brownout demo

browser:
	@scripts/install-browser

# For two cores: one worker plays drills, one after the other, and two do the rest beside it (tests/support/workers.py). Files
# come in the order of their names: the long ones, which have few tests, would come last else.
test: $(VENV)/.tests browser
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder --durations 10 $(PYTEST_ARGS)

# Two at a time would make each other late, so there are no workers.
drills: $(VENV)/.tests browser
	@BROWNOUT_HEAVY=1 $(BIN)/python -m pytest -m heavy --ignore tests/heavy --durations 10 $(PYTEST_ARGS)

node:
	@scripts/install-node

# Installed ahead of the tests, so that none of them is as slow as a download.
heavy: $(VENV)/.tests node
	@echo "installing Node SDKs and command-line agents into tests/node, frameworks in Python into .venv-heavy ..."
	@$(BIN)/python tests/support/node.py
	@$(BIN)/python tests/support/frameworks.py
	@BROWNOUT_HEAVY=1 $(BIN)/python -m pytest -m heavy $(PYTEST_ARGS)

# Every fault on every platform, over every carrier, and through every SDK: prints docs/wire-fidelity.md from a fresh run.
fidelity: $(VENV)/.tests
	@PYTHONPATH=tests $(BIN)/python -m fidelity $(ARGS)

check: $(VENV)/.tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(VENV)/.tests
	@$(BIN)/python -m bench

MINUTES ?= 10
soak: $(VENV)/.tests
	@$(BIN)/python -m soak --minutes $(MINUTES)

TIMES ?= 100
SEED  ?= 1
kills: $(VENV)/.tests
	@$(BIN)/python -m kills --times $(TIMES) --seed $(SEED) $(ARGS)

fuzz: $(VENV)/.tests
	@$(BIN)/python -m fuzz --minutes $(MINUTES) --seed $(SEED) $(ARGS)

trust: $(VENV)/.tests
	@$(BIN)/python -m trust $(ARGS)

# Three seeds on the machine as it is, then one beside four programs that do nothing but compute; with ARGS, only what they say.
selftest: $(VENV)/.engine
ifdef ARGS
	@$(BIN)/brownout selftest $(ARGS)
else
	@$(BIN)/brownout selftest
	@$(BIN)/brownout selftest --seeds 1 --burners 4
endif

clean:
	rm -rf $(VENV) .venv-heavy build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/node/node_modules tests/node/clis/node_modules
