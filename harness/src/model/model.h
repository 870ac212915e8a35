/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of one kube-apiserver over an etcd (model/kv.h): what the REST API
 * would answer, what is stored, and how its time-driven parts behave. Time is
 * the model's own and moves only by model_advance, so three minutes of outage
 * take none. Calls to plugins are real and synchronous. Used by one thread.
 *
 * There is no watch cache: every read goes to etcd, as kube-apiserver's does,
 * and so does every list, as its lists with a limit do (kubectl sends one)
 * until its cache has read all objects once. From then on its lists need no
 * plugin; before, those without a limit get 429 "storage is
 * (re)initializing: failed to list *core.Secret: " and the same words.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "model/encryption.h"
#include "model/first_list.h"
#include "model/kv.h"

struct model_options {
    struct kv *kv;  /* borrowed; outlives the model */
    int64_t now_ms; /* the model's time at first: milliseconds since 1970 */
    struct random random;
    struct encryption_plugins plugins;
    bool reload; /* configuration is reloaded while running */
    /*
     * How long a start may wait for watch caches, with health endpoints red:
     * MODEL_STORAGE_WAIT_MS since Kubernetes 1.36 (feature gate
     * WatchCacheInitializationPostStartHook), 0 before.
     */
    int64_t storage_wait_ms;
};

/* --storage-initialization-timeout */
enum { MODEL_STORAGE_WAIT_MS = 60 * 1000 };

struct model;

/* An apiserver that does not run yet. */
MUST_USE enum status model_new(
    const struct model_options *options, struct model **out);
void model_free(struct model *model);

/*
 * Starts with this configuration (k8s/config.h; copied; without rules
 * everything is plain), or starts again: seeds and cached keys are gone. On
 * failure the model does not run.
 */
MUST_USE enum status model_start(struct model *model,
    const struct encryption_config *config, struct transform_error *error);

/* Ends the process. The store stays. */
void model_stop(struct model *model);

/*
 * A new configuration for an apiserver that runs with reload. On failure (a
 * plugin that is not healthy is one) the old stays in force.
 */
MUST_USE enum status model_reload(struct model *model,
    const struct encryption_config *config, struct transform_error *error);

/* Moves time on and runs each poll of a plugin when it is due. */
void model_advance(struct model *model, int64_t ms);
int64_t model_now_ms(const struct model *model);

/* What names an object. A resource of another group: "deployments.apps". */
struct model_object {
    const char *resource;  /* "secrets" */
    const char *namespace; /* NULL: cluster-scoped */
    const char *name;
};

/* What the REST API answers. */
struct model_answer {
    unsigned code;      /* 200, 201, 404, 409, 422, 500; 0: it does not run */
    struct buf message; /* of an error */
    struct buf body;    /* get: the object's bytes */
    int64_t revision;   /* resourceVersion */
};
void model_answer_reset(struct model_answer *answer);

/*
 * The operations fill *answer whatever it says, and return only what hinders
 * the model itself (memory, its store). Objects are bytes as an apiserver
 * serialises them (model/secret_object.h).
 */
MUST_USE enum status model_create(struct model *model,
    const struct model_object *object, struct span bytes,
    struct model_answer *answer);
MUST_USE enum status model_get(struct model *model,
    const struct model_object *object, struct model_answer *answer);

/*
 * PUT. An update that changes nothing writes nothing, unless what is stored
 * is stale: answer->revision tells. `expected` is the resourceVersion in the
 * object; 0: none, so the last one wins.
 */
MUST_USE enum status model_update(struct model *model,
    const struct model_object *object, struct span bytes, int64_t expected,
    struct model_answer *answer);
MUST_USE enum status model_delete(struct model *model,
    const struct model_object *object, struct model_answer *answer);

/* The object's key in etcd (its AAD): "/registry/secrets/default/s1". */
MUST_USE enum status model_etcd_key(
    const struct model_object *object, struct buf *key);

/* Whether an update of the object would rewrite it. STATUS_NOT_FOUND, or the
 * status of a read that failed with its words. */
MUST_USE enum status model_is_stale(struct model *model,
    const struct model_object *object, bool *stale,
    struct transform_error *error);

/* Of the last start. */
struct first_list *model_first_list(struct model *model);
/* Whether the start still waits for that list; see storage_wait_ms. */
bool model_waits_for_storage(const struct model *model);

/* The configuration at work, borrowed until the next start, stop or reload;
 * NULL while the apiserver does not run. */
struct encryption *model_encryption(struct model *model);

/* The store, borrowed. */
struct kv *model_kv(struct model *model);

/* What a kms provider of version 2 writes with. */
MUST_USE enum status model_look(
    struct model *model, struct span provider, struct kms_v2_view *view);

#endif
