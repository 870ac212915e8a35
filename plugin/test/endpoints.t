#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Where KMS is in each partition, with FIPS and dual-stack or without: the
plugin asks its proxy for the host that botocore's rules give (fixtures)."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from plugin_process import *  # noqa: E402,F403

FIXTURE = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       "../../fixtures/aws-endpoints/kms.json")


class Asked:
    """A proxy that notes the host of the first CONNECT and refuses it."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.host = None
        self.came = threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                line = connection.recv(4096).split(b"\r\n")[0].decode()
                if self.host is None:
                    self.host = line
                    self.came.set()
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")


def asked_host(environment):
    proxy = Asked()
    with folder() as path:
        environment = {
            **ENVIRONMENT, "HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}", **environment,
        }
        process = subprocess.Popen(
            [PROGRAM, "--key=alias/k", f"--listen={path}/s", "--health-port=127.0.0.1:0"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            assert proxy.came.wait(PATIENCE_S), "nobody asked the proxy"
        finally:
            process.terminate()
            process.wait(PATIENCE_S)
            proxy.listener.close()
    return proxy.host


@test
def hosts_are_those_of_botocore():
    with open(FIXTURE, encoding="utf-8") as file:
        rows = json.load(file)
    assert len(rows) > 30
    for row in rows:
        asked = asked_host({
            "AWS_REGION": row["region"],
            "AWS_USE_FIPS_ENDPOINT": str(row["fips"]).lower(),
            "AWS_USE_DUALSTACK_ENDPOINT": str(row["dualStack"]).lower()})
        equal(asked, f"CONNECT {row['url'].removeprefix('https://')}:443 HTTP/1.1")


run()
