"""Make sure that a bucket exists: one signed PUT (AWS signature 4), with the standard library alone.

S3_SECRET_KEY=… python3 bucket.py ENDPOINT REGION ACCESS_KEY BUCKET
"""

import hashlib
import hmac
import os
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime
from urllib.parse import urlsplit


def signed_put(endpoint: str, region: str, access_key: str, secret_key: str, bucket: str) -> urllib.request.Request:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    day, host, path = now[:8], urlsplit(endpoint).netloc, f"/{bucket}"
    empty = hashlib.sha256(b"").hexdigest()
    names = "host;x-amz-content-sha256;x-amz-date"
    canonical = f"PUT\n{path}\n\nhost:{host}\nx-amz-content-sha256:{empty}\nx-amz-date:{now}\n\n{names}\n{empty}"
    scope = f"{day}/{region}/s3/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{secret_key}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    credential = f"AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    headers = {"x-amz-content-sha256": empty, "x-amz-date": now, "Authorization": credential}
    return urllib.request.Request(endpoint.rstrip("/") + path, method="PUT", headers=headers)  # noqa: S310


def main() -> int:
    endpoint, region, access_key, bucket = sys.argv[1:5]
    request = signed_put(endpoint, region, access_key, os.environ["S3_SECRET_KEY"], bucket)
    # Straight to the server: a proxy of this machine has no business with the loopback address.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(request, timeout=30).close()
    except urllib.error.HTTPError as error:
        if error.code == 409:  # it exists and is ours
            return 0
        print(f"The S3 server refused to make a bucket: {error.code} {error.read(300)!r}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The S3 server does not answer: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
