import type { MatcherTree } from "@dualmesh/matching";
import type { RouteConfig } from "../route/route-config.ts";
import type { VirtualHostConfig } from "../table/route-table-config.ts";
import type { SampleBuilder } from "./sample-builder.ts";
import { sampleText } from "./sample-builder.ts";

/** A route, and what leads a request to it before its own conditions. */
export interface ReachedRoute {
  readonly route: RouteConfig;
  readonly lead: (sample: SampleBuilder) => void;
}

/** The routes of a virtual host, also those at the ends of a tree. */
export function routesOf({ routes = [], matcher }: VirtualHostConfig): readonly ReachedRoute[] {
  if (matcher === undefined) return routes.map((route) => ({ route, lead: () => {} }));
  return atEnds(matcher, () => {});
}

type Tree = MatcherTree<readonly RouteConfig[]>;
type Lead = ReachedRoute["lead"];

function atEnds(tree: Tree, before: Lead): readonly ReachedRoute[] {
  const branches = branchesOf(tree);
  const { onNoMatch } = tree;
  if (onNoMatch !== undefined) branches.push([onNoMatch, () => {}]);
  return branches.flatMap(([branch, own]) => {
    const lead: Lead = (sample) => {
      before(sample);
      own(sample);
    };
    if (branch.kind === "tree") return atEnds(branch.tree, lead);
    return branch.action.map((route) => ({ route, lead }));
  });
}

function branchesOf(tree: Tree): [NonNullable<Tree["onNoMatch"]>, Lead][] {
  switch (tree.kind) {
    case "list":
      return tree.matchers.map(({ predicate, onMatch }) => [onMatch, (sample) => sample.where(predicate)]);
    case "exact":
    case "prefix":
      return [...tree.map].map(([key, onMatch]) => [onMatch, (sample) => sample.input(tree.input, key)]);
    case "address":
      return tree.ranges.map(({ cidrs, onMatch }) => [
        onMatch,
        (sample) =>
          sample.input(
            tree.input,
            sampleText({ kind: "exact", value: (cidrs[0] ?? "").replace(/\/.*/, "") }),
          ),
      ]);
    default:
      return tree satisfies never;
  }
}
