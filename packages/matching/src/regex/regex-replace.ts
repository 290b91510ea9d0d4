import { MeshError } from "@dualmesh/core";
import { checkText } from "../config/check-config.ts";
import { compileLimited, type RegexLimits } from "./regex.ts";
import type { EngineRegex } from "./regex-engine.ts";

/** What is sought, and what stands in its place. */
export interface RegexReplaceConfig {
  readonly pattern: string;
  /** `\0` is the whole match, `\1` to `\9` are its groups, `\\` is a backslash. */
  readonly substitution: string;
}

/** A search and replacement in linear time. */
export interface RegexReplace {
  /** Replaces every match, from left to right. Text without a match comes back as it is. */
  replace(text: string): string;
  /** `/pattern/substitution/` for people; not meant to be parsed. */
  toString(): string;
}

/**
 * Compiles Envoy's `regex_rewrite` (RE2's `GlobalReplace`): `^/service/([^/]+)(/.*)$` to `\2/instance/\1`.
 *
 * A group that took no part is empty text. An empty match counts, save directly behind another match.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a bad pattern, and on a substitution that names a group which the pattern
 * does not have or has a backslash before anything else. (Envoy accepts the latter and then leaves the text alone.)
 */
export function compileRegexReplace(config: RegexReplaceConfig, limits: RegexLimits = {}): RegexReplace {
  const { pattern, substitution } = config;
  checkText("substitution", "substitution", substitution);
  const { engine } = compileLimited(pattern, limits);
  return new CompiledReplace(config, engine, parseSubstitution(pattern, substitution, engine.groupCount()));
}

/** Literal text, or the number of a group. */
type Piece = string | number;

function parseSubstitution(pattern: string, substitution: string, groups: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let literal = "";
  for (let at = 0; at < substitution.length; at++) {
    const char = substitution[at] as string;
    if (char !== "\\") {
      literal += char;
      continue;
    }
    const escaped = substitution[++at];
    if (escaped === "\\") {
      literal += "\\";
    } else if (escaped !== undefined && escaped >= "0" && escaped <= "9") {
      const group = Number(escaped);
      if (group > groups) {
        throw refused(pattern, substitution, `names group ${group}, but the pattern has ${groups}`);
      }
      if (literal !== "") pieces.push(literal);
      literal = "";
      pieces.push(group);
    } else {
      throw refused(
        pattern,
        substitution,
        "has a backslash that is followed by neither a digit nor a backslash",
      );
    }
  }
  if (literal !== "") pieces.push(literal);
  return pieces;
}

class CompiledReplace implements RegexReplace {
  readonly #config: RegexReplaceConfig;
  readonly #engine: EngineRegex;
  readonly #pieces: readonly Piece[];

  constructor(config: RegexReplaceConfig, engine: EngineRegex, pieces: readonly Piece[]) {
    this.#config = config;
    this.#engine = engine;
    this.#pieces = pieces;
  }

  replace(text: string): string {
    const matcher = this.#engine.matcher(text);
    let result = "";
    let done = 0;
    let previousEnd = -1;
    while (matcher.find()) {
      const start = matcher.start();
      const end = matcher.end();
      // `.*` matches the text, and then the nothing behind it, which must not be replaced a second time.
      if (start === end && start === previousEnd) continue;
      result += text.slice(done, start);
      for (const piece of this.#pieces) {
        result += typeof piece === "string" ? piece : (matcher.group(piece) ?? "");
      }
      done = end;
      previousEnd = end;
    }
    return previousEnd < 0 ? text : result + text.slice(done);
  }

  toString(): string {
    return `/${this.#config.pattern}/${this.#config.substitution}/`;
  }
}

function refused(pattern: string, substitution: string, reason: string): MeshError {
  return new MeshError("INVALID_ARGUMENT", `substitution "${substitution}" of "${pattern}" ${reason}`);
}
