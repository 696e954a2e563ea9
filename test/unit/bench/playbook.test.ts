import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../../../config/root";

const folder = join(projectRoot, "bench", "ansible");
const INSTALL = "components/bootstrap/scripts/install.sh";
const PACKAGES = "components/host/scripts/packages.sh";

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

  it("installs the environment from the packages and by the way that our hosts do", () => {
    const ours = readFileSync(join(projectRoot, INSTALL), "utf8");
    const named = readFileSync(join(projectRoot, PACKAGES), "utf8");
    const asked = /^SOFTWARE_PACKAGES=\((.*)\)$/m.exec(named)?.[1]?.split(" ") ?? [];
    assert.ok(asked.includes("zstd"));
    for (const group of ["all", "masters"]) {
      const text = readFileSync(join(folder, "group_vars", `${group}.yml`), "utf8");
      const { packages } = parse(text) as { readonly packages: readonly string[] };
      assert.deepEqual(
        asked.filter((name) => !packages.includes(name)),
        [],
        group,
      );
    }
    // What hashes is the only difference: theirs is what everybody takes.
    assert.ok(
      ours.includes(
        'hash=$({ hashed "$1/environment.tar.zst" | zstd -dcq | tar -C "$2" -xf -; } 5>&1)',
      ),
    );
    assert.ok(
      readFileSync(join(folder, "playbook.yml"), "utf8").includes(
        'hash=$({ tee -p /dev/fd/5 <"$house/environment.tar.zst" | zstd -dcq | tar -C "$venv" -xf -; } 5>&1 | sha256sum)',
      ),
    );
  });
});
