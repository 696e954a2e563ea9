"""A node's agent: says on the share that this node lives and what it wishes, and does as the master answers.

A life of a node is an incarnation. Grid Engine's execution daemon runs here only in a life that the
master has admitted. Who is cut off from share and master for the length of the lease ends all of its
life by itself, because soon the master will take it for dead and start its jobs somewhere else; after
that it asks again, as somebody new.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

from nodejobs import Daemon, end_everything, master_answers
from nodeshare import Share, exchange, replace, withdraw

SETTINGS = Path("/etc/antares/node.json")
# On a disk that a reboot empties: no life outlives its machine's.
LIFE = Path("/run/antares-node.json")
ASKING, MEMBER, DONE = "asking", "member", "done"
# Until the master says otherwise.
BEAT, LEASE = 1.0, 30.0
# How long a good-bye waits for the master's release; jobs that cannot move may use it to end.
GOODBYE, SHORT_GOODBYE = 90.0, 10.0
# Until a daemon has run for so long, it is one that does not stay; the longest pause before it is started again.
STEADY = 60.0


def say(text: str) -> None:
    print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), text, flush=True)


class Agent:
    def __init__(self, settings: dict):
        self.settings = settings
        self.share, self.daemon = Share(), Daemon()
        self.state, self.reason, self.wish = ASKING, "", "join"
        self.beat, self.lease = BEAT, LEASE
        self.contact = self.probed = time.monotonic()
        self.asked = float("-inf")
        self.goodbye = None
        self.again = False
        self.fault = ""
        self.fresh_daemon()
        try:
            it = json.loads(LIFE.read_text(encoding="utf-8"))
            # Ahead of every beat that the process before may have written and not noted.
            self.incarnation, self.number = it["incarnation"], it["beat"] + 1_000_000
            if it["fqdn"] != settings["fqdn"]:
                raise ValueError("the host has another name now")
            say(f"goes on with the life {self.incarnation}")
        except (OSError, ValueError, KeyError):
            self.new_life()

    def new_life(self) -> None:
        # First of all the old one is forgotten: whatever happens now, nobody goes on with it.
        LIFE.unlink(missing_ok=True)
        self.end_everything()
        self.incarnation, self.number = str(uuid.uuid4()), 0
        self.state, self.reason, self.beat = ASKING, "", BEAT
        self.fresh_daemon()
        self.contact = time.monotonic()
        self.note()
        say(f"begins the life {self.incarnation}")

    def end_everything(self) -> None:
        left = end_everything()
        if left:
            say(f"processes {left} cannot be ended: they wait for a disk or the share")

    def note(self) -> None:
        """For the next process of this life, and for whoever asks `status`."""
        life = {"incarnation": self.incarnation, "beat": self.number, "fqdn": self.settings["fqdn"]}
        replace(LIFE, {**life, "state": self.state, "reason": self.reason})

    def become(self, state: str, reason: str = "") -> None:
        if (state, reason) != (self.state, self.reason):
            self.state, self.reason = state, reason
            self.note()
            say(f"{state}{': ' if reason else ''}{reason}")

    def statement(self) -> dict:
        self.number += 1
        return {"name": self.settings["name"], "fqdn": self.settings["fqdn"], "incarnation": self.incarnation,
                "beat": self.number, "wish": self.wish}

    def round(self) -> None:
        if time.monotonic() >= self.asked + self.beat and not self.share.child:
            self.asked = time.monotonic()
            self.share.begin(exchange, f"{self.settings['share']}/membership", self.statement())
        got = self.share.poll(0.2)
        # Judged before the answer: who was asleep for so long may be dead to the others.
        if self.state == MEMBER and time.monotonic() - self.contact > self.lease:
            say(f"neither share nor master for {self.lease:g} s: ending all jobs")
            self.new_life()
            return
        if got is not None:
            self.contact = max(self.contact, got[0])
            self.heed(got[1])
        if self.share.fault != self.fault:
            self.fault = self.share.fault
            say(f"share: {self.fault or 'usable again'}")
        if self.state == MEMBER:
            self.work()

    def work(self) -> None:
        """What a member owes: a daemon that runs, and an eye on the master while its beat fails."""
        now = time.monotonic()
        if now - self.contact > 2 * self.beat and now - self.probed > self.beat:
            # The daemon here is then the only sign of life that the master has.
            self.probed = now
            if master_answers(self.settings["master"], min(5.0, self.lease / 4)):
                self.contact = now
        if self.reason != "leaving":
            self.tend(now)

    def fresh_daemon(self) -> None:
        """Nothing is known against starting it at once."""
        self.started, self.pause, self.told = float("-inf"), 1.0, set()

    def tend(self, now: float) -> None:
        """Starts the daemon; one that does not stay more and more seldom, and that is told once."""
        if self.daemon.runs():
            if now - self.started > STEADY:
                self.fresh_daemon()
        elif now - self.started >= self.pause:
            self.started, self.pause = now, min(2 * self.pause, STEADY)
            self.tell("starts the execution daemon")
            try:
                self.daemon.start()
            except (OSError, subprocess.SubprocessError) as fault:
                self.tell(f"the execution daemon did not start: {fault}")

    def tell(self, text: str) -> None:
        if text not in self.told:
            self.told.add(text)
            say(text)

    def heed(self, answer: dict) -> None:
        """The master's word; only what is meant for this very life counts."""
        own = answer.get("incarnation") == self.incarnation
        state, reason = answer.get("state"), str(answer.get("reason", ""))[:200]
        if not own:
            if self.state == MEMBER and answer.get("incarnation") and state == "admitted":
                self.end_everything()
                self.become(DONE, "the master has admitted somebody else by this node's name")
            elif self.state == ASKING and answer.get("fqdn", self.settings["fqdn"]) != self.settings["fqdn"]:
                self.become(ASKING, f"refused: {answer['fqdn']} is the member {self.settings['name']}")
            return
        self.beat, self.lease = float(answer.get("beatSeconds", BEAT)), float(answer.get("leaseSeconds", LEASE))
        if state == "admitted":
            self.become(MEMBER, reason)
        elif state == "refused":
            self.become(ASKING, f"refused: {reason}")
        elif state == "fenced":
            say(f"fenced by the master: {reason}")
            self.new_life()
        elif state == "released":
            self.end_everything()
            self.become(DONE, "released by the master")

    def leave(self) -> None:
        if self.goodbye is None:
            # Who is no member yet has nothing that must move away first.
            self.goodbye = time.monotonic() + (GOODBYE if self.state == MEMBER else SHORT_GOODBYE)
            self.wish, self.beat, self.asked = "leave", BEAT, float("-inf")
            say("says good-bye")

    def live(self) -> None:
        while self.state != DONE:
            try:
                self.round()
            except (OSError, ValueError, subprocess.SubprocessError) as fault:
                say(f"{type(fault).__name__}: {fault}")
                time.sleep(1)
            if self.again:
                self.note()
                os.execv(sys.executable, [sys.executable, *sys.argv])
            if self.goodbye is not None and time.monotonic() > self.goodbye:
                say("the master did not release this node in time")
                break
        LIFE.unlink(missing_ok=True)
        self.end_everything()
        self.share.begin(withdraw, f"{self.settings['share']}/membership", self.statement())
        deadline = time.monotonic() + 3
        while self.share.child and time.monotonic() < deadline:
            self.share.poll(0.2)
        say("ends")


def main() -> None:
    settings = json.loads(SETTINGS.read_text(encoding="utf-8"))
    if not re.fullmatch(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", settings["name"]):
        sys.exit(f"not a node's name: {settings['name']}")
    agent = Agent(settings)
    signal.signal(signal.SIGTERM, lambda *_: agent.leave())
    # A new program goes on with the same life: same process, same jobs.
    signal.signal(signal.SIGHUP, lambda *_: setattr(agent, "again", True))
    agent.live()


if __name__ == "__main__":
    main()
