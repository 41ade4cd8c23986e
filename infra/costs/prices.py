"""List prices in us-east-1, without free tiers and discounts.

The pages of AWS render their prices from data that could not be read here. `seen` says where a figure was found; none
was compared with AWS's price list API. Check the figures that matter to you before you rely on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MILLION = 1_000_000
GIGABYTE = 1024**3
MONTH_HOURS = 730
MONTH_SECONDS = MONTH_HOURS * 3600
MONTH_MINUTES = MONTH_HOURS * 60


class Item(StrEnum):
    """What is paid for."""

    DYNAMODB_WRITES = "dynamodb writes"
    DYNAMODB_READS = "dynamodb reads"
    DYNAMODB_STORAGE = "dynamodb storage"
    DYNAMODB_RECOVERY = "dynamodb recovery"
    LAMBDA_REQUESTS = "lambda requests"
    LAMBDA_SECONDS = "lambda seconds"
    SNAPSTART_CACHE = "snapstart cache"
    SNAPSTART_RESTORE = "snapstart restore"
    REST_REQUESTS = "rest requests"
    HTTP_REQUESTS = "http requests"
    DATA_OUT = "data out"
    EDGE_REQUESTS = "edge requests"
    EDGE_DATA = "edge data"
    EDGE_FUNCTIONS = "edge functions"
    SQS_REQUESTS = "sqs requests"
    S3_WRITES = "s3 writes"
    S3_READS = "s3 reads"
    S3_STORAGE = "s3 storage"
    LOGS = "logs"
    METRICS = "metrics"
    ALARM_METRICS = "alarm metrics"
    DASHBOARDS = "dashboards"
    TRACES = "traces"
    SECRETS = "secrets"
    KEYS = "keys"
    KEY_REQUESTS = "key requests"
    WEB_ACLS = "web acls"
    WEB_ACL_RULES = "web acl rules"
    WEB_ACL_REQUESTS = "web acl requests"


class Seen(StrEnum):
    """Where a price was found. Prices of AWS_PAGE were read in a copy of a page of AWS, those of ARTICLE in an article
    of somebody else; the others are as given to the author, and could not be looked up."""

    AWS_PAGE = "AWS's page"
    ARTICLE = "third-party article"
    GIVEN = "not checked"


@dataclass(frozen=True, slots=True)
class Price:
    service: str
    unit: str
    """What one `per` of them costs `usd`."""
    per: float
    usd: float
    source: str
    seen: Seen
    date: str = "2026-11-28"
    """When it was looked up."""

    def of(self, quantity: float) -> float:
        return quantity * self.usd / self.per


def _price(service: str, unit: str, per: float, usd: float, page: str, seen: Seen) -> Price:
    return Price(service, unit, per, usd, f"https://aws.amazon.com/{page}/pricing/", seen)


_DYNAMODB, _LAMBDA, _GATEWAY, _CLOUDFRONT = "DynamoDB", "Lambda", "API Gateway", "CloudFront"
_CLOUDWATCH, _KMS, _WAF = "CloudWatch", "KMS", "WAF"

PRICES: Mapping[Item, Price] = {
    Item.DYNAMODB_WRITES: _price(_DYNAMODB, "write request units", MILLION, 0.625, "dynamodb", Seen.ARTICLE),
    Item.DYNAMODB_READS: _price(_DYNAMODB, "read request units", MILLION, 0.125, "dynamodb", Seen.ARTICLE),
    Item.DYNAMODB_STORAGE: _price(_DYNAMODB, "GB stored for a month", 1, 0.25, "dynamodb", Seen.GIVEN),
    Item.DYNAMODB_RECOVERY: _price(_DYNAMODB, "GB recoverable for a month", 1, 0.20, "dynamodb", Seen.GIVEN),
    Item.LAMBDA_REQUESTS: _price(_LAMBDA, "invocations", MILLION, 0.20, "lambda", Seen.ARTICLE),
    Item.LAMBDA_SECONDS: _price(_LAMBDA, "GB-seconds (arm64)", 1, 0.0000133334, "lambda", Seen.ARTICLE),
    Item.SNAPSTART_CACHE: _price(_LAMBDA, "GB-seconds of snapshots", 1, 0.0000015046, "lambda", Seen.ARTICLE),
    Item.SNAPSTART_RESTORE: _price(_LAMBDA, "GB restored", 1, 0.0001397998, "lambda", Seen.ARTICLE),
    Item.REST_REQUESTS: _price(_GATEWAY, "requests of a REST API", MILLION, 3.50, "api-gateway", Seen.ARTICLE),
    Item.HTTP_REQUESTS: _price(_GATEWAY, "requests of an HTTP API", MILLION, 1.00, "api-gateway", Seen.ARTICLE),
    Item.DATA_OUT: _price(_GATEWAY, "GB to the internet", 1, 0.09, "ec2", Seen.ARTICLE),
    Item.EDGE_REQUESTS: _price(_CLOUDFRONT, "HTTPS requests", 10_000, 0.0100, "cloudfront", Seen.GIVEN),
    Item.EDGE_DATA: _price(_CLOUDFRONT, "GB to the internet", 1, 0.085, "cloudfront", Seen.GIVEN),
    Item.EDGE_FUNCTIONS: _price(_CLOUDFRONT, "runs of a function", MILLION, 0.10, "cloudfront", Seen.GIVEN),
    Item.SQS_REQUESTS: _price("SQS", "requests", MILLION, 0.40, "sqs", Seen.GIVEN),
    Item.S3_WRITES: _price("S3", "PUT and LIST requests", 1000, 0.005, "s3", Seen.ARTICLE),
    Item.S3_READS: _price("S3", "GET requests", 1000, 0.0004, "s3", Seen.ARTICLE),
    Item.S3_STORAGE: _price("S3", "GB stored for a month", 1, 0.023, "s3", Seen.ARTICLE),
    Item.LOGS: _price(_CLOUDWATCH, "GB of logs", 1, 0.50, "cloudwatch", Seen.ARTICLE),
    Item.METRICS: _price(_CLOUDWATCH, "custom metrics for a month", 1, 0.30, "cloudwatch", Seen.GIVEN),
    Item.ALARM_METRICS: _price(_CLOUDWATCH, "metrics of alarms for a month", 1, 0.10, "cloudwatch", Seen.GIVEN),
    Item.DASHBOARDS: _price(_CLOUDWATCH, "dashboards for a month", 1, 3.00, "cloudwatch", Seen.GIVEN),
    Item.TRACES: _price("X-Ray", "traces", MILLION, 5.00, "xray", Seen.AWS_PAGE),
    Item.SECRETS: _price("Secrets Manager", "secrets for a month", 1, 0.40, "secrets-manager", Seen.GIVEN),
    Item.KEYS: _price(_KMS, "own keys for a month", 1, 1.00, "kms", Seen.ARTICLE),
    Item.KEY_REQUESTS: _price(_KMS, "requests", 10_000, 0.03, "kms", Seen.ARTICLE),
    Item.WEB_ACLS: _price(_WAF, "web ACLs for a month", 1, 5.00, "waf", Seen.ARTICLE),
    Item.WEB_ACL_RULES: _price(_WAF, "rules for a month", 1, 1.00, "waf", Seen.ARTICLE),
    Item.WEB_ACL_REQUESTS: _price(_WAF, "requests inspected", MILLION, 0.60, "waf", Seen.ARTICLE),
}
