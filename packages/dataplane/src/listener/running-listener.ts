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
import { CallFacts } from "../call-facts.ts";
import type { ConnectionManagerPlan } from "../compile/connection-manager.ts";
import type { FilterChainPlan } from "../compile/filter-chain.ts";
import type { ListenerPlan } from "../compile/listener.ts";
import type { HostExtra, RoutesPlan } from "../compile/routes.ts";
import { DOWNSTREAM } from "../http/downstream.ts";
import { chainNotFound, chainWantsTls } from "../router/refusals.ts";
import { createRouter, type RouterOptions } from "../router/router.ts";
import { buildChain, type ChainOptions } from "./build-chain.ts";
import { type Arrival, chooseChain } from "./choose-chain.ts";

/** A listener that can serve: all it refers to is known, or has failed for good. */
export interface Listener {
  readonly name: string;
  /** As it is configured now. */
  readonly plan: ListenerPlan;
  /**
   * The chain for connections in clear text to a local port, ending in the router. Finds the tables of the moment at each
   * call.
   */
  service(port: number): Service<Request, Response>;
  /** The same for the chain of a key, however its connections came to it. */
  serviceOf(chain: string): Service<Request, Response>;
  /**
   * The chain for a port over `app`, which gets what the router would forward: a provider in direct mode. A chain that takes
   * clients by TLS alone refuses what came in clear text.
   */
  before(app: Service<Request, Response>, port: number): Service<Request, Response>;
  /** Whether this listener has a chain for connections to that port. */
  serves(port: number): boolean;
  /**
   * Whether the application's calls to that authority belong to the mesh. By `https`, only if every cluster that the routes
   * of its virtual host name encrypts and verifies whom it calls, and there is one.
   */
  claims(authority: string, scheme?: "http" | "https"): boolean;
  /** The clusters that calls to that authority may go to; those that a header names are not among them. */
  clusters(authority: string): ReadonlySet<string>;
  /** The routes of the chain for a port. */
  routes(port: number): RouteTable<RetryPolicy, HostExtra> | undefined;
  /** Names and filter chains, in a stable form. */
  toString(): string;
}

export interface RunningListenerOptions extends Omit<ChainOptions, "wheel"> {
  readonly plan: ListenerPlan;
  readonly router: Omit<RouterOptions, "envoyFields" | "obeysRequests" | "app">;
  /** The routes of a name, as adopted; `undefined` while there are none. */
  readonly findRoutes: (name: string) => RoutesPlan | undefined;
  /** Whether a cluster only lets calls through to whom they named. */
  readonly isPassthrough: (cluster: string) => boolean;
  /** Whether a cluster does TLS and lets through none but those who are meant. */
  readonly isSecure: (cluster: string) => boolean;
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
  readonly #services = new Map<number | string, Service<Request, Response>>();
  #plan: ListenerPlan;
  #chains: readonly BuiltChain[];
  /** The chains for connections in clear text that were chosen so far. */
  readonly #byPort = new Map<number, BuiltChain>();

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
    this.#byPort.clear();
    this.#services.clear();
  }

  serves(port: number): boolean {
    return this.#plan.chains.some(({ destinationPort = port }) => destinationPort === port);
  }

  service(port: number): Service<Request, Response> {
    return this.#service(port, () => this.#find(port));
  }

  serviceOf(chain: string): Service<Request, Response> {
    return this.#service(chain, () => this.#chains.find(({ plan }) => plan.key === chain));
  }

  before(app: Service<Request, Response>, port: number): Service<Request, Response> {
    return (request, call) => {
      const { encrypted = false, serverName = "" } = call.get(DOWNSTREAM) ?? {};
      const chain = encrypted ? this.#choose({ port, transport: "tls", serverName }) : this.#find(port);
      if (chain === undefined && !this.serves(port)) return app(request, call);
      if (chain === undefined || (chain.plan.tls !== undefined && !encrypted))
        return Promise.resolve(chainWantsTls(port));
      let service = chain.overApp.get(app);
      if (service === undefined) {
        service = chain.stack.to(
          createRouter({ ...this.#options.router, ...routerOptions(chain.plan), app }),
        );
        chain.overApp.set(app, service);
      }
      call.routeWith(chain.match);
      return service(request, call);
    };
  }

  claims(authority: string, scheme: "http" | "https" = "http"): boolean {
    const { isPassthrough, isSecure } = this.#options;
    return this.#chains.some(({ plan }) => {
      const table = this.#table(plan.http);
      const claim = table?.claims(authority);
      if (table === undefined || claim === undefined) return false;
      if (scheme === "https") return areSecure(table.clustersOf(authority), isSecure);
      if (claim.kind !== "any") return true;
      // Who takes all the rest may do so only to let it through.
      const route = table.match({ ...ANY_REQUEST, authority }, { random: () => 0 });
      return !(route?.kind === "forward" && isPassthrough(route.cluster));
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
      const tls = plan.tls === undefined ? "" : "TLS → ";
      return `  ${plan.name === "" ? "(unnamed)" : plan.name} for ${plan.key}: ${tls}${stack} → router`;
    });
    return [`listener ${this.name} (${this.#plan.direction})`, ...chains].join("\n");
  }

  #build(plan: FilterChainPlan): BuiltChain {
    const { random, router, runtime } = this.#options;
    const stack = buildChain(plan.http, { ...this.#options, wheel: router.wheel });
    return {
      plan,
      stack,
      match: (head, call) => this.#table(plan.http)?.match(head, new CallFacts(call, random, runtime)),
      forward: stack.to(createRouter({ ...router, ...routerOptions(plan) })),
      overApp: new WeakMap(),
    };
  }

  /** One service for each place, which finds the chain of the moment at each call. */
  #service(place: number | string, find: () => BuiltChain | undefined): Service<Request, Response> {
    let service = this.#services.get(place);
    if (service === undefined) {
      service = (request, call) => {
        const chain = find();
        if (chain === undefined) return Promise.resolve(chainNotFound(place));
        call.routeWith(chain.match);
        return chain.forward(request, call);
      };
      this.#services.set(place, service);
    }
    return service;
  }

  #choose(arrival: Arrival): BuiltChain | undefined {
    const plan = chooseChain(this.#plan.chains, arrival);
    return plan && this.#chains.find((chain) => chain.plan === plan);
  }

  #find(port: number): BuiltChain | undefined {
    let found = this.#byPort.get(port);
    if (found === undefined) {
      found = this.#choose({ port, transport: "raw_buffer", serverName: "" });
      if (found !== undefined) this.#byPort.set(port, found);
    }
    return found;
  }

  #table({ routes }: ConnectionManagerPlan): RouteTable<RetryPolicy, HostExtra> | undefined {
    return routes.kind === "inline" ? routes.routes.table : this.#options.findRoutes(routes.name)?.table;
  }
}

/** What the router of a chain is told. */
function routerOptions({ http }: FilterChainPlan): Pick<RouterOptions, "envoyFields" | "obeysRequests"> {
  return { envoyFields: http.envoyFields, obeysRequests: http.internalAddresses !== undefined };
}

/** A host whose routes name no cluster says nothing of where its calls go: a header of each call does, or nobody. */
function areSecure(clusters: ReadonlySet<string>, isSecure: (cluster: string) => boolean): boolean {
  for (const cluster of clusters) if (!isSecure(cluster)) return false;
  return clusters.size > 0;
}
