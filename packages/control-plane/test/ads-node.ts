import { decode, encode, type Message, toJson } from "@dualmesh/envoy-api";
import { openGrpcStream, type XdsNode } from "@dualmesh/xds";
import { type Inbox, inbox } from "./inbox.ts";

type Response = Message<"envoy.service.discovery.v3.DiscoveryResponse">;

/** What came in one response: its resources as JSON, by name. */
export interface Received {
  readonly typeUrl: string;
  readonly version: string;
  readonly nonce: string;
  readonly resources: Readonly<Record<string, unknown>>;
}

/** A node on a real stream, whose every word stands in the test. It accepts what comes unless told otherwise. */
export interface AdsNode extends AsyncDisposable {
  /** From now on these names; none at first means all. */
  ask(typeUrl: string, ...names: readonly string[]): void;
  /** The next response of this type; those of other types stay. */
  next(typeUrl: string): Promise<Received>;
  /** All responses in the order of arrival. */
  readonly log: Inbox<Received>;
  /** Refuses responses that have such a resource, with these words. */
  refuse(name: string, message: string): void;
}

export async function connectNode(address: string, node: XdsNode): Promise<AdsNode> {
  const log = inbox<Received>();
  const byType = new Map<string, Inbox<Received>>();
  const ofType = (typeUrl: string): Inbox<Received> => {
    const found = byType.get(typeUrl) ?? inbox<Received>();
    byType.set(typeUrl, found);
    return found;
  };
  const names = new Map<string, readonly string[]>();
  const refused = new Map<string, string>();
  let first = true;
  const opened = Promise.withResolvers<void>();
  const stream = openGrpcStream({ maxMessageBytes: 1 << 24 })(
    { kind: "tcp", address },
    {
      onOpen: () => opened.resolve(),
      onMessage(bytes) {
        const response = decode("envoy.service.discovery.v3.DiscoveryResponse", bytes);
        const received = describe(response);
        const error = Object.keys(received.resources).map((name) => refused.get(name));
        send(
          response.type_url,
          response,
          error.find((message) => message !== undefined),
        );
        log.put(received);
        ofType(response.type_url).put(received);
      },
      onEnd: ({ code, message }) => opened.reject(new Error(`${code}: ${message}`)),
    },
  );
  function send(typeUrl: string, response?: Response, error?: string): void {
    stream.send(
      encode("envoy.service.discovery.v3.DiscoveryRequest", {
        node: first ? node : undefined,
        type_url: typeUrl,
        resource_names: names.get(typeUrl) ?? [],
        response_nonce: response?.nonce ?? "",
        version_info: error === undefined ? (response?.version_info ?? "") : "",
        error_detail: error === undefined ? undefined : { code: 3, message: error },
      }),
    );
    first = false;
  }
  await opened.promise;
  return {
    log,
    ask(typeUrl, ...wanted) {
      names.set(typeUrl, wanted);
      send(typeUrl);
    },
    next: (typeUrl) => ofType(typeUrl).next(),
    refuse: (name, message) => void refused.set(name, message),
    async [Symbol.asyncDispose]() {
      stream.end();
    },
  };
}

function describe({ type_url, version_info, nonce, resources }: Response): Received {
  const entries = resources.map((any) => {
    const json = toJson("google.protobuf.Any", any) as Readonly<Record<string, unknown>>;
    return [String(json["cluster_name"] ?? json["name"]), json] as const;
  });
  return { typeUrl: type_url, version: version_info, nonce, resources: Object.fromEntries(entries) };
}
