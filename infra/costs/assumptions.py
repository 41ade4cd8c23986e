"""Values that are neither measured nor prices. The output lists each of them."""

from collections.abc import Mapping

LATENCIES_MS: Mapping[str, float] = {
    "DynamoDB": 5,
    "SQS": 10,
    "S3": 25,
    "upstream": 1000,
    "image": 150,
}
"""How long a call takes at least. The measurement waits for it, so that concurrent calls count once."""
MB_OF_ONE_PROCESSOR = 1769
"""The memory with which a function has one processor. Source: AWS, "Configure Lambda function memory"."""
TRANSPORT_CPU_MS = 0.4
"""Processor time of TLS and sockets for one call of AWS, which moto has not."""
PLATFORM_LOG_BYTES = 700
"""What Lambda itself logs for an invocation (platform.start and platform.report, as JSON)."""
LOG_EVENT_BYTES = 26
"""What CloudWatch adds to every line when it charges. Source: AWS, "CloudWatch Logs quotas" (PutLogEvents)."""
ACCESS_LOG_BYTES = 260
"""One line of the gateway's access log."""
TRACED_SHARE = 0.05
"""The default sampling rule of X-Ray traces the first request of each second, and this share of all others."""
RESTORES_PER_INVOCATION = 0.001
"""How many invocations start a new instance from a snapshot."""
POLLERS_PER_QUEUE = 5
"""Receives at the same time that Lambda keeps for a queue without messages."""
RECEIVE_SECONDS = 20
"""How long such a receive waits."""
KEY_CACHE_MINUTES = 5
"""How long DynamoDB keeps the key of a table for one client. Source: AWS, "DynamoDB encryption at rest usage notes"."""
IMAGE_BYTES = 100_000
"""The size of a stored image. Those of the sandbox are smaller."""
MODEL_SECONDS_PER_CAPTION = 0.22
"""With the exported models and two processors (`make bench ARGS=models`, docs/captions.md)."""
EDGE_HITS = 0.65
"""The share of reads that a shared edge would answer."""

ASSUMPTIONS: tuple[str, ...] = (
    "a call takes at least " + ", ".join(f"{value:g} ms ({name})" for name, value in LATENCIES_MS.items()),
    f"a processor for {MB_OF_ONE_PROCESSOR} MB of memory, as fast as the one that measured",
    f"{TRANSPORT_CPU_MS:g} ms of processor time for TLS and sockets of a call of AWS",
    f"{PLATFORM_LOG_BYTES} bytes of Lambda's own log lines an invocation, {ACCESS_LOG_BYTES} bytes of access log",
    f"X-Ray traces {TRACED_SHARE:.0%} of the requests; {RESTORES_PER_INVOCATION:.1%} of the invocations restore",
    f"{POLLERS_PER_QUEUE} receives of {RECEIVE_SECONDS} s at the same time for an idle queue",
    f"a stored image has {IMAGE_BYTES // 1000} kB; clients accept gzip",
    "no free tier, no savings plan; the providers' own prices are not included",
)
