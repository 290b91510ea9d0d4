import { MeshError } from "@dualmesh/core";

/** The keys of all members of a union. */
type KeyOf<T> = T extends unknown ? keyof T & string : never;

/** The keys that an object of configuration may have. */
export function knownKeys<T>(...keys: readonly KeyOf<T>[]): ReadonlySet<string> {
  return new Set(keys);
}

/**
 * Refuses what is no object, and keys that nobody reads: whoever misspells one in plain JavaScript would otherwise never learn.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`: `match: unknown key "header" (expected path, methods, …)`.
 */
export function checkKeys(subject: string, config: object, known: ReadonlySet<string>): void {
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw refused(subject, `expected an object, got ${shown(config)}`);
  }
  // Allocates nothing: a table has tens of thousands of such objects.
  for (const key in config) {
    if (!known.has(key)) {
      throw refused(subject, `unknown key ${JSON.stringify(key)} (expected ${[...known].join(", ")})`);
    }
  }
}

/**
 * Refuses a kind that is none, and keys that its kind does not have.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`: `path matcher: unknown kind "prefx" (expected exact, prefix, …)`.
 */
export function checkKind<T extends { readonly kind: string }>(
  subject: string,
  config: T,
  kinds: Readonly<Record<T["kind"], ReadonlySet<string>>>,
): void {
  if (typeof config !== "object" || config === null) {
    throw refused(subject, `expected an object, got ${shown(config)}`);
  }
  const kind: T["kind"] = config.kind;
  if (!Object.hasOwn(kinds, kind)) {
    throw refused(subject, `unknown kind ${shown(kind)} (expected ${Object.keys(kinds).join(", ")})`);
  }
  checkKeys(subject, config, kinds[kind]);
}

/** The error for a kind, or an object of a kind, that is none: where the compiler sees that there are no more. */
export function unknownKind(subject: string, config: never): MeshError {
  const kind: unknown = (config as { readonly kind?: unknown } | undefined)?.kind ?? config;
  return refused(subject, `unknown kind ${shown(kind)}`);
}

/**
 * Refuses what is no text.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`.
 */
export function checkText(subject: string, key: string, value: string): void {
  if (typeof value !== "string") throw refused(subject, `${key} must be a text, got ${shown(value)}`);
}

/**
 * Refuses what is no list. `undefined` is an absent one.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`.
 */
export function checkList(subject: string, key: string, value: readonly unknown[] | undefined): void {
  if (value !== undefined && !Array.isArray(value)) {
    throw refused(subject, `${key} must be a list, got ${shown(value)}`);
  }
}

/**
 * Refuses what is no map. `undefined` is an absent one.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`.
 */
export function checkMap(
  subject: string,
  key: string,
  value: ReadonlyMap<string, unknown> | undefined,
): void {
  if (value !== undefined && typeof (value as { readonly get?: unknown } | null)?.get !== "function") {
    throw refused(subject, `${key} must be a Map, got ${shown(value)}`);
  }
}

/**
 * Refuses a value that is none of those that there are. `undefined` is an absent one.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`.
 */
export function checkOneOf<T extends string | number>(
  subject: string,
  key: string,
  value: T | undefined,
  known: readonly T[],
): void {
  if (value !== undefined && !known.includes(value)) {
    throw refused(subject, `${key} must be one of ${known.join(", ")}, got ${shown(value)}`);
  }
}

function refused(subject: string, reason: string): MeshError {
  return new MeshError("INVALID_ARGUMENT", `${subject}: ${reason}`);
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
