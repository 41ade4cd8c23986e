"""The catalogue's tables, queues and buckets, and the CDN in front of the image bucket."""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct
from creator_search.adapters.dynamodb.schema import TABLES, TTL_ATTRIBUTE
from creator_search.catalogue import (
    EXPIRE_DAYS,
    EXPIRE_PREFIXES,
    IMAGE_COPY_SECONDS,
    MAX_RECEIVES,
    Bucket,
    Queue,
    Table,
    worker_of,
)

from infra.constructs.findings import MANAGED_KEY, acknowledge

_RETENTION = Duration.days(14)
_DEFAULT_VISIBILITY = Duration.minutes(15)
_COPY_KEPT_FOR = Duration.seconds(IMAGE_COPY_SECONDS)


class Storage(Construct):
    """The names of the queues start with `prefix`. `has_stream`: whether the table of profiles has a stream."""

    def __init__(self, scope: Construct, construct_id: str, *, prefix: str, production: bool, has_stream: bool) -> None:
        super().__init__(scope, construct_id)
        self._prefix = prefix
        self._removal = RemovalPolicy.RETAIN if production else RemovalPolicy.DESTROY
        self._production = production
        streams = {Table.PROFILES: dynamodb.StreamViewType.NEW_IMAGE} if has_stream else {}
        self.tables = {table: self._table(table, streams.get(table)) for table in Table}
        self.dead_letters: dict[Queue, sqs.Queue] = {}
        self.queues = {queue: self._queue(queue) for queue in Queue}
        self.buckets = {bucket: self._bucket(bucket) for bucket in Bucket}
        self.distribution = self._distribution(self.buckets[Bucket.IMAGES])

    def _table(self, table: Table, stream: dynamodb.StreamViewType | None) -> dynamodb.Table:
        spec = TABLES[table]
        made = dynamodb.Table(
            self,
            f"Table{table.name.title()}",
            partition_key=_attribute(spec.partition),
            sort_key=_attribute(spec.sort) if spec.sort else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute=TTL_ATTRIBUTE,
            stream=stream,
            deletion_protection=self._production,
            removal_policy=self._removal,
        )
        acknowledge(made, {"CKV_AWS_119": MANAGED_KEY})
        for index in spec.indexes:
            made.add_global_secondary_index(
                index_name=index.name,
                partition_key=_attribute(index.partition),
                sort_key=_attribute(index.sort, number=index.sort_is_number),
                projection_type=dynamodb.ProjectionType(index.projection),
                non_key_attributes=list(index.attributes) if index.attributes else None,
            )
        return made

    def _queue(self, queue: Queue) -> sqs.Queue:
        name = "".join(word.title() for word in queue.value.split("-"))
        worker = worker_of(queue)
        dead_letter = sqs.Queue(
            self,
            f"Queue{name}DeadLetter",
            removal_policy=self._removal,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=_RETENTION,
            redrive_allow_policy=sqs.RedriveAllowPolicy(
                redrive_permission=sqs.RedrivePermission.BY_QUEUE,
                # By a name that is known beforehand: references in both directions would be a circle.
                source_queues=[sqs.Queue.from_queue_arn(self, f"Queue{name}Source", self._arn(queue))],
            ),
        )
        self.dead_letters[queue] = dead_letter
        made = sqs.Queue(
            self,
            f"Queue{name}",
            queue_name=self._queue_name(queue),
            removal_policy=self._removal,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=_RETENTION,
            visibility_timeout=Duration.seconds(worker.visibility_seconds) if worker else _DEFAULT_VISIBILITY,
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=MAX_RECEIVES, queue=dead_letter),
        )
        for each in (made, dead_letter):
            acknowledge(each, {"CKV_AWS_27": MANAGED_KEY})
        return made

    def _queue_name(self, queue: Queue) -> str:
        return f"{self._prefix}-{queue.value}"

    def _arn(self, queue: Queue) -> str:
        return Stack.of(self).format_arn(service="sqs", resource=self._queue_name(queue))

    def _bucket(self, bucket: Bucket) -> s3.Bucket:
        made = s3.Bucket(
            self,
            f"Bucket{bucket.name.title()}",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=self._removal,
            lifecycle_rules=_lifecycle(bucket),
        )
        why = "The objects are copies of public or stored data, and access logs would cost more than the copies"
        reasons = {
            "AwsSolutions-S1": why,
            "CKV_AWS_21": "A creator who is erased may not remain in earlier versions of objects",
        }
        acknowledge(made, reasons)
        return made

    def _distribution(self, bucket: s3.Bucket) -> cloudfront.Distribution:
        # The query parameter `v` is the version of an image, so it has to be part of the cache key.
        policy = cloudfront.CachePolicy(
            self,
            "ImageCachePolicy",
            default_ttl=_COPY_KEPT_FOR,
            max_ttl=_COPY_KEPT_FOR,  # also of images that an earlier version stored with a longer max-age
            query_string_behavior=cloudfront.CacheQueryStringBehavior.allow_list("v"),
            enable_accept_encoding_gzip=False,
        )
        distribution = cloudfront.Distribution(
            self,
            "Images",
            comment="Stored images of creators",
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(bucket),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                cache_policy=policy,
                response_headers_policy=cloudfront.ResponseHeadersPolicy.SECURITY_HEADERS,
                compress=False,
            ),
        )
        reasons = {
            "AwsSolutions-CFR1": "Creators and their audiences are in all countries, so none is blocked",
            "AwsSolutions-CFR2": "It serves static public images and takes no input that a web ACL could inspect",
            "AwsSolutions-CFR3": "Access logs of every image would cost more than the images",
            "AwsSolutions-CFR4": "The default certificate of CloudFront fixes the minimum TLS version; a custom domain "
            "would allow TLS 1.2 as the minimum",
        }
        acknowledge(distribution, reasons)
        return distribution


def _lifecycle(bucket: Bucket) -> list[s3.LifecycleRule] | None:
    if bucket in EXPIRE_DAYS:
        return [s3.LifecycleRule(expiration=Duration.days(EXPIRE_DAYS[bucket]))]
    if bucket in EXPIRE_PREFIXES:
        prefix, days = EXPIRE_PREFIXES[bucket]
        return [s3.LifecycleRule(prefix=prefix, expiration=Duration.days(days))]
    return None


def _attribute(name: str, *, number: bool = False) -> dynamodb.Attribute:
    kind = dynamodb.AttributeType.NUMBER if number else dynamodb.AttributeType.STRING
    return dynamodb.Attribute(name=name, type=kind)
