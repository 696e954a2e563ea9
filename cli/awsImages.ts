import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { debianImages } from "../providers/aws/debianImage";
import { objectsIn, textOf } from "./json";
import { UserError } from "./userError";

export interface Image {
  readonly id: string;
  readonly name: string;
}

interface Question {
  readonly region: string;
  readonly env: NodeJS.ProcessEnv;
  /** Command that asks again. */
  readonly again: string;
}

/**
 * Debian's newest image in a region, as the AWS CLI tells it. The CLI knows every way in which an
 * operator may have logged in; a library that does weighs more than all of this program.
 */
export async function newestImage(question: Question): Promise<Image> {
  const { region, again } = question;
  const filters = debianImages.filters.map(
    ({ name, values }) => `Name=${name},Values=${values.join(",")}`,
  );
  const args = ["ec2", "describe-images", "--region", region, "--owners", debianImages.owner];
  const said = await aws([...args, "--filters", ...filters, "--output", "json"], question);
  const [newest] = imagesIn(said).sort((a, b) => (a.made > b.made ? -1 : 1));
  if (newest !== undefined) return { id: newest.id, name: newest.name };
  const account = `account ${debianImages.owner}`;
  throw new UserError(
    `${region} has no image of Debian 12 by Debian's ${account}`,
    `set antares:compute.image yourself, or another antares:network.region, then: ${again}`,
  );
}

/** Releases only: Debian's daily images have other names. */
function imagesIn(said: string): (Image & { readonly made: string })[] {
  const parsed: unknown = JSON.parse(said);
  const [all] = objectsIn([parsed]);
  return objectsIn(all?.["Images"])
    .map((one) => ({
      id: textOf(one["ImageId"]),
      name: textOf(one["Name"]),
      made: textOf(one["CreationDate"]),
    }))
    .filter(({ id, name }) => /^ami-[0-9a-f]+$/.test(id) && /^debian-12-amd64-[\d-]+$/.test(name));
}

async function aws(args: readonly string[], { env, again }: Question): Promise<string> {
  // A pager would wait for a key.
  const child = spawn("aws", args, { env: { ...env, AWS_PAGER: "" } });
  child.stdin.end();
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", (error) => {
      const absent = "code" in error && error.code === "ENOENT";
      reject(absent ? new UserError("there is no `aws` on PATH", installHint(again)) : error);
    });
    child.once("close", (code) => resolve(code ?? 130));
  });
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code === 0) return stdout;
  const why = stderr.trim().split("\n").at(-1) ?? "";
  throw new UserError(
    `aws ec2 describe-images: ${why === "" ? `exit code ${code}` : why}`,
    `log in to AWS (\`aws sts get-caller-identity\` says as whom), then: ${again}`,
  );
}

const installHint = (again: string): string =>
  `install the AWS CLI (https://aws.amazon.com/cli/), then: ${again}. Without compute.image the first ` +
  "up looks an image up itself";
