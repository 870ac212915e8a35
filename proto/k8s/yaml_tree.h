/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first document of a YAML text as a tree of nodes, each with the line it
 * stands on. Scalars are resolved as Kubernetes resolves them (YAML 1.1: yes
 * and on are booleans, 0x10 is a number). Anchors, aliases and merge keys work;
 * an alias shares its node, so a node may be reached by several ways. Depth,
 * size and what aliases would expand to have limits. libyaml is used here
 * only; it does not wipe its own buffers. A tree belongs to one thread.
 */
#ifndef K8S_YAML_TREE_H
#define K8S_YAML_TREE_H

#include "base/buf.h"

enum {
    YAML_TREE_DEPTH_MAX = 64,
    YAML_TREE_MEMBERS_MAX = 1024, /* of one map */
    YAML_TREE_WEIGHT_MAX = 50000, /* nodes with all aliases expanded */
};

enum yaml_kind {
    YAML_KIND_NULL,
    YAML_KIND_BOOL,
    YAML_KIND_INT,
    YAML_KIND_FLOAT,
    YAML_KIND_STRING,
    YAML_KIND_LIST,
    YAML_KIND_MAP,
};

struct yaml_node {
    enum yaml_kind kind;
    int line; /* from 1 */
    bool complete;
    size_t weight;   /* nodes in it, aliases expanded */
    struct buf text; /* of a scalar, as written */
    struct yaml_node **items;
    size_t item_count;
    struct yaml_member *members; /* of YAML: in byte order of the keys; of
                                    JSON: in the order of the text */
    size_t member_count;
};

struct yaml_member {
    struct buf key;
    struct yaml_node *value;
    bool repeated; /* JSON only: the key stood there before */
};

struct yaml_tree;

/*
 * STATUS_INVALID, with *problem in the words of Kubernetes' YAML library, for
 * malformed text. `json` says that the text is JSON (already checked): repeated
 * keys are then kept and marked, and keys keep their order.
 */
MUST_USE enum status yaml_tree_parse(
    struct span text, bool json, struct yaml_tree **out, struct buf *problem);
void yaml_tree_free(struct yaml_tree *tree);

/* The document's node; NULL for a text without a document. */
const struct yaml_node *yaml_tree_root(const struct yaml_tree *tree);

/* The line at which something follows the first document, as Kubernetes does
 * not read it; 0 where nothing does. */
int yaml_tree_more_line(const struct yaml_tree *tree);

/* "\n  line 7: key \"x\" already set in map" for each repeated key of YAML. */
struct span yaml_tree_repeated(const struct yaml_tree *tree);

/* The (last) value of a key; NULL when absent, null, or when node is no map. */
const struct yaml_node *yaml_tree_member(
    const struct yaml_node *node, const char *key);

/* The text of a string member; empty when absent. */
struct span yaml_tree_text(const struct yaml_node *node, const char *key);

/* What a plain scalar is: null, bool, int, float or string. */
enum yaml_kind yaml_tree_resolve(struct span text);

/* Whether a bool, as written, is true: "yes", "On", "TRUE". */
bool yaml_tree_is_true(struct span text);

/* The value of an INT node, or of a FLOAT node without a fraction. */
MUST_USE enum status yaml_tree_int(const struct yaml_node *node, int64_t *out);

#endif
