/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "encrypt/apiserver_manifest.h"
#include "encrypt/line_edits.h"
#include "test/check.h"

#define KUBEADM "fixtures/kind/kube-apiserver.yaml"

static const struct apiserver_encryption wanted = {
    .config = "/etc/kmslab/enc/encryption.yaml",
    .config_folder = "/etc/kmslab/enc",
    .socket_folder = "/var/lib/kmslab/socket",
    .mark = "1764378822.000000001",
};

static void
read_fixture(struct buf *text)
{
    assert_ok(file_read(KUBEADM, 64 * 1024, text));
}

static bool
has(const struct buf *text, const char *part)
{
    size_t at;

    return span_search(buf_span(text), span_text(part), &at);
}

static void
adding_and_removing_gives_the_same_bytes(void **state)
{
    (void)state;
    struct buf text = { 0 }, added = { 0 }, back = { 0 }, problem = { 0 };

    read_fixture(&text);
    assert_ok(
        apiserver_manifest_add(buf_span(&text), &wanted, &added, &problem));
    assert_true(
        has(&added, "    - kube-apiserver\n"
                    "    - --encryption-provider-config="
                    "/etc/kmslab/enc/encryption.yaml\n"
                    "    - --encryption-provider-config-automatic-reload"
                    "=true\n"
                    "    - --advertise-address=172.18.0.3\n"));
    assert_true(has(&added, "    - mountPath: /var/lib/kmslab/socket\n"));
    assert_true(has(&added, "      path: /etc/kmslab/enc\n"));
    assert_true(
        has(&added, "    kmslab/configuration: \"1764378822.000000001\"\n"));
    assert_ok(
        apiserver_manifest_remove(buf_span(&added), &wanted, &back, &problem));
    assert_true(span_equal(buf_span(&back), buf_span(&text)));
    buf_reset(&text);
    buf_reset(&added);
    buf_reset(&back);
}

static void
adding_twice_replaces_the_mark_alone(void **state)
{
    (void)state;
    struct apiserver_encryption again = wanted;
    struct apiserver_facts facts = { 0 };
    struct buf text = { 0 }, once = { 0 }, twice = { 0 }, problem = { 0 };

    again.mark = "2";
    again.kms_v1 = true;
    read_fixture(&text);
    assert_ok(
        apiserver_manifest_add(buf_span(&text), &wanted, &once, &problem));
    assert_ok(
        apiserver_manifest_add(buf_span(&once), &again, &twice, &problem));
    assert_ok(apiserver_manifest_read(buf_span(&twice), &facts, &problem));
    assert_span_text(buf_span(&facts.mark), "2");
    assert_span_text(buf_span(&facts.config), wanted.config);
    assert_true(has(&twice, "    - --feature-gates=KMSv1=true\n"));
    buf_reset(&once);
    assert_ok(
        apiserver_manifest_remove(buf_span(&twice), &again, &once, &problem));
    assert_true(span_equal(buf_span(&once), buf_span(&text)));
    apiserver_facts_reset(&facts);
    buf_reset(&text);
    buf_reset(&once);
    buf_reset(&twice);
}

static void
entries_that_kubeadm_put_elsewhere_are_removed(void **state)
{
    (void)state;
    struct buf text = { 0 }, out = { 0 }, problem = { 0 };

    assert_ok(buf_append_text(&text,
        "metadata:\n  annotations:\n    a: b\nspec:\n  containers:\n"
        "  - command:\n    - kube-apiserver\n"
        "    - --encryption-provider-config=/etc/kmslab/enc/encryption.yaml\n"
        "    - --v=2\n    name: kube-apiserver\n    volumeMounts:\n"
        "    - mountPath: /etc/ssl\n      name: ssl\n"
        "    - mountPath: /etc/kmslab/enc\n      name: enc\n"
        "  volumes:\n  - name: ssl\n    hostPath:\n      path: /etc/ssl\n"
        "  - name: enc\n    hostPath:\n      path: /etc/kmslab/enc\n"
        "status: {}\n"));
    assert_ok(
        apiserver_manifest_remove(buf_span(&text), &wanted, &out, &problem));
    assert_span_text(buf_span(&out),
        "metadata:\n  annotations:\n    a: b\nspec:\n  containers:\n"
        "  - command:\n    - kube-apiserver\n"
        "    - --v=2\n    name: kube-apiserver\n    volumeMounts:\n"
        "    - mountPath: /etc/ssl\n      name: ssl\n"
        "  volumes:\n  - name: ssl\n    hostPath:\n      path: /etc/ssl\n"
        "status: {}\n");
    buf_reset(&text);
    buf_reset(&out);
}

static void
another_configuration_is_refused_by_name(void **state)
{
    (void)state;
    struct apiserver_encryption other = wanted;
    struct buf text = { 0 }, added = { 0 }, out = { 0 }, problem = { 0 };

    read_fixture(&text);
    other.config = "/etc/kubernetes/enc/config.yaml";
    assert_ok(
        apiserver_manifest_add(buf_span(&text), &other, &added, &problem));
    assert_int_equal(
        apiserver_manifest_add(buf_span(&added), &wanted, &out, &problem),
        STATUS_EXISTS);
    assert_true(has(&problem, "/etc/kubernetes/enc/config.yaml"));
    assert_int_equal(out.len, 0);
    /* Nor does removing ours take the flag of theirs. */
    assert_ok(
        apiserver_manifest_remove(buf_span(&added), &wanted, &out, &problem));
    assert_true(has(
        &out, "--encryption-provider-config=/etc/kubernetes/enc/config.yaml"));
    buf_reset(&text);
    buf_reset(&added);
    buf_reset(&out);
    buf_reset(&problem);
}

static void
what_is_not_written_line_by_line_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "a: [",
        "kind: Pod\n",
        /* A flow list of mounts. */
        "metadata:\n  annotations:\n    a: b\nspec:\n  containers:\n"
        "  - name: kube-apiserver\n    command:\n    - a\n    - b\n"
        "    volumeMounts: [{mountPath: /x, name: x}]\n"
        "  volumes:\n  - name: x\n",
        /* A command of one word. */
        "metadata:\n  annotations:\n    a: b\nspec:\n  containers:\n"
        "  - name: kube-apiserver\n    command:\n    - a\n"
        "    volumeMounts:\n    - {mountPath: /x, name: x}\n"
        "  volumes:\n  - name: x\n",
        /* Annotations in a flow map. */
        "metadata: {annotations: {a: b}}\nspec:\n  containers:\n"
        "  - name: kube-apiserver\n    command:\n    - a\n    - b\n"
        "    volumeMounts:\n    - name: x\n"
        "  volumes:\n  - name: x\n",
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct buf out = { 0 }, problem = { 0 };

        assert_int_equal(apiserver_manifest_add(
                             span_text(texts[i]), &wanted, &out, &problem),
            STATUS_UNSUPPORTED);
        assert_int_equal(out.len, 0);
        assert_true(has(&problem, "kube-apiserver.yaml"));
        buf_reset(&problem);
    }
}

static void
edits_outside_the_text_are_refused(void **state)
{
    (void)state;
    static const struct {
        int from, to, from2, to2;
    } rows[] = { { 3, 3, 9, 9 }, { 2, 4, 3, 3 }, { 2, 1, 3, 3 } };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct line_edits edits = { 0 };
        struct buf none = { 0 }, out = { 0 };

        assert_ok(line_edits_add(&edits, rows[i].from2, rows[i].to2, &none));
        assert_ok(line_edits_add(&edits, rows[i].from, rows[i].to, &none));
        assert_int_equal(
            line_edits_apply(&edits, SPAN_LITERAL("1\n2\n3\n4\n"), &out),
            STATUS_INVALID);
        assert_int_equal(out.len, 0);
        line_edits_reset(&edits);
        buf_reset(&out);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adding_and_removing_gives_the_same_bytes),
        cmocka_unit_test(adding_twice_replaces_the_mark_alone),
        cmocka_unit_test(entries_that_kubeadm_put_elsewhere_are_removed),
        cmocka_unit_test(another_configuration_is_refused_by_name),
        cmocka_unit_test(what_is_not_written_line_by_line_is_refused),
        cmocka_unit_test(edits_outside_the_text_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
