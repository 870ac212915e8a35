/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to an admin listener that serves /faults: kms-emulator's, or the
 * control listener of kmslab proxy. */
#ifndef FAULT_FAULT_ADMIN_H
#define FAULT_FAULT_ADMIN_H

#include "base/buf.h"

struct fault_request {
    const char *admin;  /* "http://127.0.0.1:9001", with or without a '/' */
    const char *method; /* "POST" */
    const char *path;   /* "/faults/pause" */
    struct span body;   /* empty: none */
};

/*
 * Appends the body of a good answer to *out. Otherwise one line in *problem:
 * STATUS_NOT_FOUND for 404, STATUS_INVALID for other refusals, whose words are
 * the listener's, or what http_send says.
 */
MUST_USE enum status fault_admin_send(
    const struct fault_request *request, struct buf *out, struct buf *problem);

#endif
