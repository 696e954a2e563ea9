import { projectRoot } from "../config/root";
import { newestImage } from "./awsImages";
import { runToExit } from "./report";
import { StackFile } from "./stackFile";
import { UserError } from "./userError";

/**
 * `npm run image -- STACK`: writes the id of Debian's newest image into the stack's file, so that
 * every host that is made from now on begins alike. Hosts that exist keep theirs.
 */
export async function image(
  args: readonly string[],
  { project, env }: { readonly project: string; readonly env: NodeJS.ProcessEnv },
): Promise<string> {
  const [stack, ...rest] = args;
  const usage = "npm run image -- STACK";
  if (stack === undefined) throw new UserError("no stack is named", usage);
  if (rest.length > 0) throw new UserError(`not understood: ${rest.join(" ")}`, usage);
  const file = StackFile.read(stack, project);
  const target = file.setting("target");
  if (target !== "aws") {
    throw new UserError(
      `the target of ${file.name} is ${target ?? "single"}; only hosts on AWS begin with an image`,
      `npm run image -- STACK, for a stack whose antares:target is aws`,
    );
  }
  const region = file.setting("network", "region");
  if (region === undefined) {
    throw new UserError(
      `${file.name} has no antares:network.region, and each region has its own images`,
      `pulumi config set --path antares:network.region REGION --stack ${stack}`,
    );
  }
  const { id, name } = await newestImage({ region, env, again: `npm run image -- ${stack}` });
  const before = file.setting("compute", "image");
  const found = `${name} of ${region} is ${id}`;
  if (before === id) return `${found}; ${file.name} has it already`;
  file.set(["compute", "image"], id).write();
  return `${found}; ${file.name} has it now${before === undefined ? "" : `, before: ${before}`}`;
}

if (require.main === module) {
  void runToExit(async () => {
    console.log(await image(process.argv.slice(2), { project: projectRoot, env: process.env }));
  });
}
