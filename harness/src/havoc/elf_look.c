/* SPDX-License-Identifier: Apache-2.0 */
#include "havoc/elf_look.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { HEADERS_MAX = 64, NOTE_BYTES = 16 };

static bool
read_at(int fd, void *place, size_t len, uint64_t at)
{
    return at <= INT64_MAX && pread(fd, place, len, (off_t)at) == (ssize_t)len;
}

/* The linker of Go leaves a note by the name of "Go". */
static bool
is_go_note(int fd, const Elf64_Phdr *header)
{
    char note[NOTE_BYTES];

    return header->p_type == PT_NOTE && header->p_filesz >= sizeof(note) &&
           read_at(fd, note, sizeof(note), header->p_offset) &&
           memcmp(note + sizeof(Elf64_Nhdr), "Go\0", 4) == 0;
}

static enum status
look(int fd, enum elf_look *out)
{
    Elf64_Ehdr file;
    bool go = false, dynamic = false;

    if (!read_at(fd, &file, sizeof(file), 0) ||
        memcmp(file.e_ident, ELFMAG, SELFMAG) != 0 ||
        file.e_ident[EI_CLASS] != ELFCLASS64 || file.e_phnum > HEADERS_MAX ||
        file.e_phentsize != sizeof(Elf64_Phdr))
        return STATUS_INVALID;
    for (uint64_t i = 0; i < file.e_phnum; i++) {
        Elf64_Phdr header;

        if (!read_at(
                fd, &header, sizeof(header), file.e_phoff + i * sizeof(header)))
            return STATUS_INVALID;
        go = go || is_go_note(fd, &header);
        dynamic = dynamic || header.p_type == PT_INTERP;
    }
    *out = go ? ELF_LOOK_GO : dynamic ? ELF_LOOK_DYNAMIC : ELF_LOOK_STATIC;
    return STATUS_OK;
}

enum status
elf_look_at(const char *path, enum elf_look *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum status status;

    if (fd < 0)
        return status_from_errno(errno);
    status = look(fd, out);
    (void)close(fd);
    return status;
}
