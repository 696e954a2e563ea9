import { useCluster } from "../fixtures/cluster";
import { describePrivileges } from "../fixtures/faults/privileges";
import { describeShareFaults } from "../fixtures/faults/shareFaults";
import { describeTrust } from "../fixtures/faults/trust";
import { describeUnreachable } from "../fixtures/faults/unreachable";
import { type ProcessWatch, watchProcesses } from "../fixtures/processWatch";

// One cluster for all: what a fault leaves behind would show in those after it.
describe("faults of a cluster that stands", function () {
  this.timeout(600_000);
  const cluster = useCluster({ label: "cluster-faults", from: "ready" });
  let watch: ProcessWatch;
  before(() => {
    watch = watchProcesses();
  });
  after(() => watch.stop());

  describe("trust", () => describeTrust(cluster));
  describe("the share", () => describeShareFaults(cluster));
  describe("an unreachable host", () => describeUnreachable(cluster));
  describe("privileges", () => describePrivileges(cluster, () => watch));
});
