import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { FLOORS } from "../architecture/floors.ts";
import { firstBootstrap } from "./first-bootstrap.ts";
import { type Footprint, measureFootprints } from "./footprint.ts";
import { driftOf, renderFootprints, withTable } from "./footprint-table.ts";
import { loadsOf } from "./loads.ts";
import { listPublished, type PublishedPackage } from "./published-package.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const project = inject("packed");
const { folder } = project;
const packages = await listPublished(root);

/** Large libraries that wait until they are needed, with their price: 37–52 ms and 60–90 ms of every start. */
const LARGE = ["@grpc/grpc-js", "undici"];
const large = (names: readonly string[]): string[] => names.filter((name) => LARGE.includes(name));

const scoped = (names: readonly string[] = []): string[] => names.map((name) => `@dualmesh/${name}`);
const onFloor = (floor: number) =>
  packages.filter(({ manifest }) => scoped(FLOORS[floor]?.packages).includes(manifest.name));
/** The packages of other projects that one of ours asks for. */
const foreignOf = ({ manifest }: PublishedPackage): string[] =>
  Object.keys(manifest.dependencies ?? {}).filter((name) => !name.startsWith("@dualmesh/"));
const ground = onFloor(0).flatMap((each) => [each.manifest.name, ...foreignOf(each)]);

const orders = createServer((_, response) => response.end("12 orders"));
let footprints: readonly Footprint[];
/** What importing an entry loads beside its own package. */
const besides = (entry: string): readonly string[] => {
  const found = footprints.find((each) => each.entry === entry);
  return [...(found?.ours ?? []), ...(found?.others ?? [])];
};

beforeAll(async () => {
  footprints = await measureFootprints(project, packages);
  await new Promise<void>((resolve) => orders.listen(0, "127.0.0.1", resolve));
  const { port } = orders.address() as AddressInfo;
  await writeFile(join(folder, "footprint.yaml"), firstBootstrap(port, 1));
});
afterAll(() => orders.close());

test("the recorder sees what is loaded", async () => {
  const undici = await loadsOf({ folder }, 'await import("undici")');
  expect(undici.packages).toEqual(["undici"]);
  expect(undici.modules).toBeGreaterThan(10);
  expect((await loadsOf({ folder }, 'await import("@grpc/grpc-js")')).packages).toContain("@grpc/grpc-js");
});

describe("a package of floor 1 stands on floor 0 alone", () => {
  const cases = onFloor(1).flatMap((each) => each.entries.map((entry) => ({ entry, each })));

  test.for(cases)("$entry", ({ entry, each }) => {
    const allowed = [...foreignOf(each), ...ground];
    expect(besides(entry).filter((name) => !allowed.includes(name) || LARGE.includes(name))).toEqual([]);
  });
});

describe("importing leaves large libraries for later", () => {
  test.for(packages.flatMap((each) => each.entries))("%s", (entry) => {
    // Who has calls to make from its first line on; `@dualmesh/sdk/register`, which every process loads, has not.
    expect(large(besides(entry))).toEqual(entry === "@dualmesh/sdk" ? ["undici"] : []);
  });
});

describe.concurrent("an xDS client", () => {
  const create = `
    import { createXdsClient } from "@dualmesh/xds";
    const type = { name: "cluster", typeUrl: "a", fullState: true, parse: () => ({}) };
    const target = { kind: "tcp", address: "127.0.0.1:9" };
    const client = createXdsClient({ node: { id: "a" }, target, types: [type] });`;

  test("loads no gRPC before it opens a stream", async () => {
    expect(large((await loadsOf({ folder }, create)).packages)).toEqual([]);
  });

  test("loads it with the first", async () => {
    const watch = `${create} client.watch("a", "b", {});`;
    expect(large((await loadsOf({ folder }, watch)).packages)).toEqual(["@grpc/grpc-js"]);
  });
});

describe.concurrent("@dualmesh/sdk/register in a process that belongs to a mesh", () => {
  const env = { MESH_BOOTSTRAP: "footprint.yaml", MESH_MODE: "direct" };
  const loadsWith = (code: string) => loadsOf({ folder, env }, code, "--import", "@dualmesh/sdk/register");

  test("loads no data plane and no library before the first call", async () => {
    expect((await loadsWith("")).packages).toEqual(["@dualmesh/sdk"]);
  });

  test("loads them with the first", async () => {
    const { packages: loaded } = await loadsWith(`await (await fetch("http://orders/")).text()`);
    expect(loaded).toEqual(expect.arrayContaining(["@dualmesh/dataplane", "@dualmesh/xds", "undici"]));
  });
});

describe("docs/footprint.md", () => {
  test("says what was measured", async () => {
    const text = await readFile(join(root, "docs/footprint.md"), "utf8");
    expect(driftOf(text, footprints), "`npm run footprint` writes the table anew").toEqual([]);
  });

  const a: Footprint = {
    entry: "@dualmesh/a",
    packedBytes: 40_000,
    unpackedBytes: 200_000,
    modules: 20,
    ours: ["@dualmesh/core"],
    others: ["undici"],
  };
  const text = withTable("# A\n\n| entry | packed |\n|---|---|\n| x | y |\n\nB\n", renderFootprints([a]));

  test("keeps the words around its table", () => {
    expect(text.split("\n").filter((row) => !row.startsWith("|"))).toEqual(["# A", "", "", "B", ""]);
    expect(text).toContain("| `@dualmesh/a` | 40 kB | 200 kB | 20 | core | undici |");
  });

  test.each([
    ["a size within the tolerance", { unpackedBytes: 229_000 }, []],
    ["a larger one", { unpackedBytes: 231_000 }, ["@dualmesh/a unpacked: 231 kB, the table says 200"]],
    ["a smaller one", { packedBytes: 33_000 }, ["@dualmesh/a packed: 33 kB, the table says 40"]],
    ["more modules", { modules: 24 }, ["@dualmesh/a loads: 24 modules, the table says 20"]],
    ["another package", { others: [] }, ['@dualmesh/a loads "core | ", the table says "core | undici"']],
    [
      "another entry",
      { entry: "@dualmesh/b" },
      ["@dualmesh/a is in the table, and no entry point", "@dualmesh/b is not in the table"],
    ],
  ])("is compared: %s", (_, change, sentences) => {
    expect(driftOf(text, [{ ...a, ...change }])).toEqual(sentences);
  });
});
