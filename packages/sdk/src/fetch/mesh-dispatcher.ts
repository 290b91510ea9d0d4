import {
  type Clock,
  createCall,
  createHeaders,
  type Request,
  type Response,
  type Service,
} from "@dualmesh/core";
import { Dispatcher, Dispatcher1Wrapper } from "undici";
import { DispatcherCall } from "./dispatcher-call.ts";
import { NO_CONTROLLER } from "./no-controller.ts";
import { adaptBody, type GivenBody } from "./request-body.ts";
import { flatFields, type GivenFields } from "./request-fields.ts";

export interface MeshDispatcherOptions {
  /** Where calls to the mesh go. */
  readonly service: Service<Request, Response>;
  /** Whether calls to a host (with its port, if one is given) go through the mesh. */
  readonly claims: (authority: string, scheme: "http" | "https") => boolean;
  /** Where all others go, untouched. */
  readonly passthrough: Dispatcher;
  readonly clock: Clock;
}

interface Origin {
  readonly scheme: "http" | "https";
  readonly authority: string;
}

/** Origins that are remembered; an application talks to few. */
const MAX_ORIGINS = 1_000;

/**
 * The way in for `fetch` and undici: a dispatcher that puts calls to the mesh through the chain, and all others through
 * the dispatcher that was there before.
 */
export class MeshDispatcher extends Dispatcher {
  readonly #options: MeshDispatcherOptions;
  readonly #origins = new Map<string, Origin>();

  constructor(options: MeshDispatcherOptions) {
    super();
    this.#options = options;
  }

  override dispatch(given: Dispatcher.DispatchOptions, anyHandler: Dispatcher.DispatchHandler): boolean {
    const handler = currentHandler(anyHandler);
    try {
      return this.#dispatch(given, handler);
    } catch (error) {
      // A request that is none fails alone, and where undici tells it: nobody awaits this function.
      handler.onResponseError?.(NO_CONTROLLER, error as Error);
      return false;
    }
  }

  #dispatch(given: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { service, claims, passthrough, clock } = this.#options;
    const origin = this.#origin(given.origin);
    const tunnel = given.method === "CONNECT" || Boolean(given.upgrade);
    if (origin === undefined || tunnel || !claims(origin.authority, origin.scheme))
      return passthrough.dispatch(given, handler);
    const adapted = adaptBody(given.body as GivenBody);
    const headers = createHeaders(flatFields(given.headers as GivenFields));
    if (adapted.contentType !== undefined) headers.set("content-type", adapted.contentType);
    const request: Request = {
      head: {
        protocol: "http/1.1",
        exchange: "unary",
        method: given.method,
        scheme: origin.scheme,
        authority: headers.get("host") ?? origin.authority,
        path: given.query === undefined ? given.path : withQuery(given.path, given.query),
        headers,
      },
      body: adapted.body,
    };
    new DispatcherCall(handler, createCall({ clock })).run(service, request);
    return true;
  }

  override async close(callback?: () => void): Promise<void> {
    callback?.();
  }

  override async destroy(
    errorOrCallback?: Error | null | (() => void),
    callback?: () => void,
  ): Promise<void> {
    if (typeof errorOrCallback === "function") errorOrCallback();
    else callback?.();
  }

  #origin(given: string | URL | undefined): Origin | undefined {
    if (given === undefined) return undefined;
    const text = String(given);
    let origin = this.#origins.get(text);
    if (origin === undefined) {
      const { protocol, host } = new URL(text);
      origin = { scheme: protocol === "https:" ? "https" : "http", authority: host };
      if (this.#origins.size === MAX_ORIGINS) this.#origins.clear();
      this.#origins.set(text, origin);
    }
    return origin;
  }
}

/** Handlers of undici 6 and 7 (the `fetch` of Node 22 and 24) have an older set of methods. */
function currentHandler(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  if (typeof handler.onRequestStart === "function") return handler;
  return (Dispatcher1Wrapper as unknown as HandlerWrapper).wrapHandler(handler);
}

/** What undici's own wrapper offers, and its types do not say. */
interface HandlerWrapper {
  wrapHandler(handler: object): Dispatcher.DispatchHandler;
}

function withQuery(path: string, query: Readonly<Record<string, unknown>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, String(one));
  }
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}
