/* SPDX-License-Identifier: Apache-2.0 */
/* The words of `kmslab kind up` and `kmslab kind config` become a plan. */
#ifndef KIND_COMMANDS_UP_OPTIONS_H
#define KIND_COMMANDS_UP_OPTIONS_H

#include "kind/plan.h"
#include "options.h"

/* As given; NULL: not given. */
struct up_options {
    const char *name, *image, *control_planes, *workers, *kms, *emulator,
        *plugin, *plugin_image, *bundle, *kubeconfig, *wait, *kind, *engine;
    struct buf bundle_path, kubeconfig_path; /* from the root */
};
void up_options_reset(struct up_options *options);

enum { UP_OPTIONS_SHARED = 10 };

/* The rows of the options that both commands have. */
void up_options_rows(
    struct up_options *options, struct option_row rows[UP_OPTIONS_SHARED]);

/* Fills the plan, which borrows from the options. STATUS_INVALID with a line
 * in *problem for a usage error. */
MUST_USE enum status up_options_plan(
    struct up_options *options, struct kind_plan *plan, struct buf *problem);

/* The help of the shared options, lines of text. */
#define UP_OPTIONS_USAGE                                                            \
    "  --image IMAGE         of the nodes (KMSLAB_KIND_IMAGE, KIND_NODE_IMAGE,\n"   \
    "                        else kind's default)\n"                                \
    "  --control-planes N    each gets its plugin; all share one emulator (1)\n"    \
    "  --workers N           (0)\n"                                                 \
    "  --kms v1|v2           the API between kube-apiserver and plugin (v2)\n"      \
    "  --emulator WHERE      node: a static pod of the first control plane;\n"      \
    "                        host: a process of this machine, until down; none\n"   \
    "                        (node)\n"                                              \
    "  --plugin COMMAND      another plugin with aws-kms-plugin's flags: a\n"       \
    "                        program, and more flags for it; none: there is no\n"   \
    "                        plugin, and nothing can be written until somebody\n"   \
    "                        serves its socket (aws-kms-plugin)\n"                  \
    "  --plugin-image IMAGE  the same from an image that the engine has, or that\n" \
    "                        nodes can fetch\n"                                     \
    "  --bundle FOLDER       the programs for the nodes, instead of those beside\n" \
    "                        kmslab (or its static ones, see make static)\n"        \
    "  --kind PROGRAM        kind's own program (kind)\n"                           \
    "  --engine PROGRAM      docker, or what has its command line\n"                \
    "                        (KMSLAB_ENGINE, docker)\n"

#endif
