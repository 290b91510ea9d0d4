import type { HeaderMatcher } from "@dualmesh/matching";
import type { ForwardAction } from "../forward/forward-action.ts";
import type { RouteConfig } from "../route/route-config.ts";

/**
 * Dubbo's tag rule for one service.
 *
 * @see Dubbo, "Tag routing rule"
 */
export interface TagRule<Retry = unknown, Extra = unknown> {
  /** The tags that providers have. */
  readonly tags: readonly string[];
  /** What is done with the calls; the rule adds which endpoints. */
  readonly action: ForwardAction<Retry, Extra>;
  /** The service, as its calls name it. Default: whatever the virtual host is for. */
  readonly service?: string;
  /** Calls with a tag that no provider has fail with 503, whatever they say themselves. Default false. */
  readonly force?: boolean;
}

/** The attachment that holds a call's tag, and the metadata that holds an endpoint's. */
const TAG = "dubbo.tag";
/** The attachment of a call that would rather fail than leave its tag. */
const FORCE = "dubbo.force.tag";

/**
 * Writes a rule as routes: a call with a tag goes to endpoints with it (`endpointMetadata`), one without a tag, or with one
 * that no provider has, to endpoints whose tag is empty, unless it is to be forced.
 *
 * @throws never; a bad action is the table's to refuse.
 */
export function tagRoutes<Retry = unknown, Extra = unknown>(
  rule: TagRule<Retry, Extra>,
): readonly RouteConfig<Retry, Extra>[] {
  const { tags, action, service, force = false } = rule;
  const path =
    service === undefined ? ({ kind: "prefix", value: "" } as const) : ({ kind: "rpc", service } as const);
  const to = (tag: string): ForwardAction<Retry, Extra> => ({
    ...action,
    endpointMetadata: { ...action.endpointMetadata, [TAG]: tag },
  });
  const has = (name: string, value: string): HeaderMatcher => ({
    kind: "value",
    name,
    value: { kind: "exact", value },
  });
  const unknown: HeaderMatcher = {
    kind: "value",
    name: TAG,
    value: { kind: "exact", value: "" },
    invert: true,
  };
  return [
    ...tags.map(
      (tag): RouteConfig<Retry, Extra> => ({
        name: `tag ${tag}`,
        match: { path, headers: [has(TAG, tag)] },
        action: to(tag),
      }),
    ),
    {
      name: "a tag that nobody has",
      match: { path, headers: force ? [unknown] : [unknown, has(FORCE, "true")] },
      action: { kind: "direct-response", status: 503, body: "no provider has the tag of this call" },
    },
    { name: "no tag", match: { path }, action: to("") },
  ];
}
