"""`make rehearse`: `cdk deploy` of production's stacks onto the AWS stand-in, with IAM enforced, and requests to its
API and queues. Then a second deployment, of a changed shared layer, and `cdk destroy`.

What it does not prove is printed at the end.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from infra.rehearsal.callers import serving_keys
from infra.rehearsal.checks import check_contract, check_second_deployment
from infra.rehearsal.deletion import check_deletion
from infra.rehearsal.system import Rehearsal, out

NOT_PROVEN = (
    "the conditions of IAM permissions, arm64 and Python 3.13 (the layers were built for this machine), SnapStart, the "
    "container image of the worker that analyzes captions, the order of CloudFormation's updates, CloudFront's edges "
    "and origin access control, response "
    "compression by API Gateway, streaming through the web adapter, throttling, the distribution of the console and "
    "the API and its web ACL, the address of Cognito's keys, and the monitoring "
    "stack, which is not deployed: the stand-in has no alarms on metric math and no anomaly detection of costs"
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make rehearse ARGS=")
    parser.add_argument("--no-iam", action="store_true", help="do not enforce IAM permissions")
    parser.add_argument(
        "--keep", action="store_true", help="keep the folder with the logs even if the rehearsal passes"
    )
    arguments = parser.parse_args()
    if shutil.which("openssl") is None:
        out.print(
            "[red]The openssl command is not found: install it. The AWS stand-in makes its certificate with it[/red]"
        )
        return 2
    folder = Path(tempfile.mkdtemp(prefix="creator-search-rehearsal-"))
    rehearsal = Rehearsal(folder, enforce_iam=not arguments.no_iam)
    try:
        out.print("Starting the AWS stand-in and the sandbox upstream…")
        rehearsal.start()
        rehearsal.bootstrap()
        outputs = rehearsal.deploy()
        api_id = outputs["ApiUrl"].split("//", 1)[1].split(".", 1)[0]
        api = f"{rehearsal.aws}/_aws/execute-api/{api_id}/live"
        out.print("Deployed. Checks:")
        with serving_keys(rehearsal, outputs["UserPoolId"]):
            check_contract(rehearsal, api, outputs)
            check_second_deployment(rehearsal, api, outputs)
        check_deletion(rehearsal, outputs)
    except KeyboardInterrupt:
        out.print(f"[red]Interrupted[/red]; logs in {folder}")
        return 130
    except Exception as error:
        out.print(f"[red]The rehearsal failed: {error!r}[/red]; logs in {folder}")
        rehearsal.print_problems()
        return 1
    finally:
        rehearsal.stop()
    if not arguments.keep:
        shutil.rmtree(folder, ignore_errors=True)
    not_proven = f"IAM permissions, {NOT_PROVEN}" if arguments.no_iam else NOT_PROVEN
    out.print(f"The rehearsal passed. It does not test: {not_proven}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
