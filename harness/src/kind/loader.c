/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/loader.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { HEADERS_MAX = 64, PATH_LEN_MAX = 255 };

static bool
read_at(int fd, void *place, size_t len, uint64_t at)
{
    return at <= INT64_MAX && pread(fd, place, len, (off_t)at) == (ssize_t)len;
}

static enum status
read_path(int fd, const Elf64_Phdr *header, struct buf *loader)
{
    char path[PATH_LEN_MAX + 1];

    /* A NUL ends it in the file. */
    if (header->p_filesz < 2 || header->p_filesz > sizeof(path) ||
        !read_at(fd, path, header->p_filesz, header->p_offset) ||
        path[header->p_filesz - 1] != '\0' || path[0] != '/')
        return STATUS_INVALID;
    return buf_append_text(loader, path);
}

static enum status
look(int fd, struct buf *loader)
{
    Elf64_Ehdr file;

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
        if (header.p_type == PT_INTERP)
            return read_path(fd, &header, loader);
    }
    return STATUS_OK;
}

enum status
kind_loader_of(const char *program, struct buf *loader)
{
    int fd = open(program, O_RDONLY | O_CLOEXEC);
    enum status status;

    if (fd < 0)
        return status_from_errno(errno);
    status = look(fd, loader);
    (void)close(fd);
    return status;
}

static enum status
visit_line(struct span line, kind_loader_visit_fn *visit, void *context)
{
    const struct span arrow = SPAN_LITERAL(" => ");
    struct span name, path, rest;
    size_t at;

    if (!span_search(line, arrow, &at))
        return STATUS_OK; /* the kernel's own, and the loader */
    name = span_trim(span_first(line, at));
    path = span_skip(line, at + arrow.len);
    if (!span_starts_with(path, SPAN_LITERAL("/")))
        return STATUS_NOT_FOUND;
    (void)span_cut(path, ' ', &path, &rest);
    return visit(context, name, path);
}

enum status
kind_loader_each(struct span text, kind_loader_visit_fn *visit, void *context)
{
    enum status status = STATUS_OK;

    while (text.len > 0 && status == STATUS_OK) {
        struct span line = text;

        if (!span_cut(text, '\n', &line, &text))
            text = (struct span){ NULL, 0 };
        status = visit_line(line, visit, context);
    }
    return status;
}
