import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileTrouble } from "../read-text.ts";
import { UserError } from "../user-error.ts";
import { readClassFile } from "./class-file/read-class-file.ts";
import { readJar, type UnpackBudget, unpackBudget } from "./jar.ts";
import { parseJavaSource, type SourceType } from "./java-source/parse-java-source.ts";
import { resolveNames } from "./java-source/resolve-names.ts";
import type { JavaTypeModel } from "./java-type-model.ts";
import { TypeGraph } from "./type-graph.ts";

const MAX_FILE_BYTES = 1 << 29;
const MAX_SOURCE_BYTES = 1 << 23;

export interface ReadInputs {
  readonly graph: TypeGraph;
  readonly warnings: readonly string[];
}

/**
 * The types of jars, class files, sources, and folders of them. Of two types of one name the first is it, as on a class path:
 * sources in front of a jar give the names of its parameters.
 *
 * @param withInnerJars Whether jars in jars are opened: those of a Spring Boot application.
 * @throws {UserError} which names the file that cannot be read.
 */
export async function readInputs(paths: readonly string[], withInnerJars: boolean): Promise<ReadInputs> {
  const found = new FoundTypes(withInnerJars);
  for (const path of paths) {
    for (const file of await listFiles(path)) found.add(file, await readBytes(file));
  }
  return found.finish();
}

class FoundTypes {
  readonly #withInnerJars: boolean;
  readonly #budget: UnpackBudget = unpackBudget();
  readonly #types = new Map<string, JavaTypeModel | SourceType>();
  readonly #warnings: string[] = [];

  constructor(withInnerJars: boolean) {
    this.#withInnerJars = withInnerJars;
  }

  add(file: string, content: Buffer): void {
    if (file.endsWith(".jar")) this.#addJar(file, content, true);
    else if (file.endsWith(".class")) this.#addClass(file, content);
    else this.#addSource(file, content);
  }

  finish(): ReadInputs {
    const sources: SourceType[] = [];
    const compiled: JavaTypeModel[] = [];
    for (const type of this.#types.values()) {
      if ("model" in type) sources.push(type);
      else compiled.push(type);
    }
    const names = compiled.map(({ name }) => name);
    return { graph: new TypeGraph([...compiled, ...resolveNames(sources, names)]), warnings: this.#warnings };
  }

  #addJar(file: string, content: Buffer, isOuter: boolean): void {
    const withInnerJars = isOuter && this.#withInnerJars;
    const { classes, innerJars, innerJarCount } = readJar(content, file, {
      withInnerJars,
      budget: this.#budget,
    });
    for (const one of classes) this.#addClass(one.file, one.bytes);
    for (const one of innerJars) this.#addJar(one.file, one.bytes, false);
    if (innerJarCount > 0 && !withInnerJars) {
      const jars = innerJarCount === 1 ? "the jar in it was" : `the ${innerJarCount} jars in it were`;
      this.#warnings.push(`${file}: ${jars} not opened; with --class they are`);
    }
  }

  #addClass(file: string, content: Buffer): void {
    const model = readClassFile(content, file);
    if (model !== undefined && !this.#types.has(model.name)) this.#types.set(model.name, model);
  }

  #addSource(file: string, content: Buffer): void {
    if (content.length > MAX_SOURCE_BYTES) {
      throw new UserError(`${file}: its ${content.length} bytes are over the limit of ${MAX_SOURCE_BYTES}`);
    }
    // What they declare is no type.
    if (/(?:module|package)-info\.java$/.test(file)) return;
    for (const type of parseJavaSource(content.toString(), file)) {
      if (!this.#types.has(type.model.name)) this.#types.set(type.model.name, type);
    }
  }
}

const ENDINGS: readonly string[] = [".jar", ".class", ".java"];

async function listFiles(path: string): Promise<readonly string[]> {
  const isFolder = await attempt(path, async () => (await stat(path)).isDirectory());
  if (!isFolder) {
    if (ENDINGS.some((ending) => path.endsWith(ending))) return [path];
    throw new UserError(`${path}: expected a jar, a .class or .java file, or a folder of them`);
  }
  const names = await attempt(path, () => readdir(path, { recursive: true }));
  // Other jars of a folder are its dependencies, as a rule: they are named where they are wanted.
  return names
    .filter((name) => name.endsWith(".class") || name.endsWith(".java"))
    .sort()
    .map((name) => join(path, name));
}

async function readBytes(file: string): Promise<Buffer> {
  return attempt(file, async () => {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES) {
      throw new UserError(`${file}: its ${size} bytes are over the limit of ${MAX_FILE_BYTES}`);
    }
    return readFile(file);
  });
}

async function attempt<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${path}: ${fileTrouble(error as NodeJS.ErrnoException)}`);
  }
}
