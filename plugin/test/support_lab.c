/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* mkdtemp */
#include "support_lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { GRACE_MS = 3000 };

struct lab *
support_lab_open(struct kms_client *kms, const struct instance_options *wanted)
{
    struct lab *lab = calloc(1, sizeof(*lab));
    struct instance_options options = *wanted;
    struct buf problem = { 0 };
    assert_non_null(lab);
    (void)snprintf(lab->folder, sizeof(lab->folder), "/tmp/kms-XXXXXX");
    assert_non_null(mkdtemp(lab->folder));
    (void)snprintf(lab->path, sizeof(lab->path), "%s/s", lab->folder);
    const struct unix_socket_options socket = { .address = lab->path };
    assert_ok(metrics_new(&lab->metrics));
    assert_ok(metrics_add_key(
        lab->metrics, options.crypt.key_id, &options.crypt.metrics));
    assert_ok(unix_socket_new(&socket, &options.socket));
    lab->kms = kms;
    options.behaviour = behaviour_of(BEHAVIOUR_NONE);
    options.address = lab->path;
    options.crypt.kms = kms;
    options.metrics = lab->metrics;
    assert_ok(instance_new(&options, &lab->instance, &problem));
    assert_ok(instance_accept(lab->instance));
    lab->client = support_rpc_new(lab->path);
    return lab;
}

void
support_lab_free(struct lab *lab)
{
    kms_client_free(lab->kms);
    instance_free(lab->instance);
    metrics_free(lab->metrics);
    assert_int_equal(rmdir(lab->folder), 0);
    free(lab);
}

void
support_lab_close(struct lab *lab)
{
    support_rpc_free(lab->client);
    instance_refuse(lab->instance);
    assert_ok(instance_stop(lab->instance, GRACE_MS, GRACE_MS));
    support_lab_free(lab);
}
