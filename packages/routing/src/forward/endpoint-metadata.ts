/**
 * What the endpoints of a request must be labelled with: names and values as in JSON.
 *
 * @see Envoy, `RouteAction.metadata_match`, filter `envoy.lb`
 */
export type EndpointMetadata = Readonly<Record<string, unknown>>;

/** That of a route with that of a weighted cluster, whose values win; `undefined` where neither has any. */
export function mergeEndpointMetadata(
  route: EndpointMetadata | undefined,
  weighted: EndpointMetadata | undefined,
): EndpointMetadata | undefined {
  return route && weighted ? { ...route, ...weighted } : (weighted ?? route);
}
