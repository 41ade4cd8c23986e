"""Lambda code assets, bundled on this machine without Docker and named by a hash of the bundled output."""

from pathlib import Path
from typing import Any

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, IgnoreMode, ILocalBundling
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_lambda as lambda_

from infra.constructs import packaging
from infra.constructs.packaging import Platform


def dependencies(platform: Platform) -> lambda_.Code:
    return _bundled((platform.sources / packaging.REQUIREMENTS).parent, _Dependencies(platform))


def shared(platform: Platform) -> lambda_.Code:
    return _bundled(platform.sources / packaging.SHARED, _Shared(platform))


def served(folder: Path) -> lambda_.Code:
    return _bundled(folder, _Served(folder))


def zipped(folder: Path) -> lambda_.Code:
    return lambda_.Code.from_asset(str(folder), exclude=["**/__pycache__", *packaging.NOT_DEPLOYED])


def image(platform: Platform, folder: str) -> lambda_.DockerImageCode:
    """`cdk deploy` builds the image and needs Docker for it. Its context holds only what the Dockerfile copies."""
    models = [f"!{packaging.MODELS / name}" for name in platform.models]
    left_out = [f"{folder}/{name}" for name in packaging.NOT_DEPLOYED]
    return lambda_.DockerImageCode.from_image_asset(
        str(platform.sources),
        file=f"{folder}/Dockerfile",
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
