/* SPDX-License-Identifier: Apache-2.0 */
/* An aws-kms-plugin of our own, on a unix socket, or another plugin that has
 * the flags of aws-encryption-provider. */
#ifndef SERVICES_PLUGIN_H
#define SERVICES_PLUGIN_H

#include "http/kms.h"
#include "process/process.h"
#include "process/workspace.h"

struct plugin;

/* Borrowed. */
struct plugin_options {
    struct kms_account account;   /* where KMS is, and who asks */
    const char *key;              /* id, ARN or alias */
    const char *socket;           /* path; NULL: kms.sock in the workspace */
    const char *health_cache;     /* a Go duration; NULL: the plugin's own */
    const char *key_id;           /* flag, arn or material; NULL: its own */
    const char *program;          /* path of another plugin; NULL: ours */
    const char *const *flags;     /* more of them, ends in NULL; NULL: none */
    const struct own_file *files; /* that it sees so; NULL: none */
};

/* Starts it and waits until it serves. Failures as daemon_start has them. */
MUST_USE enum status plugin_start(const struct workspace *workspace,
    const struct plugin_options *options, struct plugin **out,
    struct buf *problem);

/* Asks ours whether it would take these flags, which end in NULL, beside those
 * that plugin_start gives it. STATUS_INVALID with its words in *problem. */
MUST_USE enum status plugin_check_flags(const struct workspace *workspace,
    const char *const *flags, struct buf *problem);

/* "unix:///…"; borrowed. */
const char *plugin_endpoint(const struct plugin *plugin);

/* "http://127.0.0.1:PORT" of health and metrics; "" for another plugin, which
 * does not say. Borrowed. */
const char *plugin_health_url(const struct plugin *plugin);

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
