/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab check-config: what kube-apiserver makes of an EncryptionConfiguration
 * and what it would do for each resource. */
#ifndef CHECK_CHECK_CONFIG_H
#define CHECK_CHECK_CONFIG_H

extern const char check_config_usage[];

int check_config_run(int argc, char **argv);

#endif
