/* SPDX-License-Identifier: Apache-2.0 */
#include "checks.h"

#include <pthread.h>
#include <stdlib.h>

enum { WAIT_MS = HEALTH_PROBE_MS + 250, HTTP_OK = 200, HTTP_ERROR = 500 };

/* One request, until all keys have been asked about. */
struct check {
    const struct checks *checks;
    struct http_reply *reply;
    pthread_mutex_t lock;
    size_t left;      /* questions that are open, and the asking itself */
    size_t first_bad; /* index of the key that `text` is about */
    struct buf text;
};

struct question {
    struct check *check;
    size_t index;
};

static void
answer(struct check *check)
{
    bool good = check->first_bad == check->checks->count;
    if (good)
        buf_say(&check->text, "OK");
    http_reply_send(check->reply, good ? HTTP_OK : HTTP_ERROR,
        "text/plain; charset=utf-8", &check->text);
    (void)pthread_mutex_destroy(&check->lock);
    buf_reset(&check->text);
    free(check);
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

static void
note_bad(struct check *check, size_t index, struct span text)
{
    (void)pthread_mutex_lock(&check->lock);
    if (index < check->first_bad) {
        check->first_bad = index;
        buf_clear(&check->text);
        buf_say(&check->text, "%.*s\n", SPAN_ARG(text));
    }
    (void)pthread_mutex_unlock(&check->lock);
}

static bool
is_forgiven(const struct failure *failure)
{
    return failure->kind == FAILURE_USER || failure->kind == FAILURE_THROTTLED;
}

static void
on_told(void *context, const struct health_view *view)
{
    struct question *question = context;
    struct check *check = question->check;
    if (view->state != HEALTH_GOOD &&
        !(check->checks->forgiving && is_forgiven(&view->failure)))
        note_bad(check, question->index, view->text);
    free(question);
    drop(check);
}

static void
ask(struct check *check, size_t index)
{
    struct question *question = malloc(sizeof(*question));
    if (question == NULL) {
        note_bad(check, index, SPAN_LITERAL("out of memory"));
        return;
    }
    *question = (struct question){ check, index };
    (void)pthread_mutex_lock(&check->lock);
    check->left++;
    (void)pthread_mutex_unlock(&check->lock);
    if (health_ask(instance_health(check->checks->instances[index]), WAIT_MS,
            on_told, question) == STATUS_OK)
        return;
    free(question);
    note_bad(check, index, SPAN_LITERAL("out of memory"));
    drop(check);
}

void
checks_handle(void *context, struct http_reply *reply)
{
    const struct checks *checks = context;
    struct check *check = calloc(1, sizeof(*check));
    if (check == NULL || pthread_mutex_init(&check->lock, NULL) != 0) {
        struct buf none = { 0 };
        free(check);
        http_reply_send(reply, HTTP_ERROR, "text/plain", &none);
        return;
    }
    check->checks = checks;
    check->reply = reply;
    check->left = 1;
    check->first_bad = checks->count;
    for (size_t i = 0; i < checks->count; i++)
        if (instance_is_reachable(checks->instances[i]))
            ask(check, i);
        else
            note_bad(check, i,
                SPAN_LITERAL("the socket's file was removed or replaced: "
                             "restart the plugin"));
    drop(check);
}
