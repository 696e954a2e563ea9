"""An agent with the daemon, the share and the master played."""

import io
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

import agent
from agent import MEMBER, Agent

SETTINGS = {"share": "/nowhere", "name": "n1", "fqdn": "n1.org", "master": "m.org"}


class PlayedShare:
    """Answers at once with `answer`; with None it hangs."""

    def __init__(self):
        self.child, self.fault, self.answer, self.begun, self.written = 0, "", {}, 0.0, []

    def begin(self, _work, _folder, statement):
        if not self.child:
            self.child, self.begun = 1, agent.time.monotonic()
            self.written.append(statement)

    def poll(self, _seconds):
        if self.answer is None or not self.child:
            return None
        self.child = 0
        return self.begun, self.answer


class Played(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.life = Path(folder.name) / "life.json"
        self.clock, self.events, self.master = 1000.0, [], True
        self.daemon = mock.Mock(runs=mock.Mock(return_value=True))
        for name, value in (("LIFE", self.life), ("Share", PlayedShare), ("Daemon", lambda: self.daemon),
                            ("end_everything", self.ended), ("master_answers", lambda *_: self.master)):
            patch = mock.patch.object(agent, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        patch = mock.patch.object(agent.time, "monotonic", lambda: self.clock)
        patch.start()
        self.addCleanup(patch.stop)
        self.out = io.StringIO()
        out = redirect_stdout(self.out)
        out.__enter__()
        self.addCleanup(out.__exit__, None, None, None)
        self.it = Agent(SETTINGS)
        self.events.clear()

    def ended(self):
        self.events.append(f"ended everything, life {'noted' if self.life.exists() else 'forgotten'}")
        return []

    def said(self):
        """What was logged since the last look, without times."""
        text = self.out.getvalue()
        self.out.seek(0)
        self.out.truncate()
        return [line.split(" ", 1)[1] for line in text.splitlines()]

    def answer(self, state, reason="", incarnation=None, **more):
        it = {"incarnation": incarnation or self.it.incarnation, "state": state, "reason": reason,
              "beatSeconds": 5, "leaseSeconds": 30, **more}
        self.it.share.answer = it

    def rounds(self, seconds, step=1.0):
        end = self.clock + seconds
        while self.clock < end:
            self.clock += step
            self.it.round()

    def member(self):
        self.answer("admitted")
        self.rounds(2)
        self.assertEqual((self.it.state, self.it.beat, self.it.lease), (MEMBER, 5.0, 30.0))
