"""A node and its group: the signature AWS publishes as an example, and both services played on the loopback."""

import io
import json
import threading
import time
import unittest
from contextlib import redirect_stdout
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock
from urllib.parse import parse_qs

import lifecycle
from lifecycle import Call, Group, Keys, sign

EXAMPLE = Keys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
MOMENT = time.strptime("20150830T123600Z", "%Y%m%dT%H%M%SZ")
ENDED = "<Code>ValidationError</Code><Message>No active Lifecycle Action found with instance ID i-1</Message>"


class Amazon:
    """Metadata service and Auto Scaling in one; what it answers and what it was asked are plain lists."""

    def __init__(self):
        self.states, self.answers, self.asked, self.tokens = ["InService"], [(200, "")], [], []
        amazon = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def reply(self, code, text=""):
                body = text.encode()
                self.send_response(code)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_PUT(self):
                amazon.tokens.append(self.headers["X-aws-ec2-metadata-token-ttl-seconds"])
                self.reply(200, f"token-{len(amazon.tokens)}")

            def do_GET(self):
                if self.headers["X-aws-ec2-metadata-token"] != f"token-{len(amazon.tokens)}":
                    self.reply(401)
                elif self.path == "/latest/meta-data/autoscaling/target-lifecycle-state":
                    state = amazon.states.pop(0) if len(amazon.states) > 1 else amazon.states[0]
                    self.reply(*((404, "none") if state is None else (200, state)))
                elif self.path == "/latest/meta-data/instance-id":
                    self.reply(200, "i-0a1b2c3d4e5f60718")
                elif self.path == "/latest/meta-data/iam/security-credentials/":
                    self.reply(200, "the-role")
                elif self.path == "/latest/meta-data/iam/security-credentials/the-role":
                    self.reply(200, json.dumps({"AccessKeyId": "id", "SecretAccessKey": "secret", "Token": "session"}))
                else:
                    self.reply(404)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                amazon.asked.append((self.headers, body))
                self.reply(*(amazon.answers.pop(0) if len(amazon.answers) > 1 else amazon.answers[0]))

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Signature(unittest.TestCase):
    def test_is_that_of_the_published_example(self):
        call = Call("iam", "us-east-1", "iam.amazonaws.com", query="Action=ListUsers&Version=2010-05-08", method="GET",
                    content="application/x-www-form-urlencoded; charset=utf-8")
        headers = sign(call, EXAMPLE, MOMENT)
        self.assertEqual(headers["authorization"], (
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date, "
            "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"))
        self.assertEqual(headers["x-amz-date"], "20150830T123600Z")

    def test_covers_body_and_session(self):
        call = Call("autoscaling", "us-east-1", "h", body=b"Action=A")
        plain = sign(call, EXAMPLE, MOMENT)["authorization"]
        self.assertNotEqual(plain[-64:], sign(call._replace(body=b"Action=B"), EXAMPLE, MOMENT)["authorization"][-64:])
        session = sign(call, EXAMPLE._replace(token="t"), MOMENT)
        self.assertIn("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,", session["authorization"])
        self.assertEqual(session["x-amz-security-token"], "t")


class Played(unittest.TestCase):
    def setUp(self):
        self.amazon = Amazon()
        self.addCleanup(self.amazon.close)
        self.group = Group({"region": "eu-west-3", "group": "the-group", "join": "antares-join",
                            "leave": "antares-leave", "metadata": f"{self.amazon.address}/latest",
                            "endpoint": self.amazon.address})
        self.pauses, self.ran, self.out = [], [], io.StringIO()
        for target, name, value in ((lifecycle.time, "sleep", self.pauses.append),
                                    (lifecycle.subprocess, "run", self.run_command)):
            patch = mock.patch.object(target, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        out = redirect_stdout(self.out)
        out.__enter__()
        self.addCleanup(out.__exit__, None, None, None)

    def run_command(self, command, **options):
        self.ran.append((command, options, len(self.amazon.asked)))

    def asked(self):
        return [{key: value for key, (value,) in parse_qs(body.decode()).items()} for _, body in self.amazon.asked]


class Completing(Played):
    def test_names_group_hook_and_instance_with_the_session_of_the_role(self):
        self.assertTrue(self.group.complete("antares-join"))
        self.assertEqual(self.asked(), [{
            "Action": "CompleteLifecycleAction", "Version": "2011-01-01", "LifecycleActionResult": "CONTINUE",
            "AutoScalingGroupName": "the-group", "LifecycleHookName": "antares-join",
            "InstanceId": "i-0a1b2c3d4e5f60718"}])
        headers = self.amazon.asked[0][0]
        self.assertEqual(headers["x-amz-security-token"], "session")
        self.assertRegex(headers["authorization"], r"^AWS4-HMAC-SHA256 Credential=id/\d{8}/eu-west-3/autoscaling/aws4_")
        self.assertEqual(set(self.amazon.tokens), {"60"})

    def test_goes_on_until_the_right_is_known(self):
        self.amazon.answers = [(403, "AccessDenied"), (500, "busy"), (200, "")]
        self.assertTrue(self.group.complete("antares-join"))
        self.assertEqual((len(self.amazon.asked), self.pauses), (3, [0, 2, 5]))
        self.assertIn("refused with 403: AccessDenied", self.out.getvalue())

    def test_is_done_where_nobody_waits(self):
        self.amazon.answers = [(400, ENDED)]
        self.assertTrue(self.group.complete("antares-join"))
        self.assertEqual(len(self.amazon.asked), 1)

    def test_gives_up_in_the_end(self):
        self.amazon.answers = [(403, "AccessDenied")]
        self.assertFalse(self.group.complete("antares-join"))
        self.assertEqual(len(self.amazon.asked), 7)


class Watching(Played):
    def test_says_good_bye_first_and_completes_then(self):
        self.amazon.states = [None, "InService", "Standby", "Terminated"]
        self.assertTrue(self.group.watch())
        self.assertEqual(self.ran, [(["service", "antares-node", "stop"], {"timeout": 150, "check": False}, 0)])
        self.assertEqual([one["LifecycleHookName"] for one in self.asked()], ["antares-leave"])
        self.assertEqual(self.pauses, [5, 5, 5, 0])

    def test_completes_also_where_the_good_bye_hangs_or_there_is_no_agent(self):
        self.amazon.states = ["Terminated"]
        for fault in (lifecycle.subprocess.TimeoutExpired("service", 150), FileNotFoundError("service")):
            with mock.patch.object(lifecycle.subprocess, "run", side_effect=fault):
                self.assertTrue(self.group.watch())
        self.assertEqual(len(self.asked()), 2)

    def test_outlives_a_metadata_service_that_is_away(self):
        self.amazon.states = ["Terminated"]
        good, self.group.metadata.base = self.group.metadata.base, "http://127.0.0.1:1/latest"

        def back(seconds):
            self.pauses.append(seconds)
            self.group.metadata.base = good if len(self.pauses) > 2 else self.group.metadata.base

        with mock.patch.object(lifecycle.time, "sleep", back):
            self.assertTrue(self.group.watch())
        self.assertEqual(self.out.getvalue().count("does not answer"), 1)
        self.assertEqual(self.pauses[:3], [5, 5, 5])

    def test_never_goes_through_a_proxy_to_the_metadata_service(self):
        self.amazon.states = ["Terminated"]
        with mock.patch.dict("os.environ", {"http_proxy": "http://127.0.0.1:1"}):
            self.assertEqual(Group(self.group.settings).metadata.read(lifecycle.NOTICE), "Terminated")


if __name__ == "__main__":
    unittest.main()
