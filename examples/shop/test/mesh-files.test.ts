import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { validateFiles } from "@dualmesh/control-plane";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CAST, WORKLOADS } from "../src/cast.ts";
import { bootstrapFile } from "../src/mesh/bootstrap-file.ts";
import {
  clustersFile,
  modesFile,
  outboundFile,
  routesFile,
  routesWithBrokenPattern,
  routesWithUnknownCluster,
} from "../src/mesh/mesh-files.ts";
import { MeshFolder } from "../src/mesh/mesh-folder.ts";

const weights = { v1: 90, v2: 10 };
let folder: MeshFolder;

beforeEach(async () => {
  folder = new MeshFolder(await mkdtemp(join(tmpdir(), "shop-files-")));
  await folder.create();
  await folder.write("outbound.yaml", outboundFile());
  await folder.write("clusters.yaml", clustersFile());
  await folder.write("routes.yaml", routesFile(weights));
  await folder.write("web/modes.yaml", modesFile(0));
});

afterEach(() => rm(folder.path, { recursive: true }));

test("the control plane takes the folder as it is, and reads no draft in it", async () => {
  expect(await validateFiles([folder.path])).toEqual({ files: 4, problems: [] });
});

test("a cluster that does not exist is refused with its name", async () => {
  await folder.write("routes.yaml", routesWithUnknownCluster(weights));
  const { problems } = await validateFiles([folder.path]);
  expect(problems.map(({ message }) => message).join("\n")).toContain('"orders-v3"');
});

test("a pattern that does not close is left for the nodes to find", async () => {
  const text = routesWithBrokenPattern(weights);
  await folder.write("routes.yaml", text);
  expect(text).not.toBe(routesFile(weights));
  expect((await validateFiles([folder.path])).problems).toEqual([]);
});

test.each(WORKLOADS.map(({ name }) => name))("the bootstrap of %s is one", async (name) => {
  const path = join(folder.path, "bootstrap.yaml");
  await writeFile(path, bootstrapFile({ workload: CAST[name], appPort: 20_000, controlPlanePort: 20_001 }));
  expect(await validateFiles([path])).toEqual({ files: 1, problems: [] });
});
