"""The local image CDN: serves the bucket like CloudFront, but without a cache."""

import argparse
import os

import boto3
import uvicorn
from botocore.exceptions import ClientError
from creator_search.catalogue import Bucket, environment_name
from fastapi import FastAPI, Response


def create_app() -> FastAPI:
    app = FastAPI(openapi_url=None)
    bucket = os.environ[environment_name(Bucket.IMAGES)]
    s3 = boto3.client("s3")

    @app.get("/{key:path}")
    def image(key: str) -> Response:
        try:
            found = s3.get_object(Bucket=bucket, Key=key)
        except ClientError:
            return Response("The image does not exist", 403, media_type="text/plain")
        headers = {"ETag": found["ETag"], "Cache-Control": found.get("CacheControl", "")}
        return Response(
            found["Body"].read(),
            media_type=found["ContentType"],
            headers={**headers, "X-Content-Type-Options": "nosniff"},
        )

    return app


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    uvicorn.run(create_app(), host="127.0.0.1", port=parser.parse_args().port, log_level="warning")


if __name__ == "__main__":
    main()
