import { asBytes, MeshError } from "@dualmesh/core";
import { compileCidrSet } from "../address/cidr-set.ts";
import { checkKind, checkList, checkMap, knownKeys, unknownKind } from "../config/check-config.ts";
import type { RegexLimits } from "../regex/regex.ts";
import type { MatchableHead } from "../request/head-field.ts";
import type { Reading } from "../request/reading.ts";
import type { RequestFacts } from "../request/request-facts.ts";
import { compileInputPredicate, type InputPredicate } from "./input-predicate.ts";
import { compileMatchInput, type MatchInput } from "./match-input.ts";

/**
 * A tree that leads a request to an action.
 *
 * A branch that leads nowhere counts as if it had not matched: a list goes on, a map of prefixes tries a shorter one, and
 * then `onNoMatch` has its turn.
 *
 * @see xDS, "Unified matcher API"; `xds.type.matcher.v3.Matcher`
 */
export type MatcherTree<Action> =
  /** The first that matches. */
  | {
      readonly kind: "list";
      readonly matchers: readonly {
        readonly predicate: InputPredicate;
        readonly onMatch: OnMatch<Action>;
      }[];
      readonly onNoMatch?: OnMatch<Action>;
    }
  /** `exact`: by the whole text. `prefix`: by the longest of all texts that it begins with. */
  | {
      readonly kind: "exact" | "prefix";
      readonly input: MatchInput;
      readonly map: ReadonlyMap<string, OnMatch<Action>>;
      readonly onNoMatch?: OnMatch<Action>;
    }
  /** By the smallest range that holds the address. */
  | {
      readonly kind: "address";
      readonly input: MatchInput;
      readonly ranges: readonly { readonly cidrs: readonly string[]; readonly onMatch: OnMatch<Action> }[];
      readonly onNoMatch?: OnMatch<Action>;
    };

/** Where a branch leads. */
export type OnMatch<Action> =
  | { readonly kind: "action"; readonly action: Action }
  | { readonly kind: "tree"; readonly tree: MatcherTree<Action> };

/** A tree, compiled once. */
export interface CompiledMatcherTree<Action> {
  /** `undefined`: nowhere. */
  find(head: MatchableHead, facts: RequestFacts): Action | undefined;
  /** All actions, in order of listing. */
  readonly actions: readonly Action[];
  /** What of a request it looks at. */
  readonly reads: readonly Reading[];
  /** The way to the action of a request, one step in a line; what it ends at is not printed. Stable. */
  explain(head: MatchableHead, facts: RequestFacts): readonly string[];
  /** One line per branch. Stable. */
  toString(): string;
}

/** Trees nest no deeper: a bound on the stack, for configuration that comes from others. */
const MAX_DEPTH = 32;

/**
 * Compiles a tree.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a bad matcher or range, an empty list or map, or over 32 levels.
 */
export function compileMatcherTree<Action>(
  config: MatcherTree<Action>,
  limits: RegexLimits = {},
): CompiledMatcherTree<Action> {
  const actions: Action[] = [];
  const reads: Reading[] = [];
  const root = compileNode(config, { actions, reads, limits, depth: 1 });
  return {
    actions,
    reads,
    find: (head, facts) => root.find(head, facts, undefined),
    explain(head, facts) {
      const steps: string[] = [];
      root.find(head, facts, steps);
      return steps;
    },
    toString: () => root.lines("").join("\n"),
  };
}

interface Context<Action> {
  readonly actions: Action[];
  readonly reads: Reading[];
  readonly limits: RegexLimits;
  readonly depth: number;
}

/** A place in the tree. `steps` collects what was decided, where somebody wants to know. */
interface Node<Action> {
  find(head: MatchableHead, facts: RequestFacts, steps: string[] | undefined): Action | undefined;
  lines(indent: string): string[];
}

function compileNode<Action>(config: MatcherTree<Action>, context: Context<Action>): Node<Action> {
  if (context.depth > MAX_DEPTH) {
    throw new MeshError("INVALID_ARGUMENT", `matcher tree: it is over the limit of ${MAX_DEPTH} levels`);
  }
  checkKind("matcher tree", config, KINDS);
  const branches = compileBranches(config, context);
  const otherwise = config.onNoMatch && compileBranch("otherwise", config.onNoMatch, context);
  return {
    find(head, facts, steps) {
      const found = branches.find(head, facts, steps);
      if (found !== undefined || otherwise === undefined) return found;
      return take(otherwise, head, facts, steps);
    },
    lines: (indent) =>
      [...branches.all, ...(otherwise === undefined ? [] : [otherwise])].flatMap((branch) =>
        branch.lines(indent),
      ),
  };
}

interface Branch<Action> extends Node<Action> {
  readonly title: string;
}

interface Branches<Action> {
  readonly all: readonly Branch<Action>[];
  /** The action of the first that the request may take and that leads somewhere, the best tried first. */
  find(head: MatchableHead, facts: RequestFacts, steps: string[] | undefined): Action | undefined;
}

function take<Action>(
  branch: Branch<Action>,
  head: MatchableHead,
  facts: RequestFacts,
  steps: string[] | undefined,
): Action | undefined {
  steps?.push(branch.title);
  return branch.find(head, facts, steps);
}

function compileBranch<Action>(
  title: string,
  onMatch: OnMatch<Action>,
  context: Context<Action>,
): Branch<Action> {
  checkKind("matcher tree", onMatch, ON_MATCH);
  if (onMatch.kind === "tree") {
    const node = compileNode(onMatch.tree, { ...context, depth: context.depth + 1 });
    return {
      title,
      find: node.find,
      lines: (indent) => [`${indent}${title}:`, ...node.lines(`${indent}  `)],
    };
  }
  const { action } = onMatch;
  context.actions.push(action);
  return { title, find: () => action, lines: (indent) => [`${indent}${title}: ${action}`] };
}

type AnyTree = MatcherTree<unknown>;
const MAP = knownKeys<AnyTree>("kind", "input", "map", "onNoMatch");

const KINDS: Readonly<Record<AnyTree["kind"], ReadonlySet<string>>> = {
  list: knownKeys<AnyTree>("kind", "matchers", "onNoMatch"),
  exact: MAP,
  prefix: MAP,
  address: knownKeys<AnyTree>("kind", "input", "ranges", "onNoMatch"),
};

const ON_MATCH: Readonly<Record<OnMatch<unknown>["kind"], ReadonlySet<string>>> = {
  action: knownKeys<OnMatch<unknown>>("kind", "action"),
  tree: knownKeys<OnMatch<unknown>>("kind", "tree"),
};

function compileBranches<Action>(config: MatcherTree<Action>, context: Context<Action>): Branches<Action> {
  switch (config.kind) {
    case "list":
      return compileList(config.matchers, context);
    case "exact":
    case "prefix":
      return compileMap(config.kind, config.input, config.map, context);
    case "address":
      return compileAddresses(config.input, config.ranges, context);
    default:
      throw unknownKind("matcher tree", config);
  }
}

function compileList<Action>(
  matchers: Extract<MatcherTree<Action>, { readonly kind: "list" }>["matchers"],
  context: Context<Action>,
): Branches<Action> {
  checkList("matcher tree", "matchers", matchers);
  if (matchers.length === 0) throw new MeshError("INVALID_ARGUMENT", "matcher tree: a list is empty");
  const compiled = matchers.map(({ predicate, onMatch }) => {
    const condition = compileInputPredicate(predicate, context.limits);
    context.reads.push(...condition.reads);
    return { condition, branch: compileBranch(`if ${condition}`, onMatch, context) };
  });
  return {
    all: compiled.map(({ branch }) => branch),
    find(head, facts, steps) {
      for (const { condition, branch } of compiled) {
        const found = condition.matches(head, facts) ? take(branch, head, facts, steps) : undefined;
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function compileMap<Action>(
  kind: "exact" | "prefix",
  input: MatchInput,
  map: ReadonlyMap<string, OnMatch<Action>>,
  context: Context<Action>,
): Branches<Action> {
  checkMap("matcher tree", "map", map);
  if (map.size === 0)
    throw new MeshError("INVALID_ARGUMENT", `matcher tree: the map of ${kind} values is empty`);
  const reader = compileMatchInput(input);
  context.reads.push(reader.reads);
  const branches = new Map<string, Branch<Action>>();
  for (const [key, onMatch] of map) {
    const branch = compileBranch(`if ${reader} ${kind} ${JSON.stringify(key)}`, onMatch, context);
    branches.set(key, branch);
    branches.set(asBytes(key), branch);
  }
  const lengths = [...new Set([...branches.keys()].map((key) => key.length))].sort((a, b) => b - a);
  return {
    all: [...new Set(branches.values())],
    find(head, facts, steps) {
      const text = reader.read(head, facts);
      if (text === undefined) return undefined;
      if (kind === "exact") {
        const branch = branches.get(text);
        return branch && take(branch, head, facts, steps);
      }
      for (const length of lengths) {
        const branch = length > text.length ? undefined : branches.get(text.slice(0, length));
        const found = branch && take(branch, head, facts, steps);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function compileAddresses<Action>(
  input: MatchInput,
  ranges: Extract<MatcherTree<Action>, { readonly kind: "address" }>["ranges"],
  context: Context<Action>,
): Branches<Action> {
  checkList("matcher tree", "ranges", ranges);
  if (ranges.length === 0)
    throw new MeshError("INVALID_ARGUMENT", "matcher tree: the list of ranges is empty");
  const reader = compileMatchInput(input);
  context.reads.push(reader.reads);
  const branches = ranges.map(({ cidrs, onMatch }) =>
    compileBranch(`if ${reader} in ${compileCidrSet(cidrs)}`, onMatch, context),
  );
  const sorted = ranges
    .flatMap(({ cidrs }, i) => cidrs.map((cidr) => ({ set: compileCidrSet([cidr]), branch: branches[i] })))
    .sort((a, b) => prefixLength(b.set) - prefixLength(a.set));
  return {
    all: branches,
    find(head, facts, steps) {
      const text = reader.read(head, facts);
      if (text === undefined) return undefined;
      for (const { set, branch } of sorted) {
        const found = branch !== undefined && set.has(text) ? take(branch, head, facts, steps) : undefined;
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/** Of a set of one range, as it prints itself. */
function prefixLength(set: { toString(): string }): number {
  const text = String(set);
  return Number(text.slice(text.indexOf("/") + 1));
}
