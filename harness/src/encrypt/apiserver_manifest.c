/* SPDX-License-Identifier: Apache-2.0 */
#include "encrypt/apiserver_manifest.h"

#include "encrypt/line_edits.h"
#include "encrypt/manifest_places.h"

const char apiserver_manifest_mark[] = "kmslab/configuration";

void
apiserver_facts_reset(struct apiserver_facts *facts)
{
    buf_reset(&facts->config);
    buf_reset(&facts->mark);
}

/* The value of --encryption-provider-config; empty: no such flag. */
static struct span
find_config(const struct manifest *m)
{
    const struct yaml_node *command = m->at[COMMAND];
    const struct span flag = SPAN_LITERAL(APISERVER_CONFIG_FLAG);

    for (size_t i = 0; i < command->item_count; i++) {
        struct span word = buf_span(&command->items[i]->text);

        if (span_starts_with(word, flag))
            return span_skip(word, flag.len);
    }
    return (struct span){ NULL, 0 };
}

enum status
apiserver_manifest_read(
    struct span text, struct apiserver_facts *facts, struct buf *problem)
{
    struct manifest m = { 0 };
    struct apiserver_facts found = { 0 };
    enum status st = manifest_parse(text, &m, problem);

    if (st == STATUS_OK)
        st = buf_append(&found.config, find_config(&m));
    if (st == STATUS_OK)
        st = buf_append(&found.mark,
            yaml_tree_text(m.at[ANNOTATIONS], apiserver_manifest_mark));
    if (st == STATUS_OK) {
        buf_take(&facts->config, &found.config);
        buf_take(&facts->mark, &found.mark);
    }
    apiserver_facts_reset(&found);
    manifest_reset(&m);
    return st;
}

/* The line after an item that begins with a dash in line `from`. */
static int
item_end(struct span text, int from)
{
    struct span line = { 0 };
    size_t dash, indent;
    int at = from;

    if (!line_edits_line(text, at, &line))
        return from;
    dash = line_edits_indent(line);
    while (line_edits_line(text, ++at, &line)) {
        indent = line_edits_indent(line);
        if (indent < line.len && indent <= dash)
            break;
    }
    return at;
}

static enum status
cut(struct line_edits *edits, int from, int to)
{
    struct buf nothing = { 0 };

    return line_edits_add(edits, from, to, &nothing);
}

static bool
is_ours(
    struct span path, const struct apiserver_encryption *added, bool *is_config)
{
    *is_config = span_equal_text(path, added->config_folder);
    return *is_config || span_equal_text(path, added->socket_folder);
}

/* The path that a mount or a volume is about. */
static struct span
path_of(enum place place, const struct yaml_node *item)
{
    return place == MOUNTS
               ? yaml_tree_text(item, "mountPath")
               : yaml_tree_text(yaml_tree_member(item, "hostPath"), "path");
}

static enum status
cut_folders(const struct manifest *m, enum place place,
    const struct apiserver_encryption *added, struct line_edits *edits)
{
    enum status st = STATUS_OK;
    bool config;

    for (size_t i = 0; st == STATUS_OK && i < m->at[place]->item_count; i++) {
        const struct yaml_node *item = m->at[place]->items[i];

        if (is_ours(path_of(place, item), added, &config))
            st = cut(edits, item->line, item_end(m->text, item->line));
    }
    return st;
}

static bool
is_flag(struct span word)
{
    return span_starts_with(word, SPAN_LITERAL(APISERVER_CONFIG_FLAG)) ||
           span_equal_text(word, APISERVER_RELOAD_FLAG) ||
           span_equal_text(word, APISERVER_V1_GATE);
}

static enum status
cut_flags(const struct manifest *m, struct line_edits *edits)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; st == STATUS_OK && i < m->at[COMMAND]->item_count; i++) {
        const struct yaml_node *word = m->at[COMMAND]->items[i];

        if (is_flag(buf_span(&word->text)))
            st = cut(edits, word->line, word->line + 1);
    }
    return st;
}

static void
count_cuts(
    const struct manifest *m, const struct line_edits *edits, int more[PLACES])
{
    for (size_t i = 0; i < edits->count; i++) {
        int line = edits->items[i].from;

        for (enum place p = COMMAND; p < PLACES; p++) {
            const struct yaml_node *at = m->at[p];

            for (size_t j = 0; j < at->item_count; j++)
                more[p] -= at->items[j]->line == line;
            for (size_t j = 0; j < at->member_count; j++)
                more[p] -= at->members[j].value->line == line;
        }
    }
}

enum status
apiserver_manifest_remove(struct span text,
    const struct apiserver_encryption *added, struct buf *out,
    struct buf *problem)
{
    struct manifest m = { 0 };
    struct line_edits edits = { 0 };
    struct buf edited = { 0 };
    int more[PLACES] = { 0 };
    enum status st = manifest_parse(text, &m, problem);

    if (st == STATUS_OK && span_equal_text(find_config(&m), added->config))
        st = cut_flags(&m, &edits);
    for (enum place p = MOUNTS; p < ANNOTATIONS && st == STATUS_OK; p++)
        st = cut_folders(&m, p, added, &edits);
    if (st == STATUS_OK) {
        const struct yaml_node *mark =
            yaml_tree_member(m.at[ANNOTATIONS], apiserver_manifest_mark);
        if (mark != NULL)
            st = cut(&edits, mark->line, mark->line + 1);
    }
    if (st == STATUS_OK)
        st = line_edits_apply(&edits, text, &edited);
    if (st == STATUS_OK) {
        count_cuts(&m, &edits, more);
        st = manifest_check(&m, buf_span(&edited), more, problem);
    }
    if (st == STATUS_OK)
        st = buf_append(out, buf_span(&edited));
    line_edits_reset(&edits);
    buf_reset(&edited);
    manifest_reset(&m);
    return st;
}
