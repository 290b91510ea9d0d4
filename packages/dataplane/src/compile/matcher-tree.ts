import type { Hash64 } from "@dualmesh/core";
import type { MessageTypes } from "@dualmesh/envoy-api";
import type { InputPredicate, MatcherTree, MatchInput, OnMatch } from "@dualmesh/matching";
import { runtimeFraction } from "./fraction.ts";
import { stringMatcher } from "./matching.ts";
import type { CompileReport } from "./report.ts";
import { readTypedConfig } from "./typed-config.ts";

type TreeMessage = MessageTypes["xds.type.matcher.v3.Matcher"];
type OnMatchMessage = MessageTypes["xds.type.matcher.v3.Matcher.OnMatch"];
type ExtensionMessage = MessageTypes["xds.core.v3.TypedExtensionConfig"];
type PredicateMessage = MessageTypes["xds.type.matcher.v3.Matcher.MatcherList.Predicate"];

const INPUTS = "envoy.extensions.matching.common_inputs.network.v3";
const IP_TREE = "xds.type.matcher.v3.IPMatcher";
const HASH_SHARE = "envoy.extensions.matching.input_matchers.consistent_hashing.v3.ConsistentHashing";
const FRACTION = "envoy.extensions.matching.input_matchers.runtime_fraction.v3.RuntimeFraction";
const IP_SET = "envoy.extensions.matching.input_matchers.ip.v3.Ip";

/** What reading a tree needs. */
export interface TreeContext<Action> {
  readonly report: CompileReport;
  /** Reads what a branch ends at; `undefined` where it was refused. */
  readonly action: (type: string, value: unknown, path: string) => Action | undefined;
}

/**
 * Reads a tree of matchers. `undefined` where it was refused.
 *
 * @see xDS, "Unified matcher API"
 */
export function matcherTree<Action>(
  message: TreeMessage,
  path: string,
  context: TreeContext<Action>,
): MatcherTree<Action> | undefined {
  const { report } = context;
  report.checkFields(path, message, { uses: ["matcher_list", "matcher_tree", "on_no_match"] });
  const { matcher_list: list, matcher_tree: tree, on_no_match: otherwise } = message;
  const onNoMatch = otherwise && readOnMatch(otherwise, `${path}.on_no_match`, context);
  const rest = onNoMatch === undefined ? {} : { onNoMatch };
  if (list !== undefined) {
    const matchers = list.matchers.flatMap((one, i) => {
      const here = `${path}.matcher_list.matchers[${i}]`;
      const predicate = one.predicate && readPredicate(one.predicate, `${here}.predicate`, context.report);
      const onMatch = one.on_match && readOnMatch(one.on_match, `${here}.on_match`, context);
      if (predicate === undefined || onMatch === undefined) {
        report.refuse(here, "expected a predicate and on_match");
        return [];
      }
      return [{ predicate, onMatch }];
    });
    return { kind: "list", matchers, ...rest };
  }
  if (tree === undefined) {
    report.refuse(path, "expected matcher_list or matcher_tree");
    return undefined;
  }
  const here = `${path}.matcher_tree`;
  const input = readInput(tree.input, `${here}.input`, report);
  if (tree.custom_match !== undefined) {
    const ranges = readRanges(tree.custom_match, `${here}.custom_match`, context);
    return { kind: "address", input, ranges, ...rest };
  }
  const field = tree.exact_match_map === undefined ? "prefix_match_map" : "exact_match_map";
  const map = new Map<string, OnMatch<Action>>();
  for (const [key, value] of tree[field]?.map ?? []) {
    const onMatch = readOnMatch(value, `${here}.${field}.map["${key}"]`, context);
    if (onMatch !== undefined) map.set(key, onMatch);
  }
  return { kind: field === "exact_match_map" ? "exact" : "prefix", input, map, ...rest };
}

function readOnMatch<Action>(
  message: OnMatchMessage,
  path: string,
  context: TreeContext<Action>,
): OnMatch<Action> | undefined {
  const { report } = context;
  // Who asks to go on behind a match is not understood here, and Envoy does not take it in routes either.
  report.checkFields(path, message, { uses: ["matcher", "action"] });
  if (message.matcher !== undefined) {
    const tree = matcherTree(message.matcher, `${path}.matcher`, context);
    return tree && { kind: "tree", tree };
  }
  const typed = readExtension(message.action, `${path}.action`, report);
  const action = typed && context.action(typed.type, typed.value, `${path}.action.typed_config`);
  return action === undefined ? undefined : { kind: "action", action };
}

function readExtension(
  message: ExtensionMessage | undefined,
  path: string,
  report: CompileReport,
): ReturnType<typeof readTypedConfig> | undefined {
  const any = message?.typed_config;
  if (any === undefined) {
    report.refuse(`${path}.typed_config`, "it is missing");
    return undefined;
  }
  return report.attempt(`${path}.typed_config`, () => readTypedConfig(any));
}

function readPredicate(
  message: PredicateMessage,
  path: string,
  report: CompileReport,
): InputPredicate | undefined {
  const { single_predicate: single, or_matcher: or, and_matcher: and, not_matcher: not } = message;
  if (not !== undefined) {
    const of = readPredicate(not, `${path}.not_matcher`, report);
    return of && { kind: "not", of };
  }
  const several = or ?? and;
  if (several !== undefined) {
    const field = or === undefined ? "and_matcher" : "or_matcher";
    const of = several.predicate.flatMap(
      (one, i) => readPredicate(one, `${path}.${field}.predicate[${i}]`, report) ?? [],
    );
    return { kind: or === undefined ? "all" : "any", of };
  }
  if (single === undefined) {
    report.refuse(path, "expected single_predicate, or_matcher, and_matcher or not_matcher");
    return undefined;
  }
  const here = `${path}.single_predicate`;
  const input = readInput(single.input, `${here}.input`, report);
  if (single.value_match !== undefined) {
    return { kind: "value", input, value: stringMatcher(single.value_match, `${here}.value_match`, report) };
  }
  return readCustomMatch(single.custom_match, input, `${here}.custom_match`, report);
}

function readCustomMatch(
  message: ExtensionMessage | undefined,
  input: MatchInput,
  path: string,
  report: CompileReport,
): InputPredicate | undefined {
  const typed = readExtension(message, path, report);
  if (typed === undefined) return undefined;
  if (typed.type === IP_SET) {
    const { cidr_ranges } = typed.value as MessageTypes[typeof IP_SET];
    return { kind: "address", input, cidrs: cidr_ranges.map(cidrText) };
  }
  if (typed.type === HASH_SHARE) {
    const { threshold: start, modulo, seed } = typed.value as MessageTypes[typeof HASH_SHARE];
    return { kind: "hash", input, modulo, start, end: modulo, seed: hashSeed(seed) };
  }
  if (typed.type === FRACTION) {
    const { runtime_fraction: fraction, seed } = typed.value as MessageTypes[typeof FRACTION];
    const here = `${path}.runtime_fraction`;
    const { numerator, denominator, runtimeKey } = runtimeFraction(fraction ?? NO_FRACTION, here, report);
    // A tree is looked at by itself, without the runtime at hand.
    if (runtimeKey !== undefined) report.refuse(`${here}.runtime_key`, "it is not supported here");
    return { kind: "hash", input, modulo: denominator, start: 0, end: numerator, seed: hashSeed(seed) };
  }
  report.refuse(path, `the matcher ${typed.type} is not supported`);
  return undefined;
}

const NO_FRACTION = { runtime_key: "", default_value: undefined };

function hashSeed(seed: number | bigint): Hash64 {
  const whole = BigInt(seed);
  return { high: Number(whole >> 32n), low: Number(whole & 0xffff_ffffn) };
}

function readRanges<Action>(
  message: ExtensionMessage,
  path: string,
  context: TreeContext<Action>,
): Extract<MatcherTree<Action>, { readonly kind: "address" }>["ranges"] {
  const typed = readExtension(message, path, context.report);
  if (typed === undefined) return [];
  if (typed.type !== IP_TREE) {
    context.report.refuse(path, `the matcher ${typed.type} is not supported`);
    return [];
  }
  const { range_matchers: ranges } = typed.value as MessageTypes[typeof IP_TREE];
  return ranges.flatMap((range, i) => {
    const here = `${path}.typed_config.range_matchers[${i}]`;
    context.report.checkFields(here, range, { uses: ["ranges", "on_match"] });
    const onMatch = range.on_match && readOnMatch(range.on_match, `${here}.on_match`, context);
    return onMatch === undefined ? [] : [{ cidrs: range.ranges.map(cidrText), onMatch }];
  });
}

function cidrText({
  address_prefix: address,
  prefix_len: length,
}: MessageTypes["envoy.config.core.v3.CidrRange"] | MessageTypes["xds.core.v3.CidrRange"]): string {
  return length === undefined ? address : `${address}/${length}`;
}

/** Stands for an input that was refused. */
const NO_INPUT: MatchInput = { kind: "header", name: "x" };

function readInput(message: ExtensionMessage | undefined, path: string, report: CompileReport): MatchInput {
  const typed = readExtension(message, path, report);
  if (typed === undefined) return NO_INPUT;
  switch (typed.type) {
    case "envoy.type.matcher.v3.HttpRequestHeaderMatchInput": {
      const { header_name: name } =
        typed.value as MessageTypes["envoy.type.matcher.v3.HttpRequestHeaderMatchInput"];
      return { kind: "header", name };
    }
    case "envoy.type.matcher.v3.HttpRequestQueryParamMatchInput": {
      const { query_param: name } =
        typed.value as MessageTypes["envoy.type.matcher.v3.HttpRequestQueryParamMatchInput"];
      return { kind: "query-parameter", name };
    }
    case `${INPUTS}.FilterStateInput`: {
      const { key } = typed.value as MessageTypes[`${typeof INPUTS}.FilterStateInput`];
      return { kind: "filter-state", key };
    }
    default: {
      const kind = CONNECTION_INPUTS[typed.type];
      if (kind !== undefined) return { kind };
      report.refuse(path, `the input ${typed.type} is not supported`);
      return NO_INPUT;
    }
  }
}

const CONNECTION_INPUTS: Readonly<
  Record<string, Exclude<MatchInput, { readonly name: string } | { readonly key: string }>["kind"]>
> = {
  [`${INPUTS}.SourceIPInput`]: "remote-address",
  [`${INPUTS}.DirectSourceIPInput`]: "peer-address",
  [`${INPUTS}.SourcePortInput`]: "peer-port",
  [`${INPUTS}.DestinationIPInput`]: "local-address",
  [`${INPUTS}.DestinationPortInput`]: "local-port",
  [`${INPUTS}.ServerNameInput`]: "server-name",
};
