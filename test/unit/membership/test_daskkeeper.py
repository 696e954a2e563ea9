"""When dask's jobs are submitted anew, and when they are left alone."""

import copy
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import daskkeeper
import gridengine
import storage
from decisions import UP, Member, Memory, Slots
from gridengine import Job

LIST = {
    "master": "m.org", "masterNode": {"name": "m", "jobSlots": 0, "daskSlots": 0}, "share": "/srv/antares",
    "service": {"user": "antares", "home": "/home/antares"},
    "dask": {"schedulerPort": 8786, "dashboardPort": 8787, "workerPorts": {"first": 9000, "last": 9019},
             "wheelhouse": "house1"},
}


class Keeping(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.scripts = Path(folder.name)
        for role in ("scheduler", "worker"):
            (self.scripts / f"dask-{role}.sh").write_text(role)
        self.it, self.jobs, self.lines, self.now = copy.deepcopy(LIST), [], [], 1000.0
        self.memory = Memory({"n1": Member("n1", "n1.org", "x", UP, True, Slots(1, 1), "antares.q")})
        for target, name, value in (
            (daskkeeper, "SCRIPTS", self.scripts), (daskkeeper.time, "monotonic", lambda: self.now),
            (gridengine, "jobs", lambda: list(self.jobs)), (gridengine, "delete", lambda job, *_: self.jobs.remove(job)),
            (gridengine, "ask", self.ask),
        ):
            patch = mock.patch.object(target, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        self.keeper = daskkeeper.Keeper({})

    def ask(self, *command, user):
        number, name = 1 + max([job.id for job in self.jobs], default=0), command[command.index("-N") + 1]
        self.jobs.append(Job(number, "", name, user, "r", "", "dask.q"))
        return 0, f"{number}\n"

    def look(self, keeper=None):
        """What is said in the next look, long after the one before."""
        self.now, said = self.now + 1000, []
        settings = SimpleNamespace(it=self.it, stamp=0, timing=lambda _: 10)
        (keeper or self.keeper).keep(settings, self.memory, lambda: None, said.append)
        return [line.removeprefix("dask: ") for line in said]

    def begun(self, first):
        return [f"submitted dask-scheduler to m.org as job {first}",
                f"submitted dask-worker-n1 to n1.org as job {first + 1}"]

    ENDED = ["deleting job 1 dask-scheduler", "deleting job 2 dask-worker-n1"]

    def test_jobs_of_these_settings_are_left_alone(self):
        self.assertEqual([self.look(), self.look(), self.look()], [self.begun(1), [], []])
        self.assertEqual(self.look(daskkeeper.Keeper(self.keeper.ours)), [])

    def test_other_settings_begin_all_of_them_anew_workers_after_the_scheduler_has_ended(self):
        dask = LIST["dask"]
        changes = ({"dask": {**dask, "schedulerPort": 8888}}, {"dask": {**dask, "dashboardPort": 8889}},
                   {"dask": {**dask, "workerPorts": {"first": 9100, "last": 9119}}},
                   {"dask": {**dask, "wheelhouse": "house2"}}, {"share": "/srv/other"})
        for changed in changes:
            with self.subTest(changed):
                self.it, self.jobs, self.keeper = copy.deepcopy(LIST), [], daskkeeper.Keeper({})
                self.look()
                self.it.update(changed)
                self.assertEqual([self.look(), self.look(), self.look()], [self.ENDED, self.begun(1), []])

    def test_so_does_another_script(self):
        self.look()
        (self.scripts / "dask-worker.sh").write_text("worker 2")
        self.assertEqual([self.look(), self.look(), self.look()], [self.ENDED, self.begun(1), []])

    def test_other_slots_do_not(self):
        self.look()
        self.it["masterNode"]["daskSlots"] = 1
        self.assertEqual([self.look(), self.look()], [["submitted dask-worker-m to m.org as job 3"], []])

    def test_no_dask_ends_them_and_asks_no_more(self):
        self.look()
        self.it["dask"] = None
        self.assertEqual([self.look(), self.look()], [self.ENDED, []])
        with mock.patch.object(gridengine, "jobs") as asked:
            self.look()
        self.assertFalse(asked.called)

    def test_what_an_earlier_version_noted_is_read_and_replaced(self):
        file = self.scripts / "members.json"
        file.write_text('{"members": {}, "ended": {}, "off": [], "dask": {"1": "dask-scheduler", "2": ["x", "e"]}}')
        noted = storage.load(file)[1]
        self.assertEqual(noted, {1: ("dask-scheduler", ""), 2: ("x", "e")})


if __name__ == "__main__":
    unittest.main()
