import type { IncomingMessage, ServerResponse } from "node:http";
import { MeshError } from "@dualmesh/core";
import type { ActionDesk } from "./dashboard-action.ts";
import type { PageFiles } from "./page-files.ts";
import { guardAction, guardHost } from "./request-guard.ts";
import { relayStream } from "./stream-relay.ts";

export interface DashboardServerOptions {
  readonly controlPlane: URL;
  readonly desk: ActionDesk;
  readonly files: PageFiles;
}

/** The page may load, and ask, nothing but its own origin: no font, no script and no picture of anybody else. */
const SECURITY_HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** Bytes of what an action is told: the choice that was made. */
const MAX_BODY_BYTES = 4_096;

const ACTIONS = "/api/actions";

/** What is said to one request: JSON, unless it has a type of its own. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers the requests of the page. */
export class DashboardServer {
  readonly #options: DashboardServerOptions;

  constructor(options: DashboardServerOptions) {
    this.#options = options;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const refused = guardHost(request.headers, request.socket.localPort ?? 0);
    const [path = "/"] = (request.url ?? "/").split("?", 1);
    if (refused !== undefined) write(response, { status: 403, body: { error: refused } });
    else if (path.startsWith(`${ACTIONS}/`)) {
      write(response, await this.#act(request, path.slice(ACTIONS.length + 1)));
    } else if (path === "/api/stream" && request.method === "GET") {
      relayStream(response, this.#options.controlPlane);
    } else write(response, this.#show(request.method ?? "", path));
  }

  #show(method: string, path: string): Answer {
    if (method !== "GET" && method !== "HEAD") {
      return refuseMethod(path, method, "GET, HEAD");
    }
    const { desk, files } = this.#options;
    if (path === ACTIONS) return { status: 200, body: desk.describe() };
    const file = files.get(path);
    if (file === undefined) return { status: 404, body: { error: `no page ${JSON.stringify(path)}` } };
    const { bytes, contentType, isImmutable } = file;
    const cache = isImmutable ? "public, max-age=31536000, immutable" : "no-cache";
    return { status: 200, body: bytes, headers: { "content-type": contentType, "cache-control": cache } };
  }

  async #act(request: IncomingMessage, name: string): Promise<Answer> {
    if (request.method !== "POST") return refuseMethod("an action", request.method ?? "", "POST");
    const refused = guardAction(request.headers);
    if (refused !== undefined) return { status: 403, body: { error: refused } };
    try {
      const result = await this.#options.desk.run(name, await readChoice(request));
      return { status: result.ok ? 200 : 500, body: result };
    } catch (error) {
      // Else it went away in the middle of its body, or there is a defect: nothing that it did wrong.
      if (!MeshError.is(error)) return { status: 500, body: { error: String(error) } };
      return { status: error.code === "NOT_FOUND" ? 404 : 400, body: { error: error.rawMessage } };
    }
  }
}

function refuseMethod(what: string, method: string, allow: string): Answer {
  return { status: 405, body: { error: `${what} takes ${allow}, got ${method}` }, headers: { allow } };
}

/** The body is `{}` or `{"choice":"90/10"}`. */
async function readChoice(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new MeshError("INVALID_ARGUMENT", `body: expected at most ${MAX_BODY_BYTES} bytes, got more`);
    }
    chunks.push(chunk);
  }
  const body = parseJson(Buffer.concat(chunks).toString("utf8"));
  const choice = typeof body === "object" && body !== null && "choice" in body ? body.choice : undefined;
  if (choice === undefined || typeof choice === "string") return choice;
  throw new MeshError(
    "INVALID_ARGUMENT",
    `body: expected choice to be a string, got ${JSON.stringify(choice)}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MeshError("INVALID_ARGUMENT", "body: expected JSON", { cause });
  }
}

function write(response: ServerResponse, { status, body, headers }: Answer): void {
  if (response.destroyed) return;
  // A body that nobody read would be taken for the next request.
  if (!response.req.complete) response.setHeader("connection", "close");
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers });
  response.end(
    response.req.method === "HEAD" ? undefined : body instanceof Uint8Array ? body : JSON.stringify(body),
  );
}
