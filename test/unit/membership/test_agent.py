"""A node's agent: lives, leases and the master's word."""

import json
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import agent
from agent import ASKING, DONE, MEMBER, Agent
from played import SETTINGS, Played, PlayedShare


class Lives(Played):
    def test_it_asks_and_its_beat_moves(self):
        self.rounds(3)
        said = self.it.share.written
        self.assertEqual([each["beat"] for each in said], [1, 2, 3])
        self.assertEqual({(each["name"], each["fqdn"], each["wish"]) for each in said}, {("n1", "n1.org", "join")})
        self.assertEqual((self.it.state, self.daemon.start.called), (ASKING, False))

    def test_it_asks_at_once(self):
        self.it.round()
        self.assertEqual([each["beat"] for each in self.it.share.written], [1])

    def test_the_daemon_starts_only_after_this_very_life_was_admitted(self):
        self.daemon.runs.return_value = False
        self.answer("admitted", incarnation="another")
        self.rounds(5)
        self.assertFalse(self.daemon.start.called)
        self.member()
        self.assertTrue(self.daemon.start.called)

    def test_a_daemon_that_the_master_ends_is_not_started_again(self):
        self.member()
        self.answer("admitted", "leaving")
        self.rounds(10)
        self.daemon.runs.return_value = False
        self.rounds(10)
        self.assertEqual((self.it.state, self.daemon.start.called), (MEMBER, False))

    def test_a_refusal_is_noted_and_the_node_goes_on_asking(self):
        self.answer("refused", "not in the list")
        self.rounds(10)
        noted = json.loads(self.life.read_text())
        self.assertEqual((noted["state"], noted["reason"]), (ASKING, "refused: not in the list"))
        self.member()

    def test_a_fenced_life_ends_whole_and_another_one_begins(self):
        self.member()
        first = self.it.incarnation
        self.answer("fenced", "dead")
        self.rounds(5)
        self.assertEqual(self.events, ["ended everything, life forgotten"])
        self.assertNotEqual(self.it.incarnation, first)
        self.assertEqual(self.it.state, ASKING)

    def test_who_was_displaced_by_its_own_name_ends_and_does_not_come_back(self):
        self.member()
        self.answer("admitted", incarnation="another")
        self.rounds(5)
        self.assertEqual((self.it.state, len(self.events)), (DONE, 1))

    def test_another_hosts_name_is_refused_by_the_answer_to_it(self):
        self.answer("admitted", incarnation="another", fqdn="n1.other.org")
        self.rounds(3)
        self.assertEqual((self.it.state, self.it.reason), (ASKING, "refused: n1.other.org is the member n1"))
        self.assertEqual((self.events, self.daemon.start.called), ([], False))
        self.answer("admitted", incarnation="before", fqdn="n1.org")
        self.rounds(3)
        self.member()

    def test_the_next_process_goes_on_with_the_life_and_ahead_of_its_beats(self):
        self.member()
        before = self.it.share.written[-1]
        self.it = Agent(SETTINGS)
        self.assertEqual((self.it.incarnation, self.events), (before["incarnation"], []))
        self.rounds(2)
        self.assertGreater(self.it.share.written[-1]["beat"], before["beat"])

    def test_but_not_by_another_name(self):
        self.member()
        old = self.it.incarnation
        self.it = Agent({**SETTINGS, "fqdn": "n1.other.org"})
        self.assertNotEqual(self.it.incarnation, old)
        self.assertEqual(self.events, ["ended everything, life forgotten"])


class Daemons(Played):
    def setUp(self):
        super().setUp()
        self.member()
        self.daemon.start.reset_mock()
        self.said()

    def test_one_that_cannot_start_is_told_once_and_tried_more_and_more_seldom(self):
        self.daemon.runs.return_value = False
        self.daemon.start.side_effect = OSError("no port")
        self.rounds(20)
        told = ["starts the execution daemon", "the execution daemon did not start: no port"]
        self.assertEqual((self.said(), self.daemon.start.call_count), (told, 4))
        self.rounds(3600)
        self.assertEqual((self.said(), self.daemon.start.call_count), ([], 65))
        self.daemon.start.side_effect = OSError("no disk")
        self.rounds(60)
        self.assertEqual(self.said(), ["the execution daemon did not start: no disk"])

    def test_one_that_ran_for_long_is_started_again_at_once(self):
        for _ in range(2):
            self.daemon.runs.return_value = False
            self.rounds(1)
            self.daemon.runs.return_value = True
            self.rounds(100)
        self.assertEqual((self.said(), self.daemon.start.call_count), (["starts the execution daemon"] * 2, 2))

    def test_one_that_ends_at_once_is_no_better_than_one_that_cannot_start(self):
        for _ in range(30):
            self.daemon.runs.return_value = not self.daemon.runs.return_value
            self.rounds(1)
        self.assertEqual(self.said(), ["starts the execution daemon"])
        self.assertLess(self.daemon.start.call_count, 6)

    def test_a_new_life_starts_its_own_at_once(self):
        self.daemon.runs.return_value = False
        self.rounds(100)
        self.answer("fenced")
        self.rounds(5)
        self.daemon.start.reset_mock()
        self.member()
        self.assertTrue(self.daemon.start.called)


class Leases(Played):
    def test_without_share_but_with_master_it_works_on(self):
        self.member()
        self.it.share.answer = None
        self.rounds(600)
        self.assertEqual((self.it.state, self.events), (MEMBER, []))

    def test_without_both_it_ends_everything_when_the_lease_is_over(self):
        self.member()
        first, since = self.it.incarnation, self.clock
        self.it.share.answer, self.master = None, False
        while not self.events and self.clock < since + 100:
            self.rounds(1)
        self.assertLessEqual(self.clock - since, 31)
        self.assertGreaterEqual(self.clock - since, 25)
        self.assertNotEqual(self.it.incarnation, first)

    def test_a_master_that_comes_back_in_time_keeps_it(self):
        self.member()
        self.it.share.answer, self.master = None, False
        self.rounds(20)
        self.master = True
        self.rounds(40)
        self.assertEqual((self.it.state, self.events), (MEMBER, []))

    def test_who_slept_through_its_lease_does_not_wait_for_an_answer(self):
        self.member()
        self.clock += 31
        self.it.round()
        self.assertEqual((self.it.state, self.events), (ASKING, ["ended everything, life forgotten"]))


class Leaving(Played):
    def test_it_says_good_bye_until_it_is_released(self):
        self.member()
        self.it.leave()
        self.rounds(3)
        self.assertEqual((self.it.share.written[-1]["wish"], self.it.state, self.events), ("leave", MEMBER, []))
        self.answer("released")
        real = PlayedShare.poll

        def poll(share, seconds):
            self.clock += 1
            return real(share, seconds)

        with mock.patch.object(PlayedShare, "poll", poll):
            self.it.live()
        self.assertEqual(self.it.state, DONE)
        self.assertIn("ended everything, life noted", self.events)
        self.assertFalse(self.life.exists())

    def test_it_does_not_wait_for_ever(self):
        self.member()
        self.it.leave()
        with mock.patch.object(PlayedShare, "poll", self.slow_poll):
            self.it.live()
        self.assertEqual((self.it.state, self.clock - 1000 < 100), (MEMBER, True))
        self.assertEqual(self.events, ["ended everything, life forgotten"])

    def slow_poll(self, _seconds):
        self.clock += 1


class Exchange(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_it_makes_no_folder_below_a_bare_mount_point(self):
        with self.assertRaises(FileNotFoundError):
            agent.exchange(f"{self.folder}/membership", {"name": "n1"})
        self.assertEqual(os.listdir(self.folder), [])

    def test_an_answer_is_believed_only_from_root(self):
        for name in ("nodes", "answers"):
            (self.folder / name).mkdir()
        answer = self.folder / "answers" / "n1"
        self.assertEqual(agent.exchange(str(self.folder), {"name": "n1"}), {})
        answer.write_text('{"state": "admitted"}')
        answer.chmod(0o644)
        owner = mock.Mock(st_uid=0, st_mode=0o100644)
        with mock.patch("os.fstat", return_value=owner):
            self.assertEqual(agent.exchange(str(self.folder), {"name": "n1"}), {"state": "admitted"})
            for text in ("[]", "{", "7"):
                answer.write_text(text)
                self.assertEqual(agent.exchange(str(self.folder), {"name": "n1"}), {})
        answer.write_text('{"state": "admitted"}')
        for wrong in (mock.Mock(st_uid=5000, st_mode=0o100644), mock.Mock(st_uid=0, st_mode=0o100666)):
            with mock.patch("os.fstat", return_value=wrong):
                self.assertEqual(agent.exchange(str(self.folder), {"name": "n1"}), {})

    def test_it_withdraws_its_own_statement_and_no_other(self):
        (self.folder / "nodes").mkdir()
        file = self.folder / "nodes" / "n1"
        file.write_text('{"incarnation": "b"}')
        agent.withdraw(str(self.folder), {"name": "n1", "incarnation": "a"})
        self.assertTrue(file.exists())
        agent.withdraw(str(self.folder), {"name": "n1", "incarnation": "b"})
        self.assertFalse(file.exists())

    def test_work_on_a_share_that_hangs_does_not_hold_the_agent(self):
        share = agent.Share()
        share.begin(lambda: agent.time.sleep(0.5) or {"late": 1})
        share.begin(lambda: {"never": 1})
        self.assertIsNone(share.poll(0.05))
        got = None
        while got is None:
            got = share.poll(0.2)
        self.assertEqual(got[1], {"late": 1})
        share.begin(lambda: 1 / 0)
        while share.child:
            share.poll(0.2)
        self.assertEqual(share.fault, "ZeroDivisionError: division by zero")
