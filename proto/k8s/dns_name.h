/* SPDX-License-Identifier: Apache-2.0 */
#ifndef K8S_DNS_NAME_H
#define K8S_DNS_NAME_H

#include "k8s/transform_error.h"

/*
 * Kubernetes' rule of a fully qualified domain name: labels of RFC 1123, at
 * least two, one dot at the end allowed. STATUS_INVALID with Kubernetes'
 * words after "FIELD: "; `field` is a constant text.
 */
MUST_USE enum status dns_name_check_qualified(
    const char *field, struct span name, struct transform_error *error);

/*
 * The rule of most objects' names: labels of RFC 1123, 253 characters at most.
 * STATUS_INVALID with one or two errors of the field added to *error.
 */
MUST_USE enum status dns_name_check_object(
    const char *field, struct span name, struct transform_error *error);

#endif
