# make = help. What needs more than Go, a C compiler and make says so.
GO      ?= go
BIN     := bin/ringfence
TOOLS   := $(CURDIR)/bin/tools
FUZZ    ?= 5s
STATICCHECK   := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: help run demo build test race interop bench bench-peers flood soak reconcile morning fuzz lint ci geoip clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build, then serve on the default ports with ./data
	$(BIN) serve

demo: build ## two simulated phones on loopback: configuration, registration, call
	$(BIN) demo

build: ## bin/ringfence
	$(GO) build -tags nomsgpack -o $(BIN) ./cmd/ringfence

test: ## all that needs nothing but Go and a C compiler
	$(GO) test ./...

race: ## the same with the race detector
	$(GO) test -race ./...

interop: build ## real SIP clients: sipp, sipsak, baresip (installs them from Debian as root)
	RINGFENCE=$(CURDIR)/$(BIN) ./testdata/interop/run.sh

bench: build ## benchmarks with allocations; then the whole server's registrations and calls, medians of ROUNDS (default 3)
	$(GO) test -run '^$$' -bench . -benchmem ./...
	RINGFENCE=$(CURDIR)/$(BIN) ./testdata/bench/run.sh
	RINGFENCE=$(CURDIR)/$(BIN) ./testdata/bench/calls.sh

bench-peers: build ## registrations and calls, beside Kamailio and rtpengine (needs Debian's packages of them, see testdata/bench)
	RINGFENCE=$(CURDIR)/$(BIN) ./testdata/bench/compare.sh
	RINGFENCE=$(CURDIR)/$(BIN) ./testdata/bench/compare-calls.sh

flood: build ## a million messages of strangers from 100,000 addresses, while phones refresh
	RINGFENCE=$(CURDIR)/$(BIN) ./testdata/bench/flood.sh $(FLOOD)

soak: build ## 100,000 calls; fails when the server has more of anything after them
	RINGFENCE=$(CURDIR)/$(BIN) ./testdata/bench/soak.sh $(SOAK)

reconcile: build ## kill -9 among calls; fails when a call record is missing, wrong or there twice
	RINGFENCE=$(CURDIR)/$(BIN) ./testdata/bench/reconcile.sh $(RECONCILE)

morning: build ## 20,000 desk phones are switched on within a minute, fetch their configuration and register
	RINGFENCE=$(CURDIR)/$(BIN) ./testdata/bench/morning.sh $(MORNING)

fuzz: ## each fuzz target for FUZZ (default 5s)
	@set -e; for pkg in $$($(GO) list ./...); do \
	  dir=$$($(GO) list -f '{{.Dir}}' $$pkg); \
	  for f in $$(grep -hos 'func Fuzz[A-Za-z0-9_]*' $$dir/*_test.go | cut -c6- | sort -u); do \
	    echo "fuzz $$pkg $$f"; GO=$(GO) .ci/fuzz $$pkg $$f $(FUZZ); \
	  done; done

lint: $(TOOLS)/staticcheck $(TOOLS)/golangci-lint ## format, vet, staticcheck, golangci-lint
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not gofmt'ed:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(TOOLS)/staticcheck ./...
	$(TOOLS)/golangci-lint run

ci: lint race interop fuzz ## everything, as CI runs it

geoip: ## compile the built-in country database anew (needs Debian's tor-geoipdb)
	$(GO) generate ./geoip

clean: ## what was built
	rm -rf bin

$(TOOLS)/staticcheck:
	GOBIN=$(TOOLS) $(GO) install $(STATICCHECK)

$(TOOLS)/golangci-lint:
	GOBIN=$(TOOLS) $(GO) install $(GOLANGCI_LINT)
