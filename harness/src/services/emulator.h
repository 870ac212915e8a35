/* SPDX-License-Identifier: Apache-2.0 */
/* A kms-emulator of our own, on a port of 127.0.0.1. */
#ifndef SERVICES_EMULATOR_H
#define SERVICES_EMULATOR_H

#include "http/kms.h"
#include "process/process.h"
#include "process/workspace.h"

struct emulator;

/* Borrowed texts; NULL means "not given". */
struct emulator_options {
    const char *account; /* of callers that name none; 12 digits */
    const char *region;  /* of requests that name none */
    const char *seed;    /* path of a seed file */
    const char *data;    /* folder of its store; NULL: in memory */
    const char *listen;  /* address; NULL: a free port of 127.0.0.1 */
};

extern const char emulator_default_account[]; /* "000000000000" */
extern const char emulator_default_region[];  /* "us-east-1" */

/* Starts it and waits until it serves. Failures as daemon_start has them. */
MUST_USE enum status emulator_start(const struct workspace *workspace,
    const struct emulator_options *options, struct emulator **out,
    struct buf *problem);

/* "http://127.0.0.1:PORT"; borrowed. */
const char *emulator_url(const struct emulator *emulator);

/* The same of its admin listener. */
const char *emulator_admin(const struct emulator *emulator);

/* Where to send KMS calls, as the root of the default account. Borrows. */
struct kms_account emulator_account(const struct emulator *emulator);

/* To wait for its end; borrowed. */
struct process *emulator_process(const struct emulator *emulator);

/* Stops it, and frees. NULL is fine. */
void emulator_free(struct emulator *emulator);

#endif
