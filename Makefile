# make lab    set up this machine and open the notebooks in JupyterLab
# make test   set up this machine and prove that everything holds
# The set-up happens once; after it neither target needs a network.

PYTHON ?= python3
ifeq ($(OS),Windows_NT)
    BIN := .venv/Scripts
else
    BIN := .venv/bin
endif

.PHONY: lab update doctor test slides lock clean

lab: .venv/.student
	$(BIN)/course lab

# One thread a process: two processes on two cores, and sums that do not depend on the machine.
test: export OMP_NUM_THREADS = 1
test: export OPENBLAS_NUM_THREADS = 1
test: .venv/.author
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/course build --check
	$(BIN)/python -m pytest -n 2 --dist loadfile --nbval --nbval-cell-timeout=120 tests notebooks

update doctor: .venv/.student
	$(BIN)/course $@

slides: .venv/.author
	$(BIN)/course slides

.venv/.created:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=python3.12 ...')"
	$(PYTHON) -m venv .venv
	touch $@

.venv/.student: .venv/.created pyproject.toml requirements.lock
	$(BIN)/python -m pip install -c requirements.lock -e .
	touch $@

.venv/.author: .venv/.created pyproject.toml requirements.lock
	$(BIN)/python -m pip install -c requirements.lock -e ".[author,test]"
	touch $@ .venv/.student

# Pin what a fresh environment gets today.
lock:
	rm -rf .build/lock && $(PYTHON) -m venv .build/lock
	.build/lock/bin/python -m pip install -q -e ".[author,test,present]"
	{ echo "# Versions that the course was built and tested with; made by 'make lock', used as constraints."; \
	  .build/lock/bin/python -m pip freeze --exclude-editable | sed 's/+cpu$$//'; } > requirements.lock
	rm -rf .build/lock

clean:
	rm -rf .venv .build slides
