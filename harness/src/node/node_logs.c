/* SPDX-License-Identifier: Apache-2.0 */
#include "node/node_logs.h"

#include <stdio.h>

static const char script[] =
    "pod=$(ls -td /var/log/pods/kube-system_$1-* 2>/dev/null | head -n 1)\n"
    "files=$(ls -tr \"$pod\"/*/*.log 2>/dev/null)\n"
    "[ -n \"$files\" ] || { echo \"$1 has no log in this node\" >&2; exit 1; }\n"
    "tail -q -n \"$2\" $files | sed 's/^[^ ]* std[a-z]* [FP] //'\n";

enum status
node_logs_read(const struct engine *engine, const char *node, const char *pod,
    unsigned lines, struct buf *out, struct buf *problem)
{
    char count[16];
    const char *const argv[] = { "bash", "-c", script, "kmslab", pod, count,
        NULL };

    (void)snprintf(count, sizeof(count), "%u", lines);
    return engine_exec(
        engine, node, argv, (struct span){ NULL, 0 }, out, problem);
}
