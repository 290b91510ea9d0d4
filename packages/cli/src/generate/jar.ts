import { UserError } from "../user-error.ts";
import { listZip, unpackEntry, type ZipEntry } from "./zip-directory.ts";

const MAX_ENTRIES = 200_000;
/** What is read of all jars of a run, unpacked: twice the classes of a large Spring application. */
const MAX_UNPACKED_BYTES = 1 << 29;
const MAX_CLASS_BYTES = 1 << 24;
const MAX_INNER_JAR_BYTES = 1 << 28;

/** What may still be unpacked. */
export interface UnpackBudget {
  left: number;
}

export function unpackBudget(): UnpackBudget {
  return { left: MAX_UNPACKED_BYTES };
}

export interface JarContent {
  /** In the order of their names. */
  readonly classes: readonly JarEntry[];
  /** `BOOT-INF/lib/*.jar` and the like. Empty where they were not asked for. */
  readonly innerJars: readonly JarEntry[];
  readonly innerJarCount: number;
}

export interface JarEntry {
  /** `orders.jar!com/example/Order.class` */
  readonly file: string;
  readonly bytes: Buffer;
}

export interface JarOptions {
  readonly withInnerJars: boolean;
  readonly budget: UnpackBudget;
}

/**
 * The classes in a jar. A jar that is small and says that it is large is refused before it is unpacked, and one that says that
 * it is small while it is large is not unpacked further than that.
 *
 * @throws {UserError} which names the file.
 */
export function readJar(content: Buffer, file: string, { withInnerJars, budget }: JarOptions): JarContent {
  const entries = listEntries(content, file);
  const innerJars = entries.filter(({ name }) => name.endsWith(".jar"));
  const unpack = (entry: ZipEntry): JarEntry => {
    const bytes = Math.max(entry.bytes, entry.packedBytes);
    const most = entry.name.endsWith(".jar") ? MAX_INNER_JAR_BYTES : MAX_CLASS_BYTES;
    const name = `${file}!${entry.name}`;
    if (bytes > most) throw new UserError(`${name}: its ${bytes} bytes are over the limit of ${most}`);
    budget.left -= bytes;
    if (budget.left < 0)
      throw new UserError(`${file}: its classes are over ${MAX_UNPACKED_BYTES} bytes in all`);
    return { file: name, bytes: attempt(name, () => unpackEntry(content, entry)) };
  };
  return {
    classes: entries.filter(isClass).map(unpack),
    innerJars: withInnerJars ? innerJars.map(unpack) : [],
    innerJarCount: innerJars.length,
  };
}

function listEntries(content: Buffer, file: string): ZipEntry[] {
  const entries: ZipEntry[] = [];
  return attempt(file, () => {
    for (const entry of listZip(content)) {
      if (entries.push(entry) > MAX_ENTRIES) throw new RangeError(`it has over ${MAX_ENTRIES} entries`);
    }
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

/** Under META-INF/versions are the same classes again, for newer Javas. */
function isClass({ name }: ZipEntry): boolean {
  return name.endsWith(".class") && !name.startsWith("META-INF/");
}

/** Bytes that are missing are a RangeError, and what zlib refuses an Error with its code. */
function attempt<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UserError(`${file}: this is no jar, or a damaged one: ${(error as Error).message}`);
  }
}
