"""For whom the acceptance waits, and whom it misses; clocks are those of the share's files."""

import json
import os
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

    def test_only_an_agent_that_stopped_writing_is_silent(self):
        nodes = self.share / "membership/nodes"
        self.assertEqual(list(cluster.silent(self.wanted)), [])
        for name, age in ((".master", 0), ("n1", 15), ("n2", 25)):
            (nodes / name).touch()
            os.utime(nodes / name, (1000 - age,) * 2)
        self.assertEqual(
            list(cluster.silent(self.wanted)),
            [f"node n2: its agent has been silent for 25 s: is {self.share} mounted there, "
             "and does `service antares-node status` say that it runs?"],
        )

    def test_queue_instances_that_cannot_work_are_named_with_where_to_look(self):
        wanted = {**self.wanted, "master": {"name": "m", "fqdn": "m.org"}, "queue": "antares.q"}
        seen = [("antares.q", "m.org", 2, "d"), ("dask.q", "m.org", 1, "au"), ("dask.q", "n1.org", 1, "")]
        with mock.patch.object(cluster, "instances", lambda: seen):
            found, bad = cluster.grid_engine(wanted)
        self.assertEqual(found["hosts"][0], {"name": "m", "jobSlots": 2, "daskSlots": 1})
        self.assertEqual(bad, [
            "queue instance antares.q@m.org is in state d",
            "queue instance dask.q@m.org is in state au; see /var/spool/gridengine/execd/*/messages there",
        ])

    def test_a_node_without_slots_is_told_with_the_masters_reason(self):
        answers = self.share / "membership/answers"
        answers.mkdir()
        (answers / "n1").write_text(json.dumps({"incarnation": "i", "state": "refused", "reason": "n1.org is node n3"}))
        (answers / "n2").write_text("")
        nodes = {name: {"jobSlots": 2, "daskSlots": 0} for name in ("n1", "n2")}
        self.assertEqual(list(cluster.lacking({**self.wanted, "nodes": nodes}, {"hosts": []}, {})), [
            "node n1: Grid Engine has 0 of 2 job slots; the master refuses it: n1.org is node n3",
            "node n2: Grid Engine has 0 of 2 job slots",
        ])

    def settled(self, looks):
        """What settle says of a cluster in which that many things are missing from each of these seconds on."""
        def look(_):
            return {"missing": ["x"] * next(many for since, many in reversed(looks) if since <= self.now)}
        with mock.patch.object(cluster, "look", look):
            return len(cluster.settle(self.wanted)["missing"]), self.now

    def test_it_settles_at_once_where_nothing_is_missing(self):
        self.assertEqual(self.settled([(0, 0)]), (0, 0))

    def test_what_comes_starts_the_wait_anew(self):
        self.assertEqual(self.settled([(0, 3), (100, 2), (210, 1), (320, 0)]), (0, 320))

    def test_what_comes_and_goes_is_not_waited_for(self):
        self.assertEqual(self.settled([(0, 3), (100, 2), (110, 3), (150, 2), (240, 0)]), (2, 220))


if __name__ == "__main__":
    unittest.main()
