/* SPDX-License-Identifier: Apache-2.0 */
#include "support_routes.h"

#include "test/check.h"

static void
remember(struct routes *routes, const struct server_request *request)
{
    (void)pthread_mutex_lock(&routes->lock);
    buf_say(&routes->log, "%.*s %.*s%s%.*s\n", SPAN_ARG(request->wire.method),
        SPAN_ARG(request->wire.path), request->wire.query.len > 0 ? "?" : "",
        SPAN_ARG(request->wire.query));
    for (size_t i = 0; i < request->wire.header_count; i++)
        buf_say(&routes->log, "%.*s: %.*s\n",
            SPAN_ARG(request->wire.headers[i].name),
            SPAN_ARG(request->wire.headers[i].value));
    buf_say(&routes->log, "\n%.*s\n", SPAN_ARG(request->body));
    (void)pthread_mutex_unlock(&routes->lock);
}

static void
answer_torn(const struct server_request *request, const char *body)
{
    struct buf text = { 0 };
    assert_ok(buf_printf(
        &text, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", strlen(body)));
    assert_ok(buf_append(&text, span_of(body, strlen(body) / 2)));
    server_send(request, buf_span(&text));
    buf_reset(&text);
}

static void
answer_redirect(const struct server_request *request, const char *to)
{
    struct buf text = { 0 };
    assert_ok(buf_printf(&text,
        "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", to));
    server_send(request, buf_span(&text));
    buf_reset(&text);
}

static bool
take(const struct server_request *request, const struct route *route)
{
    switch (route->way) {
    case ROUTE_ANSWERS:
    case ROUTE_ANSWERS_ONCE:
        server_answer(request, route->status, route->body);
        return true;
    case ROUTE_HANGS:
        (void)server_hang(request);
        return false;
    case ROUTE_TEARS:
        answer_torn(request, route->body);
        return false;
    case ROUTE_RESETS:
        server_reset(request);
        return false;
    case ROUTE_REDIRECTS:
        answer_redirect(request, route->body);
        return true;
    }
    return false;
}

static bool
is_for(struct routes *routes, size_t index, struct span path)
{
    const struct route *route = &routes->routes[index];
    if (!span_starts_with(path, span_text(route->path)))
        return false;
    (void)pthread_mutex_lock(&routes->lock);
    bool gone = routes->used[index];
    routes->used[index] = route->way == ROUTE_ANSWERS_ONCE;
    (void)pthread_mutex_unlock(&routes->lock);
    return !gone;
}

static bool
handle(void *context, const struct server_request *request)
{
    struct routes *routes = context;
    remember(routes, request);
    for (size_t i = 0; i < routes->count; i++)
        if (is_for(routes, i, request->wire.path))
            return take(request, &routes->routes[i]);
    server_answer(request, 404, "");
    return true;
}

void
routes_start(struct routes *routes, const struct route *list, size_t count)
{
    *routes = (struct routes){ .count = count };
    assert_true(count <= ROUTES_MAX);
    memcpy(routes->routes, list, count * sizeof(*list));
    assert_int_equal(pthread_mutex_init(&routes->lock, NULL), 0);
    routes->server = server_new(handle, routes);
}

void
routes_stop(struct routes *routes)
{
    server_free(routes->server);
    buf_reset(&routes->log);
    (void)pthread_mutex_destroy(&routes->lock);
}

bool
routes_saw(struct routes *routes, const char *words)
{
    (void)pthread_mutex_lock(&routes->lock);
    bool saw = strstr(buf_text(&routes->log), words) != NULL;
    (void)pthread_mutex_unlock(&routes->lock);
    return saw;
}
