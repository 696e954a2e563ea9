import { strict as assert } from "node:assert";
import { useDeployment } from "../fixtures/deployment";
import { type Scene, SCENE, type Work, workOn } from "../fixtures/work";

const WORKERS = ["dask-worker-master.1", "dask-worker-master.2"];
const HOST = "master.antares.test";

const scene: Scene = { folder: "/srv/antares/data/scene", product: "rehearsed" };
/** Its name begins like the other's, and so do those of its view and indexes. */
const neighbour: Scene = { folder: "/srv/antares/data/neighbour", product: "rehearsed_2" };

/** Everything that a product can leave behind in datacube's schema: rows by table, and relations. */
const INDEX = `select json_build_object(
  'types', (select count(*) from agdc.metadata_type),
  'products', (select count(*) from agdc.dataset_type),
  'datasets', (select count(*) from agdc.dataset),
  'locations', (select count(*) from agdc.dataset_location),
  'sources', (select count(*) from agdc.dataset_source),
  'relations', (select json_agg(relname order by relname) from pg_class
     where relnamespace = 'agdc'::regnamespace))`;

interface Index {
  readonly types: number;
  readonly products: number;
  readonly datasets: number;
  readonly locations: number;
  readonly sources: number;
  readonly relations: readonly string[];
}

/** The empty index with one scene more, whose name all of its relations carry. */
function withScene(index: Index, product: string): Index {
  const indexes = ["lat_lon_time", "region_code", "time_lat_lon"];
  const own = [...indexes.map((fields) => `dix_${product}_${fields}`), `dv_${product}_dataset`];
  return {
    ...index,
    products: index.products + 1,
    datasets: index.datasets + 1,
    locations: index.locations + 1,
    relations: [...index.relations, ...own].sort(),
  };
}

describe("work on a deployed machine", function () {
  this.timeout(600_000);
  const machine = useDeployment({ label: "work", from: "ready" });
  let work: Work;
  let empty: Index;
  let noFiles: string;

  const index = async (): Promise<Index> => {
    const found: Index = JSON.parse(await machine().sql(INDEX.replaceAll("\n", " ")));
    return { ...found, relations: [...found.relations].sort() };
  };
  const files = () => machine().bash("find /srv/antares/data | sort");
  const asUser = (command: string) => machine().bash(`runuser -l antares -c '${command}'`);
  const removed = (product: string) => ({
    products: 1,
    datasets: 1,
    locations: 1,
    sources: 0,
    indexes: ["lat_lon_time", "region_code", "time_lat_lon"].map((x) => `agdc.dix_${product}_${x}`),
    files: ["dataset.yaml", "first.tif", "second.tif"],
  });

  before(async () => {
    work = await workOn(machine().stage.master);
    [empty, noFiles] = [await index(), await files()];
    // With one worker, nobody could tell one from all.
    await machine().bash(
      "echo WORKERS=2 >>/etc/default/antares-dask; service antares-dask restart",
    );
    await work.sumOnce(({ workers }) => workers.length === WORKERS.length);
  });

  it("adds numbers on every worker", async () => {
    const found = await work.sum(1_000_000);
    assert.deepEqual(found, { sum: 500_000_500_000, nodes: [HOST], workers: WORKERS });
  });

  it("fails at once where there is no scheduler file", async () => {
    const begun = Date.now();
    await assert.rejects(
      work.sum(10, "/nowhere.json"),
      /there is no scheduler file \/nowhere\.json/,
    );
    // dask itself would never end; on a busy machine Python alone takes seconds to start.
    assert.ok(Date.now() - begun < 60_000, `${Date.now() - begun} ms`);
  });

  it("adds scenes to the index, and none where a product or a folder is", async () => {
    await work.addScene(scene);
    assert.deepEqual(await index(), withScene(empty, scene.product));
    await work.addScene(neighbour);
    const { folder } = neighbour;
    await assert.rejects(
      work.addScene({ ...scene, folder }),
      /there is a product rehearsed already/,
    );
    await assert.rejects(work.addScene({ product: "third", folder }), /FileExistsError/);
    const both = withScene(withScene(empty, scene.product), neighbour.product);
    assert.deepEqual(await index(), both);
  });

  it("loads all pixels of a scene through all workers", async () => {
    const found = await work.loadScene(scene);
    assert.deepEqual(found, { ...SCENE, nodes: [HOST], workers: WORKERS });
  });

  it("sees one pixel that is wrong", async () => {
    await asUser(
      `python -c "import rasterio; f = rasterio.open(\\"${scene.folder}/second.tif\\", \\"r+\\"); ` +
        'a = f.read(1); a[299, 399] += 1; f.write(a, 1); f.close()"',
    );
    // 7919 + 119 999 counted, modulo 65 521, from 1 on.
    const wrong =
      "error: 1 wrong pixels; [band, row, column, found, expected]: " +
      "[[1, 299, 399, 62399, 62398]]";
    await assert.rejects(work.loadScene(scene), ({ message }: Error) => message.includes(wrong));
  });

  it("removes nothing of a product that another dataset needs, and nothing of somebody else's", async () => {
    const source =
      "insert into agdc.dataset_source select a.id, 'x', b.id from agdc.dataset a, " +
      "agdc.dataset b join agdc.dataset_type t on t.id = b.dataset_type_ref " +
      `where t.name = '${scene.product}' and a.id <> b.id`;
    const describe = (text: string) =>
      machine().sql(
        `update agdc.dataset_type set definition = jsonb_set(definition, '{description}', '"${text}"') where name = '${scene.product}'`,
      );
    await machine().sql(source);
    const [rows, there] = [await index(), await files()];
    await assert.rejects(work.removeScene(scene), /violates foreign key constraint/);
    assert.deepEqual([await index(), await files()], [rows, there]);
    await machine().sql("delete from agdc.dataset_source");
    await describe("precious");
    await assert.rejects(work.removeScene(scene), /the product rehearsed was not made here/);
    await describe("synthetic scene of a rehearsal");
    const both = withScene(withScene(empty, scene.product), neighbour.product);
    assert.deepEqual([await index(), await files()], [both, there]);
  });

  it("does nothing on a host of another name", async () => {
    const command = `/tmp/antares-work/scene.py remove ${scene.folder} ${scene.product}`;
    const elsewhere = await machine().stage.master.exec([
      ...["unshare", "--uts", "sh", "-c"],
      `hostname data.example.org && exec runuser -l antares -c 'python -BW ignore ${command}'`,
    ]);
    assert.deepEqual([elsewhere.code, elsewhere.stdout], [1, ""]);
    assert.match(elsewhere.stderr, /only for throw-away hosts/);
    const both = withScene(withScene(empty, scene.product), neighbour.product);
    assert.deepEqual(await index(), both);
  });

  it("removes a scene without a trace, and leaves another that is named like it", async () => {
    assert.deepEqual(await work.removeScene(scene), removed(scene.product));
    assert.deepEqual(await index(), withScene(empty, neighbour.product));
    const found = await work.loadScene(neighbour);
    assert.deepEqual(found, { ...SCENE, nodes: [HOST], workers: WORKERS });
    assert.deepEqual(await work.removeScene(neighbour), removed(neighbour.product));
    assert.deepEqual([await index(), await files()], [empty, noFiles]);
    assert.deepEqual(await work.removeScene(neighbour), { files: [] });
  });

  it("has a job that needs no login to find index and software", async () => {
    const results = "/srv/antares/data";
    const login = "env -i HOME=/home/antares JOB_ID=7 PATH=/usr/bin:/bin";
    await machine().bash(`runuser -u antares -- ${login} bash /tmp/antares-work/job.sh ${results}`);
    const { python, versions, ...rest } = await work.resultOf(results, "7", 5);
    assert.deepEqual(rest, { job: "7", node: HOST, metadataTypes: ["eo", "eo3", "telemetry"] });
    assert.match(python, /^3\.11\.\d+$/);
    assert.deepEqual(versions, { datacube: "1.8.6", madmex: "0.4.0+standin" });
  });
});
