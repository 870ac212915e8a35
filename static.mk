# SPDX-License-Identifier: Apache-2.0
# `make static`: build/static/PROGRAM, fully static, and PROGRAM.debug beside
# it. A variant like the others (B=static), with its objects in build/static/obj.
# libcurl and libmicrohttpd are built small by ci/static/libraries; everything
# else comes from Debian's own archives.
.PHONY: static static-check static-programs
static:
	@ci/install-packages build static
	@ci/static/libraries build/static-deps
	@$(MAKE) --no-print-directory B=static static-programs

# The tests of whole programs, on the static ones.
static-check: static
	@ci/install-packages clients
	KMSLAB_BIN=$(abspath build/static) ci/prove $(scripts) ci/static/empty-root.t

ifeq ($(B),static)
O := build/static/obj
STATIC_DEPS := build/static-deps

# Paths of this machine do not get into the programs, so that whoever builds
# the same sources with the same packages gets the same bytes.
OPT.static := $(OPT.release) -ffile-prefix-map=$(CURDIR)=. \
  -isystem $(STATIC_DEPS)/include
# What refuse.c stands for. A warning of the linker's is an error: it names
# what was forgotten there.
STATIC_REFUSED := getaddrinfo freeaddrinfo getnameinfo gethostbyname \
  getservbyname getservbyname_r getservbyport_r dlopen dlsym dlclose dlerror dladdr
LINK.static := -static-pie -L$(STATIC_DEPS)/lib -Wl,-z,relro,--gc-sections,--fatal-warnings \
  $(STATIC_REFUSED:%=-Wl,--wrap=%)

# After what a program names by itself: what that needs in turn. Of archives
# only what is used is linked in, so one list serves all programs.
ABSL := $(sort $(wildcard \
  $(dir $(shell $(CC) -print-file-name=libabsl_base.a))libabsl_*.a))
STATIC_LIBS := -Wl,--start-group -lgrpc_unsecure -lgpr -lupb \
  -laddress_sorting -lre2 $(ABSL) -lcurl -lcares -lssl -lcrypto -lz -lzstd -lstdc++ -lm \
  -Wl,--end-group

STATIC_PROGRAMS := $(patsubst %,build/static/%,kms-emulator aws-kms-plugin kmslab)
static-programs: $(STATIC_PROGRAMS)
$(STATIC_PROGRAMS:build/static/%=$(O)/%): $(O)/ci/static/refuse.o
# The link's note lets gdb find the other file by name and check that it fits.
$(STATIC_PROGRAMS): build/static/%: $(O)/%
	$(Q)objcopy --only-keep-debug $< $@.debug
	$(Q)cd $(@D) && objcopy --strip-all --add-gnu-debuglink=$(@F).debug $(abspath $<) $(@F)
endif

# ---- packages ------------------------------------------------------------
# Images without a registry and Debian packages, of the static programs, in
# build/packages. Made anew each time: seconds.
.PHONY: image deb packages packages-check
PACKAGES := build/packages
CA_FILE ?= $(wildcard /etc/ssl/certs/ca-certificates.crt)
image deb packages packages-check: export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct)
image: static
	@mkdir -p $(PACKAGES)
	@for p in aws-kms-plugin kms-emulator; do packaging/image/build \
	  build/static/$$p $(PACKAGES)/$$p.image.tar $(CA_FILE:%=--ca-file %) || exit 1; done
deb: static
	@rm -f $(PACKAGES)/*.deb
	@packaging/debian/build build/static $(PACKAGES)
packages: image deb
packages-check: packages
	@ci/install-packages clients packages
	KMSLAB_BIN=$(abspath build/static) KMSLAB_PACKAGES=$(abspath $(PACKAGES)) \
	  ci/prove packaging/check/*.t
