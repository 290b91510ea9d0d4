/** Parses the published .proto files and adds to them what `proto/newer/` and `proto/own/` declare. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import protobuf from "protobufjs";

/** protobufjs' own folder must be an include path, or `google/protobuf/descriptor.proto` is missing. */
const protobufjsFolder: string = dirname(createRequire(import.meta.url).resolve("protobufjs/package.json"));

/** One resolved tree of everything under a `v3` package of Envoy, and of xDS's and UDPA's own types. */
export function parseProtos(depsFolder: string, ownFolder: string): protobuf.Root {
  const folders = ["envoy-api", "xds", "googleapis", "protoc-gen-validate"].map((name) =>
    join(depsFolder, name),
  );
  const find = includePath([...folders, ownFolder, protobufjsFolder]);
  const wanted = [
    ...protosUnder(folders[0]!, "envoy").filter((path) => path.includes("/v3/")),
    ...protosUnder(folders[1]!, "xds"),
    ...protosUnder(folders[1]!, "udpa"),
    ...["any", "duration", "empty", "field_mask", "struct", "timestamp", "wrappers"].map(
      (name) => `google/protobuf/${name}.proto`,
    ),
    "google/rpc/status.proto",
  ];
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => find(target) ?? target;
  const isComplete = completeness(find);
  root.loadSync(wanted.filter(isComplete), { keepCase: true });
  for (const folder of ["newer", "own"]) {
    for (const path of protosUnder(join(ownFolder, folder), "")) {
      addDeclared(root, readFileSync(join(ownFolder, folder, path), "utf8"));
    }
  }
  root.resolveAll();
  return root;
}

function protosUnder(folder: string, below: string): string[] {
  return readdirSync(join(folder, below), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".proto"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

function includePath(folders: readonly string[]): (path: string) => string | undefined {
  return (path) => folders.map((folder) => join(folder, path)).find((file) => existsSync(file));
}

/**
 * A test for "can be loaded": every file it imports, and those they import, is there. Four files of Envoy are
 * not, since OpenCensus' and Prometheus' .proto files are not published with them; nothing here would use
 * those four.
 */
function completeness(find: (path: string) => string | undefined): (path: string) => boolean {
  const known = new Map<string, boolean>();
  const check = (path: string): boolean => {
    const before = known.get(path);
    if (before !== undefined) return before;
    known.set(path, true); // a cycle of imports is complete if the rest is
    // protobufjs carries these itself.
    if (path.startsWith("google/protobuf/")) return true;
    const file = find(path);
    const imports =
      file === undefined ? [] : readFileSync(file, "utf8").matchAll(/^import\s+(?:\w+\s+)?"([^"]+)"/gm);
    const complete = file !== undefined && [...imports].every((match) => check(match[1]!));
    known.set(path, complete);
    return complete;
  };
  return check;
}

/**
 * Adds messages, fields and enum values: those of a newer Envoy, and our own. What the published files have by now must agree.
 */
function addDeclared(root: protobuf.Root, text: string): void {
  const newer = protobuf.parse(text, new protobuf.Root(), { keepCase: true }).root;
  addSpace(root, newer);
}

function addSpace(into: protobuf.NamespaceBase, from: protobuf.NamespaceBase): void {
  for (const child of [...from.nestedArray]) {
    const known = into.get(child.name);
    if (known === null) {
      from.remove(child);
      into.add(child);
      continue;
    }
    if (child instanceof protobuf.Enum && known instanceof protobuf.Enum) addValues(known, child);
    if (child instanceof protobuf.Type && known instanceof protobuf.Type) addFields(known, child);
    if (child instanceof protobuf.Namespace && known instanceof protobuf.Namespace) addSpace(known, child);
  }
}

function addValues(known: protobuf.Enum, newer: protobuf.Enum): void {
  for (const [name, number] of Object.entries(newer.values)) {
    if (known.values[name] === undefined) known.add(name, number);
    else if (known.values[name] !== number) throw new Error(`${known.fullName}.${name} is not ${number}`);
  }
}

function addFields(known: protobuf.Type, newer: protobuf.Type): void {
  for (const field of [...newer.fieldsArray]) {
    const before = known.fields[field.name];
    if (before !== undefined) {
      if (before.id !== field.id) throw new Error(`${before.fullName} is not number ${field.id}`);
      continue;
    }
    const oneof = field.partOf;
    newer.remove(field);
    if (oneof === null) {
      known.add(field);
      continue;
    }
    if (known.oneofs?.[oneof.name] === undefined) known.add(new protobuf.OneOf(oneof.name));
    known.oneofs![oneof.name]!.add(field);
  }
}
