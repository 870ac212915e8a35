/* SPDX-License-Identifier: Apache-2.0 */
/* Each allocation of net/ fails in turn: a status, and nothing is left. */
#include "failing_memory.h"
#include "net/transport.h"
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static enum status
make_transport(void *context)
{
    struct net_transport *transport = NULL;
    (void)context;
    enum status st = net_transport_new(&net_relays_default, &transport);
    assert_true((st == STATUS_OK) == (transport != NULL));
    net_transport_free(transport);
    return st;
}

static enum status
make_certificates(void *context)
{
    struct net_tls *tls = NULL;
    struct buf problem = { 0 };
    enum status st = net_tls_self_signed(context, NULL, 0, &problem, &tls);
    assert_true((st == STATUS_OK) == (tls != NULL));
    net_tls_free(tls);
    buf_reset(&problem);
    return st;
}

static void
a_transport_without_memory_is_not_made(void **context)
{
    (void)context;
    failing_memory_walk(make_transport, NULL, false);
}

static void
certificates_without_memory_are_not_made(void **context)
{
    (void)context;
    static const char *const files[] = { "ca.pem", "ca-key.pem" };
    char folder[] = "/tmp/kmslab-net-oom-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    failing_memory_walk(make_certificates, folder, false);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
        assert_int_equal(remove(path), 0);
    }
    assert_int_equal(rmdir(folder), 0); /* nothing half-made is left */
}

static void
count_end(void *context, enum net_outcome outcome, size_t sent)
{
    int *count = context;
    assert_int_equal(outcome, NET_OUTCOME_STOPPED);
    assert_int_equal(sent, 0);
    (*count)++;
}

static void
a_plan_without_memory_is_not_taken(void **context)
{
    (void)context;
    int pair[2], ended = 0;
    struct net_transport *transport = NULL;
    struct net_raw_plan plan = { .end = NET_RAW_SILENT };
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_ok(buf_append_text(&plan.bytes, "bytes"));
    assert_ok(net_transport_new(&net_relays_default, &transport));
    struct net_raws *raws = net_transport_raws(transport);
    failing_memory_arm(1);
    assert_int_equal(net_raws_start(raws, pair[0], &plan, net_raws_moment(raws),
                         count_end, &ended),
        STATUS_NO_MEMORY);
    assert_int_equal(plan.bytes.len, 5);
    assert_true(failing_memory_disarm());
    assert_ok(net_raws_start(
        raws, pair[0], &plan, net_raws_moment(raws), count_end, &ended));
    assert_null(plan.bytes.ptr);
    assert_int_equal(ended, 0);
    net_transport_quiesce(transport); /* before there ever was a thread */
    net_transport_free(transport);
    assert_int_equal(ended, 1);
    (void)close(pair[0]);
    (void)close(pair[1]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_transport_without_memory_is_not_made),
        cmocka_unit_test(certificates_without_memory_are_not_made),
        cmocka_unit_test(a_plan_without_memory_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
