import * as names from "./name-kinds.ts";
import * as numbers from "./number-kinds.ts";
import type { ScalarClass } from "./scalar-kind.ts";
import * as sql from "./sql-kinds.ts";
import * as time from "./time-kinds.ts";

type AnyScalar = ScalarClass<string | number | bigint | Date>;

/** Java's own small classes, by their names in Java. */
export const BUILT_IN: ReadonlyMap<string, AnyScalar> = new Map(
  [names, numbers, sql, time]
    .flatMap((kinds) => Object.values(kinds) as unknown as AnyScalar[])
    .map((kind) => [kind.name, kind]),
);
