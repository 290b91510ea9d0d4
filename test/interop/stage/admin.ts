import { httpGet } from "./http-get.ts";

/** Envoy's admin interface, which our sidecar speaks too. */
export interface Admin {
  readonly port: number;
  /** @throws {Error} unless it answers with 200. */
  text(path: string): Promise<string>;
  /** A counter or gauge; 0 while it has never moved. */
  stat(name: string): Promise<number>;
  /** The port that a listener has opened. */
  portOf(listener: string): Promise<number>;
}

export function createAdmin(port: number): Admin {
  const text = async (path: string): Promise<string> => {
    const { status, body } = await httpGet(port, { path });
    if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`);
    return body;
  };
  return {
    port,
    text,
    async stat(name) {
      const lines = (await text(`/stats?filter=^${name}$`)).split("\n");
      const line = lines.find((each) => each.startsWith(`${name}: `));
      return line === undefined ? 0 : Number(line.slice(name.length + 2));
    },
    async portOf(listener) {
      const { listener_statuses: statuses = [] } = JSON.parse(
        await text("/listeners?format=json"),
      ) as Listeners;
      const found = statuses.find(({ name }) => name === listener)?.local_address.socket_address.port_value;
      if (found === undefined) throw new Error(`listener "${listener}" is not open`);
      return found;
    },
  };
}

interface Listeners {
  readonly listener_statuses?: readonly {
    readonly name: string;
    readonly local_address: { readonly socket_address: { readonly port_value: number } };
  }[];
}
