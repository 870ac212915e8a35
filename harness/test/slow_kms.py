# SPDX-License-Identifier: Apache-2.0
"""slow_kms.py SECONDS PLUGIN ARGUMENT... : runs the plugin with a --kms-endpoint
that hands everything on to the one given, each answer SECONDS late. Ends with
the plugin."""
import os
import socket
import sys
import threading
import time


def hand_on(source, target, delay):
    try:
        while part := source.recv(65536):
            time.sleep(delay)
            target.sendall(part)
    except OSError:
        pass
    for end in source, target:
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(listener, address, delay):
    while True:
        client, _ = listener.accept()
        try:
            kms = socket.create_connection(address)
        except OSError:
            client.close()
            continue
        for source, target, late in (client, kms, 0), (kms, client, delay):
            threading.Thread(target=hand_on, args=(source, target, late),
                             daemon=True).start()


def main():
    delay, command = float(sys.argv[1]), sys.argv[2:]
    listener = socket.create_server(("127.0.0.1", 0))
    for i, word in enumerate(command):
        if word.startswith("--kms-endpoint"):
            at = i if "=" in word else i + 1
            host, port = command[at].split("://")[1].strip("/").rsplit(":", 1)
            command[at] = command[at].replace(port, str(listener.getsockname()[1]))
            break
    else:
        sys.exit("slow_kms.py: no --kms-endpoint")
    plugin = os.getpid()
    if os.fork() != 0:
        listener.close()
        os.execv(command[0], command)
    threading.Thread(target=serve, args=(listener, (host, int(port)), delay),
                     daemon=True).start()
    os.close(1)
    while os.getppid() == plugin:
        time.sleep(0.05)
    os._exit(0)


main()
