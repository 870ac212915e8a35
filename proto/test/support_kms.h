/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A KMS plugin made of a script: it wraps by writing "wrapped:" and the bytes
 * reversed under its key id, and fails as told. Calls may come from several
 * threads; the script is changed while none is under way.
 */
#ifndef TEST_SUPPORT_KMS_H
#define TEST_SUPPORT_KMS_H

#include "base/clock.h"
#include "k8s/kms_service.h"

#include <pthread.h>

struct fake_kms {
    /* What Status says; NULL: "ok", "v2". */
    const char *healthz, *version;
    const char *key_id;         /* of Status */
    const char *encrypt_key_id; /* of Encrypt; NULL: that of Status */
    const char *annotation;     /* a key with the value "x"; NULL: none */
    size_t wrapped_len;         /* not 0: pads the ciphertext to it */

    /* Codes to fail with; 0 is success. The message is "scripted". */
    enum grpc_code status_code, encrypt_code, decrypt_code, version_code;
    const char *v1_version; /* NULL: "v1beta1" */

    /* Known answers of Decrypt before the script is tried. */
    const struct fake_unwrap {
        struct buf wrapped, plain;
    } * unwraps;
    size_t unwrap_count;

    /* Moved on by each call when not NULL. */
    struct clock_manual *clock;
    int64_t call_ms;

    _Atomic unsigned status_calls, encrypt_calls, decrypt_calls, version_calls;
    pthread_mutex_t lock;   /* guards the two below */
    struct buf last_key_id; /* of Decrypt */
    size_t last_annotations;
};

/* Key id "key-1", all well. */
void support_kms_init(struct fake_kms *fake);
void support_kms_reset(struct fake_kms *fake);

struct kms_service_v1 support_kms_v1(struct fake_kms *fake);
struct kms_service_v2 support_kms_v2(struct fake_kms *fake);

#endif
