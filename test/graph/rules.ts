import { STEP_TARGET } from "../../providers/ssh/target";
import { isRecord, isSecret } from "./answers";
import { awsNames } from "./awsNames";
import { awsRules } from "./awsRules";
import { commandOf, dialled, isCommand, isRelayed, isRemote, minutes } from "./commands";
import { UNKNOWN } from "./golden";
import { ancestors, byUrn, find } from "./find";
import type { Graph } from "./harness";
import { admitted, apart, besides, chained, joined } from "./order";
import { type Registration, STACK } from "./registration";
import { each, type Judge, type Rule } from "./rule";

const isExtension = ({ type }: Registration): boolean => type === EXTENSION;
const isProvider = ({ type }: Registration): boolean => type === "pulumi:providers:postgresql";
const isComponent = ({ custom }: Registration): boolean => !custom;
const isStack = ({ type }: Registration): boolean => type === STACK;
const EXTENSION = "postgresql:index/extension:Extension";
const DYNAMIC = "pulumi-nodejs:dynamic/antares:";

const exactly = (keys: readonly string[], value: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(value).sort().join() === [...keys].sort().join();

const COMMAND_KEYS = ["addPreviousOutputInEnv", "create", "logging", "stdin", "triggers"];
const CONNECTION_KEYS = ["dialErrorLimit", "host", "hostKey", "perDialTimeout"].concat([
  "port",
  "privateKey",
  "user",
]);
// What the plugin would read from the deployer's environment where the program gives nothing.
const PROVIDER_KEYS = [
  "host",
  "port",
  "username",
  "password",
  "database",
  "sslmode",
  "superuser",
].concat(["scheme", "connectTimeout", "maxConnections"]);

const timeoutOf = ({ options }: Registration): unknown => {
  const timeouts = options["customTimeouts"];
  return isRecord(timeouts) ? timeouts["create"] : undefined;
};

const keepsConnection: Judge = (resource) => {
  const connection = resource.inputs["connection"];
  if (!isRecord(connection)) return false;
  const { hostKey, privateKey } = connection;
  const pinned = typeof hostKey === "string" && hostKey.startsWith("ssh-");
  const sealed = isSecret(privateKey) || privateKey === UNKNOWN;
  return (pinned || hostKey === UNKNOWN) && sealed && exactly(CONNECTION_KEYS, connection);
};

const keepsExtension: Judge = ({ inputs, options, provider }, graph) => {
  const database = find(graph, "bootstrap-database-database");
  const replaceWith = options["replaceWith"];
  return (
    exactly(["name", "database"], inputs) &&
    options["retainOnDelete"] === true &&
    Array.isArray(replaceWith) &&
    replaceWith.join() === database.urn &&
    byUrn(graph, provider)?.name === "bootstrap-database-server"
  );
};

const keepsProvider: Judge = (resource) => {
  const { inputs } = resource;
  const { sslrootcert: _ca, ...always } = inputs;
  const fixed = {
    scheme: "postgres",
    superuser: "false",
    connectTimeout: "15",
    maxConnections: "4",
  };
  return (
    exactly(PROVIDER_KEYS, always) &&
    Object.entries(fixed).every(([key, value]) => inputs[key] === value) &&
    (isSecret(inputs["password"]) || inputs["password"] === UNKNOWN)
  );
};

const closed: Rule = {
  name: "no resource waits for itself or for one that is not there",
  check: (graph) =>
    graph.resources
      .filter((resource) => {
        const edges = [...resource.dependencies, resource.parent, resource.provider];
        const missing = edges.some((urn) => urn !== undefined && byUrn(graph, urn) === undefined);
        return missing || ancestors(graph, resource).has(resource);
      })
      .map(({ name }) => name),
};

const unique: Rule = {
  name: "no two resources have one name",
  check: ({ resources }) => {
    const names = resources.map(({ name }) => name);
    return names.filter((name, i) => names.indexOf(name) !== i);
  },
};

const loopback: Rule = {
  name: "the program listens on the loopback only, and nothing that listens keeps it alive",
  check: ({ listeners }) =>
    listeners
      .filter(({ host, keepsAlive }) => host !== "127.0.0.1" || keepsAlive)
      .map(({ port }) => String(port)),
};

/** All rules; what they say of secrets needs the secrets, see `secrets.ts`. */
export const rules: readonly Rule[] = [
  unique,
  closed,
  chained,
  besides,
  joined,
  admitted,
  apart,
  loopback,
  ...awsRules,
  ...awsNames,
  each(
    "every resource has a parent and is named after it",
    (resource) => !isStack(resource),
    ({ name, parent }, graph) => {
      const above = byUrn(graph, parent);
      if (above === undefined) return false;
      return isStack(above)
        ? ["machine", "hosts", "aws", "bootstrap", "elastic"].includes(name)
        : name.startsWith(`${above.name}-`);
    },
  ),
  each("every component registers its outputs", isComponent, ({ outputs }) => {
    return outputs !== undefined && Object.keys(outputs).length > 0;
  }),
  each(
    "a step has the fixed command and its script on stdin, with nothing else that could be shown",
    isCommand,
    (resource) => {
      const { inputs } = resource;
      const way = isRemote(resource) ? ["connection"] : isRelayed(resource) ? ["environment"] : [];
      const own = [...COMMAND_KEYS, ...way];
      const silent = inputs["logging"] === "none" && inputs["addPreviousOutputInEnv"] === false;
      return exactly(own, inputs) && silent && minutes(resource) !== undefined;
    },
  ),
  each("a step is ended by the engine after its own limit, not before", isCommand, (resource) => {
    return timeoutOf(resource) === `${(minutes(resource) ?? 0) + 5}m`;
  }),
  each("a step has three triggers", isCommand, ({ inputs }) => {
    const { triggers } = inputs;
    return Array.isArray(triggers) && triggers.length === 3;
  }),
  each("a step has root's rights", isCommand, (resource) => {
    const dial = dialled(resource);
    // In a preview the connection is not known, so its user is not either.
    if (dial === undefined) return true;
    const other = dial.user !== undefined && dial.user !== "root";
    return commandOf(resource).startsWith("sudo -n ") === other;
  }),
  each(
    "a step through a jump host pins both keys and is secret as a whole",
    isRelayed,
    (resource) => {
      const { environment } = resource.inputs;
      const dial = dialled(resource);
      if (dial === undefined) return true;
      const target = isRecord(environment) ? environment[STEP_TARGET] : undefined;
      const pinned = dial.hostKeys;
      return (
        isSecret(target) &&
        pinned.length === 2 &&
        pinned.every((key) => typeof key === "string" && key.startsWith("ssh-"))
      );
    },
  ),
  each(
    "a connection pins the host key, and only what is not known yet is unknown in it",
    isRemote,
    keepsConnection,
  ),
  each(
    "what the plugin dials, our own client has dialled before",
    isRemote,
    ({ options: { hooks } }) =>
      isRecord(hooks) && exactly(["beforeCreateList", "beforeUpdateList"], hooks),
  ),
  each("an extension is retained, named, and goes with its database", isExtension, keepsExtension),
  each("the database plugin is given every argument", isProvider, keepsProvider),
  each(
    "what holds data is retained",
    ({ type }) => /(ApplicationDatabase|SchemaOwnership)$/.test(type) || type === EXTENSION,
    ({ options }) => options["retainOnDelete"] === true,
  ),
  each(
    "a watch looks after the step that makes what it watches",
    ({ name }) => /^bootstrap-.*-state$/.test(name),
    ({ name, dependencies }, graph) => {
      const made = name === "bootstrap-datacube-state" ? "datacube" : "antares";
      return dependencies.includes(find(graph, `bootstrap-${made}`).urn);
    },
  ),
  each(
    "our own providers load their code by name",
    ({ type }) => type.startsWith(DYNAMIC),
    ({ inputs }) =>
      /^exports\.handler = \(\) => require\("\.\/dist\/providers\/[a-zA-Z/]+\.js"\)\.[a-zA-Z]+;$/.test(
        String(inputs["__provider"]),
      ),
  ),
];

/** Every rule that the graph breaks, with the resources that break it. */
export function faults(graph: Graph, all: readonly Rule[] = rules): string[] {
  return all.flatMap(({ name, check }) => check(graph).map((what) => `${name}: ${what}`));
}
