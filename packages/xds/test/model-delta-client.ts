import { decode, encode, type Message, TYPE_URL } from "@dualmesh/envoy-api";
import type { XdsServer } from "../src/server/index.ts";

const { CDS, EDS, LDS, RDS } = TYPE_URL;

type Response = Message<"envoy.service.discovery.v3.DeltaDiscoveryResponse">;

interface Sent {
  readonly add?: readonly string[];
  readonly drop?: readonly string[];
  readonly has?: ReadonlyMap<string, string>;
  readonly nonce?: string;
  readonly error?: string;
}

/**
 * A delta client that behaves as Envoy does: all listeners and clusters, their routes and endpoints by name. A cluster that
 * is new or has changed is warming until endpoints come after it, and the old one serves until then. A route to a cluster
 * whose name begins with `bad` is refused, and the old one stays.
 *
 * Messages wait on either way until {@link deliver} moves them.
 */
export interface ModelDeltaClient {
  readonly waiting: number;
  /** Moves the oldest message of a direction, if there is one. */
  deliver(direction: "toServer" | "toClient"): void;
  /** Breaks the stream; what is under way is lost. The client comes back at once, and says what it has. */
  reconnect(): void;
  /** Routes in effect whose cluster does not serve. */
  openReferences(): string[];
  /** All that is in effect: listeners, routes with their cluster, clusters with the version of their endpoints. */
  describe(): string[];
  /** Resources that came, in all. */
  readonly received: number;
}

export function modelDeltaClient(server: XdsServer): ModelDeltaClient {
  const toServer: (() => void)[] = [];
  const toClient: (() => void)[] = [];
  /** Versions of what was accepted, by type and name. */
  const has = new Map<string, Map<string, string>>();
  for (const typeUrl of [CDS, EDS, LDS, RDS]) has.set(typeUrl, new Map());
  const versions = (typeUrl: string): Map<string, string> => has.get(typeUrl) as Map<string, string>;
  const serving = new Set<string>();
  const warming = new Set<string>();
  const routes = new Map<string, string>();
  const subscribed = new Map<string, ReadonlySet<string>>([
    [EDS, new Set()],
    [RDS, new Set()],
  ]);
  let received = 0;
  let close = (): void => {};
  let send = (_typeUrl: string, _sent: Sent): void => {};

  function open(): void {
    toServer.length = toClient.length = 0;
    const far = server.serveDelta({
      peer: "model",
      send(bytes) {
        toClient.push(() => receive(decode("envoy.service.discovery.v3.DeltaDiscoveryResponse", bytes)));
        return true;
      },
      end() {},
    });
    close = () => far.onEnd();
    send = (typeUrl, { add = [], drop = [], has: said = new Map(), nonce = "", error }) => {
      const bytes = encode("envoy.service.discovery.v3.DeltaDiscoveryRequest", {
        type_url: typeUrl,
        resource_names_subscribe: add,
        resource_names_unsubscribe: drop,
        initial_resource_versions: said,
        response_nonce: nonce,
        error_detail: error === undefined ? undefined : { message: error },
      });
      toServer.push(() => far.onRequest(bytes));
    };
    for (const typeUrl of [CDS, EDS, LDS, RDS]) {
      const names = subscribed.get(typeUrl);
      if (names?.size !== 0) send(typeUrl, { add: [...(names ?? [])], has: new Map(versions(typeUrl)) });
    }
  }

  function receive(response: Response): void {
    const { type_url: typeUrl, nonce } = response;
    received += response.resources.length;
    const refused = response.resources.flatMap((one) => apply(typeUrl, one) ?? []);
    for (const name of response.removed_resources) remove(typeUrl, name);
    if (refused.length > 0) send(typeUrl, { nonce, error: `${refused.join()} refused` });
    else send(typeUrl, { nonce });
    follow(EDS, [...warming, ...serving]);
    follow(RDS, versions(LDS).keys());
  }

  /** Gives the name of what is refused. */
  function apply(
    typeUrl: string,
    { name, version, resource }: Response["resources"][number],
  ): string | undefined {
    // It was under way when the client stopped asking for it.
    if (subscribed.get(typeUrl)?.has(name) === false) return undefined;
    if (typeUrl === RDS) {
      const { virtual_hosts: hosts } = decode("envoy.config.route.v3.RouteConfiguration", body(resource));
      const cluster = hosts[0]?.routes[0]?.route?.cluster ?? "";
      if (cluster.startsWith("bad")) return name;
      routes.set(name, cluster);
    }
    if (typeUrl === CDS) warming.add(name);
    if (typeUrl === EDS && warming.delete(name)) serving.add(name);
    versions(typeUrl).set(name, version);
    return undefined;
  }

  function remove(typeUrl: string, name: string): void {
    versions(typeUrl).delete(name);
    if (typeUrl === CDS) for (const clusters of [serving, warming]) clusters.delete(name);
    if (typeUrl === EDS) serving.delete(name);
    if (typeUrl === RDS) routes.delete(name);
  }

  /** Subscribes these names, and no others. Of what is dropped nothing is kept. */
  function follow(typeUrl: string, wanted: Iterable<string>): void {
    const names = subscribed.get(typeUrl) as ReadonlySet<string>;
    const next = new Set(wanted);
    const add = [...next].filter((name) => !names.has(name));
    const drop = [...names].filter((name) => !next.has(name));
    subscribed.set(typeUrl, next);
    for (const name of drop) remove(typeUrl, name);
    if (add.length + drop.length > 0) send(typeUrl, { add, drop });
  }

  open();
  return {
    get waiting() {
      return toServer.length + toClient.length;
    },
    get received() {
      return received;
    },
    deliver: (direction) => (direction === "toServer" ? toServer : toClient).shift()?.(),
    reconnect() {
      close();
      open();
    },
    openReferences: () =>
      [...routes].filter(([, cluster]) => !serving.has(cluster)).map(([name, to]) => `${name} → ${to}`),
    describe: () =>
      [
        ...versions(LDS).keys(),
        ...[...routes].map(([name, cluster]) => `${name}: ${cluster}`),
        ...[...serving].map((name) => `${name}: ${versions(EDS).get(name)}`),
        ...[...warming].map((name) => `${name}: warming`),
      ].sort(),
  };
}

function body(any: Message<"google.protobuf.Any"> | undefined): Uint8Array {
  return any?.value ?? new Uint8Array();
}
