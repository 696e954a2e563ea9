"""A node and the Auto Scaling group that has started it: tells the group what is done, heeds its notice.

`lifecycle.py complete HOOK` says that this node has done what the group waits for. `lifecycle.py watch` waits for
the notice that the group ends this node, lets the node's agent say good-bye, and then lets the group go on.
Amazon's own client is no part of Debian's images: the one request that is needed is signed here.
"""

import hashlib
import hmac
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener, urlopen

SETTINGS = Path("/etc/antares/elastic.json")
METADATA = "http://169.254.169.254/latest"
NOTICE = "meta-data/autoscaling/target-lifecycle-state"
ROLES = "meta-data/iam/security-credentials/"
# Between two looks at the notice; the group waits for minutes.
LOOK_SECONDS = 5
# A good-bye that takes longer than this is none; the agent itself gives up sooner.
GOODBYE_SECONDS = 150
# A role's right takes a while to be known everywhere.
PAUSES = (2, 5, 10, 20, 30, 30)
FORM = "application/x-www-form-urlencoded; charset=utf-8"


def say(text: str) -> None:
    print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), text, flush=True)


class Metadata:
    """The instance's metadata service, version 2: a token first, and never through a proxy."""

    def __init__(self, base: str = METADATA):
        self.base, self.opener = base, build_opener(ProxyHandler({}))

    def ask(self, path: str, method: str = "GET", **headers: str) -> str:
        request = Request(f"{self.base}/{path}", method=method, headers=headers)
        with self.opener.open(request, timeout=5) as answer:
            return answer.read().decode()

    def read(self, path: str) -> str:
        """What is there; empty where nothing is."""
        token = self.ask("api/token", "PUT", **{"X-aws-ec2-metadata-token-ttl-seconds": "60"})
        try:
            return self.ask(path, **{"X-aws-ec2-metadata-token": token}).strip()
        except HTTPError as fault:
            if fault.code == 404:
                return ""
            raise


class Keys(NamedTuple):
    id: str
    secret: str
    token: str = ""


def keys(metadata: Metadata) -> Keys:
    """Those of the instance's role; asked for each time, because they end."""
    it = json.loads(metadata.read(ROLES + metadata.read(ROLES).splitlines()[0]))
    return Keys(it["AccessKeyId"], it["SecretAccessKey"], it["Token"])


class Call(NamedTuple):
    """One request to a service of AWS."""

    service: str
    region: str
    host: str
    query: str = ""
    body: bytes = b""
    content: str = FORM
    method: str = "POST"


def sign(call: Call, own: Keys, now: time.struct_time) -> dict:
    """The headers of a request, signed as AWS asks for it (Signature Version 4)."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", now)
    headers = {"content-type": call.content, "host": call.host, "x-amz-date": moment}
    if own.token:
        headers["x-amz-security-token"] = own.token
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    digest = hashlib.sha256(call.body).hexdigest()
    canonical = "\n".join((call.method, "/", call.query, lines, names, digest))
    steps = (moment[:8], call.region, call.service, "aws4_request")
    scope = "/".join(steps)
    text = "\n".join(("AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{own.secret}".encode()
    for step in (*steps, text):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    headers["authorization"] = (f"AWS4-HMAC-SHA256 Credential={own.id}/{scope}, SignedHeaders={names}, "
                                f"Signature={key.hex()}")
    return headers


class Group:
    """The Auto Scaling group of this instance, as its settings name it."""

    def __init__(self, settings: dict):
        self.settings = settings
        self.metadata = Metadata(settings.get("metadata", METADATA))

    def ask(self, hook: str) -> None:
        region = self.settings["region"]
        endpoint = self.settings.get("endpoint", f"https://autoscaling.{region}.amazonaws.com")
        body = urlencode({
            "Action": "CompleteLifecycleAction", "Version": "2011-01-01", "LifecycleActionResult": "CONTINUE",
            "AutoScalingGroupName": self.settings["group"], "LifecycleHookName": hook,
            "InstanceId": self.metadata.read("meta-data/instance-id"),
        }).encode()
        call = Call("autoscaling", region, endpoint.split("/")[2], body=body)
        headers = sign(call, keys(self.metadata), time.gmtime())
        with urlopen(Request(f"{endpoint}/", data=body, headers=headers), timeout=20) as answer:
            answer.read()

    def complete(self, hook: str) -> bool:
        """Lets the group go on; true also where it waits no longer, as when a join is run again."""
        for pause in (0, *PAUSES):
            time.sleep(pause)
            try:
                self.ask(hook)
                say(f"{hook}: the group goes on")
                return True
            except HTTPError as fault:
                reason = fault.read(2000).decode(errors="replace")
                if "No active Lifecycle Action found" in reason:
                    say(f"{hook}: the group does not wait for it")
                    return True
                say(f"{hook}: refused with {fault.code}: {reason}")
            except (OSError, ValueError, KeyError, IndexError) as fault:
                say(f"{hook}: {type(fault).__name__}: {fault}")
        return False

    def await_notice(self) -> None:
        said = ""
        while True:
            try:
                state, fault = self.metadata.read(NOTICE), ""
            except OSError as error:
                state, fault = "", f"the metadata service does not answer: {error}"
            if fault != said:
                said = fault
                say(fault or "the metadata service answers again")
            if state == "Terminated":
                return
            time.sleep(LOOK_SECONDS)

    def watch(self) -> bool:
        self.await_notice()
        say("the group ends this node")
        try:
            subprocess.run(["service", "antares-node", "stop"], timeout=GOODBYE_SECONDS, check=False)
        except (OSError, subprocess.SubprocessError) as fault:
            say(f"the node's agent does not stop: {fault}")
        # Whatever the good-bye came to: the master takes a silent node for dead by itself.
        return self.complete(self.settings["leave"])


def main(words: list) -> bool:
    group = Group(json.loads(SETTINGS.read_text(encoding="utf-8")))
    return group.watch() if words == ["watch"] else group.complete(group.settings[words[1]])


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
