/* SPDX-License-Identifier: Apache-2.0 */
#include "checks.h"

#include <pthread.h>
#include <stdlib.h>

enum { WAIT_MS = HEALTH_PROBE_MS + 250, HTTP_OK = 200, HTTP_ERROR = 500 };

struct check;

/* What is known about one key. */
struct finding {
    struct check *check;
    struct instance *instance;
    bool bad;
    struct buf text; /* what is wrong */
};

/* One request, until all keys have been asked about. */
struct check {
    const struct checks *checks;
    struct http_reply *reply;
    bool verbose;
    pthread_mutex_t lock;
    size_t left; /* questions that are open, and the asking itself */
    struct finding findings[];
};

static void
check_free(struct check *check)
{
    for (size_t i = 0; i < check->checks->count; i++)
        buf_reset(&check->findings[i].text);
    (void)pthread_mutex_destroy(&check->lock);
    free(check);
}

static bool
describe(const struct check *check, struct buf *text)
{
    const struct finding *first = NULL;
    for (size_t i = 0; i < check->checks->count; i++) {
        const struct finding *f = &check->findings[i];
        if (f->bad && first == NULL)
            first = f;
        if (check->verbose)
            buf_say(text, "[%c]%.*s %s\n", f->bad ? '-' : '+',
                SPAN_ARG(instance_key(f->instance)),
                f->bad ? buf_text(&f->text) : "ok");
    }
    if (!check->verbose && first != NULL)
        buf_say(text, "%s\n", buf_text(&first->text));
    if (!check->verbose && first == NULL)
        buf_say(text, "OK");
    return first == NULL;
}

static void
answer(struct check *check)
{
    struct buf text = { 0 };
    bool good = describe(check, &text);
    http_reply_send(check->reply, good ? HTTP_OK : HTTP_ERROR,
        "text/plain; charset=utf-8", &text);
    buf_reset(&text);
    check_free(check);
}

static void
drop(struct check *check)
{
    (void)pthread_mutex_lock(&check->lock);
    bool last = --check->left == 0;
    (void)pthread_mutex_unlock(&check->lock);
    if (last)
        answer(check);
}

/* Each finding has one writer; drop() hands it over. */
static void
note_bad(struct finding *finding, struct span text)
{
    finding->bad = true;
    buf_say(&finding->text, "%.*s", SPAN_ARG(text));
}

static void
note_lost(struct finding *finding)
{
    finding->bad = true;
    instance_describe_loss(finding->instance, &finding->text);
}

static bool
is_forgiven(const struct failure *failure)
{
    return failure->kind == FAILURE_USER || failure->kind == FAILURE_THROTTLED;
}

static void
on_told(void *context, const struct health_view *view)
{
    struct finding *finding = context;
    struct check *check = finding->check;
    if (view->state == HEALTH_GOOD)
        instance_set_good(finding->instance);
    else if (!(check->checks->forgiving && is_forgiven(&view->failure)))
        note_bad(finding, view->text);
    drop(check);
}

static void
ask(struct finding *finding)
{
    struct check *check = finding->check;
    (void)pthread_mutex_lock(&check->lock);
    check->left++;
    (void)pthread_mutex_unlock(&check->lock);
    if (health_ask(instance_health(finding->instance), check->checks->version,
            WAIT_MS, on_told, finding) == STATUS_OK)
        return;
    note_bad(finding, SPAN_LITERAL("out of memory"));
    drop(check);
}

static void
look(struct finding *finding)
{
    const struct checks *checks = finding->check->checks;
    struct instance *instance = finding->instance;
    if (checks->lasting && !instance_is_accepting(instance))
        note_bad(finding, SPAN_LITERAL("its socket does not take calls yet"));
    else if (checks->reaches && !instance_is_reachable(instance))
        note_lost(finding);
    else if (!checks->lasting || !instance_was_good(instance))
        ask(finding);
}

static struct check *
check_new(const struct checks *checks, struct http_reply *reply)
{
    struct check *check =
        calloc(1, sizeof(*check) + checks->count * sizeof(check->findings[0]));
    if (check == NULL || pthread_mutex_init(&check->lock, NULL) != 0) {
        free(check);
        return NULL;
    }
    check->checks = checks;
    check->reply = reply;
    check->verbose = http_request_asks(reply, "verbose");
    check->left = 1;
    for (size_t i = 0; i < checks->count; i++) {
        check->findings[i].check = check;
        check->findings[i].instance = checks->instances[i];
    }
    return check;
}

void
checks_handle(void *context, struct http_reply *reply)
{
    const struct checks *checks = context;
    struct check *check = check_new(checks, reply);
    if (check == NULL) {
        struct buf none = { 0 };
        http_reply_send(reply, HTTP_ERROR, "text/plain", &none);
        return;
    }
    for (size_t i = 0; i < checks->count; i++)
        look(&check->findings[i]);
    drop(check);
}
