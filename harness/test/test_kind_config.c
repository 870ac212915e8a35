/* SPDX-License-Identifier: Apache-2.0 */
/* The files that kmslab kind writes: bytes as in fixtures/kind, and YAML that
 * says what kind and kubelet are to read. */
#include "base/file.h"
#include "base/json.h"
#include "k8s/yaml_tree.h"
#include "kind/files.h"
#include "kind/plan.h"
#include "test/check.h"

#define KEY "0e5aac7c-fff0-4033-a697-1dd267467b55"

struct sheet {
    struct kind_plan plan;
    struct kind_image_facts facts;
    struct kind_recipe recipe;
};

/* Stock node image, one control plane, static programs. */
static void
begin(struct sheet *s)
{
    *s = (struct sheet){ 0 };
    s->plan = (struct kind_plan){
        .name = "kmslab", .image = "kindest/node:v1.34.0", .control_planes = 1
    };
    assert_ok(buf_append_text(&s->facts.sandbox, "registry.k8s.io/pause:3.10"));
    s->facts.minor = 34;
    s->recipe = (struct kind_recipe){ .plan = &s->plan,
        .facts = &s->facts,
        .folder = "/state/kmslab",
        .bundle = "/state/kmslab/bundle",
        .key = KEY };
}

static void
end(struct sheet *s)
{
    kind_image_facts_reset(&s->facts);
}

static void
compare(const struct sheet *s, const char *name)
{
    struct buf path = { 0 }, wanted = { 0 }, got = { 0 };

    assert_ok(kind_files_print(&s->recipe, &got));
    assert_ok(buf_printf(&path, "fixtures/kind/%s", name));
    assert_ok(file_read(buf_text(&path), 1024 * 1024, &wanted));
    assert_string_equal(buf_text(&got), buf_text(&wanted));
    buf_reset(&path);
    buf_reset(&wanted);
    buf_reset(&got);
}

static void
the_usual_cluster_is_as_it_was(void **state)
{
    struct sheet s;

    (void)state;
    begin(&s);
    compare(&s, "usual.yaml");
    end(&s);
}

static void
three_control_planes_on_a_bare_image_with_v1(void **state)
{
    static const char *const arguments[] = { "v=4", "feature=a=b\"c", NULL };
    struct sheet s;

    (void)state;
    begin(&s);
    s.plan.control_planes = 3;
    s.plan.workers = 1;
    s.plan.kms = KIND_KMS_V1;
    s.plan.apiserver_arguments = arguments;
    s.facts.minor = 35;
    s.facts.bare = true;
    s.recipe.cgroup_v1 = true;
    s.recipe.emulator_loader = s.recipe.plugin_loader = "ld-linux-x86-64.so.2";
    compare(&s, "three-bare-v1.yaml");
    end(&s);
}

static void
another_plugin_and_an_emulator_on_the_host(void **state)
{
    struct sheet s;

    (void)state;
    begin(&s);
    s.plan.emulator = KIND_EMULATOR_HOST;
    s.plan.plugin = KIND_PLUGIN_COMMAND;
    s.plan.plugin_what = "/usr/bin/aep --health-cache=1s  --x=\"y\"";
    s.recipe.host_endpoint = "http://172.18.0.1:4711";
    compare(&s, "command-host.yaml");
    end(&s);
}

static void
an_image_and_a_kms_of_ones_own(void **state)
{
    struct sheet s;

    (void)state;
    begin(&s);
    s.plan.emulator = KIND_EMULATOR_NONE;
    s.plan.plugin = KIND_PLUGIN_IMAGE;
    s.plan.plugin_what = "registry.example/aep:1";
    compare(&s, "image.yaml");
    end(&s);
}

static void
no_plugin_leaves_the_socket_to_the_host(void **state)
{
    struct sheet s;

    (void)state;
    begin(&s);
    s.plan.emulator = KIND_EMULATOR_NONE;
    s.plan.plugin = KIND_PLUGIN_NONE;
    s.plan.socket_folder = "/run/it's \"mine\"";
    compare(&s, "socket.yaml");
    end(&s);
}

static struct yaml_tree *
parse(const struct buf *text)
{
    struct yaml_tree *tree = NULL;
    struct buf problem = { 0 };

    assert_ok(yaml_tree_parse(buf_span(text), false, &tree, &problem));
    assert_int_equal(yaml_tree_repeated(tree).len, 0);
    return tree;
}

static const struct yaml_node *
item(const struct yaml_node *list, size_t index)
{
    assert_non_null(list);
    assert_true(index < list->item_count);
    return list->items[index];
}

/* The patches are YAML in YAML: kind merges them by their kind. */
static void
the_patch_gives_the_apiserver_its_configuration(void **state)
{
    struct sheet s;
    struct buf text = { 0 };

    (void)state;
    begin(&s);
    assert_ok(kind_plan_config(&s.recipe, &text));
    struct yaml_tree *tree = parse(&text);
    const struct yaml_node *patches =
        yaml_tree_member(yaml_tree_root(tree), "kubeadmConfigPatches");
    struct yaml_tree *patch = parse(&item(patches, 0)->text);
    const struct yaml_node *apiserver =
        yaml_tree_member(yaml_tree_root(patch), "apiServer");

    assert_int_equal(patches->item_count, 1);
    assert_span_text(
        yaml_tree_text(yaml_tree_root(patch), "kind"), "ClusterConfiguration");
    assert_null(yaml_tree_member(yaml_tree_root(patch), "apiVersion"));
    assert_span_text(yaml_tree_text(yaml_tree_member(apiserver, "extraArgs"),
                         "encryption-provider-config"),
        KIND_ENCRYPTION_FILE);
    assert_int_equal(
        yaml_tree_member(apiserver, "extraVolumes")->item_count, 2);
    yaml_tree_free(patch);
    yaml_tree_free(tree);
    buf_reset(&text);
    end(&s);
}

static void
each_control_plane_has_its_plugin_and_the_first_the_emulator(void **state)
{
    struct sheet s;
    struct buf text = { 0 };

    (void)state;
    begin(&s);
    s.plan.control_planes = 2;
    s.plan.workers = 2;
    assert_ok(kind_plan_config(&s.recipe, &text));
    struct yaml_tree *tree = parse(&text);
    const struct yaml_node *nodes =
        yaml_tree_member(yaml_tree_root(tree), "nodes");

    assert_int_equal(nodes->item_count, 4);
    assert_int_equal(
        yaml_tree_member(item(nodes, 0), "extraMounts")->item_count, 5);
    assert_int_equal(
        yaml_tree_member(item(nodes, 1), "extraMounts")->item_count, 3);
    assert_int_equal(
        yaml_tree_member(item(nodes, 0), "extraPortMappings")->item_count, 3);
    assert_span_text(yaml_tree_text(item(nodes, 2), "role"), "worker");
    assert_null(yaml_tree_member(item(nodes, 3), "extraMounts"));
    yaml_tree_free(tree);
    buf_reset(&text);
    end(&s);
}

static void
manifests_are_pods_of_one_container(void **state)
{
    struct sheet s;
    struct buf text = { 0 };

    (void)state;
    begin(&s);
    assert_ok(kind_plan_plugin_manifest(&s.recipe, 1, &text));
    struct yaml_tree *tree = parse(&text);
    const struct yaml_node *root = yaml_tree_root(tree),
                           *spec = yaml_tree_member(root, "spec"),
                           *container =
                               item(yaml_tree_member(spec, "containers"), 0);

    assert_span_text(yaml_tree_text(root, "kind"), "Pod");
    assert_span_text(
        yaml_tree_text(container, "image"), "registry.k8s.io/pause:3.10");
    assert_span_text(
        buf_span(&item(yaml_tree_member(container, "command"), 3)->text),
        "--kms-endpoint=http://kmslab-control-plane:4599");
    yaml_tree_free(tree);
    buf_reset(&text);
    end(&s);
}

/* By the parser that is kube-apiserver's own in all but name. */
static void
the_encryption_configuration_is_one(void **state)
{
    (void)state;
    for (int kms = KIND_KMS_V2; kms <= KIND_KMS_V1; kms++) {
        struct buf text = { 0 };

        assert_ok(kind_plan_encryption((enum kind_kms)kms, &text));
        struct yaml_tree *tree = parse(&text);
        const struct yaml_node *resource =
            item(yaml_tree_member(yaml_tree_root(tree), "resources"), 0);
        const struct yaml_node *provider = yaml_tree_member(
            item(yaml_tree_member(resource, "providers"), 0), "kms");

        assert_span_text(
            yaml_tree_text(provider, "apiVersion"), kind_kms_names[kms]);
        assert_span_text(
            yaml_tree_text(provider, "endpoint"), "unix://" KIND_SOCKET_FILE);
        yaml_tree_free(tree);
        buf_reset(&text);
    }
}

static void
the_seed_is_json_with_the_material(void **state)
{
    struct json_doc *doc = NULL;
    struct buf text = { 0 };
    int line;

    (void)state;
    assert_ok(kind_plan_seed(
        KEY, SPAN_LITERAL("0123456789abcdef0123456789abcdef"), &text));
    assert_ok(json_parse_strict(buf_span(&text), &doc, &line));
    const struct json *key = json_at(json_member(json_root(doc), "keys"), 0);

    assert_span_text(json_get_string(json_member(key, "id")), KEY);
    assert_span_text(json_get_string(json_member(key, "material")),
        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    json_doc_free(doc);
    buf_reset(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_usual_cluster_is_as_it_was),
        cmocka_unit_test(three_control_planes_on_a_bare_image_with_v1),
        cmocka_unit_test(another_plugin_and_an_emulator_on_the_host),
        cmocka_unit_test(an_image_and_a_kms_of_ones_own),
        cmocka_unit_test(no_plugin_leaves_the_socket_to_the_host),
        cmocka_unit_test(the_patch_gives_the_apiserver_its_configuration),
        cmocka_unit_test(
            each_control_plane_has_its_plugin_and_the_first_the_emulator),
        cmocka_unit_test(manifests_are_pods_of_one_container),
        cmocka_unit_test(the_encryption_configuration_is_one),
        cmocka_unit_test(the_seed_is_json_with_the_material),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
