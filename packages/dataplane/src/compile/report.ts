import { MeshError } from "@dualmesh/core";

/** Which fields of a message are understood. What is in neither list is refused by name when it is set. */
export interface FieldRules {
  /** Fields that take effect. */
  readonly uses: readonly string[];
  /** Fields that change nothing about who may call whom and where calls go: accepted, with a warning. */
  readonly ignores?: readonly string[];
}

/**
 * What came up while a resource was compiled. A problem refuses the resource (NACK); a warning lets it in and is listed
 * on the admin page.
 */
export class CompileReport {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];

  refuse(path: string, reason: string): void {
    this.problems.push(`${path}: ${reason}`);
  }

  /** Refuses a share of something that is none. */
  checkPercent(path: string, percent: number): void {
    if (!(percent >= 0 && percent <= 100)) this.refuse(path, `expected 0 to 100, got ${percent}`);
  }

  warn(path: string, reason: string): void {
    this.warnings.push(`${path}: ${reason}`);
  }

  /** Refuses or warns of each field that is set and not used. */
  checkFields(path: string, message: object, rules: FieldRules): void {
    for (const [field, value] of Object.entries(message)) {
      if (rules.uses.includes(field) || !isSet(value)) continue;
      if (rules.ignores?.includes(field)) this.warn(`${path}.${field}`, "it is set, and has no effect here");
      else this.refuse(`${path}.${field}`, "it is set, and is not supported");
    }
  }

  /** Runs a step that throws on bad input; its message becomes a problem. */
  attempt<T>(path: string, step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      // The code is the same for all of them; whoever reports the problems has one of its own.
      this.refuse(
        path,
        MeshError.is(error) ? error.rawMessage : error instanceof Error ? error.message : String(error),
      );
      return undefined;
    }
  }
}

/**
 * Whether a field of a decoded message carries anything. Enums carry their name, of which the first is the default and
 * means "unset" in Envoy's messages; those that matter are in `uses`.
 */
function isSet(value: unknown): boolean {
  if (value === undefined || value === false || value === 0 || value === "") return false;
  if (typeof value === "string") return !DEFAULT_ENUM_NAMES.has(value);
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Uint8Array) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return true;
}

/** The names of value 0 in those enums of Envoy's messages that this package does not read. */
const DEFAULT_ENUM_NAMES: ReadonlySet<string> = new Set([
  "AUTO",
  "DEFAULT",
  "UNSPECIFIED",
  "NONE",
  "SANITIZE",
  "OVERWRITE",
  "IMPLEMENTATION_SPECIFIC_DEFAULT",
  "KEEP_UNCHANGED",
  "SERVICE_UNAVAILABLE",
  "PASS_THROUGH_INTERNAL_REDIRECT",
  "USE_CONFIGURED_PROTOCOL",
  "MOVED_PERMANENTLY",
  "V4_PREFERRED",
  "UNKNOWN",
  "ANY",
  "ALLOW",
]);
