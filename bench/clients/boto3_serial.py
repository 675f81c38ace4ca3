"""boto3, one object after the other, as the Python originals read. Takes the same order as the other clients."""

import json
import os
import resource
import sys
import time
import urllib.request

import boto3
from botocore.config import Config


def main():
    order = json.loads(sys.argv[1])
    with open(order["keys"]) as file:
        keys = file.read().split("\n")
    s3 = boto3.client(
        "s3", endpoint_url=order["endpoint"], config=Config(s3={"addressing_style": "path"})
    )

    def read(wanted):
        for key in wanted:
            answer = s3.get_object(Bucket=order["bucket"], Key=f"{order['prefix']}/{key}")
            json.loads(answer["Body"].read())

    read(keys[len(keys) - order["spare"] :])
    control(order["endpoint"], f"set?latency={order['latency']}")
    server = server_ms(order["endpoint"])
    cpu = cpu_ms()
    started = time.perf_counter()
    read(keys[: order["count"]])
    seconds = time.perf_counter() - started
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpuMs": cpu_ms() - cpu,
                "serverMs": server_ms(order["endpoint"]) - server,
                "peakMib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


def cpu_ms():
    times = os.times()
    return (times.user + times.system) * 1000


def server_ms(endpoint):
    return control(endpoint, "stats")["cpuMs"]


def control(endpoint, what):
    with urllib.request.urlopen(f"{endpoint}/_bench/{what}") as answer:
        return json.load(answer)


main()
