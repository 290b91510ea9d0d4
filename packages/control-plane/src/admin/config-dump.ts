import { decode, type JsonValue, toJson } from "@dualmesh/envoy-api";
import type { ServedResource } from "../endpoint/assignment-table.ts";
import { redact } from "./redact.ts";

/** What one group is served. */
export interface ServedGroup {
  readonly group: string;
  /** Of the whole. Equal for equal content, on every replica. */
  readonly version: string;
  readonly resources: readonly ServedResource[];
}

/** The page `/config_dump`: each group's resources as proto3 JSON, by type and name, secrets redacted. */
export function dumpConfig(groups: readonly ServedGroup[]): JsonValue {
  return {
    groups: groups.map(({ group, version, resources }) => ({
      group,
      version,
      resources: [...resources]
        .sort((a, b) => compare(a.typeUrl, b.typeUrl) || compare(a.name, b.name))
        .map(({ any }) => redact(toJson("google.protobuf.Any", decode("google.protobuf.Any", any)))),
    })),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
