/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One control plane node's kube-apiserver, brought from one way of encrypting
 * to another: files written, the static pod started anew by kubelet, and its
 * coming back awaited. What is as it should be already is left alone, so a
 * change that was broken off can be made again. Where the apiserver does not
 * come back in time, the files from before are put back.
 */
#ifndef ENCRYPT_APISERVER_CHANGE_H
#define ENCRYPT_APISERVER_CHANGE_H

#include "cluster/apiserver.h"
#include "engine/engine.h"

enum { APISERVER_CHANGE_MS = 4 * 60 * 1000 }; /* to come back */

/* All borrowed. */
struct apiserver_change {
    const struct engine *engine;
    const char *node;
    const struct kube_server *server; /* of this node */
    int64_t patience_ms;              /* 0: APISERVER_CHANGE_MS */
};

/* What its manifest says; STATUS_EXISTS and STATUS_UNSUPPORTED, with a line in
 * *problem, where it could not be made to encrypt. Replaces *encrypts: it reads
 * our EncryptionConfiguration. */
MUST_USE enum status apiserver_change_look(
    const struct apiserver_change *change, bool *encrypts, struct buf *problem);

/*
 * Encrypts by this EncryptionConfiguration. STATUS_TIMEOUT: it did not come
 * back; *problem says so, whether what was before runs again, and ends in the
 * last lines of its log.
 */
MUST_USE enum status apiserver_change_encrypt(
    const struct apiserver_change *change, struct span configuration,
    bool kms_v1, struct buf *problem);

/* Runs without an EncryptionConfiguration. Failures as above. */
MUST_USE enum status apiserver_change_plain(
    const struct apiserver_change *change, struct buf *problem);

/* Waits until the apiserver of this mark (empty: without one) is ready. */
MUST_USE enum status apiserver_change_await(
    const struct apiserver_change *change, struct span mark);

#endif
