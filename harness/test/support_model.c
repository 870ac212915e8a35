/* SPDX-License-Identifier: Apache-2.0 */
#include "support_model.h"

#include "model/model_health.h"
#include "test/check.h"

#include <stdlib.h>

static bool
socket_answers(void *context)
{
    const struct support_model *s = context;
    return !s->socket_gone;
}

static int64_t
read_model_ms(void *context)
{
    const struct support_model *s = context;
    return model_now_ms(s->model);
}

static enum status
connect_fake(void *context, const struct provider_config *config,
    struct kms_service_v1 *v1, struct kms_service_v2 *v2)
{
    struct support_model *s = context;
    const struct reconnect_options options = {
        .answers = socket_answers,
        .context = s,
        .clock = { read_model_ms, s },
        .v1 = support_kms_v1(&s->fake),
        .v2 = support_kms_v2(&s->fake),
    };
    (void)config;
    s->links =
        realloc(s->links, (s->link_count + 1) * sizeof(struct reconnect *));
    assert_non_null(s->links);
    assert_ok(reconnect_new(&options, &s->links[s->link_count]));
    struct reconnect *link = s->links[s->link_count++];
    *v1 = reconnect_v1(link);
    *v2 = reconnect_v2(link);
    return STATUS_OK;
}

struct encryption_config
support_model_config(const char *providers)
{
    struct config_options options = { .file_name = "enc.yaml", .kms_v1 = true };
    struct encryption_config config = { 0 };
    struct buf text = { 0 }, problem = { 0 };
    assert_ok(buf_printf(&text,
        "apiVersion: apiserver.config.k8s.io/v1\n"
        "kind: EncryptionConfiguration\n"
        "resources:\n"
        "- resources: [secrets]\n"
        "  providers:\n%s",
        providers));
    enum status st = config_parse(buf_span(&text), &options, &config, &problem);
    assert_string_equal(buf_text(&problem), "");
    assert_ok(st);
    buf_reset(&text);
    return config;
}

void
support_model_start(struct support_model *s, const char *providers)
{
    struct encryption_config config = support_model_config(providers);
    assert_ok(model_start(s->model, &config, &s->error));
    config_reset(&config);
}

static int
setup(void **state, const char *providers, bool reload, int64_t storage_wait_ms)
{
    struct support_model *s = calloc(1, sizeof(*s));
    assert_non_null(s);
    support_kms_init(&s->fake);
    assert_ok(kv_open(NULL, &s->kv));
    struct model_options options = {
        .kv = s->kv,
        .now_ms = SUPPORT_MODEL_START,
        .random = random_system(),
        .plugins = { connect_fake, s },
        .reload = reload,
        .storage_wait_ms = storage_wait_ms,
    };
    assert_ok(model_new(&options, &s->model));
    support_model_start(s, providers);
    *state = s;
    return 0;
}

int
support_model_setup_v2(void **state)
{
    return setup(state, SUPPORT_MODEL_V2 SUPPORT_MODEL_IDENTITY, false, 0);
}

int
support_model_setup_v1(void **state)
{
    return setup(state, SUPPORT_MODEL_V1 SUPPORT_MODEL_IDENTITY, false, 0);
}

int
support_model_setup_reload(void **state)
{
    return setup(state, SUPPORT_MODEL_V2 SUPPORT_MODEL_IDENTITY, true, 0);
}

int
support_model_setup_v2_waiting(void **state)
{
    return setup(state, SUPPORT_MODEL_V2 SUPPORT_MODEL_IDENTITY, false,
        MODEL_STORAGE_WAIT_MS);
}

int
support_model_teardown(void **state)
{
    struct support_model *s = *state;
    model_free(s->model);
    for (size_t i = 0; i < s->link_count; i++)
        reconnect_free(s->links[i]);
    free(s->links);
    kv_free(s->kv);
    model_answer_reset(&s->answer);
    transform_error_reset(&s->error);
    support_kms_reset(&s->fake);
    free(s);
    return 0;
}

static struct model_object
secret_named(const char *name)
{
    return (struct model_object){ "secrets", "default", name };
}

unsigned
support_model_create(struct support_model *s, const char *name)
{
    struct model_object object = secret_named(name);
    assert_ok(model_create(
        s->model, &object, span_text(SUPPORT_MODEL_TEXT), &s->answer));
    return s->answer.code;
}

unsigned
support_model_get(struct support_model *s, const char *name)
{
    struct model_object object = secret_named(name);
    assert_ok(model_get(s->model, &object, &s->answer));
    return s->answer.code;
}

unsigned
support_model_delete(struct support_model *s, const char *name)
{
    struct model_object object = secret_named(name);
    assert_ok(model_delete(s->model, &object, &s->answer));
    return s->answer.code;
}

unsigned
support_model_health(struct support_model *s, const char *path)
{
    assert_ok(model_health(s->model, path, &s->answer));
    return s->answer.code;
}

unsigned
support_model_put_back(
    struct support_model *s, const char *name, bool *rewritten)
{
    struct model_object object = secret_named(name);
    struct buf body = { 0 };
    if (support_model_get(s, name) != 200)
        return s->answer.code;
    int64_t before = s->answer.revision;
    buf_take(&body, &s->answer.body);
    assert_ok(
        model_update(s->model, &object, buf_span(&body), before, &s->answer));
    *rewritten = s->answer.code == 200 && s->answer.revision != before;
    buf_reset(&body);
    return s->answer.code;
}

bool
support_model_is_stale(struct support_model *s, const char *name)
{
    struct model_object object = secret_named(name);
    bool stale = false;
    assert_ok(model_is_stale(s->model, &object, &stale, &s->error));
    return stale;
}

bool
support_model_holds(struct support_model *s, const char *text)
{
    bool found = false;
    assert_ok(kv_contains(s->kv, span_text(text), &found));
    return found;
}
