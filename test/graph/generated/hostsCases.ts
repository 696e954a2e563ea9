import * as fc from "fast-check";
import { formalPrivateKey, type Given } from "../configuration";
import { type Case, mark } from "./case";

/** How a node is reached and what it takes; its name and address come from its place in the list. */
const machine = fc.record(
  {
    jump: fc.constantFrom("gate", "master"),
    key: fc.constantFrom("sshPrivateKey", "sshNodePrivateKey"),
    user: fc.constantFrom("root", "deployer"),
    jobSlots: fc.integer({ min: 1, max: 8 }),
    daskSlots: fc.integer({ min: 0, max: 8 }),
  },
  { requiredKeys: [] },
);

/** Clusters with jump hosts, keys of their own, and each kind of share. */
export const hostsCases: fc.Arbitrary<Case> = fc
  .record({
    nodes: fc.array(machine, { minLength: 1, maxLength: 5 }),
    slots: fc.record({ jobSlots: fc.integer({ min: 0, max: 3 }) }, { requiredKeys: [] }),
    share: fc.constantFrom<Given>(
      { kind: "path" },
      { kind: "exported", path: "/data/antares" },
      { kind: "nfs", server: "nfs.example.org", export: "/" },
    ),
    elastic: fc.boolean(),
    preview: fc.boolean(),
    keys: fc.tuple(mark("a"), mark("b"), mark("c")),
  })
  .map(({ nodes, slots, share, elastic, preview, keys: [own, node, jump] }) => {
    const hosts = nodes.map((one, i) => ({ ...one, name: `n${i}`, address: `192.0.2.${i + 20}` }));
    const master = { name: "master", role: "master", address: "192.0.2.10", ...slots };
    const gate = { name: "gate", role: "jump", address: "192.0.2.1", key: "sshJumpPrivateKey" };
    const given = {
      software: { source: "/srv/madmex" },
      hosts: [...hosts, gate, master],
      share,
      scheduler: { elastic },
    };
    const secrets = {
      sshPrivateKey: formalPrivateKey(own),
      sshNodePrivateKey: formalPrivateKey(node),
      sshJumpPrivateKey: formalPrivateKey(jump),
    };
    return { given, secrets, preview };
  });
