"""Which of dask's jobs are missing, and which are too many."""

import unittest

from daskjobs import FIRST_PAUSE, LONGEST_PAUSE, Paces, Wanted, keep, wanted
from gridengine import Job

SCHEDULER = Wanted("dask-scheduler", "master.org", 1)
WORKER = Wanted("dask-worker-n1", "n1.org", 2)
# What is noted of their jobs.
S, W = ("dask-scheduler", "now"), ("dask-worker-n1", "now")


def job(number, name="dask-worker-n1", state="r", owner="antares", host="n1.org", queue="dask.q") -> Job:
    return Job(number, "", name, owner, state, host, queue)


def kept(jobs, ours, wants=(SCHEDULER, WORKER)):
    missing, surplus, mine = keep(list(wants), "now", jobs, ours, "antares")
    return {want.name: count for want, count in missing.items()}, [each.id for each in surplus], mine


class Wanting(unittest.TestCase):
    def test_a_scheduler_and_a_worker_for_each_slot(self):
        self.assertEqual(wanted(("m", "m.org", 0), [("n1", "n1.org", 2), ("n2", "n2.org", 0)]),
                         [Wanted("dask-scheduler", "m.org", 1), Wanted("dask-worker-n1", "n1.org", 2)])
        self.assertEqual(wanted(("m", "m.org", 1), []),
                         [Wanted("dask-scheduler", "m.org", 1), Wanted("dask-worker-m", "m.org", 1)])


class Keeping(unittest.TestCase):
    def test_everything_is_missing_at_first(self):
        self.assertEqual(kept([], {}), ({"dask-scheduler": 1, "dask-worker-n1": 2}, [], {}))

    def test_nothing_is_where_all_wait_or_run(self):
        jobs = [job(1, "dask-scheduler", host="master.org"), job(2), job(3, state="qw", host="")]
        ours = {1: S, 2: W, 3: W}
        self.assertEqual(kept(jobs, ours), ({}, [], ours))

    def test_one_that_ended_is_submitted_again_and_forgotten(self):
        ours = {1: S, 2: W, 3: W}
        self.assertEqual(kept([job(1, "dask-scheduler"), job(3)], ours),
                         ({"dask-worker-n1": 1}, [], {1: S, 3: W}))

    def test_jobs_of_a_node_that_left_are_deleted(self):
        jobs = [job(1, "dask-scheduler"), job(2), job(3, state="qw")]
        ours = {1: S, 2: W, 3: W}
        self.assertEqual(kept(jobs, ours, [SCHEDULER]), ({}, [2, 3], ours))

    def test_too_many_are_deleted(self):
        ours = {number: W for number in (2, 3, 4)}
        self.assertEqual(kept([job(2), job(3), job(4)], ours, [WORKER]), ({}, [4], ours))

    def test_one_in_an_error_state_is_replaced(self):
        ours = {2: W, 3: W}
        self.assertEqual(kept([job(2), job(3, state="Eqw")], ours, [WORKER]), ({"dask-worker-n1": 1}, [3], ours))

    def test_one_of_another_edition_is_replaced(self):
        older = ("dask-worker-n1", "then")
        ours = {1: S, 2: W, 3: older}
        self.assertEqual(kept([job(1, "dask-scheduler"), job(2), job(3)], ours), ({"dask-worker-n1": 1}, [3], ours))

    def test_nothing_is_submitted_while_an_older_scheduler_holds_ports_and_workers(self):
        ours = {1: ("dask-scheduler", "then"), 2: ("dask-worker-n1", "then"), 3: W}
        jobs = [job(1, "dask-scheduler"), job(2), job(3)]
        self.assertEqual(kept(jobs, ours), ({}, [1, 2], ours))
        self.assertEqual(kept([job(1, "dask-scheduler", "dr"), job(3)], ours), ({}, [1], {1: ours[1], 3: W}))
        self.assertEqual(kept([job(3)], ours), ({"dask-scheduler": 1, "dask-worker-n1": 1}, [], {3: W}))

    def test_one_that_was_not_noted_is_ended_for_nobody_knows_its_edition(self):
        found = {2: ("dask-worker-n1", ""), 3: ("dask-worker-n1", "")}
        self.assertEqual(kept([job(2), job(3, state="qw", host="")], {}, [WORKER]),
                         ({"dask-worker-n1": 2}, [2, 3], found))

    def test_all_of_them_end_where_there_is_no_dask(self):
        ours = {1: S, 2: W}
        self.assertEqual(kept([job(1, "dask-scheduler"), job(2), job(3)], ours, []), ({}, [1, 2], ours))

    def test_jobs_of_others_are_never_ours(self):
        jobs = [job(2, owner="somebody"), job(3, "dask-worker"), job(4, "dask-worker-n9"), job(5, owner="root"),
                job(6, queue="antares.q"), job(7, "dask-scheduler", "qw", host="", queue="")]
        self.assertEqual(kept(jobs, {}), ({"dask-scheduler": 1, "dask-worker-n1": 2}, [], {}))


class Pacing(unittest.TestCase):
    def test_a_job_that_fails_at_once_is_tried_more_and_more_seldom(self):
        paces, now, pauses = Paces(), 100.0, []
        for _ in range(7):
            self.assertTrue(paces.may("w", now))
            paces.submitted("w", now)
            begun = now
            while not paces.may("w", now):
                now += 1
            pauses.append(now - begun)
        self.assertEqual(pauses, [10, 20, 40, 80, 160, 300, 300])

    def test_one_that_ran_well_is_replaced_soon(self):
        paces = Paces()
        for now in (0.0, 10.0, 30.0):
            paces.submitted("w", now)
        self.assertFalse(paces.may("w", 30.0 + 4 * FIRST_PAUSE - 1))
        paces.submitted("w", 30.0 + LONGEST_PAUSE)
        self.assertTrue(paces.may("w", 30.0 + LONGEST_PAUSE + FIRST_PAUSE))

    def test_names_do_not_wait_for_each_other(self):
        paces = Paces()
        paces.submitted("a", 0.0)
        self.assertEqual((paces.may("a", 1.0), paces.may("b", 1.0)), (False, True))
