import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../../../config/root";

const folder = join(projectRoot, "bench", "ansible");

interface Task {
  readonly loop?: readonly (string | { readonly file: string })[];
  readonly "ansible.builtin.template"?: { readonly src: string };
}

/** The template of each task, once for each item of its loop; Ansible looks for them at run time. */
function templates(): readonly string[] {
  const text = readFileSync(join(folder, "playbook.yml"), "utf8");
  const plays = parse(text) as readonly { readonly tasks: readonly Task[] }[];
  return plays.flatMap(({ tasks }) =>
    tasks.flatMap((task) => {
      const src = task["ansible.builtin.template"]?.src;
      if (src === undefined) return [];
      return (task.loop ?? [""]).map((item) =>
        typeof item === "string"
          ? src.replace("{{ item }}", item)
          : src.replace("{{ item.file }}", item.file),
      );
    }),
  );
}

describe("bench: the playbook", () => {
  it("finds all of its templates", () => {
    const named = templates();
    assert.deepEqual(
      named.filter((name) => !existsSync(join(folder, "templates", name))),
      [],
    );
    assert.ok(named.includes("datacube.conf") && named.includes("dask-worker.sh.j2"));
  });
});
