"""Who belongs to the cluster: the decisions, without Grid Engine and without a clock."""

import unittest
from dataclasses import replace

from decisions import (ADMITTED, DEAD, FENCED, JOINING, LEAVING, UP, Action, Listing, Member, Memory, Sighting, Slots,
                       View, credible, decide, impostors, observe, silences, taken_off)
from statements import Statement

DEAD_AFTER = 40.0
ONE = Slots(2, 1)


def life(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def statement(name="n1", wish="join", incarnation=1, beat=7, fqdn=None) -> Statement:
    return Statement(name, fqdn or f"{name}.example.org", life(incarnation), beat, wish)


def member(name="n1", state=UP, incarnation=1, fixed=True, slots=ONE) -> Member:
    return Member(name, f"{name}.example.org", life(incarnation), state, fixed, slots, "antares.q")


def listing(fixed=("n1", "n2", "n3"), elastic=None, brake=0.5, **other) -> Listing:
    slots = {name: ONE for name in fixed}
    return Listing("master.example.org", "antares.q", slots, elastic, brake, DEAD_AFTER, **other)


def sighted(statements, ages=None, moved=True) -> dict:
    return {each.name: Sighting(each.incarnation, each.beat, (ages or {}).get(each.name, 0.0), moved)
            for each in statements}


def view(*statements, ages=None, heard=(), unheard=(), moved=True, **other) -> View:
    hosts = {**{f"{name}.example.org": True for name in heard}, **{f"{name}.example.org": False for name in unheard}}
    return View({each.name: each for each in statements}, sighted(statements, ages, moved), hosts, **other)


def memory(*members, **other) -> Memory:
    return Memory({each.name: each for each in members}, **other)


class Joining(unittest.TestCase):
    def test_a_listed_node_is_admitted_with_its_own_slots(self):
        listed = replace(listing(), fixed={"n1": Slots(8, 3)})
        self.assertEqual(decide(listed, memory(), view(statement())), [Action("admit", "n1", slots=Slots(8, 3))])

    def test_another_one_is_admitted_where_the_cluster_is_elastic(self):
        self.assertEqual(decide(listing((), Slots(4, 2)), memory(), view(statement())),
                         [Action("admit", "n1", slots=Slots(4, 2))])

    def test_and_refused_where_it_is_not(self):
        why = "it is not in the list of hosts, and scheduler.elastic is false"
        self.assertEqual(decide(listing(()), memory(), view(statement())), [Action("refuse", "n1", why)])

    def test_a_request_that_nobody_keeps_alive_is_no_request(self):
        self.assertEqual(decide(listing(), memory(), view(statement(), moved=False)), [])
        self.assertEqual(decide(listing(), memory(), view(statement(), ages={"n1": DEAD_AFTER / 2})), [])

    def test_nobody_joins_by_a_name_of_somebody_else(self):
        cases = {
            "master.example.org": "master.example.org is the master",
            "n2.example.org": "n2.example.org is the member n2",
            "old.example.org": "Grid Engine knows old.example.org already, and not from this program",
            "x.example.org": "x.example.org has no address on the master",
        }
        for fqdn, why in cases.items():
            seen = view(statement(fqdn=fqdn), statement("n2"), heard=["n2", "old"],
                        unresolved={"x.example.org": "x.example.org has no address on the master"})
            self.assertEqual(decide(listing(), memory(member("n2")), seen), [Action("refuse", "n1", why)])

    def test_it_goes_on_with_an_admission_that_was_cut_off(self):
        seen = view(statement(), unheard=["n1"])
        self.assertEqual(decide(listing(), memory(member(state=JOINING)), seen), [Action("admit", "n1")])

    def test_it_is_welcomed_when_its_daemon_is_heard(self):
        admitted = memory(member(state=ADMITTED))
        self.assertEqual(decide(listing(), admitted, view(statement(), unheard=["n1"])), [])
        self.assertEqual(decide(listing(), admitted, view(statement(), heard=["n1"])), [Action("welcome", "n1")])
        self.assertEqual(decide(listing(), memory(member()), view(statement(), heard=["n1"])), [])

    def test_slots_follow_the_list(self):
        listed = replace(listing(), fixed={"n1": Slots(9, 0)})
        self.assertEqual(decide(listed, memory(member()), view(statement(), heard=["n1"])),
                         [Action("slots", "n1", slots=Slots(9, 0))])
        renamed = replace(listing(), queue="jobs.q")
        self.assertEqual(decide(renamed, memory(member()), view(statement(), heard=["n1"])),
                         [Action("slots", "n1", slots=ONE)])


class Leaving(unittest.TestCase):
    def test_a_node_that_says_good_bye_is_drained_then_finished(self):
        bye = view(statement(wish="leave"), heard=["n1"])
        self.assertEqual(decide(listing(), memory(member()), bye), [Action("drain", "n1", "says good-bye")])
        self.assertEqual(decide(listing(), memory(member(state=LEAVING)), bye), [Action("finish", "n1")])

    def test_one_that_is_no_member_is_released_at_once(self):
        self.assertEqual(decide(listing(), memory(), view(statement(wish="leave"))), [Action("release", "n1")])

    def test_a_node_off_the_list_is_drained_and_does_not_come_back_by_itself(self):
        elastic = listing(("n2",), Slots(4, 2))
        known = memory(member())
        self.assertEqual(decide(elastic, known, view(statement(), heard=["n1"])),
                         [Action("drain", "n1", "taken off the list")])
        known.off = taken_off(elastic, known)
        self.assertEqual(known.off, ["n1"])
        del known.members["n1"]
        again = view(statement(incarnation=2))
        self.assertEqual(taken_off(elastic, known), ["n1"])
        self.assertEqual(decide(elastic, known, again),
                         [Action("refuse", "n1", "it was taken off the list of hosts; list it again")])
        self.assertEqual(taken_off(listing(("n1",)), known), [])

    def test_who_is_listed_again_while_it_drains_stays(self):
        known = memory(member(state=LEAVING))
        for heard in (["n1"], []):
            self.assertEqual(decide(listing(), known, view(statement(), heard=heard)), [Action("stay", "n1")])
        for seen in (view(statement(wish="leave"), heard=["n1"]), view(heard=["n1"])):
            self.assertEqual(decide(listing(), known, seen), [Action("finish", "n1")])
        off = listing(("n2",), Slots(4, 2))
        self.assertEqual(decide(off, known, view(statement(), heard=["n1"])), [Action("finish", "n1")])

    def test_an_elastic_node_stays_while_the_cluster_is_elastic(self):
        known = memory(member(fixed=False, slots=Slots(4, 2)))
        seen = view(statement(), heard=["n1"])
        self.assertEqual(decide(listing((), Slots(4, 2)), known, seen), [])
        self.assertEqual(decide(listing(()), known, seen), [Action("drain", "n1", "taken off the list")])


class Dying(unittest.TestCase):
    def test_it_needs_both_signs(self):
        known = memory(member(), member("n2"), member("n3"))
        others = statement("n2"), statement("n3")
        for age, heard, dead in ((DEAD_AFTER, False, True), (DEAD_AFTER, True, False), (DEAD_AFTER - 1, False, False)):
            names = ["n2", "n3", *(["n1"] if heard else [])]
            seen = view(statement(), *others, ages={"n1": age}, heard=names, unheard=[] if heard else ["n1"])
            self.assertEqual(decide(listing(), known, seen), [Action("remove", "n1", "dead")] if dead else [])

    def test_a_host_that_grid_engine_does_not_even_list_is_not_heard(self):
        seen = view(statement(), statement("n2"), statement("n3"), ages={"n1": DEAD_AFTER}, heard=["n2", "n3"])
        known = memory(member(), member("n2"), member("n3"))
        self.assertEqual(decide(listing(), known, seen), [Action("remove", "n1", "dead")])

    def test_a_removal_that_was_cut_off_goes_on_whatever_the_node_says(self):
        seen = view(statement(), heard=["n1"])
        self.assertEqual(decide(listing(), memory(member(state=DEAD)), seen),
                         [Action("remove", "n1", "dead, begun before")])

    def test_a_dead_life_is_never_admitted_again(self):
        known = memory()
        for word in ("fenced", "released"):
            known.end("n1", life(1), word)
            self.assertEqual(decide(listing(), known, view(statement())), [Action("repeat", "n1", word)])
            self.assertEqual(decide(listing(), known, view(statement(wish="leave"))), [Action("repeat", "n1", word)])
        self.assertEqual(decide(listing(), known, view(statement(incarnation=2))),
                         [Action("admit", "n1", slots=ONE)])

    def test_a_new_life_of_a_live_name_takes_the_old_one_away_first(self):
        seen = view(statement(incarnation=2), heard=["n1"])
        known = memory(member())
        self.assertEqual(decide(listing(), known, seen), [Action("remove", "n1", "began a new life")])

    def test_a_ghost_of_an_earlier_life_neither_keeps_the_member_alive_nor_ends_it(self):
        known = memory(member(incarnation=2), ended={"n1": {life(1): "fenced"}})
        ghost = {"n1": statement(incarnation=1)}
        self.assertEqual(credible(known, ghost), {})
        self.assertEqual(credible(memory(ended={"n1": {life(1): "fenced"}}), ghost), ghost)
        seen = observe({}, credible(known, ghost), known.members, 1.0)
        self.assertEqual(seen["n1"], Sighting(life(2), -1, 1.0, False))

    def test_what_is_remembered_of_the_dead_has_a_limit(self):
        known = Memory()
        for number in range(60):
            known.end("n1", life(number), "fenced")
        self.assertEqual(list(known.ended["n1"]), [life(number) for number in range(10, 60)])
        known.end("n1", life(20), "released")
        self.assertEqual(list(known.ended["n1"].items())[-1], (life(20), "released"))
        self.assertEqual(len(known.ended["n1"]), 50)


class Fencing(unittest.TestCase):
    """A beat that moves says that the node lives: it can be told to end its jobs, so nobody else need guess."""

    def seen(self, silence, *names, **other):
        return view(*(statement(name) for name in names or ("n1", "n2", "n3")), heard=["n2", "n3"], unheard=["n1"],
                    silence=silence, **other)

    def test_one_that_grid_engine_has_not_heard_for_long_is_fenced(self):
        known = memory(member(), member("n2"), member("n3"))
        self.assertEqual(decide(listing(), known, self.seen({"n1": DEAD_AFTER - 1})), [])
        self.assertEqual(decide(listing(), known, self.seen({"n1": DEAD_AFTER})), [Action("fence", "n1", "unheard")])
        self.assertEqual(decide(listing(), known, self.seen({"n1": DEAD_AFTER}, "n2", "n3")), [])

    def test_also_while_it_leaves_since_its_jobs_end_unheard(self):
        known = memory(member(state=LEAVING), member("n2"), member("n3"))
        off = listing(("n2", "n3"))
        self.assertEqual(decide(off, known, self.seen({"n1": DEAD_AFTER})), [Action("fence", "n1", "unheard")])

    def test_it_is_told_until_it_begins_a_new_life_or_falls_silent(self):
        known = memory(member(state=FENCED), member("n2"), member("n3"))
        self.assertEqual(decide(listing(), known, self.seen({})), [Action("fence", "n1", "told before")])
        back = view(statement(wish="leave"), statement("n2"), statement("n3"), heard=["n1", "n2", "n3"])
        self.assertEqual(decide(listing(), known, back), [Action("fence", "n1", "told before")])
        anew = view(statement(incarnation=2), statement("n2"), statement("n3"), unheard=["n1"], heard=["n2", "n3"])
        self.assertEqual(decide(listing(), known, anew), [Action("remove", "n1", "began a new life")])
        dead = self.seen({}, ages={"n1": DEAD_AFTER})
        self.assertEqual(decide(listing(), known, dead), [Action("remove", "n1", "dead")])

    def test_many_at_once_are_the_brakes(self):
        names = ("n1", "n2", "n3")
        known = memory(*(member(name) for name in names))
        seen = view(*(statement(name) for name in names), unheard=names,
                    silence={"n1": DEAD_AFTER, "n2": DEAD_AFTER / 2, "n3": DEAD_AFTER / 2 - 1})
        self.assertEqual(decide(listing(), known, seen), [Action("brake", "", "n1, n2 fell silent together")])
        self.assertEqual(decide(listing(), known, replace(seen, released=True)), [Action("fence", "n1", "unheard")])

    def test_a_silence_is_as_long_as_it_was_watched(self):
        known = memory(member(), member("n2", state=LEAVING), member("n3", state=ADMITTED), member("n4")).members
        heard = {"n1.example.org": False, "n4.example.org": True}
        first = silences({}, heard, known, 5.0)
        self.assertEqual(first, {"n1": 0.0, "n2": 0.0})
        self.assertEqual(silences(first, heard, known, 5.0), {"n1": 5.0, "n2": 5.0})
        self.assertEqual(silences(first, {**heard, "n1.example.org": True}, known, 5.0), {"n2": 5.0})


class Impostors(unittest.TestCase):
    def test_another_host_by_a_members_name_neither_passes_for_it_nor_ends_it(self):
        other = {"n1": statement(fqdn="zz.example.org", incarnation=2), "n2": statement("n2")}
        known = memory(member(), member("n2"))
        self.assertEqual(credible(known, other), {"n2": statement("n2")})
        self.assertEqual(impostors(known, other),
                         {"n1": "zz.example.org calls itself n1, as the member n1.example.org is called"})
        self.assertEqual(decide(listing(), known, view(statement("n2"), heard=["n1", "n2"])), [])

    def test_a_name_that_nobody_has_is_free(self):
        other = {"n1": statement(fqdn="zz.example.org")}
        self.assertEqual((credible(memory(), other), impostors(memory(), other)), (other, {}))


class Brake(unittest.TestCase):
    def seen(self, ages, names=("n1", "n2", "n3"), **other):
        return view(*(statement(name) for name in names), ages=ages,
                    unheard=[name for name in names if name in ages], heard=set(names) - set(ages), **other)

    def known(self, names=("n1", "n2", "n3")):
        return memory(*(member(name) for name in names))

    def test_many_at_once_are_not_taken_for_dead(self):
        seen = self.seen({"n1": DEAD_AFTER, "n2": DEAD_AFTER})
        self.assertEqual(decide(listing(), self.known(), seen), [Action("brake", "", "n1, n2 fell silent together")])

    def test_nor_is_the_first_of_them_while_the_others_are_merely_overdue(self):
        seen = self.seen({"n1": DEAD_AFTER, "n2": DEAD_AFTER / 2})
        self.assertEqual(decide(listing(), self.known(), seen), [Action("brake", "", "n1, n2 fell silent together")])

    def test_one_is(self):
        self.assertEqual(decide(listing(), self.known(), self.seen({"n1": DEAD_AFTER})),
                         [Action("remove", "n1", "dead")])
        pair = self.known(("n1", "n2"))
        self.assertEqual(decide(listing(), pair, self.seen({"n1": DEAD_AFTER}, ("n1", "n2"))),
                         [Action("remove", "n1", "dead")])

    def test_up_to_its_part_they_are(self):
        names = ("n1", "n2", "n3", "n4")
        seen = self.seen({"n1": DEAD_AFTER, "n2": DEAD_AFTER}, names)
        both = [Action("remove", "n1", "dead"), Action("remove", "n2", "dead")]
        self.assertEqual(decide(listing(names), self.known(names), seen), both)
        strict = listing(names, brake=0.25)
        self.assertEqual(decide(strict, self.known(names), seen), [Action("brake", "", "n1, n2 fell silent together")])

    def test_the_operator_can_let_go_of_it(self):
        seen = self.seen({"n1": DEAD_AFTER, "n2": DEAD_AFTER}, released=True)
        both = [Action("remove", "n1", "dead"), Action("remove", "n2", "dead")]
        self.assertEqual(decide(listing(), self.known(), seen), both)

    def test_who_was_taken_off_the_list_goes_in_spite_of_it(self):
        seen = self.seen({"n1": DEAD_AFTER, "n2": DEAD_AFTER, "n3": DEAD_AFTER})
        self.assertEqual(decide(listing(("n2", "n3")), self.known(), seen), [
            Action("remove", "n1", "taken off the list"), Action("brake", "", "n2, n3 fell silent together")])

    def test_others_still_join_and_leave(self):
        names = ("n1", "n2", "n3", "n4")
        seen = view(statement("n1"), statement("n2"), statement("n3", wish="leave"), statement("n4"),
                    ages={"n1": DEAD_AFTER, "n2": DEAD_AFTER}, unheard=["n1", "n2"], heard=["n3"])
        self.assertEqual(decide(listing(names), self.known(), seen), [
            Action("drain", "n3", "says good-bye"), Action("brake", "", "n1, n2 fell silent together"),
            Action("admit", "n4", slots=ONE)])


class Observing(unittest.TestCase):
    def test_a_beat_is_as_old_as_it_was_watched_to_stand_still(self):
        said, known = {"n1": statement()}, memory(member()).members
        seen = observe({}, said, known, 5.0)
        self.assertEqual(seen["n1"], Sighting(life(1), 7, 0.0, False))
        seen = observe(seen, said, known, 5.0)
        self.assertEqual(seen["n1"], Sighting(life(1), 7, 5.0, False))
        seen = observe(seen, {"n1": statement(beat=8)}, known, 5.0)
        self.assertEqual(seen["n1"], Sighting(life(1), 8, 0.0, True))
        seen = observe(seen, {"n1": statement(beat=8)}, known, 3.0)
        self.assertEqual(seen["n1"], Sighting(life(1), 8, 3.0, True))
        seen = observe(seen, {"n1": statement(incarnation=2)}, known, 3.0)
        self.assertEqual(seen["n1"], Sighting(life(2), 7, 0.0, False))

    def test_a_member_that_says_nothing_ages(self):
        known = memory(member()).members
        seen = observe({"n1": Sighting(life(1), 7, 2.0, True)}, {}, known, 3.0)
        self.assertEqual(seen, {"n1": Sighting(life(1), 7, 5.0, True)})
        self.assertEqual(observe({"gone": Sighting(life(1), 7, 2.0, True)}, {}, {}, 3.0), {})
