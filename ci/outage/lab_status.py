# SPDX-License-Identifier: Apache-2.0
"""What a KMS v2 plugin's Status says, asked on a connection of its own each
time: when the plugin changed its mind is not when kube-apiserver saw it."""
import grpc

from lab_cluster import fields_of

TIMEOUT_S = 3


class StatusClient:
    def __init__(self, path):
        self.path = path

    def ask(self, _client):
        """As Client.ask: 200, or 500 and what is wrong."""
        channel = grpc.insecure_channel(f"unix:{self.path}",
                                        options=[("grpc.use_local_subchannel_pool", 1)])
        try:
            answer = fields_of(channel.unary_unary("/v2.KeyManagementService/Status")(
                b"", timeout=TIMEOUT_S))
        except grpc.RpcError as error:
            return 500, f"code = {camel(error.code().name)} {error.details()}"
        finally:
            channel.close()
        healthz = answer.get(2, b"").decode()
        return (200, "ok") if healthz == "ok" else (500, f"healthz {healthz}")


def camel(name):
    """DEADLINE_EXCEEDED as Go writes it."""
    return "".join(word.capitalize() for word in name.split("_"))
