"""Grid Engine's answers, judged by what they say; what an operator has set, kept."""

import io
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

import configure
import gridengine
from gridengine import Job, Refused, Unreachable


def said(text, code=0):
    return mock.patch.object(gridengine, "ask", lambda *command, **_: (code, text))


class Judging(unittest.TestCase):
    def test_a_refusal_counts_although_its_code_is_0(self):
        for text in ('denied: "x" must be manager', "error: no such thing", 'Queue "x" unknown', "can't do it"):
            with said(text), self.assertRaises(Refused, msg=text):
                gridengine.change("qconf", "-x")

    def test_what_was_done_before_is_done_although_the_code_is_1(self):
        for text in ('denied: user "x" already exists', 'denied: exec host "n1" does not exist',
                     'Queue instance "q@n1" is already in the specified state: disabled',
                     'No modification because "n1" already exists in "hostlist" of "hostgroup"',
                     'Attribute name ("slots") and/or value ("n1") not found', 'invalid queue "*@n1"'):
            with said(text, 1):
                self.assertEqual(gridengine.change("qconf", "-x"), text)

    def test_nothing_can_be_added_to_what_is_not_there(self):
        missing = 'denied: cluster queue "night.q" does not exist'
        for code in (0, 1):
            with said(missing, code), self.assertRaisesRegex(Refused, f"^qconf -aattr queue slots .* night.q: {missing}$"):
                gridengine.set_slots("n1.org", {"night.q": 2})
        with said(missing, 1):
            gridengine.purge_slots("n1.org", ["night.q"])
        with said('No modification because "[n1.org=2]" already exists in "slots" of "queue"', 1):
            gridengine.set_slots("n1.org", {"night.q": 2})

    def test_a_failure_without_words_counts(self):
        with said("", 1), self.assertRaisesRegex(Refused, "qconf -x: no reason given"):
            gridengine.change("qconf", "-x")

    def test_an_empty_list_is_an_answer(self):
        with said("no host group defined\n", 1):
            self.assertEqual(gridengine.show("qconf", "-shgrpl"), "")

    def test_an_answer_that_is_none_is_told_as_it_is(self):
        with said("warning: something\n<qhost></qhost>"), self.assertRaisesRegex(Refused, "qhost -xml: warning: some"):
            gridengine.hosts()

    def test_a_master_that_does_not_answer_is_told_apart(self):
        with self.assertRaises(Unreachable):
            gridengine.ask("sleep", "5", limit=0.1)
        with self.assertRaisesRegex(Unreachable, "^error: commlib error: got select error$"):
            gridengine.ask("echo", "error: commlib error: got select error")

    def test_a_job_that_may_not_be_started_twice(self):
        job = Job(7, "", "x", "u", "r", "n1")
        with said("Job rescheduling of job 7 isn't possible: not restartable\n", 0):
            self.assertFalse(gridengine.move(job))
        with said("Pushed rescheduling of job 7\n", 0):
            self.assertTrue(gridengine.move(job))
        with said("denied: you are nobody\n", 1), self.assertRaises(Refused):
            gridengine.move(job)

    def test_what_holds_a_host_in_the_lists_is_told(self):
        held = 'Host object "n1.org" is still referenced in cluster queue "theirs.q".'
        told = {"-de": held, "-ds": 'denied: submit host "n1.org" does not exist', "-sel": "m.org\nn1.org\n"}
        with mock.patch.object(gridengine, "ask", lambda *command, **_: (0, f"{told.get(command[1], '')}\n")), \
             self.assertRaisesRegex(Refused, f"^n1.org is still in Grid Engine's lists -sel: {held}$"):
            gridengine.forget("n1.org", ["antares.q"], alive=False)

    def test_a_master_daemon_that_fell_is_started_again_and_no_other(self):
        with tempfile.TemporaryDirectory() as folder:
            lock, asked = Path(folder) / "lock", []
            for alive, told, expected in ((True, False, False), (True, True, False), (False, True, False),
                                          (False, False, True)):
                lock.touch() if told else lock.unlink(missing_ok=True)
                asked.clear()
                with mock.patch.object(gridengine, "ENDED", lock), \
                     mock.patch.object(gridengine, "quietly", lambda *command: asked.append(command) or int(not alive)):
                    self.assertEqual(gridengine.revive(), expected, (alive, told))
                restart = ("timeout", "-k", "5", "30", "service", "gridengine-master", "restart")
                self.assertEqual(restart in asked, expected, (alive, told))

    def test_an_execution_host_is_heard_where_it_has_a_load(self):
        row = "<host name='{}'><hostvalue name='num_proc'>2</hostvalue><hostvalue name='load_avg'>{}</hostvalue></host>"
        hosts = row.format("global", "-") + row.format("N1.org", "0.02") + row.format("n2.org", "-")
        with said(f"<qhost>{hosts}</qhost>"):
            self.assertEqual(gridengine.hosts(), {"n1.org": True, "n2.org": False})

    def test_jobs_by_number_task_and_host(self):
        row = ("<job_list state='running'><JB_job_number>{}</JB_job_number><JB_name>{}</JB_name><JB_owner>u</JB_owner>"
               "<state>{}</state><queue_name>{}</queue_name><slots>1</slots>{}</job_list>")
        asked = "<hard_req_queue>dask.q</hard_req_queue>"
        rows = row.format(1, "a-very-long-name", "r", "antares.q@N1.org", "<tasks>3</tasks>" + asked)
        rows += row.format(1, "a-very-long-name", "qw", "", "<tasks>4-9:1</tasks>")
        with said(f"<job_info><queue_info>{rows}</queue_info></job_info>"):
            found = gridengine.jobs()
        self.assertEqual(found, [Job(1, "3", "a-very-long-name", "u", "r", "n1.org", "dask.q"),
                                 Job(1, "", "a-very-long-name", "u", "qw", "", "")])
        self.assertEqual([job.key for job in found], ["1.3", "1"])

    def test_times(self):
        self.assertEqual(gridengine.clock(3940), "01:05:40")


class Queues(unittest.TestCase):
    """Which of our queues are open, of those that Grid Engine has."""

    def ordered(self, wanted, written, leaving=()):
        asked = []
        members = {name: mock.Mock(fqdn=f"{name}.org", state="leaving" if name in leaving else "up") for name in ("n1", "n2")}
        note = mock.Mock(side_effect=lambda _, it: asked.append(f"note {it['closed']}"))
        with mock.patch.object(gridengine, "change", lambda *command: asked.append(" ".join(command))), \
             mock.patch.object(configure.statements, "write", note), \
             mock.patch.object(configure.storage, "load", lambda: (mock.Mock(members=members), {})), \
             redirect_stdout(io.StringIO()) as out:
            configure.order_queues(wanted, written)
        return asked, out.getvalue().splitlines()

    def test_one_that_is_not_wanted_any_more_is_closed(self):
        written = {"queues": ["antares.q", "dask.q", "night.q"]}
        self.assertEqual(self.ordered("night.q", written), (
            ["note ['antares.q']", "qmod -d antares.q"],
            ["closed the queue antares.q: antares:scheduler.queue has another now"]))

    def test_one_that_is_wanted_again_is_opened_but_for_those_that_leave(self):
        written = {"queues": ["antares.q", "dask.q", "night.q"], "closed": ["antares.q"]}
        self.assertEqual(self.ordered("antares.q", written, leaving=["n2"]), (
            ["qmod -e antares.q", "qmod -d *@n2.org", "note ['night.q']", "qmod -d night.q"],
            ["opened the queue antares.q again", "closed the queue night.q: antares:scheduler.queue has another now"]))

    def test_one_that_an_operator_has_closed_stays_closed(self):
        self.assertEqual(self.ordered("antares.q", {"queues": ["antares.q", "dask.q"], "closed": []}), (["note []"], []))


class Configuring(unittest.TestCase):
    VALUES = {"load_report_time": ("00:00:40", "00:00:07")}

    def changes(self, now, written=None):
        return configure.changes({"load_report_time": now}, self.VALUES, written or {})

    def test_the_distributions_value_is_replaced(self):
        self.assertEqual(self.changes("00:00:40"), {"load_report_time": "00:00:07"})

    def test_our_own_earlier_value_is_replaced(self):
        self.assertEqual(self.changes("00:00:03", {"load_report_time": "00:00:03"}), {"load_report_time": "00:00:07"})

    def test_an_operators_value_is_kept(self):
        self.assertEqual(self.changes("00:00:20"), {})
        self.assertEqual(self.changes("00:00:40", {"load_report_time": "00:00:03"}), {})

    def test_nothing_is_written_where_it_is_so_already(self):
        self.assertEqual(self.changes("00:00:07"), {})

    def test_grid_engine_moves_no_job_by_itself(self):
        for now, earlier, wanted in (
            ("00:00:00", {}, {}),
            ("00:00:05", {"reschedule_unknown": "00:00:05"}, {"reschedule_unknown": "00:00:00"}),
            # What the reconciler of an earlier version made of its own value.
            ("00:00:06", {"reschedule_unknown": "00:00:05"}, {"reschedule_unknown": "00:00:00"}),
            ("00:10:00", {"reschedule_unknown": "00:00:05"}, {}),
            ("00:10:00", {}, {}),
        ):
            is_now = {"reschedule_unknown": now}
            only = {"reschedule_unknown": configure.global_values(45)["reschedule_unknown"]}
            self.assertEqual(configure.changes(is_now, only, configure.own_values(is_now, earlier)), wanted, now)

    def test_a_host_is_unheard_no_earlier_than_its_beat_is_overdue(self):
        values = configure.global_values(45)
        self.assertEqual(values["max_unheard"], ("00:05:00", "00:00:45"))
        self.assertEqual(values["load_report_time"], ("00:00:40", "00:00:07"))
