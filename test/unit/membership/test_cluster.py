"""For whom the acceptance waits, and whom it misses; clocks are those of the share's files."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import cluster


class Waiting(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.share, self.now = Path(folder.name), 0.0
        (self.share / "state/joined").mkdir(parents=True)
        (self.share / "membership/nodes").mkdir(parents=True)
        self.wanted = {"share": str(self.share), "recipe": "r", "waitSeconds": 60, "nodes": {"n1": {}, "n2": {}}}
        self.events = {}
        clock = mock.patch.object(cluster, "time", mock.Mock(monotonic=lambda: self.now, sleep=self.sleep))
        clock.start()
        self.addCleanup(clock.stop)

    def sleep(self, seconds):
        self.now += seconds
        for at in [at for at in self.events if at <= self.now]:
            self.events.pop(at)()

    def join(self, name, recipe="r"):
        said = {"recipe": recipe, "result": {"name": name}}
        (self.share / f"state/joined/{name}.json").write_text(json.dumps(said))

    def mark(self, name, age=0.0):
        mark = self.share / f"state/joined/{name}.at-work"
        mark.touch()
        os.utime(mark, (mark.stat().st_mtime - age,) * 2)

    def waited(self):
        found = cluster.wait_for_nodes(self.wanted)
        return sorted(found), self.now

    def test_all_there_is_no_wait(self):
        self.join("n1")
        self.join("n2")
        self.assertEqual(self.waited(), (["n1", "n2"], 0))

    def test_a_join_of_another_recipe_is_none(self):
        self.join("n1")
        self.join("n2", recipe="older")
        self.assertEqual(self.waited(), (["n1"], 60))

    def test_who_comes_starts_the_wait_anew(self):
        self.events[50] = lambda: self.join("n1")
        self.assertEqual(self.waited(), (["n1"], 110))

    def test_who_is_at_work_is_waited_for(self):
        self.mark("n2")
        self.events[500] = lambda: self.mark("n2", age=31)
        self.assertEqual(self.waited()[0], [])
        self.assertAlmostEqual(self.now, 559, delta=1)

    def test_what_an_earlier_join_left_holds_nobody(self):
        self.mark("n1", age=3600)
        self.assertEqual(self.waited(), ([], 60))

    def beats(self, **ages):
        """Files that so many seconds ago were written last."""
        for name, age in ages.items():
            file = self.share / "membership/nodes" / name.replace("master", ".master")
            file.touch()
            os.utime(file, (file.stat().st_mtime - age,) * 2)

    def test_only_an_agent_that_stopped_writing_is_silent(self):
        self.beats(n1=15, n2=25)
        self.assertEqual(
            list(cluster.silent(self.wanted)),
            [f"node n2: its agent has been silent for 25 s: is {self.share} mounted there, "
             "and does `service antares-node status` say that it runs?"],
        )

    def test_a_reconciler_that_stopped_writing_is_silent_and_waited_for(self):
        wanted = {**self.wanted, "nodes": {}, "scheduler": "gridEngine", "queue": "antares.q",
                  "master": {"name": "m", "fqdn": "m.org"}}
        why = ("the reconciler has been silent for {} s, so nobody is admitted or removed: does "
               "`service antares-reconciler status` on m.org say that it runs?")
        self.assertEqual(list(cluster.unkept(wanted)),
                         ["the reconciler has written nothing to the share: see /var/log/antares/reconciler.log on m.org"])
        for age, said in ((35, []), (45, [why.format(45)])):
            self.beats(master=age)
            self.assertEqual(list(cluster.unkept(wanted)), said)
        with mock.patch.object(cluster, "instances", lambda: []), mock.patch.object(cluster, "dask_workers", lambda _: {}):
            self.assertEqual(cluster.look(wanted)[0]["missing"], [why.format(45)])

    def test_queue_instances_that_cannot_work_are_named_with_where_to_look(self):
        wanted = {**self.wanted, "master": {"name": "m", "fqdn": "m.org"}, "queue": "antares.q"}
        seen = [("antares.q", "m.org", 2, "d"), ("dask.q", "m.org", 1, "au"), ("dask.q", "n1.org", 1, "")]
        with mock.patch.object(cluster, "instances", lambda: seen):
            found, bad, sound = cluster.grid_engine(wanted)
        self.assertEqual(sound, 1)
        self.assertEqual(found["hosts"][0], {"name": "m", "jobSlots": 2, "daskSlots": 1})
        self.assertEqual(bad, [
            "queue instance antares.q@m.org is in state d",
            "queue instance dask.q@m.org is in state au; see /var/spool/gridengine/execd/*/messages there",
        ])

    def test_queues_of_others_are_not_judged(self):
        wanted = {**self.wanted, "master": {"name": "m", "fqdn": "m.org"}, "queue": "antares.q"}
        seen = [("antares.q", "m.org", 2, ""), ("dask.q", "m.org", 1, ""), ("theirs.q", "m.org", 64, "d"),
                ("older.q", "n1.org", 0, "d")]
        with mock.patch.object(cluster, "instances", lambda: seen):
            self.assertEqual(cluster.grid_engine(wanted), (
                {"hosts": [{"name": "m", "jobSlots": 2, "daskSlots": 1}], "queues": ["antares.q", "dask.q"], "slots": 2},
                [], 2))

    def say(self, folder, name, **said):
        (self.share / "membership" / folder).mkdir(exist_ok=True)
        (self.share / "membership" / folder / name).write_text(json.dumps(said))

    def test_only_whose_present_life_is_admitted_is_a_member(self):
        nodes = {name: {"jobSlots": 2, "daskSlots": 1} for name in ("m", "n1", "n2", "n3", "n4", "n5")}
        wanted = {**self.wanted, "nodes": nodes, "scheduler": "gridEngine", "master": {"name": "m", "fqdn": "m.org"},
                  "queue": "antares.q"}
        for name in ("n1", "n2", "n3", "n4"):
            self.say("nodes", name, incarnation=f"{name}-2", fqdn=f"{name}.org")
        self.say("answers", "n1", incarnation="n1-2", state="admitted", reason="")
        self.say("answers", "n2", incarnation="n2-1", state="admitted", reason="")
        self.say("answers", "n3", incarnation="n3-2", state="refused", reason="n3.org is the member n9")
        self.beats(master=1)
        seen = [("antares.q", f"{name}.org", 2, "") for name in ("m", "n1", "n2")]
        with mock.patch.object(cluster, "instances", lambda: seen):
            with mock.patch.object(cluster, "dask_workers", lambda _: {"m": 1, "n1": 0}):
                found, come = cluster.look(wanted)
        unanswered = "the master has not answered it; does `service antares-reconciler status` there say that it runs?"
        self.assertEqual(found["missing"], [
            f"node n2 is no member: {unanswered}",
            "node n3 is no member: refused by the master: n3.org is the member n9",
            f"node n4 is no member: {unanswered}",
            "node n5 is no member: its agent says nothing; see /var/log/antares/node.log there",
            "node n1: 0 of 1 dask workers",
        ])
        # Two members, three queue instances, one worker.
        self.assertEqual(come, 6)

    def test_a_grid_engine_that_does_not_answer_is_missing(self):
        wanted = {**self.wanted, "nodes": {}, "scheduler": "gridEngine", "master": {"name": "m", "fqdn": "m.org"}}
        self.beats(master=1)
        silent = subprocess.TimeoutExpired(["qstat"], 30)
        with mock.patch.object(cluster, "instances", side_effect=silent):
            with mock.patch.object(cluster, "dask_workers", lambda _: {}):
                with mock.patch.object(cluster, "names_of", lambda _: {}):
                    found, _ = cluster.look(wanted)
        self.assertEqual(found["missing"], ["Grid Engine does not answer: Command '['qstat']' timed out after 30 seconds"])

    def test_a_dask_that_does_not_answer_has_no_workers(self):
        silent = subprocess.TimeoutExpired(["runuser"], 60)
        with mock.patch.object(cluster.subprocess, "run", side_effect=silent):
            self.assertEqual(cluster.dask_workers({**self.wanted, "user": "antares"}), {})

    def settled(self, looks):
        """When settle ends, of a cluster of which so much has come from each of these seconds on; 9 is all."""
        def look(_):
            come = next(many for since, many in reversed(looks) if since <= self.now)
            return {"missing": ["x"] * (9 - come)}, come
        with mock.patch.object(cluster, "look", look):
            return len(cluster.settle(self.wanted)["missing"]), self.now

    def test_it_settles_at_once_where_nothing_is_missing(self):
        self.assertEqual(self.settled([(0, 9)]), (0, 0))

    def test_what_comes_starts_the_wait_anew(self):
        self.assertEqual(self.settled([(0, 6), (100, 7), (210, 8), (320, 9)]), (0, 320))

    def test_what_comes_and_goes_is_not_waited_for(self):
        self.assertEqual(self.settled([(0, 6), (100, 7), (110, 6), (150, 7), (240, 9)]), (2, 220))


if __name__ == "__main__":
    unittest.main()
