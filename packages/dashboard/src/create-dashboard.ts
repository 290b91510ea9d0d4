import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { MeshError } from "@dualmesh/core";
import { ActionDesk, type DashboardAction } from "./dashboard-action.ts";
import { DashboardServer } from "./dashboard-server.ts";
import { readPageFiles } from "./page-files.ts";
import { isLoopback } from "./request-guard.ts";

export interface DashboardOptions {
  /** The admin listener of the control plane: `127.0.0.1:15011`, or as a URL. It may be away, also at first. */
  readonly controlPlane: string;
  /** A loopback address: the page shows everything, and has no password. Default `127.0.0.1`. */
  readonly host?: string;
  /** 0 takes a free one. Default 0. */
  readonly port?: number;
  /** What the reader of the page may do. Default nothing. */
  readonly actions?: readonly DashboardAction[];
}

/** A dashboard that serves its page. */
export interface Dashboard extends AsyncDisposable {
  /** `http://127.0.0.1:40123/`. */
  readonly url: string;
}

/**
 * Serves the page, and what it shows from the control plane, on loopback.
 *
 * Rejects with a `MeshError`: `INVALID_ARGUMENT` for an address that is none, or no loopback one, `UNAVAILABLE` where it
 * cannot be bound, `FAILED_PRECONDITION` where the page was not built; and with a `RangeError` for the name of an action.
 */
export async function createDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { host = "127.0.0.1", port = 0, actions = [] } = options;
  if (!isLoopback(host)) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `dashboard: expected a loopback address, got ${host}, which other machines can reach`,
    );
  }
  const controlPlane = parseAdminUrl(options.controlPlane);
  const desk = new ActionDesk(actions);
  const pages = new DashboardServer({ controlPlane, desk, files: await readPageFiles() });
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    void pages.answer(request, response);
  });
  server.maxConnections = 256;
  const bound = await bind(server, host, port);
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound.port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

function parseAdminUrl(text: string): URL {
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (url === null || url.protocol !== "http:" || url.port === "" || url.pathname !== "/") {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `dashboard: expected the control plane's admin listener as host:port, got ${JSON.stringify(text)}`,
    );
  }
  return url;
}

function bind(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const message = `dashboard: cannot bind ${host}:${port}: ${error.message}`;
      reject(new MeshError("UNAVAILABLE", message, { cause: error }));
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}
