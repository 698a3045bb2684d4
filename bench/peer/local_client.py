# SPDX-License-Identifier: Apache-2.0
"""What a program gets from Salt's LocalClient: prints one JSON object. Argument: the master's configuration file."""
import json
import sys
import time

import salt.client

client = salt.client.LocalClient(sys.argv[1])


def rate(call, seconds):
    count, start = 0, time.monotonic()
    while time.monotonic() - start < seconds:
        call()
        count += 1
    return count / (time.monotonic() - start)


def windows(call, seconds=3, count=5):
    return sorted(rate(call, seconds) for _ in range(count))[count // 2]


def burst(count=30):
    start = time.monotonic()
    for _ in range(count):
        client.cmd_async("m1", "test.ping")
    return count / (time.monotonic() - start)


def published():
    found = []
    for _ in range(5):
        found.append(burst())
        time.sleep(5)
    return sorted(found)[2]


client.cmd("m1", "test.ping")
print(
    json.dumps(
        {
            "calls": windows(lambda: client.cmd("m1", "test.ping")),
            "commands": windows(lambda: client.cmd("m1", "cmd.run", ["true"])),
            "publishes": published(),
        }
    )
)
