"""The proof of a node's rights on the bucket: the locked boto3 against a stand-in of S3."""

import http.server
import os
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / "components/bootstrap/scripts/bucket.py"
DENIED = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
NOWHERE = "<Error><Code>NoSuchBucket</Code><Message>It does not exist</Message></Error>"
LACKS = "the role of its instance lacks s3:{} on arn:aws:s3:::data/*"


class Store(http.server.BaseHTTPRequestHandler):
    """Speaks as much of S3 as one object needs, path-style: /BUCKET/KEY."""

    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def refused(self):
        """Whether the request was refused; its own body is always read."""
        size = int(self.headers.get("Content-Length", 0))
        self.body = self.rfile.read(size)
        self.server.seen.append((self.command, self.path, self.headers["Authorization"]))
        _, bucket, _ = self.path.split("/", 2)
        if bucket != "data":
            self.answer(404, NOWHERE.encode())
        elif self.command in self.server.denied or self.server.denied_times > 0:
            self.server.denied_times -= 1
            self.answer(403, DENIED.encode())
        else:
            return False
        return True

    def do_PUT(self):
        if not self.refused():
            self.server.objects[self.path] = self.server.spoilt or self.body
            self.answer(200)

    def do_GET(self):
        if not self.refused():
            self.answer(200, self.server.objects[self.path])

    def do_DELETE(self):
        if not self.refused():
            del self.server.objects[self.path]
            self.answer(204)

    def log_message(self, *arguments):
        pass


class Bucket(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Store)
        self.server.objects, self.server.seen, self.server.spoilt = {}, [], b""
        self.server.denied, self.server.denied_times = (), 0
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def prove(self, bucket="data", seconds="0", **surroundings):
        login = {"AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "none of AWS"}
        where = {"AWS_ENDPOINT_URL_S3": self.address, "BUCKET_SECONDS": seconds}
        alone = {"HOME": "/nonexistent", "PATH": os.environ["PATH"]}
        command = [sys.executable, str(PROGRAM), bucket, "eu-west-1", "node1"]
        environment = {**alone, **where, **login, **surroundings}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout.rstrip("\n")

    def test_every_right_is_there_and_nothing_stays(self):
        self.assertEqual(self.prove(), (0, ""))
        self.assertEqual([verb for verb, _, _ in self.server.seen], ["PUT", "GET", "DELETE"])
        self.assertEqual(self.server.objects, {})
        _, path, signed = self.server.seen[0]
        self.assertRegex(path, r"^/data/antares-proof/node1-[0-9a-f-]{36}$")
        self.assertRegex(signed, r"^AWS4-HMAC-SHA256 Credential=AKIDTEST/\d{8}/eu-west-1/s3/")

    def test_each_missing_right_is_named(self):
        cases = {"PUT": "PutObject", "GET": "GetObject", "DELETE": "DeleteObject"}
        for denied, right in cases.items():
            with self.subTest(denied):
                self.server.denied = (denied,)
                self.assertEqual(self.prove(), (1, LACKS.format(right)))

    def test_two_missing_rights_are_named_together(self):
        self.server.denied = ("GET", "DELETE")
        said = [LACKS.format(right) for right in ("GetObject", "DeleteObject")]
        self.assertEqual(self.prove(), (1, "; ".join(said)))

    def test_a_right_that_spreads_late_is_waited_for(self):
        self.server.denied_times = 1
        self.assertEqual(self.prove(seconds="30"), (0, ""))
        self.assertEqual([verb for verb, _, _ in self.server.seen], ["PUT", "PUT", "GET", "DELETE"])

    def test_something_else_than_was_written(self):
        self.server.spoilt = b"spoilt"
        said = "it gives back something else than was written"
        self.assertEqual(self.prove(), (1, said))
        self.assertEqual(self.server.objects, {})

    def test_no_such_bucket(self):
        self.assertEqual(self.prove("other"), (1, "there is no such bucket"))

    def test_no_role(self):
        nobody = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
        said = "it has no role: AWS gives it no credentials"
        self.assertEqual(self.prove(AWS_EC2_METADATA_DISABLED="true", **nobody), (1, said))
        self.assertEqual(self.server.seen, [])

    def test_nobody_answers(self):
        begun = time.monotonic()
        code, said = self.prove(AWS_ENDPOINT_URL_S3="http://127.0.0.1:9")
        self.assertEqual(code, 1)
        self.assertRegex(said, r"^it cannot be reached: Could not connect to the endpoint")
        self.assertLess(time.monotonic() - begun, 30)


if __name__ == "__main__":
    unittest.main()
