/* SPDX-License-Identifier: Apache-2.0 */
#include "process/workspace.h"
#include "proxy/effect.h"
#include "proxy/frame.h"
#include "proxy/proxy.h"
#include "proxy/wire.h"
#include "rpc/rpc.h"
#include "serve/loopback.h"
#include "support_grpc.h"
#include "test/check.h"

#include <stdio.h>

enum { PATIENCE_MS = 20000, PATH_BYTES = 160 };

#define STATUS_METHOD "/v2.KeyManagementService/Status"

static struct workspace *workspace;
static char plugin_path[PATH_BYTES], plugin[PATH_BYTES], listen_at[PATH_BYTES];

/* StatusResponse { version "v2", healthz "ok", key_id "k" } */
static const char status_bytes[] = "\x0a\x02v2\x12\x02ok\x1a\x01k";

static int
set_up(void **state)
{
    (void)state;
    if (workspace_new(&workspace) != STATUS_OK)
        return -1;
    snprintf(plugin_path, PATH_BYTES, "%s/p", workspace_path(workspace));
    snprintf(plugin, PATH_BYTES, "unix://%s/p", workspace_path(workspace));
    snprintf(listen_at, PATH_BYTES, "unix://%s/l", workspace_path(workspace));
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    workspace_free(workspace);
    return 0;
}

/* ---- the library ----------------------------------------------------------
 */

struct stand {
    struct script script;
    struct grpc_double *server;
    struct proxy *proxy;
    struct rpc_channel *channel;
    struct buf problem;
};

static void
stand_up(struct stand *s, enum proxy_layers layers)
{
    const struct proxy_options options = { listen_at, plugin, layers, 1 };

    *s = (struct stand){ .script = { .answer = SPAN_LITERAL(status_bytes) } };
    s->server = grpc_double_start(plugin_path, &s->script);
    assert_ok(proxy_new(&options, &s->proxy, &s->problem));
    assert_string_equal(proxy_endpoint(s->proxy), listen_at);
    assert_ok(rpc_channel_new(
        span_text(proxy_endpoint(s->proxy)), RPC_WAIT, &s->channel));
}

static void
stand_down(struct stand *s)
{
    rpc_channel_free(s->channel);
    proxy_free(s->proxy);
    grpc_double_stop(s->server, NULL, NULL, NULL);
    assert_int_equal(s->problem.len, 0);
}

static void
expect_call(struct stand *s, int64_t timeout_ms, enum grpc_code code,
    const char *answer_text)
{
    struct buf answer = { 0 };
    struct grpc_error error = { .code = GRPC_CODE_OK };
    enum status status = rpc_call(s->channel, STATUS_METHOD, SPAN_LITERAL(""),
        timeout_ms, &answer, &error);

    assert_int_equal(error.code, code);
    assert_int_equal(status == STATUS_OK, code == GRPC_CODE_OK);
    assert_span_text(buf_span(&answer), answer_text);
    buf_reset(&answer);
    grpc_error_reset(&error);
}

/* Core may put a call on a connection that it is about to find closed. */
static void
await_recovery(struct stand *s)
{
    enum status status = STATUS_UNAVAILABLE;

    for (int tries = 0; tries < 100 && status != STATUS_OK; tries++) {
        struct buf answer = { 0 };
        struct grpc_error error = { .code = GRPC_CODE_OK };

        status = rpc_call(s->channel, STATUS_METHOD, SPAN_LITERAL(""),
            PATIENCE_MS, &answer, &error);
        buf_reset(&answer);
        grpc_error_reset(&error);
    }
    assert_ok(status);
}

static void
arm(struct stand *s, const char *rules)
{
    assert_ok(proxy_arm(s->proxy, span_text(rules), &s->problem));
}

static bool
says(enum status (*write)(struct proxy *, struct buf *), struct stand *s,
    const char *words)
{
    struct buf json = { 0 };
    size_t at;

    assert_ok(write(s->proxy, &json));
    bool found = span_search(buf_span(&json), span_text(words), &at);
    buf_reset(&json);
    return found;
}

static void
a_proxy_passes_on_changes_and_heals(void **state UNUSED)
{
    struct stand s;

    stand_up(&s, PROXY_BOTH);
    expect_call(&s, PATIENCE_MS, GRPC_CODE_OK, status_bytes);
    arm(&s, "{\"do\":{\"kind\":\"key-id\",\"value\":\"other\"}}");
    expect_call(
        &s, PATIENCE_MS, GRPC_CODE_OK, "\x0a\x02v2\x12\x02ok\x1a\x05other");
    assert_true(says(proxy_rules, &s, "\"observed\":{\"OK\":1}"));
    assert_ok(proxy_disarm(s.proxy, "key-id"));
    assert_int_equal(proxy_disarm(s.proxy, "key-id"), STATUS_NOT_FOUND);
    arm(&s, "{\"do\":{\"kind\":\"hang\"}}");
    expect_call(&s, 100, GRPC_CODE_DEADLINE_EXCEEDED, "");
    proxy_heal(s.proxy);
    expect_call(&s, PATIENCE_MS, GRPC_CODE_OK, status_bytes);
    assert_int_equal(proxy_count(s.proxy, STATUS_METHOD, GRPC_CODE_OK), 3);
    assert_int_equal(proxy_count(s.proxy, "/x", -1), 0);
    assert_true(says(proxy_report, &s, "\"open_connections\":1"));
    stand_down(&s);
}

static void
each_layer_stands_alone(void **state UNUSED)
{
    struct stand s;

    stand_up(&s, PROXY_CALLS);
    arm(&s, "[{\"do\":{\"kind\":\"fail\",\"code\":\"DataLoss\"},"
            "\"when\":{\"first\":1}}]");
    expect_call(&s, PATIENCE_MS, GRPC_CODE_DATA_LOSS, "");
    expect_call(&s, PATIENCE_MS, GRPC_CODE_OK, status_bytes);
    stand_down(&s);
    stand_up(&s, PROXY_FRAMES);
    arm(&s, "[{\"do\":{\"kind\":\"close\"},\"when\":{\"first\":1}}]");
    expect_call(&s, PATIENCE_MS, GRPC_CODE_UNAVAILABLE, "");
    await_recovery(&s);
    assert_int_equal(proxy_count(s.proxy, NULL, -1), 0);
    stand_down(&s);
}

static void
what_cannot_be_is_refused_with_words(void **state UNUSED)
{
    static const struct {
        const char *listen, *plugin, *words;
    } wrong[] = {
        { "/tmp/x", "unix:///tmp/y", "'/tmp/x' is no endpoint" },
        { "unix:///tmp/x", "tcp://y", "'tcp://y' is no endpoint" },
        { "unix:///no/such/folder/x", "unix:///tmp/y", "cannot serve" },
        { "unix:///tmp/x", "unix:///tmp/./x", "is the plugin's own socket" },
    };
    struct proxy *proxy = NULL;

    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        const struct proxy_options options = { wrong[i].listen, wrong[i].plugin,
            PROXY_BOTH, 1 };
        struct buf problem = { 0 };
        size_t at;

        assert_int_not_equal(proxy_new(&options, &proxy, &problem), STATUS_OK);
        assert_true(
            span_search(buf_span(&problem), span_text(wrong[i].words), &at));
        assert_null(proxy);
        buf_reset(&problem);
    }
}

static void
rules_of_a_layer_that_is_not_there_are_refused(void **state UNUSED)
{
    const struct proxy_options options = { listen_at, plugin, PROXY_FRAMES, 1 };
    struct proxy *proxy = NULL;
    struct buf problem = { 0 }, json = { 0 };

    assert_ok(proxy_new(&options, &proxy, &problem));
    assert_int_equal(
        proxy_arm(
            proxy, SPAN_LITERAL("{\"do\":{\"kind\":\"hang\"}}"), &problem),
        STATUS_INVALID);
    assert_true(problem.len > 0);
    assert_ok(proxy_rules(proxy, &json));
    assert_span_text(
        buf_span(&json), "{\"seed\":1,\"paused\":false,\"rules\":[]}");
    proxy_free(proxy);
    buf_reset(&problem);
    buf_reset(&json);
}

/* ---- frames and messages --------------------------------------------------
 */

static void
own_frames_are_read_as_they_were_meant(void **state UNUSED)
{
    struct frame_reader reader;
    struct frame_piece piece;
    struct buf bytes = { 0 };
    struct span rest;

    assert_ok(frame_put_goaway(&bytes, 5, 11, SPAN_LITERAL("calm")));
    assert_ok(frame_put_rst_stream(&bytes, 7, 8));
    assert_ok(frame_put_end(&bytes, 9));
    assert_ok(frame_put_trailers(&bytes, 11));
    rest = buf_span(&bytes);
    frame_reader_init(&reader, false);
    assert_true(frame_reader_next(&reader, &rest, &piece));
    assert_int_equal(reader.head.type, FRAME_GOAWAY);
    assert_false(frame_reader_at_boundary(&reader));
    assert_true(frame_reader_next(&reader, &rest, &piece));
    assert_memory_equal(piece.bytes.ptr, "\0\0\0\5\0\0\0\13calm", 12);
    assert_true(frame_reader_at_boundary(&reader));
    assert_true(frame_reader_next(&reader, &rest, &piece));
    assert_int_equal(reader.head.stream, 7);
    assert_true(frame_reader_next(&reader, &rest, &piece));
    assert_true(frame_reader_next(&reader, &rest, &piece));
    assert_true(piece.begins && piece.ends);
    assert_true(frame_reader_next(&reader, &rest, &piece));
    assert_int_equal(reader.head.flags, FRAME_END_STREAM | FRAME_END_HEADERS);
    assert_int_equal(reader.head.length, rest.len);
    buf_reset(&bytes);
}

static void
headers_that_go_on_are_no_boundary(void **state UNUSED)
{
    const struct span bytes = SPAN_LITERAL("\0\0\1\1\0\0\0\0\1x"
                                           "\0\0\1\11\4\0\0\0\1y");
    struct frame_reader reader;
    struct frame_piece piece;
    struct span rest = span_first(bytes, 10);

    frame_reader_init(&reader, false);
    while (frame_reader_next(&reader, &rest, &piece))
        assert_false(frame_reader_at_boundary(&reader));
    rest = span_skip(bytes, 10);
    while (frame_reader_next(&reader, &rest, &piece))
        continue;
    assert_true(frame_reader_at_boundary(&reader));
}

static void
unknown_fields_survive_a_change(void **state UNUSED)
{
    struct effect effect = { .kind = EFFECT_HEALTHZ, .change = EFFECT_REPLACE };
    struct buf message = { 0 };

    assert_ok(buf_append_text(&effect.text, "ill"));
    assert_ok(
        buf_append(&message, SPAN_LITERAL("\x12\x02ok\x28\x05\x1a\x01k")));
    assert_ok(effect_apply(&effect, EFFECT_METHOD_V2_STATUS, &message));
    assert_span_text(buf_span(&message), "\x28\x05\x1a\x01k\x12\x03ill");
    buf_clear(&message);
    assert_ok(buf_append(&message, SPAN_LITERAL("\x12\x7fok")));
    assert_int_equal(effect_apply(&effect, EFFECT_METHOD_V2_STATUS, &message),
        STATUS_INVALID);
    assert_span_text(buf_span(&message), "\x12\x7fok");
    assert_false(effect_suits(EFFECT_HEALTHZ, EFFECT_METHOD_V2_ENCRYPT));
    buf_reset(&message);
    effect_reset(&effect);
}

static void
only_this_machine_is_a_host(void **state UNUSED)
{
    static const char *const good[] = { "localhost", "localhost:80",
        "127.0.0.1:1", "127.9.9.9", "[::1]", "[::1]:8" };
    static const char *const bad[] = { "", "localhost.evil", "evil",
        "127.0.0.1.evil", "10.0.0.1", "127.0.0.1:x", "[::2]", "::1" };

    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(loopback_is_host(span_text(good[i])));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(loopback_is_host(span_text(bad[i])));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proxy_passes_on_changes_and_heals),
        cmocka_unit_test(each_layer_stands_alone),
        cmocka_unit_test(what_cannot_be_is_refused_with_words),
        cmocka_unit_test(rules_of_a_layer_that_is_not_there_are_refused),
        cmocka_unit_test(own_frames_are_read_as_they_were_meant),
        cmocka_unit_test(headers_that_go_on_are_no_boundary),
        cmocka_unit_test(unknown_fields_survive_a_change),
        cmocka_unit_test(only_this_machine_is_a_host),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
