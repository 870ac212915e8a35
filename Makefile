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
LIBS.proto    := -lprotobuf-c -lsodium -lyaml -ljansson -lcrypto -lm
LIBS.emulator := -lmicrohttpd -lsqlite3 $(LIBS.proto)
LIBS.plugin   := -lgrpc_unsecure -lgpr -lcurl -lssl -lmicrohttpd $(LIBS.proto)
LIBS.harness  := -lgrpc_unsecure -lgpr -lcurl -lsqlite3 $(LIBS.proto)
LIBS.bench    := -lgrpc_unsecure -lgpr -lcurl -lsqlite3 -lmicrohttpd $(LIBS.proto)

# V=1 shows every command.
Q := $(if $(V),,@)

.DELETE_ON_ERROR:
# Not .SECONDARY: that would also leave an old version.o alone.
.PRECIOUS: $(O)/%.o $(GEN)/%.pb-c.c $(GEN)/%.pb-c.h
.PHONY: all programs check check-unit check-daemons unit headers test demo e2e \
  bench bench-programs docs-test help clean

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
BENCH_C := $(sort $(wildcard bench/driver/*.c))

objects = $(patsubst %.c,$(O)/%.o,$1)
part = $(firstword $(subst /, ,$1))

# ---- generated protobuf code ---------------------------------------------
$(GEN)/%.pb-c.c $(GEN)/%.pb-c.h: proto/%.proto
	@mkdir -p $(GEN)
	@echo "  GEN $@"
	$(Q)protoc-c --proto_path=proto --c_out=$(GEN) $<

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
$(O)/libharness.a: $(call objects,$(filter-out %/src/main.c,$(HARNESS_C)))
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

# check: the tests of this variant. Scripts (*.t) drive whole programs.
check: $(TESTS) $(FUZZERS) $(PROGRAMS)
	KMSLAB_BIN=$(abspath $(O)) ci/prove $(TESTS) $(FUZZERS) $(scripts)
check-unit: $(TESTS) $(FUZZERS)
	KMSLAB_BIN=$(abspath $(O)) ci/prove $(TESTS) $(FUZZERS)
# For ThreadSanitizer: without the scripts of kmslab, whose threads are those of
# gRPC core, which is not instrumented.
check-daemons: $(TESTS) $(FUZZERS) $(PROGRAMS)
	KMSLAB_BIN=$(abspath $(O)) ci/prove $(TESTS) $(FUZZERS) \
	  $(filter emulator/% plugin/%,$(scripts))
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
	@$(O)/kmslab-bench

# ---- what a person asks for ------------------------------------------------
# Packages first, then a new make: what is missing is seen when it is there.
demo:
	@ci/install-packages build
	@$(MAKE) --no-print-directory programs
	@$(O)/kmslab demo
e2e:
	@ci/install-packages build e2e
	@$(MAKE) --no-print-directory programs
	@bin=$$(ci/kube/binaries) && $(O)/kmslab e2e \
	  --kube-apiserver "$$bin/kube-apiserver" --etcd "$$bin/etcd"
docs-test: programs
	@ci/docs-test

define HELP
make            builds kms-emulator, aws-kms-plugin and kmslab (build/release)
make demo       the envelope flow in ten seconds; installs build packages first
make test       every test that needs neither containers nor Go
make e2e        the flow on a real kube-apiserver and etcd (built once, cached)
make bench      speed against named floors, as ratios from one run
make docs-test  runs every command that README and docs show
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
