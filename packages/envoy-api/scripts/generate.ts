/**
 * Makes `src/generated/` from the .proto files, when they have changed.
 *
 * Runs at every install (`npm run prepare`), so the usual case must cost next to nothing: it hashes what the
 * result depends on, compares with the stamp of the last run, and loads protobufjs only if they differ.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

const here: string = import.meta.dirname;
const protoFolder: string = join(here, "../proto");
const outputFolder: string = join(here, "../src/generated");
const stampFile: string = join(outputFolder, "stamp");
const outputs: readonly string[] = ["table.ts", "messages.ts"];

/** The package whose `deps/` folder holds Envoy's and xDS's .proto files. */
const manifestFile: string = findManifest();

function findManifest(): string {
  try {
    return createRequire(import.meta.url).resolve("@grpc/grpc-js-xds/package.json");
  } catch (cause) {
    throw new Error("envoy-api: @grpc/grpc-js-xds is missing: install with development dependencies", {
      cause,
    });
  }
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/**
 * Everything the generated files depend on. A release on the registry never changes, so its version stands
 * for it.
 */
function hashOfInputs(): string {
  const hash = createHash("sha256");
  const { version } = JSON.parse(readFileSync(manifestFile, "utf8")) as { version: string };
  hash.update(`@grpc/grpc-js-xds ${version}\n`);
  for (const file of [...filesUnder(here), ...filesUnder(protoFolder)]) {
    hash.update(`${relative(here, file)}\n`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

function isFresh(hash: string): boolean {
  if (!existsSync(stampFile) || readFileSync(stampFile, "utf8") !== hash) return false;
  return outputs.every((name) => existsSync(join(outputFolder, name)));
}

/** In one step: another process may be importing the file just now. */
function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}

const hash: string = hashOfInputs();
if (!isFresh(hash)) {
  const { loadSchema } = await import("./schema.ts");
  const { printTable } = await import("./print-table.ts");
  const { printMessages } = await import("./print-messages.ts");

  const schema = loadSchema(join(dirname(manifestFile), "deps"), protoFolder);
  mkdirSync(outputFolder, { recursive: true });
  replaceFile(join(outputFolder, "table.ts"), printTable(schema));
  replaceFile(join(outputFolder, "messages.ts"), printMessages(schema));
  // Last, so that an interrupted run is repeated.
  replaceFile(stampFile, hash);
  console.log(
    `envoy-api: wrote ${schema.messages.length} messages and ${schema.enums.length} enums to src/generated/`,
  );
}
