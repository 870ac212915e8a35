/* SPDX-License-Identifier: Apache-2.0 */
/* How a program is linked, from its ELF headers. */
#ifndef HAVOC_ELF_LOOK_H
#define HAVOC_ELF_LOOK_H

#include "base/status.h"

enum elf_look {
    ELF_LOOK_DYNAMIC, /* shared objects are loaded for it */
    ELF_LOOK_STATIC,
    ELF_LOOK_GO, /* however it is linked */
};

/* STATUS_NOT_FOUND, STATUS_DENIED, and STATUS_INVALID for what is no 64-bit
 * ELF program of this machine's byte order (a script, for one). */
MUST_USE enum status elf_look_at(const char *path, enum elf_look *out);

#endif
