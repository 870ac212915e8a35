/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/config.h"

#include "base/file.h"
#include "base/json.h"
#include "k8s/config_build.h"
#include "k8s/config_kind.h"
#include "k8s/config_schema.h"
#include "k8s/config_validate.h"
#include "k8s/go_text.h"
#include "k8s/group_resource.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void
rule_reset(struct config_rule *rule)
{
    for (size_t i = 0; i < rule->resource_count; i++)
        buf_reset(&rule->resources[i]);
    for (size_t i = 0; i < rule->provider_count; i++)
        provider_config_reset(&rule->providers[i]);
    free(rule->resources);
    free(rule->providers);
}

void
config_reset(struct encryption_config *config)
{
    for (size_t i = 0; i < config->rule_count; i++)
        rule_reset(&config->rules[i]);
    free(config->rules);
    *config = (struct encryption_config){ 0 };
}

/* ---- reading --------------------------------------------------------- */

/* Puts words and the quoted name of the file before what *problem holds, and
 * returns `status`, or that of a failure to do so. */
static enum status
name_problem(enum status status, const char *words, const char *file_name,
    const char *after, struct buf *problem)
{
    struct buf named = { 0 };
    enum status told = buf_append_text(&named, words);
    if (told == STATUS_OK && file_name != NULL)
        told = go_text_quote(span_text(file_name), &named);
    if (told == STATUS_OK)
        told = buf_append_text(&named, after);
    if (told == STATUS_OK)
        told = buf_append(&named, buf_span(problem));
    if (told == STATUS_OK)
        buf_take(problem, &named);
    buf_reset(&named);
    return told == STATUS_OK ? status : told;
}

static enum status
name_decoding(enum status status, const struct config_options *options,
    struct buf *problem)
{
    return name_problem(status,
        "error while parsing file: error decoding encryption provider "
        "configuration file ",
        options->file_name, ": ", problem);
}

/* kube-apiserver takes what begins with '{' for JSON, and nothing else then. */
static bool
is_json(struct span text)
{
    text = span_trim(text);
    return text.len > 0 && text.ptr[0] == '{';
}

static enum status
check_json(struct span text, struct buf *problem)
{
    struct json_doc *doc = NULL;
    int line = 0;
    enum status status = json_parse(text, &doc, &line);
    json_doc_free(doc);
    if (status != STATUS_INVALID)
        return status;
    enum status told = buf_printf(problem,
        "couldn't get version/kind; json parse error: line %d is not JSON",
        line);
    return told == STATUS_OK ? STATUS_INVALID : told;
}

/* From a decoded document to a configuration. */
static enum status
use_tree(const struct yaml_tree *tree, const struct config_options *options,
    struct encryption_config *made, struct buf *problem)
{
    const struct yaml_node *root = yaml_tree_root(tree);
    bool decoding;
    enum status status = config_kind_check(tree, &decoding, problem);
    if (status == STATUS_INVALID && !decoding)
        return name_problem(
            status, "error while parsing file: ", NULL, "", problem);
    if (status == STATUS_OK)
        status = config_schema_check(tree, problem);
    if (status == STATUS_INVALID)
        return name_decoding(status, options, problem);
    if (status == STATUS_OK)
        status = config_validate(root, options->reload, problem);
    if (status == STATUS_INVALID)
        return name_problem(
            status, "error while parsing file: ", NULL, "", problem);
    if (status == STATUS_OK)
        status = config_build(root, options->kms_v1, made, problem);
    if (status == STATUS_INVALID)
        return name_problem(
            status, "error while building transformers: ", NULL, "", problem);
    return status;
}

static enum status
refuse_empty(const struct config_options *options, struct buf *problem)
{
    enum status status = buf_append_text(problem, " is empty");
    if (status != STATUS_OK)
        return status;
    return name_problem(STATUS_INVALID,
        "error while parsing file: error while loading file: encryption "
        "provider configuration file ",
        options->file_name, "", problem);
}

static enum status
parse(struct span text, const struct config_options *options,
    struct encryption_config *made, struct buf *problem)
{
    struct yaml_tree *tree = NULL;
    enum status status = STATUS_OK;
    if (text.len == 0)
        return refuse_empty(options, problem);
    if (is_json(text))
        status = check_json(text, problem);
    if (status == STATUS_OK)
        status = yaml_tree_parse(text, is_json(text), &tree, problem);
    if (status == STATUS_INVALID)
        return name_decoding(status, options, problem);
    if (status == STATUS_OK)
        status = use_tree(tree, options, made, problem);
    yaml_tree_free(tree);
    return status;
}

enum status
config_parse(struct span text, const struct config_options *options,
    struct encryption_config *out, struct buf *problem)
{
    struct encryption_config made = { 0 };
    struct buf said = { 0 };
    enum status status = text.len > CONFIG_TEXT_MAX
                             ? STATUS_TOO_LARGE
                             : parse(text, options, &made, &said);
    if (status == STATUS_OK) {
        *out = made;
        made = (struct encryption_config){ 0 };
    } else if (status == STATUS_INVALID) {
        buf_take(problem, &said);
    }
    config_reset(&made);
    buf_reset(&said);
    return status;
}

/* Go's texts for errno are those of C with a small first letter. */
static enum status
refuse_unreadable(
    const struct config_options *options, int error, struct buf *problem)
{
    const char *why = strerror(error);
    char first = why[0];
    if (first >= 'A' && first <= 'Z')
        first = (char)(first - 'A' + 'a');
    /* A folder can be opened. */
    enum status status = buf_printf(problem, ": %s %s: %c%s",
        error == EISDIR ? "read" : "open", options->file_name, first, why + 1);
    if (status != STATUS_OK)
        return status;
    return name_problem(STATUS_INVALID,
        "error while parsing file: error while loading file: error reading "
        "encryption provider configuration file ",
        options->file_name, "", problem);
}

enum status
config_load(const struct config_options *options, struct encryption_config *out,
    struct buf *problem)
{
    struct buf text = { 0 };
    enum status status = file_read(options->file_name, CONFIG_TEXT_MAX, &text);
    if (status == STATUS_OK)
        status = config_parse(buf_span(&text), options, out, problem);
    else if (status != STATUS_NO_MEMORY && status != STATUS_TOO_LARGE &&
             (status != STATUS_IRREGULAR || errno == EISDIR))
        status = refuse_unreadable(options, errno, problem);
    buf_reset(&text);
    return status;
}

/* ---- looking up ------------------------------------------------------ */

/* The rules' own spelling of a name, from the first rule that has it. */
static struct span
find_entry(const struct encryption_config *config, struct group_resource name)
{
    for (size_t i = 0; i < config->rule_count; i++)
        for (size_t j = 0; j < config->rules[i].resource_count; j++) {
            struct span entry = buf_span(&config->rules[i].resources[j]);
            if (group_resource_equal(name, group_resource_of(entry)))
                return entry;
        }
    return (struct span){ NULL, 0 };
}

struct span
config_choose(const struct encryption_config *config, struct span resource)
{
    const struct span star = SPAN_LITERAL("*");
    struct group_resource name = group_resource_of(resource);
    const struct group_resource candidates[] = { name, { star, name.group },
        { star, star } };
    struct span entry = { NULL, 0 };
    for (size_t i = 0; i < ARRAY_LEN(candidates) && entry.len == 0; i++)
        entry = find_entry(config, candidates[i]);
    return entry;
}

static bool
rule_names(const struct config_rule *rule, struct span entry)
{
    for (size_t i = 0; i < rule->resource_count; i++)
        if (span_equal(buf_span(&rule->resources[i]), entry))
            return true;
    return false;
}

size_t
config_providers(const struct encryption_config *config, struct span resource,
    const struct provider_config **providers, size_t max)
{
    struct span entry = config_choose(config, resource);
    size_t count = 0;
    for (size_t i = 0; i < config->rule_count; i++) {
        const struct config_rule *rule = &config->rules[i];
        if (entry.len == 0 || !rule_names(rule, entry))
            continue;
        for (size_t j = 0; j < rule->provider_count; j++, count++)
            if (count < max)
                providers[count] = &rule->providers[j];
    }
    return count;
}
