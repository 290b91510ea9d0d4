import { type Hash64, hashModulo, MeshError, xxhash64 } from "@dualmesh/core";
import { compileCidrSet } from "../address/cidr-set.ts";
import { checkKind, checkList, knownKeys, unknownKind } from "../config/check-config.ts";
import type { RegexLimits } from "../regex/regex.ts";
import type { MatchableHead } from "../request/head-field.ts";
import type { Reading } from "../request/reading.ts";
import type { RequestFacts } from "../request/request-facts.ts";
import type { RequestPredicate } from "../request/request-predicate.ts";
import { compileStringMatcher, type StringMatcher } from "../text/string-matcher.ts";
import { compileMatchInput, type MatchInput } from "./match-input.ts";

/**
 * What must hold of a request, in terms of inputs.
 *
 * @see xDS, `xds.type.matcher.v3.Matcher.MatcherList.Predicate`
 */
export type InputPredicate =
  /** An input that is missing matches nothing. */
  | { readonly kind: "value"; readonly input: MatchInput; readonly value: StringMatcher }
  /** An input that is an address in one of the ranges. */
  | { readonly kind: "address"; readonly input: MatchInput; readonly cidrs: readonly string[] }
  /** An input whose XXH64, modulo `modulo`, is from `start` and less than `end`: a share of all texts, always the same. */
  | {
      readonly kind: "hash";
      readonly input: MatchInput;
      readonly modulo: number;
      readonly start: number;
      readonly end: number;
      /** Default 0. */
      readonly seed?: Hash64;
    }
  | { readonly kind: "all"; readonly of: readonly InputPredicate[] }
  | { readonly kind: "any"; readonly of: readonly InputPredicate[] }
  | { readonly kind: "not"; readonly of: InputPredicate };

/** A compiled judgement of one text or several. */
interface CompiledInputPredicate extends RequestPredicate {
  readonly reads: readonly Reading[];
}

/** Predicates nest no deeper: a bound on the stack, for configuration that comes from others. */
const MAX_DEPTH = 32;

/**
 * Compiles a predicate.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a bad matcher or range, on a list of fewer than two, or over 32 levels.
 */
export function compileInputPredicate(
  config: InputPredicate,
  limits: RegexLimits = {},
): CompiledInputPredicate {
  return compileLevel(config, limits, 1);
}

function compileLevel(config: InputPredicate, limits: RegexLimits, depth: number): CompiledInputPredicate {
  if (depth > MAX_DEPTH) {
    throw new MeshError("INVALID_ARGUMENT", `predicate: it is over the limit of ${MAX_DEPTH} levels`);
  }
  checkKind("predicate", config, KINDS);
  switch (config.kind) {
    case "value": {
      const input = compileMatchInput(config.input);
      const value = compileStringMatcher(config.value, limits);
      return predicate(`${input} ${value}`, [input.reads], (head, facts) => {
        const text = input.read(head, facts);
        return text !== undefined && value.matches(text);
      });
    }
    case "address": {
      const input = compileMatchInput(config.input);
      checkList("predicate", "cidrs", config.cidrs);
      const set = compileCidrSet(config.cidrs);
      return predicate(`${input} in ${set}`, [input.reads], (head, facts) => {
        const text = input.read(head, facts);
        return text !== undefined && set.has(text);
      });
    }
    case "hash": {
      const { modulo, start, end, seed } = config;
      if (!Number.isInteger(modulo) || modulo < 1 || modulo > 2 ** 32 - 1) {
        throw new MeshError(
          "INVALID_ARGUMENT",
          `predicate: modulo must be an integer from 1 to ${2 ** 32 - 1}, got ${modulo}`,
        );
      }
      const input = compileMatchInput(config.input);
      return predicate(
        `hash of ${input} modulo ${modulo} in [${start}, ${end})`,
        [input.reads],
        (head, facts) => {
          const text = input.read(head, facts);
          if (text === undefined) return false;
          const rest = hashModulo(xxhash64(text, seed), modulo);
          return rest >= start && rest < end;
        },
      );
    }
    case "all":
    case "any": {
      checkList("predicate", "of", config.of);
      const parts = config.of.map((one) => compileLevel(one, limits, depth + 1));
      if (parts.length < 2) {
        throw new MeshError("INVALID_ARGUMENT", `predicate: ${config.kind} needs at least two predicates`);
      }
      const reads = parts.flatMap((part) => part.reads);
      const all = config.kind === "all";
      return predicate(`(${parts.join(all ? " and " : " or ")})`, reads, (head, facts) =>
        all
          ? parts.every((part) => part.matches(head, facts))
          : parts.some((part) => part.matches(head, facts)),
      );
    }
    case "not": {
      const part = compileLevel(config.of, limits, depth + 1);
      return predicate(`not ${part}`, part.reads, (head, facts) => !part.matches(head, facts));
    }
    default:
      throw unknownKind("predicate", config);
  }
}

const COMBINATION = knownKeys<InputPredicate>("kind", "of");

const KINDS: Readonly<Record<InputPredicate["kind"], ReadonlySet<string>>> = {
  value: knownKeys<InputPredicate>("kind", "input", "value"),
  address: knownKeys<InputPredicate>("kind", "input", "cidrs"),
  hash: knownKeys<InputPredicate>("kind", "input", "modulo", "start", "end", "seed"),
  all: COMBINATION,
  any: COMBINATION,
  not: COMBINATION,
};

function predicate(
  text: string,
  reads: readonly Reading[],
  matches: (head: MatchableHead, facts: RequestFacts) => boolean,
): CompiledInputPredicate {
  return { matches, reads, toString: () => text };
}
