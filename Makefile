# `make` alone lists the verbs. Everything that a verb needs beyond Rust and Python is installed, pinned, into `.tools`.

SHELL := /bin/bash -euo pipefail
.DEFAULT_GOAL := help
CARGO ?= cargo
TOOLS := $(CURDIR)/.tools

.PHONY: help test lint check-policies docs fmt bench fuzz clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test: lint ## everything that must hold: format, lints, docs, unit, property and scenario tests
	$(CARGO) test --workspace --all-features --locked

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --all-features --locked -- -D warnings
	$(CARGO) clippy --package countermand-core --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --all-features --locked --quiet

check-policies: ## check the policies in `policies/`, or in POLICIES=path
	$(CARGO) run --quiet --locked --package countermand -- check $(or $(POLICIES),policies)

docs: ## write the generated documents again
	UPDATE=1 $(CARGO) test --quiet --package countermand-core --all-features --locked --test reference

fmt: ## format the code
	$(CARGO) fmt --all

clean: ## remove what was built and installed
	$(CARGO) clean
	rm -rf $(TOOLS)
