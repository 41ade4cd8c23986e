"""Lambda code assets, bundled on this machine without Docker and named by a hash of the bundled output."""

import re
from pathlib import Path
from typing import Any

import jsii
from aws_cdk import Annotations, AssetHashType, BundlingOptions, DockerImage, IgnoreMode, ILocalBundling
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs import packaging
from infra.constructs.packaging import Platform

_PINNED = re.compile(r"@sha256:[0-9a-f]{64}$")
_NOT_PINNED = (
    "The base image of analyze_posts is a tag, which may change: pass -c base_image=…@sha256:… (docs/deployment.md)"
)


def dependencies(platform: Platform) -> lambda_.Code:
    return _bundled((platform.sources / packaging.REQUIREMENTS).parent, _Dependencies(platform))


def shared(platform: Platform) -> lambda_.Code:
    return _bundled(platform.sources / packaging.SHARED, _Shared(platform))


def served(folder: Path) -> lambda_.Code:
    return _bundled(folder, _Served(folder))


def zipped(folder: Path) -> lambda_.Code:
    return lambda_.Code.from_asset(str(folder), exclude=["**/__pycache__", *packaging.NOT_DEPLOYED])


def image(scope: Construct, platform: Platform, folder: str) -> lambda_.DockerImageCode:
    """`cdk deploy` builds the image and needs Docker for it. Its context holds only what the Dockerfile copies. The
    context value `base_image` names its base image by digest."""
    base_image = scope.node.try_get_context("base_image")
    if base_image and not _PINNED.search(base_image):
        raise ValueError(f"base_image must end with @sha256: and 64 hexadecimal digits: {base_image}")
    if not base_image:
        Annotations.of(scope).add_warning_v2("creator-search:base-image", _NOT_PINNED)
    models = [f"!{packaging.MODELS / name}" for name in platform.models]
    left_out = [f"{folder}/{name}" for name in packaging.NOT_DEPLOYED]
    return lambda_.DockerImageCode.from_image_asset(
        str(platform.sources),
        file=f"{folder}/Dockerfile",
        build_args={"BASE_IMAGE": base_image} if base_image else None,
        platform=ecr_assets.Platform.LINUX_ARM64,
        ignore_mode=IgnoreMode.DOCKER,
        target="models" if platform.models else "rules",
        exclude=["*", f"!{packaging.SHARED}", f"!{folder}", *models, *left_out, "**/__pycache__"],
    )


def _bundled(source: Path, local: ILocalBundling) -> lambda_.Code:
    """Bundle without `exclude`, which would also apply to the hash of the output and remove the .pyc files from it."""
    options = BundlingOptions(
        # Both are required but unused: local bundling never falls back to a container.
        image=DockerImage.from_registry("scratch"),
        command=["unused"],
        local=local,
    )
    return lambda_.Code.from_asset(str(source), bundling=options, asset_hash_type=AssetHashType.OUTPUT)


@jsii.implements(ILocalBundling)
class _Dependencies:
    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def try_bundle(self, output_dir: str, *_: Any, **__: Any) -> bool:
        packaging.build_dependencies(self._platform, Path(output_dir))
        return True


@jsii.implements(ILocalBundling)
class _Shared:
    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def try_bundle(self, output_dir: str, *_: Any, **__: Any) -> bool:
        packaging.build_shared(self._platform, Path(output_dir))
        return True


@jsii.implements(ILocalBundling)
class _Served:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def try_bundle(self, output_dir: str, *_: Any, **__: Any) -> bool:
        packaging.build_served(self._folder, Path(output_dir))
        return True
