/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be told of a value in etcd without any key: how it is sealed, by
 * which provider or key name, under which key id, and the sizes of its parts.
 * Any bytes are taken.
 */
#ifndef K8S_STORED_VALUE_H
#define K8S_STORED_VALUE_H

#include "k8s/encrypted_object.h"
#include "k8s/provider_config.h"

enum stored_form {
    STORED_PLAIN_PROTOBUF, /* "k8s\0" and a runtime.Unknown */
    STORED_PLAIN_JSON,     /* custom resources */
    STORED_PLAIN_OTHER,    /* bytes that no apiserver writes */
    STORED_SEALED,         /* `kind` tells by what */
    STORED_UNKNOWN_PREFIX, /* "k8s:enc:" and something new */
};

/* Spans point into the bytes that were decoded, or into `object`. */
struct stored_value {
    enum stored_form form;
    enum provider_kind kind; /* of STORED_SEALED */
    struct span prefix;      /* with the name and the colon after it */
    struct span name;        /* of the key; kms: of the provider */
    struct span body;        /* all that follows the prefix */

    /* STORED_PLAIN_PROTOBUF: what the object is, "v1" and "Secret". */
    struct buf api_version, object_kind;

    /* STORED_SEALED; empty where the cipher has none. */
    struct span wrapped; /* kms: the wrapped DEK or seed */
    struct span info;    /* kms v2 with a seed */
    struct span nonce;   /* or IV; kms v1: as AES-GCM has it */
    struct span sealed;  /* the ciphertext alone */
    struct span tag;     /* secretbox: stands before the ciphertext */

    struct encrypted_object object; /* kms v2 */

    /* What kube-apiserver would refuse it for, whatever the key; or empty. */
    struct buf problem;
};

/*
 * Replaces *value (an initialised one). A broken record is no failure: its
 * problem says what is wrong, and the parts that could be told stand there.
 */
MUST_USE enum status stored_value_decode(
    struct span bytes, struct stored_value *value);
void stored_value_reset(struct stored_value *value);

/* "plain protobuf", "sealed", … */
const char *stored_value_form_name(enum stored_form form);

#endif
