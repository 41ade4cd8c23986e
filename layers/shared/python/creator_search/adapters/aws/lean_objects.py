"""Lean writes of S3's objects."""

import base64
import zlib
from dataclasses import dataclass
from typing import Any, ClassVar

from creator_search.adapters.aws.lean import LeanClient

_HEADERS = {"ContentType": "Content-Type", "CacheControl": "Cache-Control"}
"""The parameters that are headers; a call with any other one is left to the client."""
_CHECKSUM = "x-amz-checksum-crc32"
_SIGNING = {
    "checksum": {"request_algorithm": {"algorithm": "crc32", "in": "header", "name": _CHECKSUM}},
    "has_streaming_input": True,
}
"""Tells the signer that the body has a checksum, so that over TLS it is not hashed a second time."""
_ELSEWHERE = frozenset({"AuthorizationHeaderMalformed", "IllegalLocationConstraintException"})
"""Errors, beside redirects, of a request that was sent to, or signed for, another region than that of the bucket."""
_NEEDED = frozenset({"Bucket", "Key", "Body"})


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the objects of a bucket are written: the URL before the key, and what the signer is asked for."""

    url: str
    signing_name: str
    region: str
    signature_version: str


class LeanObjects(LeanClient):
    """An S3 client of boto3 whose PutObject of bytes is lean.

    The first write of a bucket is that of the client, which finds the bucket's URL and region; the next ones go there.
    If the bucket is elsewhere by then, the client is asked again: a redirected write was not made. The checksum is in a
    header instead of after the body, so the body is sent without waiting for `100 Continue`, and has no chunks.
    """

    lean: ClassVar[frozenset[str]] = frozenset({"put_object"})

    def __init__(self, client: Any) -> None:
        super().__init__(client)
        self._places: dict[str, _Place] = {}
        if self._signer is not None:
            client.meta.events.register("before-sign.s3.PutObject", self._learn)

    def _learn(self, request: Any, signing_name: str, region_name: str, signature_version: Any, **_: Any) -> None:
        """Keep where the client writes an object, each time that it does."""
        about, signing = request.context.get("s3_redirect", {}), request.context.get("signing", {})
        bucket, key = about.get("bucket"), about.get("params", {}).get("Key")
        suffix = f"/{_quoted(key)}" if key else None
        if bucket and suffix and request.url.endswith(suffix) and signature_version == "s3v4":
            self._places[bucket] = _Place(
                url=request.url.removesuffix(suffix),
                signing_name=signing.get("signing_name") or signing_name,
                region=signing.get("region") or region_name,
                signature_version=signature_version,
            )

    def _call(self, operation: Any, model: Any, /, **arguments: Any) -> Any:
        place, body = self._places.get(arguments.get("Bucket", "")), arguments.get("Body")
        is_plain = arguments.keys() >= _NEEDED >= arguments.keys() - _HEADERS.keys()
        if place is None or not is_plain or not isinstance(body, bytes):
            return operation(**arguments)
        if self._emit("provide-client-params", model, params=arguments, model=model, context={}) is not None:
            return operation(**arguments)
        answer = self._put(place, model, body, arguments)
        if answer is None:
            return operation(**arguments)
        if answer.status_code == 200 and not answer.content:
            return {"ETag": answer.headers.get("ETag")}
        try:
            return self._parsed(answer, model)
        except self._client.exceptions.ClientError as error:
            if answer.status_code not in (301, 302, 307) and error.response["Error"].get("Code") not in _ELSEWHERE:
                raise
        self._places.pop(arguments["Bucket"], None)
        return operation(**arguments)

    def _put(self, place: _Place, model: Any, body: bytes, arguments: dict[str, Any]) -> Any:
        """Return the answer of S3, or None if a handler of the client's events prevents the lean call."""
        from botocore.awsrequest import AWSRequest

        url = f"{place.url}/{_quoted(arguments['Key'])}"
        headers = {header: arguments[name] for name, header in _HEADERS.items() if name in arguments}
        headers[_CHECKSUM] = base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
        request = AWSRequest("PUT", url, headers, body)
        about: dict[str, Any] = {**_SIGNING, "client_config": self._client.meta.config}
        request.context.update(about)
        described = {"headers": request.headers, "body": body, "url": url, "method": "PUT", "context": about}
        signed = {"request_signer": self._signer, "context": about}
        if self._emit("before-call", model, model=model, params=described, **signed) is not None:
            return None
        signer = self._signer.get_auth_instance(
            place.signing_name, place.region, signature_version=place.signature_version
        )
        signer.add_auth(request)
        return self._send(request, model)


def _quoted(key: str) -> str:
    from urllib.parse import quote

    return quote(key, safe="/~")
