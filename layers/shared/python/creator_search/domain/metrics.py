"""The names and the meaning of all metrics."""

from enum import StrEnum


class Metric(StrEnum):
    """Counts, unless the name ends in Seconds. The comment begins with the dimension, if the metric is also recorded by
    one."""

    REQUEST_SECONDS = "RequestSeconds"  # operation; its sample count is the number of requests
    REQUEST_FAILED = "RequestFailed"  # operation; answers with a status of 500 or more
    OPERATION_FAILING = "OperationFailing"  # area; failed requests of an operation of which too many fail
    OPERATION_SLOW = "OperationSlow"  # area; slow requests of an operation of which too many are slow
    REQUEST_REFUSED = "RequestRefused"  # operation; answers with a status of 400 to 499
    REQUEST_NOT_COUNTED = "RequestNotCounted"  # requests that the limits of callers were not applied to
    MESSAGE_SECONDS = "MessageSeconds"  # worker; its sample count is the number of messages
    MESSAGE_FAILED = "MessageFailed"  # worker; messages that will be delivered again
    WORKER_FAILING = "WorkerFailing"  # worker; failed messages of a worker of which too many fail
    DEAD_LETTER = "DeadLetter"  # worker of the queue; messages sent to its dead-letter queue by this code, not by SQS
    STORE_SECONDS = "StoreSeconds"  # calls of DynamoDB, with their retries
    STORE_FAILED = "StoreFailed"  # calls of DynamoDB that failed, also after their retries
    STORE_THROTTLED = "StoreThrottled"  # reads and writes that DynamoDB throttled, whether or not a retry succeeded
    UPSTREAM_SECONDS = "UpstreamSeconds"  # endpoint; operations with their retries
    UPSTREAM_FAILED = "UpstreamFailed"  # endpoint
    UPSTREAM_QUOTA_EXHAUSTED = "UpstreamQuotaExhausted"  # endpoint
    BREAKER_OPENED = "BreakerOpened"  # breaker
    BREAKER_STORE_FAILED = "BreakerStoreFailed"
    CAPTIONS_ANALYZED = "CaptionsAnalyzed"  # engine: onnx or rules; one sample a batch
    CAPTION_BATCH_FAILED = "CaptionBatchFailed"  # batches of captions that the rules analyzed because the models failed
    DOCUMENT_CACHE_HIT = "DocumentCacheHit"  # documents found in the memory of the process
    DOCUMENT_CACHE_MISS = "DocumentCacheMiss"
    SIMILAR_CACHE_HIT = "SimilarCacheHit"
    SIMILAR_CACHE_MISS = "SimilarCacheMiss"
    SIMILAR_CACHE_CLEAR = "SimilarCacheClear"
    SIMILAR_CACHE_CLEAR_FAILED = "SimilarCacheClearFailed"
    SIMILAR_CACHE_CLEAR_SECONDS = "SimilarCacheClearSeconds"
    SIMILAR_SET_NOT_STORED = "SimilarSetNotStored"
    FUNCTION_CRASHED = "FunctionCrashed"  # written by CloudWatch (infra/constructs/crashes.py)
