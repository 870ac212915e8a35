/* SPDX-License-Identifier: Apache-2.0 */
/* A kubeconfig that is taken has all that a request needs, and a refused one is
 * told in a line. Beside it, what etcdctl prints. */
#include "cluster/kubeconfig.h"
#include "fuzz/fuzz.h"
#include "node/node_etcd.h"

static void
check_kubeconfig(struct span input)
{
    struct kubeconfig config = { 0 };
    struct buf problem = { 0 };
    enum status st = kubeconfig_parse(input, &config, &problem);

    if (st == STATUS_OK)
        FUZZ_CHECK(config.server.len > 0 && problem.len == 0);
    else
        FUZZ_CHECK(problem.len > 0 && config.server.len == 0 &&
                   config.ca.len == 0 && config.certificate.len == 0 &&
                   config.key.len == 0);
    kubeconfig_reset(&config);
    buf_reset(&problem);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span input = span_of(bytes, len);
    struct buf value = { 0 };

    check_kubeconfig(input);
    if (node_etcd_value(input, &value) != STATUS_OK)
        FUZZ_CHECK(value.len == 0);
    buf_reset(&value);
    return 0;
}
