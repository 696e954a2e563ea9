"""Proves that this host may write, read and delete an object of a bucket.

    bucket.py BUCKET REGION HOST

Rights that were given a moment ago may not be known everywhere: a refusal counts after
BUCKET_SECONDS (60). Prints what is missing and exits with 1 where something is. No object stays.
"""

import os
import sys
import time
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

# An address that does not answer costs seconds, not the minutes of the defaults.
PATIENCE = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})
SECONDS = float(os.environ.get("BUCKET_SECONDS", "60"))
RIGHTS = {"write": "s3:PutObject", "read": "s3:GetObject", "delete": "s3:DeleteObject"}


class Fault(Exception):
    """What is wrong, in words for an operator."""


def attempt(verb, bucket, call):
    """What the call answers; otherwise what is wrong with it."""
    try:
        return call()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "NoSuchBucket":
            raise Fault("there is no such bucket") from error
        if code in ("AccessDenied", "403", "Forbidden"):
            right = f"{RIGHTS[verb]} on arn:aws:s3:::{bucket}/*"
            raise Fault(f"the role of its instance lacks {right}") from error
        raise Fault(f"it cannot {verb} objects: {error}") from error
    except NoCredentialsError as error:
        raise Fault("it has no role: AWS gives it no credentials") from error
    except BotoCoreError as error:
        raise Fault(f"it cannot be reached: {error}") from error


def faults(bucket, region, host):
    """Everything that is wrong; reading and deleting say something only of what was written."""
    client = boto3.client("s3", region_name=region, config=PATIENCE)
    key, text = f"antares-proof/{host}-{uuid.uuid4()}", uuid.uuid4().bytes
    place = {"Bucket": bucket, "Key": key}

    def read():
        if client.get_object(**place)["Body"].read() != text:
            raise Fault("it gives back something else than was written")

    try:
        attempt("write", bucket, lambda: client.put_object(Body=text, **place))
    except Fault as fault:
        return [str(fault)]
    found = []
    for verb, call in (("read", read), ("delete", lambda: client.delete_object(**place))):
        try:
            attempt(verb, bucket, call)
        except Fault as fault:
            found.append(str(fault))
    return found


def main(bucket, region, host):
    end = time.monotonic() + SECONDS
    # Each time with another client: one that was made without credentials looks for none.
    while (found := faults(bucket, region, host)) and time.monotonic() + 5 < end:
        time.sleep(5)
    print("; ".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
