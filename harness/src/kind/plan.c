/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/plan.h"

#include "base/encode.h"
#include "kind/yaml_out.h"

const char *const kind_kms_names[2] = { "v2", "v1" };
const char *const kind_emulator_names[3] = { "node", "host", "none" };
const char *const kind_plugin_names[4] = { "ours", "command", "image", "none" };

void
kind_image_facts_reset(struct kind_image_facts *facts)
{
    buf_reset(&facts->kubernetes);
    buf_reset(&facts->sandbox);
    *facts = (struct kind_image_facts){ 0 };
}

bool
kind_plan_has_pod(const struct kind_plan *plan)
{
    return plan->plugin == KIND_PLUGIN_OURS ||
           plan->plugin == KIND_PLUGIN_COMMAND ||
           plan->plugin == KIND_PLUGIN_IMAGE;
}

enum status
kind_plan_key_arn(const char *key, struct buf *out)
{
    return buf_printf(
        out, "arn:aws:kms:" KIND_REGION ":" KIND_ACCOUNT ":key/%s", key);
}

/* A timeout is what v1 and v2 have both; only v1 has a cache to size. */
enum status
kind_plan_encryption(enum kind_kms kms, struct buf *out)
{
    struct yaml_out y = { .out = out };

    yaml_out_text(&y,
        "# Read by kube-apiserver (--encryption-provider-config). The first\n"
        "# provider seals what is written; each can read what it sealed.\n"
        "# identity, the last, reads what was written before.\n"
        "apiVersion: apiserver.config.k8s.io/v1\n"
        "kind: EncryptionConfiguration\n"
        "resources:\n"
        "- resources: [secrets]\n"
        "  providers:\n"
        "  - kms:\n");
    yaml_out_format(&y,
        "      apiVersion: %s\n"
        "      name: " KIND_PROVIDER "\n"
        "      endpoint: unix://" KIND_SOCKET_FILE "\n"
        "      timeout: 3s\n",
        kind_kms_names[kms]);
    if (kms == KIND_KMS_V1)
        yaml_out_text(&y, "      cachesize: 1000\n");
    yaml_out_text(&y, "  - identity: {}\n");
    return y.status;
}

enum status
kind_plan_seed(const char *key, struct span material, struct buf *out)
{
    struct yaml_out y = { .out = out };

    yaml_out_format(&y,
        "{\n"
        "  \"keys\": [\n"
        "    {\n"
        "      \"id\": \"%s\",\n"
        "      \"account\": \"" KIND_ACCOUNT "\",\n"
        "      \"region\": \"" KIND_REGION "\",\n"
        "      \"aliases\": [\"" KIND_ALIAS "\"],\n"
        "      \"material\": \"",
        key);
    if (y.status == STATUS_OK)
        y.status = base64_encode(material, out);
    yaml_out_text(&y, "\",\n"
                      "      \"description\": \"Secrets of a kind cluster\"\n"
                      "    }\n"
                      "  ]\n"
                      "}\n");
    return y.status;
}
