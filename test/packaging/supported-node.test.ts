import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { firstBootstrap } from "./first-bootstrap.ts";
import { comparePrinted, readFirstExample } from "./first-example.ts";
import { type Greeter, startGreeter } from "./greeter.ts";
import { listPublished } from "./published-package.ts";
import { runProgram } from "./run-program.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { folder } = inject("packed");
const nodes = inject("nodes");
const packages = await listPublished(root);
const version = packages[0]?.manifest.version;

/** Importing this is what starts it. */
const STARTS_WHEN_IMPORTED = "@dualmesh/sdk/register";
const importable = packages
  .flatMap(({ entries }) => entries)
  .filter((entry) => entry !== STARTS_WHEN_IMPORTED);

const found = await Promise.all(
  packages.map(async (each) => ({ name: each.manifest.name, example: await readFirstExample(each.folder) })),
);
const examples = found.flatMap(({ name, example }) =>
  example === undefined ? [] : [{ name, example, file: name.replace(/\W+/g, "-") }],
);

/** How strangers write TypeScript for Node, with nothing switched off: the declarations that they get are checked too. */
const tsconfig = {
  compilerOptions: {
    ...{ module: "nodenext", target: "es2024", lib: ["es2024", "esnext.disposable"], types: ["node"] },
    ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false },
    ...{ rootDir: "examples", outDir: "built" },
  },
  include: ["examples"],
};

const orders = createServer((_, response) => response.end("12 orders"));
let greeter: Greeter;
let typeErrors: string;
beforeAll(async () => {
  await mkdir(join(folder, "examples"));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  for (const { file, example } of examples) {
    await writeFile(join(folder, "examples", `${file}.mts`), example.esm);
    await writeFile(join(folder, "examples", `${file}.cts`), example.cjs);
  }
  const compiler = join(root, "node_modules", ".bin", "tsc");
  // With errors it ends with a status other than 0, and its standard output has them.
  typeErrors = await runProgram({ folder }, compiler, "--pretty", "false").catch(
    (error: { readonly stdout: string }) => error.stdout,
  );

  await new Promise<void>((resolve) => orders.listen(0, "127.0.0.1", resolve));
  const { port } = orders.address() as AddressInfo;
  greeter = await startGreeter();
  await writeFile(join(folder, "mesh.yaml"), firstBootstrap(port, greeter.port));
});
afterAll(() => {
  orders.close();
  greeter.close();
});

test("what READMEs show first is well typed in an empty project, as ES modules and as CommonJS", () => {
  expect(typeErrors).toBe("");
});

test("the oldest Node of these tests is the oldest that packages accept", () => {
  const accepted = packages.map(({ manifest }) => manifest.engines?.["node"]);
  expect(new Set(accepted)).toEqual(new Set([">=22.19"]));
  expect(nodes[0]?.version).toBe("22.19.0");
});

describe.for([...nodes])("in an empty project, on Node $version", ({ path: node, version: nodeVersion }) => {
  test("it is that Node", async () => {
    expect(await runProgram({ folder }, node, "--version")).toBe(`v${nodeVersion}\n`);
  });

  test.concurrent.for(importable)("import and require of %s give the same names", async (entry) => {
    const print = "console.log(JSON.stringify(Object.keys(names).sort()))";
    const esm = `const names = await import("${entry}"); ${print}`;
    const cjs = `const names = require("${entry}"); ${print}`;
    const [imported, required] = await Promise.all([
      runProgram({ folder }, node, "--input-type=module", "-e", esm),
      runProgram({ folder }, node, "--input-type=commonjs", "-e", cjs),
    ]);
    expect(JSON.parse(required)).toEqual(JSON.parse(imported));
  });

  test.concurrent.for(examples)(
    "what the README of $name shows first runs, as an ES module and as CommonJS",
    async ({ file, example }) => {
      const [esm, cjs] = await Promise.all([
        runProgram({ folder }, node, join("built", `${file}.mjs`)),
        runProgram({ folder }, node, join("built", `${file}.cjs`)),
      ]);
      expect({
        esm: comparePrinted(example.printed, esm),
        cjs: comparePrinted(example.printed, cjs),
      }).toEqual({
        esm: [],
        cjs: [],
      });
    },
  );

  test.concurrent.for(["--import", "--require"])(
    `%s ${STARTS_WHEN_IMPORTED} puts fetch and node:http into the mesh`,
    async (how) => {
      const program = `
        const get = (done) => require("node:http").get("http://orders/", (answer) => answer.on("data", done));
        fetch("http://orders/").then((answer) => answer.text()).then((text) => {
          console.log("fetch:", text);
          get((bytes) => console.log("http:", String(bytes)));
        });`;
      const env = { MESH_BOOTSTRAP: "mesh.yaml", MESH_MODE: "direct" };
      const output = await runProgram({ folder, env }, node, how, STARTS_WHEN_IMPORTED, "-e", program);
      expect(output).toBe("fetch: 12 orders\nhttp: 12 orders\n");
    },
  );

  test.concurrent.for([
    ["module", 'import * as grpc from "@grpc/grpc-js";'],
    ["commonjs", 'const grpc = require("@grpc/grpc-js");'],
  ] as const)(`${STARTS_WHEN_IMPORTED} puts a client of gRPC into the mesh, as %s`, async ([type, load]) => {
    const program = `${load}
      const client = new grpc.Client("greeter:50051", grpc.credentials.createInsecure());
      client.makeUnaryRequest("/greet.Greeter/Greet", Buffer.from, String, "mesh", (error, answer) => {
        console.log(error ?? answer);
        client.close();
      });`;
    const env = { MESH_BOOTSTRAP: "mesh.yaml", MESH_MODE: "direct" };
    const args = ["--import", STARTS_WHEN_IMPORTED, `--input-type=${type}`, "-e", program];
    expect(await runProgram({ folder, env }, node, ...args)).toBe("hello mesh\n");
  });

  test.concurrent(`${STARTS_WHEN_IMPORTED} without a bootstrap lets a program run and end`, async () => {
    const program = ["--import", STARTS_WHEN_IMPORTED, "-e", "console.log(6 * 7)"];
    expect(await runProgram({ folder }, node, ...program)).toBe("42\n");
  });

  test.concurrent("the command prints its version, and explains a call", async () => {
    const command = join("node_modules", ".bin", "dualmesh");
    const explain = ["explain", "-c", "mesh.yaml", "GET", "http://orders/"];
    expect(await runProgram({ folder }, node, command, "--version")).toBe(`${version}\n`);
    expect(await runProgram({ folder }, node, command, ...explain)).toContain(
      '→ forward to cluster "orders"',
    );
  });
});

test("npx dualmesh --version prints the version", async () => {
  expect((await runProgram({ folder }, "npx", "--no-install", "dualmesh", "--version")).trim()).toBe(version);
});
