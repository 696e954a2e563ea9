"""The reconciler's rounds: who is admitted, fenced, released, and what is said of it."""

import json
import os
import unittest
from contextlib import redirect_stdout
from unittest import mock

import configure
import gridengine
import outlook
import reconciler
import storage
from aside import Aside, Hung
from gridengine import Job
from rounds import LIFE, LIST, NEXT, Rounds


class Reconciler(Rounds):
    def test_a_node_joins(self):
        self.rounds(name="n1")
        self.assertEqual(self.asked(), [])
        self.rounds(name="n1")
        self.assertEqual(self.asked(), ["admit n1.org {'antares.q': 2, 'dask.q': 1}"])
        self.assertEqual(self.answer(), (LIFE, "admitted", ""))
        self.world.heard["n1.org"] = True
        self.rounds(3, name="n1")
        self.assertEqual(self.asked(), [])
        self.assertEqual(self.lines(), ["n1: admitted as fixed node n1.org, 2 job and 1 dask slots",
                                        "n1: its execution daemon is heard"])

    def test_a_foreign_node_is_refused_and_that_is_said_once(self):
        self.rounds(4, name="n9")
        why = "it is not in the list of hosts, and scheduler.elastic is false"
        self.assertEqual((self.answer("n9"), self.asked()), ((LIFE, "refused", why), []))
        self.assertEqual(self.lines(), [f"refused: n9: {why}"])

    def test_a_forged_file_is_refused_and_that_is_said_once(self):
        (self.share / "nodes" / "n2").symlink_to("/etc/passwd")
        (self.share / "nodes" / "N\n1").write_text("{}")
        self.rounds(3)
        self.assertEqual(self.asked(), [])
        self.assertEqual([line.partition(": it")[0] for line in self.lines()],
                         ["refused: file nodes/'N\\n1'", "refused: file nodes/'n2'"])
        self.assertEqual(os.listdir(self.share / "answers"), [])

    def test_a_dead_node_is_fenced_first_and_removed_last(self):
        self.joined("n1", "n2")
        jobs = [Job(1, "", "again", "u", "r", "n1.org"), Job(2, "5", "once", "u", "r", "n1.org"),
                Job(3, "", "dask-worker-n1", "antares", "r", "n1.org"), Job(4, "", "other", "u", "r", "n2.org")]
        self.world.running += jobs
        self.world.fixed_jobs.add("2.5")
        self.it.dask.ours[3] = ("dask-worker-n1", "")
        # What it does by itself is not this test's.
        self.it.dask.keep = mock.Mock()
        self.world.heard["n1.org"] = False
        order = []
        with mock.patch.object(gridengine, "close", lambda fqdn: order.append((fqdn, self.answer()[1]))):
            self.rounds(2, name="n2")
        self.assertEqual(order, [("n1.org", "fenced")])
        self.assertEqual(self.asked(), ["delete 3 -f", "move 1", "move 2.5", "delete 2.5 -f",
                                        "forget n1.org antares.q,dask.q"])
        self.assertEqual(self.lines(), [
            "n1: removing it: dead",
            "n1: job 2.5 (once) of u FAILED: its node died and it may not be started twice", "n1: removed"])
        self.assertEqual(json.loads((self.folder / "members.json").read_text())["ended"], {"n1": {LIFE: "fenced"}})
        self.assertEqual(sorted(os.listdir(self.share / "nodes")), [".master", "n2"])

    def test_by_the_timings_of_every_cluster_a_killed_node_is_gone_within_three_minutes(self):
        self.list(timings={})
        self.joined("n1", "n2")
        beat, tick = (storage.DEFAULT_TIMINGS[key] for key in ("beatSeconds", "tickSeconds"))
        limit = configure.global_values(storage.DEFAULT_TIMINGS["deadAfterSeconds"])["max_unheard"][1]
        hours, minutes, seconds = map(int, limit.split(":"))
        # Grid Engine looks for hosts that it does not hear every 15 s; a round waits up to 10 s for jobs to go.
        unheard, killed = hours * 3600 + minutes * 60 + seconds + 15, self.clock
        self.world.running.append(Job(1, "", "again", "u", "r", "n1.org"))
        while (self.folder / "share/membership/nodes/n1").exists() and self.clock < killed + 600:
            if (self.clock - killed) % beat < tick:
                self.say("n2")
            self.world.heard["n1.org"] = self.clock - killed < unheard
            self.rounds(seconds=tick)
        self.assertEqual(self.lines(), ["n1: removing it: dead", "n1: removed"])
        self.assertLessEqual(self.clock - killed + 10, 180)

    def test_and_never_comes_back_as_it_was(self):
        self.joined("n1", "n2")
        self.world.heard["n1.org"] = False
        self.rounds(2, name="n2")
        self.lines(), self.asked()
        self.say("n2")
        self.rounds(2, name="n1")
        self.assertEqual((self.answer()[:2], self.asked()), ((LIFE, "fenced"), []))
        self.say("n2")
        self.rounds(2, name="n1", life=NEXT)
        self.assertEqual((self.answer()[:2], self.asked()[0][:12]), ((NEXT, "admitted"), "admit n1.org"))

    def test_a_node_cut_off_from_grid_engine_alone_is_fenced_before_its_jobs_move(self):
        self.joined("n1", "n2")
        self.world.running.append(Job(1, "", "again", "u", "r", "n1.org"))
        self.world.heard["n1.org"] = False
        for _ in range(3):
            self.say("n2")
            self.rounds(name="n1")
        self.assertEqual((self.answer()[:2], self.asked()), ((LIFE, "fenced"), []))
        self.world.heard["n1.org"] = True
        self.it = reconciler.Reconciler()
        self.say("n2")
        self.rounds(name="n1")
        self.assertEqual((self.answer()[:2], self.asked()), ((LIFE, "fenced"), []))
        self.say("n2")
        self.rounds(name="n1", life=NEXT)
        self.assertEqual(self.asked(), ["close n1.org", "move 1", "forget n1.org antares.q,dask.q"])
        self.assertEqual(self.lines(), ["n1: fencing it: Grid Engine does not hear it, though its agent beats",
                                        "n1: removing it: began a new life", "n1: removed"])

    def test_another_host_by_a_members_name_is_refused_and_that_is_said_once(self):
        self.joined("n1", "n2")
        for _ in range(3):
            self.say("n2")
            self.rounds(name="n1", fqdn="zz.org", life=NEXT)
            self.say("n2")
            self.rounds(name="n1")
        self.assertEqual((self.answer(), self.asked()), ((LIFE, "admitted", ""), []))
        self.assertEqual(json.loads((self.share / "answers" / "n1").read_text())["fqdn"], "n1.org")
        self.assertEqual(self.lines(), ["refused: zz.org calls itself n1, as the member n1.org is called"])

    def test_a_removal_that_was_cut_off_is_finished_by_the_next_process(self):
        self.joined("n1", "n2")
        self.world.heard["n1.org"] = False
        with mock.patch.object(gridengine, "forget", mock.Mock(side_effect=gridengine.Unreachable("no answer"))):
            with self.assertRaises(gridengine.Unreachable):
                self.rounds(2, name="n2")
        self.it = reconciler.Reconciler()
        self.asked()
        self.rounds(name="n1")
        self.assertIn("forget n1.org antares.q,dask.q", self.asked())
        self.rounds(name="n1")
        self.assertEqual(self.answer()[:2], (LIFE, "fenced"))

    def test_a_master_daemon_that_fell_is_started_again_once_a_minute(self):
        fell, revive = gridengine.Unreachable("error: commlib error"), mock.Mock(return_value=True)
        with mock.patch.object(gridengine, "revive", revive), redirect_stdout(self.out):
            for _ in range(13):
                self.it.hold(fell)
                self.clock += 10
        self.assertEqual(revive.call_count, 3)
        started = "Grid Engine's master daemon had ended by itself: started again"
        self.assertEqual(self.lines(), ["hold: Grid Engine: error: commlib error", started])
        self.rounds()
        self.assertEqual(self.lines(), ["Grid Engine answers again"])
        with mock.patch.object(gridengine, "revive", return_value=True), redirect_stdout(self.out):
            self.it.hold(fell)
            self.clock += 60
            self.it.hold(fell)
        self.assertEqual(self.lines(), ["hold: Grid Engine: error: commlib error", started])

    def test_after_grid_engine_was_silent_nodes_have_a_minute_to_be_heard_again(self):
        self.joined("n1", "n2")
        with mock.patch.object(gridengine, "revive", return_value=True), redirect_stdout(self.out):
            self.it.hold(gridengine.Unreachable("gone"))
        self.world.heard.update({"n1.org": False, "n2.org": False})
        for seconds, _ in enumerate(range(7)):
            self.say("n2")
            self.rounds(name="n1")
            if seconds == 3:
                self.world.heard["n2.org"] = True
        self.assertEqual((self.asked(), self.lines()[2:]), ([], ["Grid Engine answers again"]))
        for _ in range(2):
            self.say("n2")
            self.rounds(name="n1")
        self.assertEqual(self.lines(), ["n1: fencing it: Grid Engine does not hear it, though its agent beats"])

    def test_one_that_was_told_to_end_is_asked_for_in_every_round(self):
        with mock.patch.object(gridengine, "revive", return_value=False) as revive, redirect_stdout(self.out):
            for _ in range(3):
                self.it.hold(gridengine.Unreachable("gone"))
        self.assertEqual(revive.call_count, 3)
        self.assertEqual(self.lines(), ["hold: Grid Engine: gone"])

    def test_a_good_bye_moves_jobs_and_gives_up_what_cannot_move(self):
        self.joined("n1", "n2")
        self.world.running += [Job(1, "", "again", "u", "r", "n1.org"), Job(2, "", "once", "u", "r", "n1.org")]
        self.world.fixed_jobs.add("2")
        self.say("n2")
        self.rounds(name="n1", wish="leave")
        self.assertEqual(self.asked(), ["close n1.org", "move 1", "move 2"])
        self.assertEqual(self.answer(), (LIFE, "admitted", "leaving"))
        self.say("n2")
        self.rounds(name="n1", wish="leave")
        self.assertEqual(self.asked(), ["delete 2 -f", "forget n1.org antares.q,dask.q alive"])
        self.assertEqual(self.answer(), (LIFE, "released", "no member any more"))
        self.assertEqual(self.lines(), ["n1: leaving: says good-bye",
                                        "n1: job 2 (once) of u FAILED: its node shut down", "n1: has left"])

    def test_a_node_off_the_list_goes_when_its_jobs_have_ended(self):
        self.joined("n1", "n2")
        self.world.running.append(Job(2, "", "once", "u", "r", "n1.org"))
        self.world.fixed_jobs.add("2")
        self.list(fixed={"n2": LIST["fixed"]["n2"]})
        for _ in range(3):
            self.say("n2")
            self.rounds(name="n1")
        self.assertEqual(self.asked(), ["close n1.org", "move 2"])
        self.world.running.clear()
        self.say("n2")
        self.rounds(name="n1")
        self.assertEqual(self.asked(), ["forget n1.org antares.q,dask.q alive"])
        self.assertEqual(self.lines(), ["n1: leaving: taken off the list", "n1: has left"])
        self.it = reconciler.Reconciler()
        self.rounds(2, name="n1")
        self.assertEqual((self.answer(), self.lines()), ((LIFE, "released", "no member any more"), []))

    def test_a_node_that_is_listed_again_while_it_drains_stays(self):
        self.joined("n1", "n2")
        self.world.running.append(Job(2, "", "once", "u", "r", "n1.org"))
        self.world.fixed_jobs.add("2")
        self.list(fixed={"n2": LIST["fixed"]["n2"]})
        self.say("n2")
        self.rounds(name="n1")
        self.list(fixed=LIST["fixed"])
        for _ in range(2):
            self.say("n2")
            self.rounds(name="n1")
        self.assertEqual(self.asked(), ["close n1.org", "move 2", "admit n1.org {'antares.q': 2, 'dask.q': 1}",
                                        "open n1.org"])
        self.assertEqual((self.answer(), len(self.world.running)), ((LIFE, "admitted", ""), 1))
        self.assertEqual(self.lines(), ["n1: leaving: taken off the list", "n1: stays: it is listed again"])

    def leaving(self):
        """Two jobs on a node that says good-bye, and time to move them."""
        self.joined("n1", "n2")
        self.list(timings={"tickSeconds": 10, "deadAfterSeconds": 20, "leaveSeconds": 60})
        self.world.running += [Job(1, "", "again", "u", "r", "n1.org"), Job(2, "", "more", "u", "r", "n1.org")]
        self.say("n2")

    def test_a_drain_that_was_killed_is_gone_on_with(self):
        self.leaving()
        with mock.patch.object(gridengine, "jobs", mock.Mock(side_effect=KeyboardInterrupt)):
            with self.assertRaises(KeyboardInterrupt):
                self.rounds(name="n1", wish="leave")
        self.it = reconciler.Reconciler()
        self.asked()
        self.rounds(name="n1", wish="leave")
        self.assertEqual(self.asked(), ["move 1", "move 2"])
        self.say("n2")
        self.rounds(name="n1", wish="leave")
        self.assertEqual(self.asked(), ["forget n1.org antares.q,dask.q alive"])

    def test_a_move_that_was_refused_is_tried_again_and_keeps_no_other_job_back(self):
        self.leaving()
        move, refused = self.world.move, [gridengine.Refused("denied")] * 2

        def refusing(job):
            if job.id == 1 and refused:
                raise refused.pop()
            return move(job)

        with mock.patch.object(gridengine, "move", refusing):
            for _ in range(4):
                self.say("n2")
                self.rounds(name="n1", wish="leave")
        self.assertEqual(self.asked(), ["close n1.org", "move 2", "move 1", "forget n1.org antares.q,dask.q alive"])
        self.assertEqual(self.lines(), [
            "n1: leaving: says good-bye", "n1: drain failed, trying again: denied",
            "n1: finish failed, trying again: denied", "n1: has left"])

    def test_a_job_is_asked_once_to_go(self):
        self.leaving()
        self.world.fixed_jobs.update({"1", "2"})
        for _ in range(3):
            self.say("n2")
            self.rounds(name="n1", wish="leave")
        self.assertEqual(self.asked(), ["close n1.org", "move 1", "move 2"])

    def test_the_brake_is_said_once_and_let_go_by_the_operator(self):
        self.joined("n1", "n2")
        self.world.heard.update({"n1.org": False, "n2.org": False})
        self.rounds(4)
        self.assertEqual(self.asked(), [])
        told = f"if they are gone for good: touch {storage.RELEASE}"
        self.assertEqual(self.lines(), [f"brake: n1, n2 fell silent together: none of them is removed; {told}"])
        storage.RELEASE.touch()
        self.rounds()
        self.assertEqual([each for each in self.asked() if each.startswith("forget")],
                         ["forget n1.org antares.q,dask.q", "forget n2.org antares.q,dask.q"])
        self.assertFalse(storage.RELEASE.exists())

    def test_a_silent_agent_of_a_node_that_works_is_told_of(self):
        self.joined("n1", "n2")
        self.rounds(8, name="n2")
        self.assertEqual(self.lines(), [])
        self.rounds(name="n2")
        self.say("n2")
        self.rounds(name="n1")
        self.assertEqual((self.asked(), self.lines()), ([], [
            "n1: its agent is silent; there: service antares-node start", "n1: its agent is back"]))

    def test_a_share_that_hangs_ages_nobody(self):
        self.joined("n1", "n2")
        self.world.heard.update({"n1.org": False, "n2.org": True})
        with mock.patch.object(Aside, "do", mock.Mock(side_effect=Hung("the share does not answer"))):
            self.rounds(50)
        self.say("n2")
        self.rounds(name="n1")
        self.assertEqual(self.asked(), [])
        hold = "hold: the share does not answer: nothing is decided until the share can be written"
        self.assertEqual(self.lines(), [hold, "the share can be written again"])

    def test_another_master_on_the_share_ends_all_decisions_here(self):
        self.joined("n1")
        (self.share / "master").write_text("other.org\n")
        self.say("n2")
        self.rounds(5)
        self.assertEqual(self.asked(), [])
        self.assertFalse((self.share / "answers" / "n2").exists())
        (self.share / "master").write_text("M.org\n")
        self.rounds(name="n1")
        self.assertEqual(self.asked(), [])
        hold = ("hold: other.org is the master on this share now: nothing is decided here; "
                "end this one: service antares-reconciler stop")
        self.assertEqual(self.lines(), [hold, "this is the master on the share again"])

    def test_a_master_that_slept_has_not_watched(self):
        self.joined("n1", "n2")
        self.list(timings={"tickSeconds": 10, "deadAfterSeconds": 40})
        self.world.heard["n1.org"] = False
        self.clock += 3600
        self.rounds(name="n2")
        self.assertEqual((self.it.sightings["n1"].age, self.asked()), (21, []))

    def test_what_grid_engine_refuses_is_said_once_and_tried_again(self):
        refused = mock.Mock(side_effect=[gridengine.Refused("denied"), gridengine.Refused("denied"), None])
        with mock.patch.object(gridengine, "admit", refused):
            self.rounds(4, name="n1")
        self.assertEqual(self.lines(), ["n1: admit failed, trying again: denied",
                                        "n1: admitted as fixed node n1.org, 2 job and 1 dask slots"])


class Names(unittest.TestCase):
    def test_address_and_name_must_agree_on_the_master(self):
        found = [(None, None, None, None, ("10.0.0.7", 0))]
        cases = {"n1.org": "", "n2.org": "10.0.0.7 of n1.org is n2.org on the master"}
        for back, why in cases.items():
            with mock.patch("socket.getaddrinfo", return_value=found), \
                 mock.patch("socket.gethostbyaddr", return_value=(back, [], [])):
                self.assertEqual(outlook.disagreement("n1.org"), why)
        with mock.patch("socket.getaddrinfo", side_effect=OSError):
            self.assertEqual(outlook.disagreement("n1.org"), "n1.org has no address on the master")
        loop = [(None, None, None, None, ("127.0.1.1", 0))]
        with mock.patch("socket.getaddrinfo", return_value=loop):
            self.assertEqual(outlook.disagreement("n1.org"), "n1.org is 127.0.1.1 on the master")

    def test_a_name_server_that_hangs_is_an_answer_too(self):
        names = outlook.Names()
        with mock.patch.object(Aside, "do", mock.Mock(side_effect=["", Hung("x"), "n3.org is 127.0.1.1 on the master"])):
            self.assertEqual(names.unresolved(["n1.org", "n2.org", "n3.org"]), {
                "n2.org": "the names of n2.org cannot be looked up on the master",
                "n3.org": "n3.org is 127.0.1.1 on the master"})


class Asides(unittest.TestCase):
    def test_what_hangs_holds_nobody_and_is_not_begun_twice(self):
        aside = Aside(0.2)
        self.assertEqual(aside.do(lambda it: it, {"a": [1]}), {"a": [1]})
        with self.assertRaises(Hung):
            aside.do(lambda: reconciler.time.sleep(60))
        held = aside.held
        with mock.patch("os.waitpid", return_value=(0, 0)), mock.patch("os.fork") as fork, self.assertRaises(Hung):
            aside.do(lambda: 1)
        self.assertEqual((fork.called, aside.held), (False, held))
        os.waitpid(held, 0)
        aside.held = 0
        with self.assertRaisesRegex(OSError, "^FileNotFoundError: .*nowhere"):
            aside.do(lambda: os.stat("/nowhere"))
        with self.assertRaisesRegex(OSError, "ended without an answer"):
            aside.do(lambda: os._exit(3))
