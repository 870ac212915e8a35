/* SPDX-License-Identifier: Apache-2.0 */
/* A model of a cluster with a scripted plugin, and what its tests do to it. */
#ifndef TEST_SUPPORT_MODEL_H
#define TEST_SUPPORT_MODEL_H

#include "k8s/config.h"
#include "model/model.h"
#include "model/reconnect.h"
#include "test/support_kms.h"

#define SUPPORT_MODEL_START 1763812800000 /* 2025-11-22T12:00:00Z */
#define SUPPORT_MODEL_TEXT "k8s hunter2"

enum {
    SUPPORT_MODEL_SECOND = 1000,
    SUPPORT_MODEL_MINUTE = 60 * SUPPORT_MODEL_SECOND,
};

struct support_model {
    struct fake_kms fake;
    bool socket_gone; /* nobody listens on the plugin's socket */
    struct reconnect **links;
    size_t link_count; /* a connection for each start of an apiserver */
    struct kv *kv;
    struct model *model;
    struct model_answer answer; /* of the last operation */
    struct transform_error error;
};

/* Providers of Secrets, as in an EncryptionConfiguration. */
#define SUPPORT_MODEL_V2                                                       \
    "  - kms: {apiVersion: v2, name: p, endpoint: 'unix:///s'}\n"
#define SUPPORT_MODEL_V1                                                       \
    "  - kms: {apiVersion: v1, name: p, endpoint: 'unix:///s'}\n"
#define SUPPORT_MODEL_AESCBC                                                   \
    "  - aescbc: {keys: [{name: key1, secret: "                                \
    "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=}]}\n"
#define SUPPORT_MODEL_IDENTITY "  - identity: {}\n"

/* cmocka's setup and teardown; the state is a struct support_model that runs
 * with v2 (or v1), then identity. */
int support_model_setup_v2(void **state);
int support_model_setup_v1(void **state);
int support_model_setup_reload(void **state);
/* As v2, of an apiserver of 1.36 or newer: its start waits for storage. */
int support_model_setup_v2_waiting(void **state);
int support_model_teardown(void **state);

/* The configuration of these providers; reset by the caller. */
struct encryption_config support_model_config(const char *providers);

/* Starts (again) with these providers. */
void support_model_start(struct support_model *s, const char *providers);

/* These return the answer's code; the object is a Secret of "default". */
unsigned support_model_create(struct support_model *s, const char *name);
unsigned support_model_get(struct support_model *s, const char *name);
unsigned support_model_delete(struct support_model *s, const char *name);
unsigned support_model_health(struct support_model *s, const char *path);

/* GET and PUT of the same bytes. */
unsigned support_model_put_back(
    struct support_model *s, const char *name, bool *rewritten);

bool support_model_is_stale(struct support_model *s, const char *name);
bool support_model_holds(struct support_model *s, const char *text);

#define assert_message(s, text)                                                \
    assert_string_equal(buf_text(&(s)->answer.message), text)

#endif
