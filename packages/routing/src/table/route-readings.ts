import type { Reading } from "@dualmesh/matching";
import type { RouteMatcher } from "../route/route-matcher.ts";

/** What of a request decides between the routes of a virtual host, besides path and chance. */
export interface RouteReadings {
  readonly headers: readonly DecidingHeader[];
  /** Names of query parameters. */
  readonly queryParameters: readonly string[];
  /** Whether the client's certificate decides. */
  readonly certificate: boolean;
  /** Whether something decides that no key can stand for. */
  readonly facts: boolean;
  /** Whether nothing of the above decides. */
  readonly pathAlone: boolean;
}

export interface DecidingHeader {
  /** As `fieldName` gives it. */
  readonly name: string;
  /** The values that are told apart, from one another and from all others; `undefined`: every value is. */
  readonly values: ReadonlySet<string> | undefined;
}

/** Joins what a tree and the routes at its ends look at. */
export function joinReadings(
  tree: readonly Reading[],
  routes: readonly { readonly matcher: Pick<RouteMatcher, "reads"> }[],
): RouteReadings {
  const headers = new Map<string, Set<string> | undefined>();
  const queryParameters = new Set<string>();
  let certificate = false;
  let facts = false;
  const add = (reading: Reading): void => {
    if (reading.kind === "query") queryParameters.add(reading.name);
    else if (reading.kind === "certificate") certificate = true;
    else if (reading.kind === "facts") facts = true;
    else {
      const { name, detail } = reading;
      const values = headers.has(name) ? headers.get(name) : new Set<string>();
      headers.set(name, detail === "whole" ? undefined : values);
      // Who asks for presence alone tells no value apart from another.
      if (typeof detail !== "string") for (const value of detail) values?.add(value);
    }
  };
  for (const reading of tree) add(reading);
  for (const { matcher } of routes) for (const reading of matcher.reads) add(reading);
  return {
    headers: [...headers].map(([name, values]) => ({ name, values })),
    queryParameters: [...queryParameters],
    certificate,
    facts,
    pathAlone: headers.size === 0 && queryParameters.size === 0 && !certificate && !facts,
  };
}
