import {
  type Call,
  createHeaders,
  type Request,
  type RequestHead,
  type Response,
  type RouteEntry,
  type Service,
  type Stack,
} from "@dualmesh/core";
import type { RetryPolicy } from "@dualmesh/retry";
import type { RouteTable } from "@dualmesh/routing";
import type { ConnectionManagerPlan } from "../compile/connection-manager.ts";
import type { FilterChainPlan, ListenerPlan } from "../compile/listener.ts";
import type { HostExtra, RoutesPlan } from "../compile/routes.ts";
import { chainNotFound } from "../router/refusals.ts";
import { createRouter, type RouterOptions } from "../router/router.ts";
import { buildChain, type ChainOptions } from "./build-chain.ts";

/** A listener that can serve: all it refers to is known, or has failed for good. */
export interface Listener {
  readonly name: string;
  /** As it is configured now. */
  readonly plan: ListenerPlan;
  /** The chain for connections to a local port, ending in the router. Finds the tables of the moment at each call. */
  service(port: number): Service<Request, Response>;
  /** The same chain over `app`, which gets what the router would forward: a provider in direct mode. */
  before(app: Service<Request, Response>, port: number): Service<Request, Response>;
  /** Whether this listener has a chain for connections to that port. */
  serves(port: number): boolean;
  /** Whether the application's calls to that authority belong to the mesh. */
  claims(authority: string): boolean;
  /** The clusters that calls to that authority may go to; those that a header names are not among them. */
  clusters(authority: string): ReadonlySet<string>;
  /** The routes of the chain for a port. */
  routes(port: number): RouteTable<RetryPolicy, HostExtra> | undefined;
  /** Names and filter chains, in a stable form. */
  toString(): string;
}

export interface RunningListenerOptions extends ChainOptions {
  readonly plan: ListenerPlan;
  readonly router: Omit<RouterOptions, "envoyFields" | "app">;
  /** The routes of a name, as adopted; `undefined` while there are none. */
  readonly findRoutes: (name: string) => RoutesPlan | undefined;
  /** Whether a cluster only lets calls through to whom they named. */
  readonly isPassthrough: (cluster: string) => boolean;
}

/** What a catch-all host is asked about. */
const ANY_REQUEST = { method: "GET", scheme: "http", path: "/", headers: createHeaders() } as const;

/** A filter chain with its filters made. A change of routes leaves it as it is; a change of the listener does not. */
interface BuiltChain {
  readonly plan: FilterChainPlan;
  readonly stack: Stack<Request, Response>;
  readonly match: (head: RequestHead, call: Call) => RouteEntry | undefined;
  readonly forward: Service<Request, Response>;
  readonly overApp: WeakMap<Service<Request, Response>, Service<Request, Response>>;
}

export class RunningListener implements Listener {
  readonly name: string;
  readonly #options: RunningListenerOptions;
  readonly #services = new Map<number, Service<Request, Response>>();
  #plan: ListenerPlan;
  #chains: readonly BuiltChain[];

  constructor(options: RunningListenerOptions) {
    this.#options = options;
    this.name = options.plan.name;
    this.#plan = options.plan;
    this.#chains = options.plan.chains.map((chain) => this.#build(chain));
  }

  get plan(): ListenerPlan {
    return this.#plan;
  }

  /** Swaps the configuration. Calls under way keep what they began with. */
  update(plan: ListenerPlan): void {
    this.#plan = plan;
    this.#chains = plan.chains.map((chain) => this.#build(chain));
  }

  serves(port: number): boolean {
    return this.#find(port) !== undefined;
  }

  service(port: number): Service<Request, Response> {
    let service = this.#services.get(port);
    if (service === undefined) {
      service = (request, call) => {
        const chain = this.#find(port);
        if (chain === undefined) return Promise.resolve(chainNotFound(port));
        call.routeWith(chain.match);
        return chain.forward(request, call);
      };
      this.#services.set(port, service);
    }
    return service;
  }

  before(app: Service<Request, Response>, port: number): Service<Request, Response> {
    return (request, call) => {
      const chain = this.#find(port);
      if (chain === undefined) return app(request, call);
      let service = chain.overApp.get(app);
      if (service === undefined) {
        service = chain.stack.to(
          createRouter({ ...this.#options.router, envoyFields: chain.plan.http.envoyFields, app }),
        );
        chain.overApp.set(app, service);
      }
      call.routeWith(chain.match);
      return service(request, call);
    };
  }

  claims(authority: string): boolean {
    return this.#chains.some(({ plan }) => {
      const table = this.#table(plan.http);
      const claim = table?.claims(authority);
      if (claim === undefined) return false;
      if (claim.kind !== "any") return true;
      // Who takes all the rest may do so only to let it through.
      const route = table?.match({ ...ANY_REQUEST, authority }, () => 0);
      return !(route?.kind === "forward" && this.#options.isPassthrough(route.cluster));
    });
  }

  clusters(authority: string): ReadonlySet<string> {
    const claims = this.#chains.map(({ plan }) => this.#table(plan.http)?.claims(authority));
    return new Set(claims.flatMap((claim) => [...(claim?.clusters ?? [])]));
  }

  routes(port: number): RouteTable<RetryPolicy, HostExtra> | undefined {
    const chain = this.#find(port);
    return chain === undefined ? undefined : this.#table(chain.plan.http);
  }

  toString(): string {
    const chains = this.#chains.map(({ plan, stack }) => {
      const port = plan.destinationPort === undefined ? "any port" : `port ${plan.destinationPort}`;
      return `  ${plan.name === "" ? "(unnamed)" : plan.name} for ${port}: ${stack} → router`;
    });
    return [`listener ${this.name} (${this.#plan.direction})`, ...chains].join("\n");
  }

  #build(plan: FilterChainPlan): BuiltChain {
    const { random, router } = this.#options;
    const stack = buildChain(plan.http, this.#options);
    return {
      plan,
      stack,
      match: (head) => this.#table(plan.http)?.match(head, random),
      forward: stack.to(createRouter({ ...router, envoyFields: plan.http.envoyFields })),
      overApp: new WeakMap(),
    };
  }

  #find(port: number): BuiltChain | undefined {
    for (const chain of this.#chains) {
      if (chain.plan.destinationPort === undefined || chain.plan.destinationPort === port) return chain;
    }
    return undefined;
  }

  #table({ routes }: ConnectionManagerPlan): RouteTable<RetryPolicy, HostExtra> | undefined {
    return routes.kind === "inline" ? routes.routes.table : this.#options.findRoutes(routes.name)?.table;
  }
}
