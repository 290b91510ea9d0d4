import { MeshError } from "@dualmesh/core";
import type { ForwardAction } from "../forward/forward-action.ts";
import type { RouteConfig } from "../route/route-config.ts";

/** A zone, and the shards of users that it serves. */
export interface ZoneShare {
  /** `RZ01`. */
  readonly zone: string;
  /** From 0. */
  readonly first: number;
  /** Up to 99, itself included. */
  readonly last: number;
}

/**
 * Ant's unitized deployment (LDC): users are spread over 100 shards by the last two digits of their id, each zone (RZone) serves
 * some of them, and what belongs to no user goes to a zone that has all data (GZone).
 */
export interface ZoneRule<Retry = unknown, Extra = unknown> {
  readonly zones: readonly ZoneShare[];
  /** Where calls go that have no user, or one of a shard that no zone serves. Default: to any endpoint. */
  readonly otherwise?: string;
  /** The header, for frames the baggage item, that holds the user's id: two digits or more. */
  readonly userHeader: string;
  /** What is done with the calls; the rule adds which endpoints. */
  readonly action: ForwardAction<Retry, Extra>;
  /** The metadata of endpoints that names their zone. Default `zone`. */
  readonly zoneKey?: string;
}

/**
 * Writes a rule as routes: one for each zone, by the last two digits of the user's id, and one for all else. Which endpoints
 * are in a zone is their metadata (`endpointMetadata`), for balancers that choose by it.
 *
 * ```ts
 * import { zoneRoutes } from "@dualmesh/routing/sofa";
 *
 * const routes = zoneRoutes({
 *   zones: [
 *     { zone: "RZ01", first: 0, last: 49 },
 *     { zone: "RZ02", first: 50, last: 99 },
 *   ],
 *   otherwise: "GZ00",
 *   userHeader: "uid",
 *   action: { kind: "forward", clusters: { kind: "single", name: "orders" } },
 * });
 * console.log(routes.map(({ name }) => name).join(", ")); // => RZ01, RZ02, otherwise GZ00
 * ```
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on shards that are none, or that two zones serve.
 */
export function zoneRoutes<Retry = unknown, Extra = unknown>(
  rule: ZoneRule<Retry, Extra>,
): readonly RouteConfig<Retry, Extra>[] {
  const { zones, otherwise, userHeader, action, zoneKey = "zone" } = rule;
  if (userHeader === "")
    throw new MeshError("INVALID_ARGUMENT", "zones: the header of the user's id has no name");
  const servedBy = new Map<number, string>();
  for (const { zone, first, last } of zones) {
    if (zone === "") throw new MeshError("INVALID_ARGUMENT", "zones: the name of a zone is empty");
    if (!isShard(first) || !isShard(last) || first > last) {
      throw new MeshError(
        "INVALID_ARGUMENT",
        `zone "${zone}": shards go from 0 to 99, got ${first} to ${last}`,
      );
    }
    for (let shard = first; shard <= last; shard++) {
      const other = servedBy.get(shard);
      if (other !== undefined) {
        throw new MeshError(
          "INVALID_ARGUMENT",
          `zone "${zone}": shard ${shard} is served by "${other}" already`,
        );
      }
      servedBy.set(shard, zone);
    }
  }
  const to = (zone: string | undefined): ForwardAction<Retry, Extra> =>
    zone === undefined
      ? action
      : { ...action, endpointMetadata: { ...action.endpointMetadata, [zoneKey]: zone } };
  const path = { kind: "prefix", value: "" } as const;
  return [
    ...zones.map(
      ({ zone, first, last }): RouteConfig<Retry, Extra> => ({
        name: zone,
        match: {
          path,
          headers: [
            {
              kind: "value",
              name: userHeader,
              value: { kind: "regex", pattern: `\\d*(?:${digits(first, last)})` },
            },
          ],
        },
        action: to(zone),
      }),
    ),
    {
      name: otherwise === undefined ? "otherwise" : `otherwise ${otherwise}`,
      match: { path },
      action: to(otherwise),
    },
  ];
}

function isShard(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 99;
}

/** All pairs of digits of a range, those of a tens together: `0[3-9]|1[0-9]`. */
function digits(first: number, last: number): string {
  const parts: string[] = [];
  for (let tens = Math.floor(first / 10); tens <= Math.floor(last / 10); tens++) {
    const from = tens === Math.floor(first / 10) ? first % 10 : 0;
    const to = tens === Math.floor(last / 10) ? last % 10 : 9;
    parts.push(`${tens}${from === to ? from : `[${from}-${to}]`}`);
  }
  return parts.join("|");
}
