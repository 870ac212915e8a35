/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin's command line, as a test writes it. */
#ifndef TEST_SUPPORT_OPTIONS_H
#define TEST_SUPPORT_OPTIONS_H

#include "options/options.h"

/* options_parse of arguments that a NULL ends. */
enum status support_options_parse(
    const char *const *arguments, struct options *out, struct buf *problem);

#define PARSE(out, ...)                                                        \
    support_options_parse(                                                     \
        (const char *const[]){ __VA_ARGS__, NULL }, (out), &problem)

#endif
