/** A configuration of one virtual host for `orders.test` with this one route. */
export function routes(route: object, host: object = {}, more: object = {}): object {
  return {
    name: "r",
    virtual_hosts: [{ name: "v", domains: ["orders.test"], routes: [route], ...host }],
    ...more,
  };
}

export const ANY = { match: { prefix: "/" } };

export const HOST = 'route configuration "r".virtual_hosts["v"]';
export const ROUTE = `${HOST}.routes[0]`;
