import { compileFormat, type Format, type FormatContext, type Headers, MeshError } from "@dualmesh/core";
import { checkKeys, checkList, checkOneOf, checkText, knownKeys } from "@dualmesh/matching";

/** What a route, a virtual host or a table changes in headers. Removals come before what is added. */
export interface HeaderMutations {
  /** Names, in any case. */
  readonly remove?: readonly string[];
  readonly add?: readonly HeaderToAdd[];
}

/**
 * One header to add.
 *
 * @see Envoy, `envoy.config.core.v3.HeaderValueOption`
 */
export interface HeaderToAdd {
  /** In any case; goes out in lower case. Neither `host` nor a pseudo header: those have rewrites of their own. */
  readonly name: string;
  /** A format string such as `%REQ(x-user)%`. One that gives nothing adds nothing, and overwrites nothing. */
  readonly value: string;
  /**
   * What happens where the header is there already. Default `append`.
   *
   * - `append`: adds a further field, whatever is there.
   * - `add-if-absent`: leaves alone what is there.
   * - `overwrite`: takes the place of all that is there.
   * - `overwrite-if-exists`: likewise, but adds nothing where nothing is.
   */
  readonly action?: "append" | "add-if-absent" | "overwrite" | "overwrite-if-exists";
  /** Adds a value that came out empty, too. Default false. */
  readonly keepEmptyValue?: boolean;
}

/** Mutations, compiled once. */
export interface HeaderMutationPlan {
  /** Changes the headers. The context answers for the values, and is asked before anything is added. */
  apply(headers: Headers, context: FormatContext): void;
  /** Whether it changes nothing. */
  readonly empty: boolean;
  /** `remove a; append b "…"`. Stable. */
  toString(): string;
}

/**
 * Compiles mutations. All values are computed first, from the headers as they are after the removals; then
 * overwriting is done, then adding: that is Envoy's order, whatever the order of listing.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a forbidden or empty name, a command that is not in `commands`, or a value that
 * would end the field: one with CR, LF or NUL.
 */
export function compileHeaderMutations(
  config: HeaderMutations,
  commands: ReadonlySet<string>,
): HeaderMutationPlan {
  checkKeys("header mutation", config, KEYS);
  checkList("header mutation", "remove", config.remove);
  checkList("header mutation", "add", config.add);
  const remove = (config.remove ?? []).map(checkName);
  const add = (config.add ?? []).map((header) => compileAddition(header, commands));
  return new Plan(remove, add);
}

/** One addition, compiled. */
interface Addition {
  readonly name: string;
  readonly action: NonNullable<HeaderToAdd["action"]>;
  readonly keepEmptyValue: boolean;
  readonly format: Format;
}

class Plan implements HeaderMutationPlan {
  readonly empty: boolean;
  readonly #remove: readonly string[];
  readonly #add: readonly Addition[];

  constructor(remove: readonly string[], add: readonly Addition[]) {
    this.#remove = remove;
    this.#add = add;
    this.empty = remove.length === 0 && add.length === 0;
  }

  apply(headers: Headers, context: FormatContext): void {
    for (const name of this.#remove) headers.delete(name);
    if (this.#add.length === 0) return;
    const values = this.#add.map((addition) => writtenValue(addition, headers, context));
    for (const [i, { name, action }] of this.#add.entries()) {
      const value = values[i];
      if (value !== undefined && isOverwriting(action)) headers.set(name, value);
    }
    for (const [i, { name, action }] of this.#add.entries()) {
      const value = values[i];
      if (value !== undefined && !isOverwriting(action)) headers.append(name, value);
    }
  }

  toString(): string {
    const removals = this.#remove.map((name) => `remove ${name}`);
    const additions = this.#add.map(
      ({ name, action, format }) => `${action} ${name} ${JSON.stringify(String(format))}`,
    );
    return [...removals, ...additions].join("; ");
  }
}

/** The value to write; `undefined` where the action or an empty value says that nothing is written. */
function writtenValue(addition: Addition, headers: Headers, context: FormatContext): string | undefined {
  const { action, name } = addition;
  if (action === "add-if-absent" && headers.has(name)) return undefined;
  if (action === "overwrite-if-exists" && !headers.has(name)) return undefined;
  const value = addition.format.evaluate(context);
  return value === "" && !addition.keepEmptyValue ? undefined : value;
}

function isOverwriting(action: Addition["action"]): boolean {
  return action === "overwrite" || action === "overwrite-if-exists";
}

function compileAddition(header: HeaderToAdd, commands: ReadonlySet<string>): Addition {
  checkKeys("header mutation", header, ADD_KEYS);
  const name = checkName(header.name);
  checkText("header mutation", `the value of "${name}"`, header.value);
  checkOneOf("header mutation", "action", header.action, ACTIONS);
  // The text of a format is its literal parts and the names of commands, none of which have any of these.
  if (FIELD_END.test(header.value)) {
    throw new MeshError("INVALID_ARGUMENT", `header mutation: the value of "${name}" has CR, LF or NUL`);
  }
  return {
    name,
    action: header.action ?? "append",
    keepEmptyValue: header.keepEmptyValue ?? false,
    format: compileFormat(header.value, commands),
  };
}

const KEYS = knownKeys<HeaderMutations>("remove", "add");
const ADD_KEYS = knownKeys<HeaderToAdd>("name", "value", "action", "keepEmptyValue");
const ACTIONS = ["append", "add-if-absent", "overwrite", "overwrite-if-exists"] as const;
const FIELD_END = /[\r\n\0]/;

function checkName(name: string): string {
  checkText("header mutation", "name", name);
  const lower = name.toLowerCase();
  if (lower === "") throw new MeshError("INVALID_ARGUMENT", "header mutation: the name is empty");
  if (FIELD_END.test(name)) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `header mutation: the name ${JSON.stringify(name)} has CR, LF or NUL`,
    );
  }
  if (lower === "host" || lower.startsWith(":")) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `header mutation: "${name}" may be neither added nor removed, but rewritten`,
    );
  }
  return lower;
}
