import { baseImage } from "../../rehearsal/hosts/base";
import { createHost } from "../../rehearsal/hosts/host";
import { Network } from "../../rehearsal/hosts/network";
import { openStorage } from "../../rehearsal/hosts/storage";

/**
 * Makes one host in a process of its own, tells about it on one line and waits to be killed, or ends
 * by itself when the host is to be kept. Arguments: LABEL, `keep` or nothing.
 */
async function main(label: string, keep: boolean): Promise<void> {
  const storage = openStorage();
  const image = await baseImage({ storage, log: () => undefined });
  const network = await Network.create({ label, keep, storage });
  const host = await createHost({ network, name: "abandoned", images: [image] });
  const { bridge, folder } = network;
  process.stdout.write(`${JSON.stringify({ pid: host.pid, bridge, folder })}\n`);
  if (!keep) setTimeout(() => process.exit(1), 60_000);
}

void main(process.argv[2] ?? "", process.argv[3] === "keep");
