/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLUSTER_SERVICE_ACCOUNT_KEY_H
#define CLUSTER_SERVICE_ACCOUNT_KEY_H

#include "base/status.h"

/*
 * Writes a new P-256 private key in PEM (0600): kube-apiserver does not start
 * without one to sign service account tokens with.
 */
MUST_USE enum status service_account_key_write(const char *path);

#endif
