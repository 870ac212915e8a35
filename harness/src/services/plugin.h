/* SPDX-License-Identifier: Apache-2.0 */
/* An aws-kms-plugin of our own, on a unix socket. */
#ifndef SERVICES_PLUGIN_H
#define SERVICES_PLUGIN_H

#include "http/kms.h"
#include "process/process.h"
#include "process/workspace.h"

struct plugin;

/* Borrowed. */
struct plugin_options {
    struct kms_account account; /* where KMS is, and who asks */
    const char *key;            /* id, ARN or alias */
    const char *socket;         /* path; NULL: kms.sock in the workspace */
    const char *health_cache;   /* a Go duration; NULL: the plugin's own */
};

/* Starts it and waits until it serves. Failures as daemon_start has them. */
MUST_USE enum status plugin_start(const struct workspace *workspace,
    const struct plugin_options *options, struct plugin **out,
    struct buf *problem);

/* "unix:///…"; borrowed. */
const char *plugin_endpoint(const struct plugin *plugin);

/*
 * Appends an EncryptionConfiguration for kube-apiserver: Secrets are sealed
 * by the plugin at `endpoint`, plain ones can still be read.
 */
#define PLUGIN_PROVIDER "kmslab"
MUST_USE enum status plugin_configuration(
    const char *endpoint, struct buf *out);

/* To wait for its end; borrowed. */
struct process *plugin_process(const struct plugin *plugin);

/* Stops it, and frees. NULL is fine. */
void plugin_free(struct plugin *plugin);

#endif
