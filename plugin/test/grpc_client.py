# SPDX-License-Identifier: Apache-2.0
"""A gRPC client for the two KMS APIs, with messages written by hand. Where
python3-grpcio is missing the script that imports it is skipped."""

import plugin_process as lab
from plugin_process import fields_of

try:
    import grpc
except ImportError:
    lab.skip_all("python3-grpcio is not installed")

V1 = "/v1beta1.KeyManagementService/"
V2 = "/v2.KeyManagementService/"


class Client:
    def __init__(self, path):
        self.channel = grpc.insecure_channel(
            f"unix:{path}", options=[("grpc.use_local_subchannel_pool", 1)]
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()

    def start(self, method, request=b"", timeout=lab.PATIENCE_S):
        return self.channel.unary_unary(method).future(
            request, timeout=timeout, wait_for_ready=True
        )

    def call(self, method, request=b"", timeout=lab.PATIENCE_S):
        return fields_of(self.start(method, request, timeout).result())

    def fails(self, method, request=b"", timeout=lab.PATIENCE_S):
        """Code and text of a call that must fail."""
        try:
            answer = self.start(method, request, timeout).result()
        except grpc.RpcError as error:
            return error.code(), error.details()
        raise AssertionError(f"{method} answered {answer!r}")
