/* SPDX-License-Identifier: Apache-2.0 */
/* An instance that serves on a socket in a folder of its own, before a client
 * of KMS that the test made, and a client of it. */
#ifndef TEST_SUPPORT_LAB_H
#define TEST_SUPPORT_LAB_H

#include "instance.h"
#include "support_api.h"
#include "test/check.h"

struct lab {
    char folder[64], path[96];
    struct kms_client *kms;
    struct metrics *metrics;
    struct instance *instance;
    struct support_rpc *client;
};

/* Takes kms. Of the options the rest is filled in: socket, address, KMS,
 * metrics and behaviour. */
struct lab *support_lab_open(
    struct kms_client *kms, const struct instance_options *options);
void support_lab_close(struct lab *lab);

/* Frees all but the client, after the instance was stopped. */
void support_lab_free(struct lab *lab);

#endif
