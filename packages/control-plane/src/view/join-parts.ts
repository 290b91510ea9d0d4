import type { Problem } from "@dualmesh/envoy-api";
import type { ParsedResources } from "../resource/parse-resources.ts";
import { checkViews } from "./check-views.ts";
import { type GroupView, groupViews } from "./group-view.ts";

/** A configuration that was understood, or why it was not. */
export interface ParsedConfig {
  /** Empty if there is any problem: a configuration is taken as a whole or not at all. */
  readonly views: readonly GroupView[];
  readonly problems: readonly Problem[];
}

/** What one file, or one list, has for one group. */
export interface ParsedPart extends ParsedResources {
  readonly group: string;
}

/**
 * Puts parts together and checks that they fit. References are only checked where all could be read: a part that is
 * broken would make everything in it look missing.
 */
export function joinParts(parts: readonly ParsedPart[], others: readonly Problem[] = []): ParsedConfig {
  const unread = [...others, ...parts.flatMap(({ problems }) => problems)];
  if (unread.length > 0) return { views: [], problems: unread };
  const views = groupViews(
    parts.flatMap(({ group, resources }) => resources.map((resource) => ({ group, resource }))),
  );
  const problems = checkViews(views);
  return problems.length > 0 ? { views: [], problems } : { views, problems: [] };
}
