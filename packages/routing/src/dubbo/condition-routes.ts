import { MeshError } from "@dualmesh/core";
import type { InputPredicate, MatchInput, StringMatcher } from "@dualmesh/matching";
import type { EndpointMetadata } from "../forward/endpoint-metadata.ts";
import type { ForwardAction } from "../forward/forward-action.ts";
import type { RouteConfig } from "../route/route-config.ts";
import { type Condition, type ConditionPair, parseCondition } from "./condition.ts";

/**
 * Dubbo's condition rule for one service.
 *
 * @see Dubbo, "Condition routing rule", `configVersion: v3.0`
 */
export interface ConditionRule<Retry = unknown, Extra = unknown> {
  /** `method=find* => region=hangzhou`; all that fit a call count together. At most 6. */
  readonly conditions: readonly string[];
  /** What is done with the calls; the rule adds which endpoints. */
  readonly action: ForwardAction<Retry, Extra>;
  /** The service, as its calls name it. Default: whatever the virtual host is for. */
  readonly service?: string;
  /** Calls for which two conditions contradict each other fail with 503; else the later one is passed over. Default false. */
  readonly force?: boolean;
  /** The caller's own parameters, for values such as `$region`. Default: none. */
  readonly consumer?: Readonly<Record<string, string>>;
}

const MAX_CONDITIONS = 6;

/**
 * Writes a rule as routes. What stands on the left of a condition becomes what a route asks of a call: `method`,
 * `attachments[name]`, `host` (the fact `remoteAddress`), any other key a label of the workload that calls. What stands on the
 * right becomes what the endpoint must have (`endpointMetadata`), for balancers that choose by it; nothing there forbids the
 * call.
 *
 * All conditions that fit a call count together, as in Dubbo: there is a route for each combination, the largest first, and
 * one at the end for calls that none fits.
 *
 * ```ts
 * import { conditionRoutes } from "@dualmesh/routing/dubbo";
 *
 * const routes = conditionRoutes({
 *   service: "com.example.Orders",
 *   conditions: ["method=find* => region=hangzhou"],
 *   action: { kind: "forward", clusters: { kind: "single", name: "orders" } },
 * });
 * console.log(routes.map(({ name }) => name).join("; ")); // => method=find* => region=hangzhou; no condition
 * console.log(JSON.stringify(routes[0]?.action));
 * // => {"kind":"forward","clusters":{"kind":"single","name":"orders"},"endpointMetadata":{"region":"hangzhou"}}
 * ```
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on what is no condition; on more than 6; on `arguments[…]`, which stand in the body;
 * and on the right for anything but one plain value per key, since endpoints are asked for equality alone.
 */
export function conditionRoutes<Retry = unknown, Extra = unknown>(
  rule: ConditionRule<Retry, Extra>,
): readonly RouteConfig<Retry, Extra>[] {
  const { service, action } = rule;
  if (rule.conditions.length > MAX_CONDITIONS) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `condition rule: there may be at most ${MAX_CONDITIONS} conditions, got ${rule.conditions.length}`,
    );
  }
  const path =
    service === undefined ? ({ kind: "prefix", value: "" } as const) : ({ kind: "rpc", service } as const);
  return combinations(rule.conditions.map(parseCondition)).map((all) => {
    const where = joined(all.flatMap(({ calls, text }) => calls.map((pair) => asked(pair, text))));
    const wanted = wantedOf(all, rule);
    return {
      name: all.length === 0 ? "no condition" : all.map(({ text }) => text).join(" and "),
      match: { path, ...(where === undefined ? {} : { where }) },
      action:
        wanted === undefined
          ? { kind: "direct-response", status: 503, body: "a condition forbids this call" }
          : {
              ...action,
              ...(Object.keys(wanted).length === 0
                ? {}
                : { endpointMetadata: { ...action.endpointMetadata, ...wanted } }),
            },
    };
  });
}

/** All subsets, the larger first: of those that fit a call, the one with all that fit comes before the others. */
function combinations(conditions: readonly Condition[]): readonly (readonly Condition[])[] {
  const subsets = Array.from({ length: 2 ** conditions.length }, (_, mask) =>
    conditions.filter((__, i) => (mask >> i) & 1),
  );
  return subsets.sort((a, b) => b.length - a.length);
}

function joined(all: readonly InputPredicate[]): InputPredicate | undefined {
  return all.length > 1 ? { kind: "all", of: all } : all[0];
}

/** What one pair on the left asks of a call. */
function asked({ key, negated, values }: ConditionPair, text: string): InputPredicate {
  const each = values.map((value) => askedValue(key, value, text));
  const any: InputPredicate = each.length === 1 ? (each[0] as InputPredicate) : { kind: "any", of: each };
  return negated ? { kind: "not", of: any } : any;
}

function askedValue(key: string, value: string, text: string): InputPredicate {
  if (key === "method") {
    // `:path` is `/service/method` here.
    const input: MatchInput = { kind: "header", name: ":path" };
    const pattern = `/[^/]*/${escaped(value).replaceAll("\\*", ".*")}`;
    return { kind: "value", input, value: { kind: "regex", pattern } };
  }
  if (key === "host") {
    const input: MatchInput = { kind: "remote-address" };
    if (!value.includes("*")) return { kind: "address", input, cidrs: [value] };
    return { kind: "value", input, value: textOf(value) };
  }
  if (key.startsWith("arguments")) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `condition "${text}": ${key} stands in the body, which routing does not read`,
    );
  }
  const attachment = /^attachments\[(.+)\]$/.exec(key)?.[1];
  const input: MatchInput =
    attachment === undefined ? { kind: "source-label", name: key } : { kind: "header", name: attachment };
  return { kind: "value", input, value: textOf(value) };
}

/** A value may have stars, each for any text. */
function textOf(value: string): StringMatcher {
  if (!value.includes("*")) return { kind: "exact", value };
  return { kind: "regex", pattern: escaped(value).replaceAll("\\*", ".*") };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}

/** What all conditions together want of an endpoint; `undefined` where they leave none. */
function wantedOf(
  all: readonly Condition[],
  { consumer = {}, force = false }: Pick<ConditionRule, "consumer" | "force">,
): EndpointMetadata | undefined {
  // A map: a key may be called as what every object has.
  const wanted = new Map<string, string>();
  for (const { providers, text } of all) {
    if (providers.length === 0) return undefined;
    const own = new Map(providers.map((pair) => [pair.key, plainValue(pair, text, consumer)]));
    const contradicts = [...own].some(([key, value]) => (wanted.get(key) ?? value) !== value);
    if (contradicts && force) return undefined;
    // Without force, a condition that would leave nobody is passed over.
    if (!contradicts) for (const [key, value] of own) wanted.set(key, value);
  }
  return Object.fromEntries(wanted);
}

function plainValue(
  { key, negated, values }: ConditionPair,
  text: string,
  consumer: Readonly<Record<string, string>>,
): string {
  const [value = "", ...others] = values;
  if (negated || others.length > 0 || value.includes("*")) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `condition "${text}": for providers, expected one plain value of ${key}, got ${negated ? "not " : ""}${values.join(",")}`,
    );
  }
  if (!value.startsWith("$")) return value;
  const name = value.slice(1);
  const own = Object.hasOwn(consumer, name) ? consumer[name] : undefined;
  if (own === undefined) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `condition "${text}": the caller has no parameter ${value.slice(1)}`,
    );
  }
  return own;
}
