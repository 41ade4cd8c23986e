"""The memory of the workers that copy images: all downloads at one time, and the largest image that is decoded."""

import subprocess
import sys
from pathlib import Path

from creator_search.adapters.images.source import MAX_BYTES, MAX_SIDE
from creator_search.catalogue import FUNCTIONS
from creator_search.services.images.copy import PARALLEL
from PIL import Image

MEASURE = """
import resource, sys, threading
import functions.workers.copy_images.handler, functions.workers.process_profiles.handler
import boto3, httpx
from creator_search.adapters.images.source import as_jpeg
for service in ("dynamodb", "s3", "sqs"):
    boto3.client(service, region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
image = open(sys.argv[1], "rb").read()
# A body of each download, and the copy of it that is decoded or sent.
bodies = [bytes(bytearray(image.ljust(int(sys.argv[3]), b"\\0"))) for _ in range(2 * int(sys.argv[2]))]
threads = [threading.Thread(target=as_jpeg, args=(body,)) for body in bodies[:2]]  # one image is decoded at a time
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def test_the_largest_images_fit_into_the_memory_of_the_workers_that_copy_them(tmp_path: Path) -> None:
    # Of the formats, WebP takes the most: its decoder has a frame of its own.
    Image.new("RGBA", (MAX_SIDE, MAX_SIDE), (10, 200, 30, 128)).save(tmp_path / "largest.webp", "WEBP", method=0)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / "largest.webp"), str(PARALLEL), str(MAX_BYTES)],
        capture_output=True,
        text=True,
        check=True,
    )
    least = min(row.memory_mb for row in FUNCTIONS.values() if row.name in ("process_profiles", "copy_images"))
    assert 250 < float(done.stdout) < 0.8 * least
