/* SPDX-License-Identifier: Apache-2.0 */
/* A hostile EncryptionConfiguration is refused with words, or becomes rules
 * that each have a resource and a provider. */
#include "fuzz/fuzz.h"
#include "k8s/config.h"

static void
check_rules(const struct encryption_config *config)
{
    FUZZ_CHECK(config->rule_count > 0);
    for (size_t i = 0; i < config->rule_count; i++) {
        FUZZ_CHECK(config->rules[i].resource_count > 0);
        FUZZ_CHECK(config->rules[i].provider_count > 0);
        struct span name = buf_span(&config->rules[i].resources[0]);
        FUZZ_CHECK(
            name.len == 0 || config_providers(config, name, NULL, 0) > 0);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const struct config_options options = { .file_name = "f", .kms_v1 = true };
    struct encryption_config config = { 0 };
    struct buf problem = { 0 };
    enum status status =
        config_parse(span_of(bytes, len), &options, &config, &problem);
    if (status == STATUS_OK) {
        check_rules(&config);
        FUZZ_CHECK(problem.len == 0);
    } else {
        FUZZ_CHECK(config.rules == NULL);
        FUZZ_CHECK((problem.len > 0) == (status == STATUS_INVALID));
    }
    config_reset(&config);
    buf_reset(&problem);
    return 0;
}
