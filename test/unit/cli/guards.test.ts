import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { parseInvocation } from "../../../cli/arguments";
import { guarded, refusalLines, refusalsIn } from "../../../cli/guards";
import { deploy, destroy, refresh } from "../../../cli/operations";
import { verify } from "../../../cli/verify";
import { variants } from "../../graph/configuration";
import { runProgram } from "../../graph/harness";
import { failureOf } from "./failure";
import { type Answer, FakePulumi, stateJson } from "./fakePulumi";

const URN = "urn:pulumi:dev::antares::antares:infrastructure:AwsCluster$aws:x/y:Z::";

const event = (message: string, severity = "error"): string =>
  JSON.stringify({ sequence: 1, diagnosticEvent: { urn: "", message, severity } });
const replaced = (name: string): string =>
  event(`unable to replace resource "${URN}${name}"\nas it is currently marked for protection.`);
const deleted = (name: string): string =>
  event(`Preview failed: resource "${URN}${name}" cannot be deleted\nbecause it is protected.`);

const invocation = (text: string) => parseInvocation(text.split(" "));
const stores = Object.keys(guarded).map((name) => ({
  ...{ type: "aws:x/y:Z", name, custom: true, protect: true, id: `id-of-${name}` },
}));
const standing: Answer = { on: "stack export", stdout: stateJson(stores) };
const parked: Answer = {
  on: "config --json",
  stdout: JSON.stringify({ "antares:power": { value: "parked", secret: false } }),
};

describe("guards", () => {
  let fake: FakePulumi;
  const use = (...answers: readonly Answer[]): FakePulumi => (fake = new FakePulumi(answers));
  afterEach(() => fake.remove());

  it("name what the program protects, by its entry", async () => {
    use();
    const { resources } = await runProgram({ config: variants.dev, preview: false });
    const protectedOnes = resources.filter(({ options }) => options["protect"] === true);
    assert.deepEqual(protectedOnes.map(({ name }) => name).sort(), Object.keys(guarded).sort());
  }).timeout(20_000);

  it("read refusals in the engine's events, each once", () => {
    use();
    const log = [
      replaced("aws-database-server"),
      replaced("aws-database-server"),
      deleted("aws-share-files"),
      event(`resource "${URN}aws-bucket-data" cannot be deleted`, "warning"),
      event("another error"),
      '{"sequence":9,"diagnosticEvent":{"mess',
      "",
    ];
    assert.deepEqual(refusalsIn(log.join("\n")), [
      { name: "aws-database-server", would: "be replaced" },
      { name: "aws-share-files", would: "be deleted" },
    ]);
    assert.deepEqual(refusalLines([{ name: "unknown", would: "be deleted" }], "dev"), []);
  });

  for (const operation of ["preview", "up"]) {
    it(`${operation} says which entry would permit what was refused`, async () => {
      const events = [replaced("aws-share-files"), deleted("aws-instances-address")].join("\n");
      use(standing, { on: operation, code: 255, events });
      const [message] = await failureOf(deploy(fake.session(), invocation(`${operation} local`)));
      assert.equal(message, `${operation} of stack local failed (exit code 255)`);
      assert.deepEqual(fake.lines, [
        "refused: the share (aws-share-files) would be replaced; it is protected",
        "refused: the address (aws-instances-address) would be deleted; it is protected",
        "to let it go: take the change back for now, " +
          "add share, address to antares:allow in Pulumi.local.yaml, npm run up -- local; " +
          "then make the change again, and take the entry out after it",
      ]);
      const { args = [], env } = fake.calls().at(-1) ?? {};
      assert.equal(env?.["PULUMI_DEBUG_COMMANDS"], "true");
      const log = args[args.indexOf("--event-log") + 1] ?? "";
      assert.ok(log !== "" && !existsSync(log));
    });
  }

  it("say what permits another major version of the database", () => {
    use();
    const [refused] = refusalLines(refusalsIn(replaced("aws-database-parameters")), "dev");
    const title = "the major version of the database (aws-database-parameters)";
    assert.equal(refused, `refused: ${title} would be replaced; it is protected`);
  });

  it("say nothing of a run that fails otherwise, nor of one that passes", async () => {
    use(standing, { on: "preview", code: 255, events: event("quota exceeded") });
    await failureOf(deploy(fake.session(), invocation("preview local")));
    assert.deepEqual(fake.lines, []);
    fake.remove();
    use(standing);
    await deploy(fake.session(), invocation("preview local"));
    assert.deepEqual(fake.lines, []);
  });

  it("are listed after a destroy, with what they stand on", async () => {
    const below = [
      { type: "aws:ec2/vpc:Vpc", name: "aws-network-vpc", custom: true },
      { type: "pulumi:providers:aws", name: "aws-provider", custom: true },
      { type: "antares:aws:Network", name: "aws-network", custom: false },
    ];
    const parameters = stores.filter(({ name }) => name === "aws-database-parameters");
    const left = stateJson([...stores.slice(0, 2), ...parameters, ...below]);
    use({ ...standing, times: 1 }, { on: "stack export", stdout: left });
    await destroy(fake.session(), invocation("destroy local --yes"));
    assert.equal(fake.commands()[1], "destroy --stack local --exclude-protected --yes");
    assert.deepEqual(fake.lines, [
      "kept: the database (aws-database-server): id-of-aws-database-server",
      "kept: the share (aws-share-files): id-of-aws-share-files",
      "kept below them: aws-database-parameters, aws-network-vpc",
      "the next npm run up -- local goes on with them; to delete them, too: " +
        "add database, share to antares:allow in Pulumi.local.yaml, up, then destroy again",
    ]);
  });
});

describe("a parked stack", () => {
  let fake: FakePulumi;
  beforeEach(() => (fake = new FakePulumi([standing, parked])));
  afterEach(() => fake.remove());

  const asking = {
    refresh: () => refresh(fake.session(), invocation("refresh local --yes")),
    "up --refresh": () => deploy(fake.session(), invocation("up local --refresh")),
    verify: () => verify(fake.session(), invocation("verify local")),
    "destroy --delete-data": () =>
      destroy(fake.session(), invocation("destroy local --yes --delete-data")),
  };
  for (const [title, run] of Object.entries(asking)) {
    it(`is not asked by ${title}`, async () => {
      assert.deepEqual(await failureOf(run()), [
        "stack local is parked: its hosts and its database cannot be asked",
        "pulumi config set antares:power running --stack local, then npm run up -- local",
      ]);
      assert.deepEqual(
        fake.commands().filter((line) => !/^(stack export|config) /.test(line)),
        [],
      );
    });
  }

  it("is deployed and destroyed as any other", async () => {
    await deploy(fake.session(), invocation("up local --yes"));
    await destroy(fake.session(), invocation("destroy local --yes"));
    assert.deepEqual(
      fake.calls().flatMap(({ args: [verb = ""] }) => (verb === "stack" ? [] : [verb])),
      ["up", "destroy"],
    );
  });
});
