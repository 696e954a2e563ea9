import { ThrowAwayHost } from "./host";
import { Network } from "./network";
import { listRuns } from "./registry";
import { openStorage, type Storage } from "./storage";

/** The kept network with this label; the newest where there are several. Throws when there is none. */
export function openNetwork(label: string, storage: Storage = openStorage()): Network {
  const network = keptNetworks(storage)
    .filter((candidate) => candidate.label === label)
    .at(-1);
  if (network === undefined) throw new Error(`no kept hosts of "${label}" on this machine`);
  return network;
}

/** A kept host for `exec` and `stop`; throws when there is none of that name. */
export function openHost(label: string, name: string, storage?: Storage): ThrowAwayHost {
  const network = openNetwork(label, storage);
  const names = network.hosts().map((host) => host.name);
  if (!names.includes(name)) {
    throw new Error(`no kept host "${name}" of "${label}"; there are: ${names.join(", ")}`);
  }
  return new ThrowAwayHost(network, name);
}

/** Stops every host of a network and removes it; nothing of it is left on the machine. */
export async function stopNetwork(network: Network): Promise<void> {
  const hosts = network.hosts().map(({ name }) => new ThrowAwayHost(network, name));
  await Promise.all(hosts.map((host) => host.stop()));
  await network.remove();
}

/** Every kept network of this machine, oldest first. */
export function keptNetworks(storage: Storage = openStorage()): Network[] {
  return listRuns(storage)
    .filter(({ record }) => record?.keep === true && record.bridge !== "")
    .sort((a, b) => startOf(a.record?.owner.startTime) - startOf(b.record?.owner.startTime))
    .map(({ folder }) => Network.open(storage, folder));
}

function startOf(ticks: string | undefined): number {
  return Number(ticks ?? "0");
}
