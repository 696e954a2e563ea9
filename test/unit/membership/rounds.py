"""The reconciler on a real folder, with Grid Engine as a record of what it was asked."""

import io
import json
import os
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

import gridengine
import outlook
import reconciler
import statements
import storage
from aside import Aside

LIFE, NEXT = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
LIST = {
    "master": "m.org", "masterNode": {"name": "m", "jobSlots": 0, "daskSlots": 0}, "queue": "antares.q",
    "service": {"user": "antares", "home": "/home/antares"}, "brake": 0.5, "elastic": None, "dask": None,
    "fixed": {"n1": {"jobSlots": 2, "daskSlots": 1}, "n2": {"jobSlots": 2, "daskSlots": 1}},
    "timings": {"tickSeconds": 10, "deadAfterSeconds": 20, "leaveSeconds": 0},
}


class World:
    """Grid Engine's side: what is heard, which jobs run, what it was asked."""

    def __init__(self):
        self.heard, self.running, self.asked, self.fixed_jobs = {}, [], [], set()

    def move(self, job):
        self.asked.append(f"move {job.key}")
        if job.key in self.fixed_jobs:
            return False
        self.running.remove(job)
        return True

    def delete(self, job, force=False):
        self.asked.append(f"delete {job.key}{' -f' if force else ''}")
        self.running.remove(job)

    def forget(self, fqdn, queues, alive):
        self.asked.append(f"forget {fqdn} {','.join(queues)}{' alive' if alive else ''}")
        self.heard.pop(fqdn, None)

    def admit(self, fqdn, slots):
        self.asked.append(f"admit {fqdn} {slots}")
        self.heard[fqdn] = False

    def patches(self):
        asked = self.asked.append
        return {
            "hosts": lambda: dict(self.heard), "jobs": lambda: list(self.running), "move": self.move,
            "delete": self.delete, "forget": self.forget, "admit": self.admit,
            "close": lambda fqdn: asked(f"close {fqdn}"), "reopen": lambda fqdn: asked(f"open {fqdn}"),
            "set_slots": lambda fqdn, slots: asked(f"slots {fqdn} {slots}"),
        }


class Rounds(unittest.TestCase):
    """Tests of these run rounds, ten seconds after one another, and look at what came of them."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.share = self.folder / "share" / "membership"
        for name in ("nodes", "answers"):
            (self.share / name).mkdir(parents=True)
        self.list(share=str(self.folder / "share"))
        self.world, self.out, self.clock = World(), io.StringIO(), 1000.0
        owner = os.getuid()
        real, read = statements.read_all, statements.read
        for target, name, value in (
            (storage, "LIST", self.folder / "list.json"), (storage, "MEMORY", self.folder / "members.json"),
            (storage, "RELEASE", self.folder / "release"), (reconciler.time, "monotonic", lambda: self.clock),
            (reconciler.time, "sleep", self.sleep), (outlook, "disagreement", lambda fqdn: ""),
            (statements, "read_all", lambda where: real(where, owner)),
            (statements, "read", lambda where, name, _=0: read(where, name, owner)),
            (Aside, "do", lambda _, work, *args: json.loads(json.dumps(work(*args)))),
            *((gridengine, name, value) for name, value in self.world.patches().items()),
        ):
            patch = mock.patch.object(target, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        load, save, settings = storage.load, storage.save, storage.Settings
        for name, value in (("load", lambda: load(storage.MEMORY)), ("Settings", lambda: settings(storage.LIST)),
                            ("save", lambda memory, dask: save(memory, dask, storage.MEMORY))):
            patch = mock.patch.object(storage, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        self.it = reconciler.Reconciler()

    def list(self, **changed):
        old = json.loads((self.folder / "list.json").read_text()) if (self.folder / "list.json").exists() else LIST
        statements.write(self.folder / "list.json", {**old, **changed})

    def sleep(self, seconds):
        self.clock += seconds

    def say(self, name="n1", life=LIFE, wish="join", beat=None, fqdn=None):
        """A node's next beat."""
        self.beat = getattr(self, "beat", 0) + 1
        statements.write(self.share / "nodes" / name, {
            "name": name, "fqdn": fqdn or f"{name}.org", "incarnation": life, "beat": beat or self.beat, "wish": wish})

    def rounds(self, count=1, seconds=10, **said):
        for _ in range(count):
            if said:
                self.say(**said)
            self.clock += seconds
            with redirect_stdout(self.out):
                self.it.round()

    def lines(self):
        """What was logged since the last look, without times."""
        text, self.out = self.out.getvalue(), io.StringIO()
        return [line.split(" ", 1)[1] for line in text.splitlines()]

    def asked(self):
        done, self.world.asked[:] = list(self.world.asked), []
        return done

    def answer(self, name="n1"):
        it = json.loads((self.share / "answers" / name).read_text())
        return it["incarnation"], it["state"], it["reason"]

    def joined(self, *names):
        for _ in range(2):
            for name in names:
                self.say(name)
            self.rounds()
        for name in names:
            self.world.heard[f"{name}.org"] = True
            self.say(name)
        self.rounds()
        self.lines(), self.asked()
