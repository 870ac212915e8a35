/* SPDX-License-Identifier: Apache-2.0 */
#include "encrypt/apiserver_manifest.h"
#include "encrypt/line_edits.h"
#include "encrypt/manifest_places.h"

/* The line and the indentation of the place's first entry; of the second word
 * of the command, whose first is the program. */
static enum status
find_first(const struct manifest *m, enum place place, int *line, int *indent,
    struct buf *problem)
{
    const struct yaml_node *at = m->at[place];
    struct span text = { 0 };

    if (place == ANNOTATIONS) {
        *line = at->members[0].value->line;
        for (size_t i = 1; i < at->member_count; i++)
            if (at->members[i].value->line < *line)
                *line = at->members[i].value->line;
    } else {
        *line = at->items[place == COMMAND]->line;
    }
    if (!line_edits_line(m->text, *line, &text))
        return manifest_refuse(problem, "ends too early");
    *indent = (int)line_edits_indent(text);
    text = span_skip(text, (size_t)*indent);
    bool dashed = span_starts_with(text, SPAN_LITERAL("- "));
    return dashed == (place != ANNOTATIONS)
               ? STATUS_OK
               : manifest_refuse(
                     problem, "has lists that are not written line by line");
}

static enum status
write_flags(
    const struct apiserver_encryption *wanted, int indent, struct buf *text)
{
    enum status st = buf_printf(text,
        "%*s- " APISERVER_CONFIG_FLAG "%s\n"
        "%*s- " APISERVER_RELOAD_FLAG "\n",
        indent, "", wanted->config, indent, "");

    if (st == STATUS_OK && wanted->kms_v1)
        st = buf_printf(text, "%*s- " APISERVER_V1_GATE "\n", indent, "");
    return st;
}

static enum status
write_mounts(
    const struct apiserver_encryption *wanted, int indent, struct buf *text)
{
    return buf_printf(text,
        "%*s- mountPath: %s\n"
        "%*s  name: kmslab-encryption\n"
        "%*s  readOnly: true\n"
        "%*s- mountPath: %s\n"
        "%*s  name: kmslab-socket\n",
        indent, "", wanted->config_folder, indent, "", indent, "", indent, "",
        wanted->socket_folder, indent, "");
}

static enum status
write_volumes(
    const struct apiserver_encryption *wanted, int indent, struct buf *text)
{
    return buf_printf(text,
        "%*s- hostPath:\n"
        "%*s    path: %s\n"
        "%*s    type: DirectoryOrCreate\n"
        "%*s  name: kmslab-encryption\n"
        "%*s- hostPath:\n"
        "%*s    path: %s\n"
        "%*s    type: DirectoryOrCreate\n"
        "%*s  name: kmslab-socket\n",
        indent, "", indent, "", wanted->config_folder, indent, "", indent, "",
        indent, "", indent, "", wanted->socket_folder, indent, "", indent, "");
}

static enum status
write_mark(
    const struct apiserver_encryption *wanted, int indent, struct buf *text)
{
    return buf_printf(text, "%*s%s: \"%s\"\n", indent, "",
        apiserver_manifest_mark, wanted->mark);
}

static enum status
insert_all(const struct manifest *m, const struct apiserver_encryption *wanted,
    struct line_edits *edits, struct buf *problem)
{
    static enum status (*const write[PLACES])(
        const struct apiserver_encryption *, int, struct buf *) = {
        [COMMAND] = write_flags,
        [MOUNTS] = write_mounts,
        [VOLUMES] = write_volumes,
        [ANNOTATIONS] = write_mark,
    };
    struct buf text = { 0 };
    enum status st = STATUS_OK;
    int line = 0, indent = 0;

    for (enum place p = COMMAND; p < PLACES && st == STATUS_OK; p++) {
        st = find_first(m, p, &line, &indent, problem);
        if (st == STATUS_OK)
            st = write[p](wanted, indent, &text);
        if (st == STATUS_OK)
            st = line_edits_add(edits, line, line, &text);
    }
    buf_reset(&text);
    return st;
}

/* To a manifest that has nothing of it. */
static enum status
add_to_bare(struct span text, const struct apiserver_encryption *wanted,
    struct buf *out, struct buf *problem)
{
    const int more[PLACES] = { [COMMAND] = wanted->kms_v1 ? 3 : 2,
        [MOUNTS] = 2,
        [VOLUMES] = 2,
        [ANNOTATIONS] = 1 };
    struct manifest m = { 0 };
    struct line_edits edits = { 0 };
    struct buf edited = { 0 };
    enum status st = manifest_parse(text, &m, problem);

    if (st == STATUS_OK)
        st = insert_all(&m, wanted, &edits, problem);
    if (st == STATUS_OK)
        st = line_edits_apply(&edits, text, &edited);
    if (st == STATUS_OK)
        st = manifest_check(&m, buf_span(&edited), more, problem);
    if (st == STATUS_OK)
        st = buf_append(out, buf_span(&edited));
    line_edits_reset(&edits);
    buf_reset(&edited);
    manifest_reset(&m);
    return st;
}

enum status
apiserver_manifest_add(struct span text,
    const struct apiserver_encryption *wanted, struct buf *out,
    struct buf *problem)
{
    struct apiserver_facts facts = { 0 };
    struct buf bare = { 0 };
    enum status st = apiserver_manifest_read(text, &facts, problem);

    if (st == STATUS_OK && facts.config.len > 0 &&
        !span_equal_text(buf_span(&facts.config), wanted->config)) {
        buf_say(problem,
            "kube-apiserver has --encryption-provider-config=%s already: add a"
            " kms provider to that file, or take the flag away first",
            buf_text(&facts.config));
        st = STATUS_EXISTS;
    }
    if (st == STATUS_OK)
        st = apiserver_manifest_remove(text, wanted, &bare, problem);
    if (st == STATUS_OK)
        st = add_to_bare(buf_span(&bare), wanted, out, problem);
    buf_reset(&bare);
    apiserver_facts_reset(&facts);
    return st;
}
