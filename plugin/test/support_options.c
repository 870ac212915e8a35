/* SPDX-License-Identifier: Apache-2.0 */
#include "support_options.h"

#include "test/check.h"

#include <stdio.h>

enum { ARGUMENTS_MAX = 12 };

enum status
support_options_parse(
    const char *const *arguments, struct options *out, struct buf *problem)
{
    static char copies[ARGUMENTS_MAX][256];
    char *argv[ARGUMENTS_MAX + 1] = { copies[0] };
    int argc = 1;
    (void)snprintf(copies[0], sizeof(copies[0]), "aws-kms-plugin");
    for (; arguments[argc - 1] != NULL; argc++) {
        assert_true(argc < ARGUMENTS_MAX);
        (void)snprintf(
            copies[argc], sizeof(copies[argc]), "%s", arguments[argc - 1]);
        argv[argc] = copies[argc];
    }
    return options_parse(argc, argv, out, problem);
}
