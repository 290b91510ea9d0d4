/** What the rest of the chain needs to know of the route that was chosen; the routing package has the whole. */
export interface RouteEntry {
  /** The route's name, or empty. */
  readonly name: string;
  /** The virtual host's name. */
  readonly virtualHost: string;
  /** The cluster that was drawn; empty for redirects and direct responses. */
  readonly cluster: string;
  /**
   * The most specific configuration that the route carries for an HTTP filter (weighted cluster, then route, then
   * virtual host), by the filter's name; `undefined` if there is none.
   */
  filterConfig(filter: string): unknown;
  /** All that the route carries for an HTTP filter: weighted cluster, route, virtual host, table, as far as they say anything. */
  filterConfigs(filter: string): readonly unknown[];
  /**
   * What the most specific place that says anything of a filter makes of it: switched off (`false`), or on by being
   * configured (`true`); `undefined` if none does.
   */
  filterEnabled(filter: string): boolean | undefined;
}
