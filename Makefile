# SPDX-License-Identifier: Apache-2.0
# One non-recursive build. Each variant has its own tree of objects, build/$(B):
# release (default), debug, asan, tsan, cover, fuzz. `make help` lists targets.

B ?= release
O := build/$(B)
GEN := build/gen
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

CSTD := -std=c11 -D_POSIX_C_SOURCE=200809L
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 \
  -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum -Wwrite-strings \
  -Wvla -Wundef -Wpointer-arith -Wcast-qual -Wnull-dereference -Werror
OPT.release := -O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
OPT.debug   := -O1 -g3
OPT.asan    := -O1 -g3 -fno-omit-frame-pointer -fsanitize=address,undefined \
  -fno-sanitize-recover=all
OPT.tsan    := -O1 -g3 -fno-omit-frame-pointer -fsanitize=thread
OPT.cover   := -O0 -g3 --coverage
OPT.fuzz    := -O1 -g3 -fsanitize=fuzzer-no-link,address,undefined \
  -fno-sanitize-recover=all
LINK.release := -pie -Wl,-z,relro
LINK.asan    := -fsanitize=address,undefined
LINK.tsan    := -fsanitize=thread
LINK.cover   := --coverage
LINK.fuzz    := -fsanitize=fuzzer,address,undefined
.DEFAULT_GOAL := all
include static.mk
ifeq ($(OPT.$(B)),)
$(error unknown variant B=$(B))
endif
ifeq ($(B),fuzz)
CC := clang
endif

CFLAGS := $(CSTD) $(WARN) $(OPT.$(B)) -pthread $(EXTRA_CFLAGS)
# Bound at start in every variant: what binds later saves the vector registers,
# and so bits of plaintext, on the stack (see test_http_memory).
LDFLAGS := $(LINK.$(B)) -pthread -Wl,--as-needed,-z,now

# What a part may include: nothing that is not listed here can be found.
# ci/layers checks the finer rules (which folder may see which).
SEES.proto    := -Iproto -I$(GEN)
SEES.emulator := -Iemulator/src -Iproto
SEES.plugin   := -Iplugin/src -Iproto -I$(GEN)
SEES.harness  := -Iharness/src -Iproto -I$(GEN)
SEES.bench    := -Ibench -Iproto -I$(GEN)

# What a part links. --as-needed drops what a program does not use.
LIBS.proto    := -lprotobuf-c -lsodium -lyaml -ljansson -lcrypto -lm $(STATIC_LIBS)
LIBS.emulator := -lmicrohttpd -lsqlite3 -lssl $(LIBS.proto)
LIBS.plugin   := -lgrpc_unsecure -lgpr -lcurl -lssl -lmicrohttpd $(LIBS.proto)
LIBS.harness  := -lgrpc_unsecure -lgpr -lcurl -lsqlite3 -lmicrohttpd $(LIBS.proto)
LIBS.bench    := -lgrpc_unsecure -lgpr -lcurl -lsqlite3 -lmicrohttpd $(LIBS.proto)

# V=1 shows every command.
Q := $(if $(V),,@)

.DELETE_ON_ERROR:
# Not .SECONDARY: that would also leave an old version.o alone.
.PRECIOUS: $(O)/%.o $(GEN)/embed/%.c $(GEN)/%.pb-c.c $(GEN)/%.pb-c.h
.PHONY: all programs check check-unit check-daemons unit headers test demo e2e e2e-faults \
  bench bench-programs docs-test soak storm help clean

all: programs

# ---- sources -------------------------------------------------------------
PROTOS := $(wildcard proto/k8s/*.proto)
GEN_C  := $(PROTOS:proto/%.proto=$(GEN)/%.pb-c.c)
GEN_H  := $(GEN_C:.c=.h)
PROTO_C := $(sort $(wildcard proto/*/*.c))
PROTO_C := $(filter-out proto/test/% proto/fuzz/%,$(PROTO_C))
part_sources = $(sort $(wildcard $1/src/*.c $1/src/*/*.c $1/src/*/*/*.c))
EMULATOR_C := $(call part_sources,emulator)
PLUGIN_C   := $(call part_sources,plugin)
HARNESS_C  := $(call part_sources,harness)
TESTS_C := $(sort $(wildcard proto/test/test_*.c emulator/test/test_*.c \
  plugin/test/test_*.c harness/test/test_*.c))
FUZZ_C := $(sort $(wildcard proto/fuzz/fuzz_*.c emulator/fuzz/fuzz_*.c \
  plugin/fuzz/fuzz_*.c harness/fuzz/fuzz_*.c))
# Text that a program carries: harness/src/NAME/page.css becomes page_css[].
EMBED   := $(sort $(wildcard harness/src/*/*.css harness/src/*/*.js))
EMBED_C := $(EMBED:%=$(GEN)/embed/%.c)
BENCH_C := $(sort $(wildcard bench/driver/*.c))

objects = $(patsubst %.c,$(O)/%.o,$1)
part = $(firstword $(subst /, ,$1))

# ---- generated protobuf code ---------------------------------------------
$(GEN)/%.pb-c.c $(GEN)/%.pb-c.h: proto/%.proto
	@mkdir -p $(GEN)
	@echo "  GEN $@"
	$(Q)protoc-c --proto_path=proto --c_out=$(GEN) $<

$(GEN)/embed/%.c: %
	@mkdir -p $(@D)
	@echo "  GEN $@"
	$(Q){ echo 'const char $(subst .,_,$(notdir $*))[] ='; \
	  sed 's/[\\"]/\\&/g; s/.*/"&\\n"/' $<; echo ';'; } > $@

# Not our style, so not under our warnings.
$(O)/gen/%.o: $(GEN)/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CSTD) $(OPT.$(B)) -I$(GEN) -c $< -o $@

# ---- objects and libraries -----------------------------------------------
$(O)/%.o: %.c | $(GEN_H)
	@mkdir -p $(@D)
	$(Q)echo "  CC $<"; $(CC) $(CFLAGS) $(SEES.$(call part,$*)) $(DEFINES) -MMD -MP -c $< -o $@

# Tests see the folder they stand in, beside what their part sees.
$(O)/proto/test/%.o: DEFINES := -Iproto/test
$(O)/emulator/test/%.o: DEFINES := -Iemulator/test
$(O)/plugin/test/%.o: DEFINES := -Iplugin/test
$(O)/harness/test/%.o: DEFINES := -Iharness/test

# The version lives in one object, made again only when it changes.
$(O)/version.c: FORCE
	@mkdir -p $(@D)
	@printf '#include "base/version.h"\nconst char project_version[] = "%s";\n' '$(VERSION)' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(O)/version.o: $(O)/version.c
	$(Q)$(CC) $(CFLAGS) -Iproto -c $< -o $@
FORCE:

define archive
	@mkdir -p $(@D)
	@rm -f $@
	@ar rcs $@ $^
endef
$(O)/libproto.a: $(call objects,$(PROTO_C)) \
    $(GEN_C:$(GEN)/%.c=$(O)/gen/%.o) $(O)/version.o
	$(archive)
$(O)/libemulator.a: $(call objects,$(filter-out %/src/main.c,$(EMULATOR_C)))
	$(archive)
$(O)/libplugin.a: $(call objects,$(filter-out %/src/main.c,$(PLUGIN_C)))
	$(archive)
$(O)/libharness.a: $(call objects,$(filter-out %/src/main.c,$(HARNESS_C))) \
    $(EMBED_C:$(GEN)/%.c=$(O)/gen/%.o)
	$(archive)

# ---- programs ------------------------------------------------------------
PROGRAM.emulator := kms-emulator
PROGRAM.plugin   := aws-kms-plugin
PROGRAM.harness  := kmslab
PROGRAMS := $(foreach p,emulator plugin harness,\
  $(if $(wildcard $p/src/main.c),$(O)/$(PROGRAM.$p)))
programs: $(PROGRAMS)
$(O)/kms-emulator: $(O)/emulator/src/main.o $(O)/libemulator.a $(O)/libproto.a
	$(Q)echo "  LINK $@"; $(CC) $(LDFLAGS) $^ $(LIBS.emulator) -o $@
$(O)/aws-kms-plugin: $(O)/plugin/src/main.o $(O)/libplugin.a $(O)/libproto.a
	$(Q)echo "  LINK $@"; $(CC) $(LDFLAGS) $^ $(LIBS.plugin) -o $@
$(O)/kmslab: $(O)/harness/src/main.o $(O)/libharness.a $(O)/libproto.a
	$(Q)echo "  LINK $@"; $(CC) $(LDFLAGS) $^ $(LIBS.harness) -o $@

# ---- tests ---------------------------------------------------------------
TESTS := $(TESTS_C:%.c=$(O)/%)
support = $(call objects,$(sort $(wildcard $1/test/support*.c)))
$(O)/proto/test/%: $(O)/proto/test/%.o $(call support,proto) $(O)/libproto.a
	$(Q)echo "  LINK $@"; $(CC) $(LDFLAGS) $^ -lcmocka $(LIBS.proto) -o $@
$(O)/emulator/test/%: $(O)/emulator/test/%.o $(call support,emulator) \
    $(O)/libemulator.a $(O)/libproto.a
	$(Q)echo "  LINK $@"; $(CC) $(LDFLAGS) $^ -lcmocka $(LIBS.emulator) -o $@
$(O)/plugin/test/%: $(O)/plugin/test/%.o $(call support,plugin) \
    $(O)/libplugin.a $(O)/libproto.a
	$(Q)echo "  LINK $@"; $(CC) $(LDFLAGS) $^ -lcmocka $(LIBS.plugin) -o $@
$(O)/harness/test/%: $(O)/harness/test/%.o $(call support,harness) \
    $(call support,proto) \
    $(O)/libharness.a $(O)/libproto.a
	$(Q)echo "  LINK $@"; $(CC) $(LDFLAGS) $^ -lcmocka $(LIBS.harness) -o $@

# Tests named so decide which allocation of our own objects fails.
$(filter %_out_of_memory,$(TESTS)): $(O)/emulator/test/failing_memory.o
$(O)/%_out_of_memory: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc
$(O)/emulator/test/test_api_out_of_memory: LDFLAGS += -Wl,--wrap=wipe_malloc
# These look at what is freed.
$(O)/%/test/test_wipe: LDFLAGS += -Wl,--wrap=free

# Fuzz targets: over their corpus (fixtures/fuzz/NAME) in `check`, searching
# in `make fuzz`, where libFuzzer brings its own main.
FUZZERS := $(FUZZ_C:%.c=$(O)/%)
FUZZ_MAIN := $(if $(filter fuzz,$(B)),,$(O)/proto/fuzz/main.o)
FUZZ_SECONDS ?= 20
$(O)/proto/fuzz/fuzz_%: $(O)/proto/fuzz/fuzz_%.o $(FUZZ_MAIN) $(O)/libproto.a
	$(Q)echo "  LINK $@"; $(CC) $(LDFLAGS) $^ $(LIBS.proto) -o $@
define fuzz_rule
$(O)/$1/fuzz/fuzz_%: $(O)/$1/fuzz/fuzz_%.o $(FUZZ_MAIN) $(O)/lib$1.a $(O)/libproto.a
	$$(Q)echo "  LINK $$@"; $$(CC) $$(LDFLAGS) $$^ $$(LIBS.$1) -o $$@
endef
$(foreach p,emulator plugin harness,$(eval $(call fuzz_rule,$p)))
fuzz-corpus: $(FUZZERS)
	ci/prove $(FUZZERS)
fuzz:
	@$(MAKE) --no-print-directory B=fuzz fuzz-search
fuzz-search: $(FUZZERS)
	@set -e; for f in $(FUZZERS); do name=$${f##*/fuzz_}; \
	  mkdir -p $(O)/corpus/$$name; echo "  FUZZ $$name"; \
	  $$f -max_total_time=$(FUZZ_SECONDS) -print_final_stats=0 -verbosity=0 \
	    -artifact_prefix=$(O)/corpus/ $(O)/corpus/$$name fixtures/fuzz/$$name; \
	done

# gRPC core is not instrumented; see the file.
export TSAN_OPTIONS := suppressions=$(CURDIR)/ci/tsan.supp

unit: $(TESTS) $(FUZZERS)
scripts := $(sort $(wildcard */test/*.t))

# check: the tests of this variant. Scripts (*.t) drive whole programs; they are
# slow, so first: nothing short is left to wait for one of them.
check: $(TESTS) $(FUZZERS) $(PROGRAMS)
	KMSLAB_BIN=$(abspath $(O)) ci/prove $(scripts) $(TESTS) $(FUZZERS)
check-unit: $(TESTS) $(FUZZERS)
	KMSLAB_BIN=$(abspath $(O)) ci/prove $(TESTS) $(FUZZERS)
# For ThreadSanitizer: without the scripts of kmslab, whose threads are those of
# gRPC core, which is not instrumented.
check-daemons: $(TESTS) $(FUZZERS) $(PROGRAMS)
	KMSLAB_BIN=$(abspath $(O)) ci/prove $(filter emulator/% plugin/%,$(scripts)) \
	  $(TESTS) $(FUZZERS)
test:
	@ci/install-packages build clients
	@$(MAKE) --no-print-directory B=debug check

# ---- bench -----------------------------------------------------------------
# The floors are built from the parts that they stand under, the driver from
# the harness.
$(O)/bench/floor_http.o: DEFINES := -Iemulator/src
$(O)/bench/floor_grpc.o: DEFINES := -Iplugin/src
$(O)/bench/driver/%.o: DEFINES := -Iharness/src
FLOORS := $(O)/bench/floor_http $(O)/bench/floor_grpc $(O)/bench/floor_sqlite
$(O)/bench/floor_http: $(O)/bench/floor_http.o $(O)/libemulator.a $(O)/libproto.a
	$(Q)$(CC) $(LDFLAGS) $^ $(LIBS.emulator) -o $@
$(O)/bench/floor_grpc: $(O)/bench/floor_grpc.o $(O)/libplugin.a $(O)/libproto.a
	$(Q)$(CC) $(LDFLAGS) $^ $(LIBS.plugin) -o $@
$(O)/bench/floor_sqlite: $(O)/bench/floor_sqlite.o $(O)/libproto.a
	$(Q)$(CC) $(LDFLAGS) $^ $(LIBS.bench) -o $@
$(O)/kmslab-bench: $(call objects,$(BENCH_C)) $(O)/libharness.a $(O)/libproto.a
	$(Q)$(CC) $(LDFLAGS) $^ $(LIBS.bench) -o $@
bench-programs: $(FLOORS) $(O)/kmslab-bench
bench: programs bench-programs
	@set --; [ ! -x build/static/aws-kms-plugin ] || \
	  set -- --static build/static/aws-kms-plugin; \
	$(WITH_STRANGERS) $(O)/kmslab-bench "$$@"

# ---- other plugins, for e2e and bench --------------------------------------
# Adds to the shell's arguments what there is: the Go plugin unless there is no
# Go (77), aws-encryption-provider where AEP=PATH says where it is.
WITH_STRANGERS = built=$$(ci/stranger/build); case $$? in \
  0) set -- "$$@" --stranger "$$built/stranger-plugin" ;; \
  77) ;; *) exit 1 ;; esac; \
  [ -z "$(AEP)" ] || set -- "$$@" --aep "$(AEP)";

# ---- what a person asks for ------------------------------------------------
# Packages first, then a new make: what is missing is seen when it is there.
demo:
	@ci/install-packages build
	@$(MAKE) --no-print-directory programs
	@$(O)/kmslab demo
e2e:
	@ci/install-packages build e2e
	@$(MAKE) --no-print-directory programs
	@bin=$$(ci/kube/binaries) || exit; \
	set -- --kube-apiserver "$$bin/kube-apiserver" --etcd "$$bin/etcd"; \
	$(WITH_STRANGERS) $(O)/kmslab e2e "$$@"
# Outages on a real kube-apiserver, in real time: those of ci/outage, whose
# journals docs/BEHAVIOUR.md is made from, and the scenarios of kmslab run.
# FAULTS=all is three quarters of an hour, FAULTS=fast four minutes;
# FAULTS="NAME ...": scenarios. KMSLAB_KUBE=1.33: of that minor version.
# Journals are left in $(O)/e2e-faults.
FAULTS ?= all
FAST_SCENARIOS := kms-down-refused key-disabled matrix-plugin-up \
  matrix-decrypt-broken matrix-restart-plugin-down matrix-restart-encrypt-broken
.PHONY: e2e-faults
e2e-faults:
	@ci/install-packages build clients e2e
	@$(MAKE) --no-print-directory programs
	@bin=$$(ci/kube/binaries) || exit; \
	set -- --kube-apiserver "$$bin/kube-apiserver" --etcd "$$bin/etcd"; \
	[ -z "$(filter all fast,$(FAULTS))" ] || ci/outage/observe "$$@" \
	  --programs $(O) --out $(O)/e2e-faults/outages \
	  $(if $(filter fast,$(FAULTS)),--fast) || exit; \
	$(O)/kmslab run --cluster apiserver "$$@" --jobs 4 --keep \
	  --out $(O)/e2e-faults \
	  $(if $(filter all,$(FAULTS)),--all,$(if $(filter fast,$(FAULTS)),$(FAST_SCENARIOS),$(FAULTS)))
# kind clusters: `kmslab kind` on a real cluster of containers. KIND="NAME ..."
# names tests of harness/test/kind, all runs them all; without, up and readme.
KIND ?=
.PHONY: kind-ready kind-e2e
kind-ready:
	@ci/install-packages build clients e2e kind
	@$(MAKE) --no-print-directory programs
kind-e2e: kind-ready
	@ci/kind/e2e $(O) $(KIND)
docs-test: programs
	@ci/docs-test
# The plugin under load while KMS misbehaves.
SOAK_SECONDS ?= 1800
soak: programs
	@$(O)/kmslab soak --seconds $(SOAK_SECONDS)

# The whole under a mix of faults that a seed draws; STORM_SEED=7 picks one.
STORM_SECONDS ?= 600
storm: programs
	@$(O)/kmslab fault storm --seconds $(STORM_SECONDS) \
	  $(if $(STORM_SEED),--seed $(STORM_SEED)) --out build/storm

define HELP
make            builds kms-emulator, aws-kms-plugin and kmslab (build/release)
make demo       the envelope flow in ten seconds; installs build packages first
make test       every test that needs neither containers nor Go
make e2e        the flow on a real kube-apiserver and etcd (built once, cached)
make e2e-faults outages on a real kube-apiserver (FAULTS=fast: four minutes)
make kind-e2e   Secrets of a kind cluster, encrypted (KIND=all: all its tests)
make static     the programs as single files that need nothing (build/static)
make packages   container images and Debian packages of those (build/packages)
                make static-check, make packages-check: the tests of these two
make bench      speed against named floors, as ratios from one run
make docs-test  runs the commands that README and docs show
make soak       half an hour of faults for the plugin (SOAK_SECONDS=120: less)
make storm      ten minutes of mixed faults (STORM_SECONDS=60, STORM_SEED=7)
make fuzz       searches with the fuzz targets, FUZZ_SECONDS=60 each
make clean      removes build/
B=debug|asan|tsan|cover|fuzz picks another variant, V=1 shows commands
endef
export HELP
help:
	@echo "$$HELP"

# ---- headers stand alone -------------------------------------------------
HEADERS := $(sort $(wildcard proto/*/*.h emulator/src/*.h emulator/src/*/*.h \
  plugin/src/*.h plugin/src/*/*.h plugin/src/*/*/*.h harness/src/*.h \
  harness/src/*/*.h))
headers: $(HEADERS:%=$(O)/%.ok)
$(O)/%.h.ok: %.h | $(GEN_H)
	@mkdir -p $(@D)
	$(Q)echo 'extern int stand_alone;' | $(CC) $(CFLAGS) \
	  $(SEES.$(call part,$*)) -include $< -fsyntax-only -x c - && touch $@

clean:
	rm -rf build

-include $(shell find $(O) -name '*.d' 2>/dev/null)
