/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of kms-emulator. Nothing comes from the environment. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "base/log.h"
#include "net/address.h"
#include "options_tls.h"

#include <stdio.h>

struct options {
    struct net_address listen;
    struct net_address admin; /* len 0: no admin listener */
    struct options_tls tls;
    bool memory;          /* keep nothing */
    const char *data;     /* folder of the store; borrowed from argv */
    const char *root_key; /* file; NULL: root.key in the folder */
    const char *seed;     /* file; NULL: none */
    const char *account;  /* 12 digits */
    const char *region;
    int64_t session_seconds; /* 0: as long as asked for */
    const char *faults;      /* file; NULL: none */
    int64_t fault_seed;
    enum log_level log_level;
    enum log_format log_format;
};

enum options_outcome {
    OPTIONS_RUN,
    OPTIONS_DONE,  /* help or version was asked for and is printed: exit 0 */
    OPTIONS_USAGE, /* the line was not understood, and err says why: exit 2 */
};

/* Uses getopt_long, so not thread-safe. *options is set on OPTIONS_RUN. */
enum options_outcome options_parse(
    int argc, char **argv, FILE *out, FILE *err, struct options *options);

#endif
