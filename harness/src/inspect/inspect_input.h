/* SPDX-License-Identifier: Apache-2.0 */
/* Where inspect's value comes from. */
#ifndef INSPECT_INSPECT_INPUT_H
#define INSPECT_INSPECT_INPUT_H

#include "http/etcd.h"

enum { INSPECT_VALUE_MAX = 4 * 1024 * 1024 };

struct inspect_input {
    const char *file;        /* "-": standard input; NULL: see etcd */
    bool base64, hex;        /* how the file is written; neither: raw */
    struct etcd_server etcd; /* used where endpoint is not NULL */
    const char *etcd_key;
    const char *cluster, *secret; /* NAMESPACE/NAME of a kind cluster */
};

/* Appends the raw value, and its key of etcd where that is known; on failure
 * one line in *problem says why. */
MUST_USE enum status inspect_input_read(const struct inspect_input *input,
    struct buf *key, struct buf *value, struct buf *problem);

#endif
