import { addressKey, type EndpointAddress } from "@dualmesh/dataplane";
import type { ListenerSet } from "../listener/listener-set.ts";
import { type AdminPage, jsonAnswer, textAnswer } from "./admin-page.ts";

/** `/listeners`: name and actual address of all that accept, in Envoy's forms; below them those that could not be opened. */
export function listenersPage(listeners: ListenerSet): AdminPage {
  return {
    path: "/listeners",
    summary: "print listener info",
    parameters: { format: "File format to use; One of (text, json)" },
    answer({ query }) {
      const failures = [...listeners.failures].map(([name, error]) => ({ name, reason: error.rawMessage }));
      if (query.get("format") === "json") {
        const statuses = listeners.open.map(({ listener, address }) => ({
          name: listener.name,
          local_address: addressJson(address),
        }));
        return jsonAnswer({ listener_statuses: statuses, ...(failures.length === 0 ? {} : { failures }) });
      }
      const lines = [
        ...listeners.open.map(({ listener, address }) => `${listener.name}::${addressKey(address)}`),
        ...failures.map(({ name, reason }) => `${name}::failed::${reason}`),
      ];
      return textAnswer(lines.map((line) => `${line}\n`).join(""));
    },
  };
}

function addressJson(address: EndpointAddress): unknown {
  if (address.kind === "pipe") return { pipe: { path: address.path } };
  return { socket_address: { address: address.host, port_value: address.port } };
}
