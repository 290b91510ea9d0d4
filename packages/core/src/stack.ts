import type { Filter, Service } from "./service.ts";

/**
 * Filters under construction. First listed is outermost: it sees the request first and the response last.
 *
 * Immutable: every `use` gives a new stack, so a prefix can be shared by several.
 */
export interface Stack<ReqIn, ResOut, ReqOut = ReqIn, ResIn = ResOut> {
  /** The roles in order, outermost first. */
  readonly roles: readonly string[];
  /**
   * Adds a filter innermost. `undefined` stands for a filter whose options are absent: it is then absent itself, and
   * costs nothing.
   *
   * @throws {RangeError} when the role is taken.
   */
  use<R = ReqOut, S = ResIn>(
    role: string,
    filter: Filter<ReqOut, ResIn, R, S> | undefined,
  ): Stack<ReqIn, ResOut, R, S>;
  /** Closes the stack over its innermost service. Each filter is instantiated here, once. */
  to(service: Service<ReqOut, ResIn>): Service<ReqIn, ResOut>;
  /** `deadline → retry → breaker`, or `(empty)`. */
  toString(): string;
}

// The element types of a chain differ from link to link; only `use` knows that neighbours fit.
type AnyFilter = Filter<never, unknown, unknown, never>;

interface Link {
  readonly role: string;
  readonly filter: AnyFilter;
}

/**
 * Starts an empty stack.
 *
 * ```ts
 * import { circuitBreaker } from "@dualmesh/circuit-breaker";
 * import { localReply, type Request, type Response, stack } from "@dualmesh/core";
 * import { retry } from "@dualmesh/retry";
 *
 * const filters = stack<Request, Response>()
 *   .use("retry", retry({ numRetries: 2 }))
 *   .use("breaker", circuitBreaker({ maxRequests: 100 }));
 * console.log(String(filters)); // => retry → breaker
 * const send = filters.to(async () => localReply({ status: 200, details: "ok" })); // where a transport would stand
 * ```
 */
export function stack<Req, Res>(): Stack<Req, Res> {
  return new Chain<Req, Res, Req, Res>([]);
}

class Chain<ReqIn, ResOut, ReqOut, ResIn> implements Stack<ReqIn, ResOut, ReqOut, ResIn> {
  readonly #links: readonly Link[];

  constructor(links: readonly Link[]) {
    this.#links = links;
  }

  get roles(): readonly string[] {
    return this.#links.map((link) => link.role);
  }

  use<R = ReqOut, S = ResIn>(
    role: string,
    filter: Filter<ReqOut, ResIn, R, S> | undefined,
  ): Stack<ReqIn, ResOut, R, S> {
    if (filter === undefined) return new Chain<ReqIn, ResOut, R, S>(this.#links);
    if (this.#links.some((link) => link.role === role)) {
      throw new RangeError(`stack: the role "${role}" is taken (${this})`);
    }
    return new Chain<ReqIn, ResOut, R, S>([...this.#links, { role, filter: filter as unknown as AnyFilter }]);
  }

  to(service: Service<ReqOut, ResIn>): Service<ReqIn, ResOut> {
    let built = service as unknown as Service<unknown, never>;
    for (let i = this.#links.length - 1; i >= 0; i--) {
      const link = this.#links[i] as Link;
      built = link.filter(built) as unknown as Service<unknown, never>;
    }
    return built as unknown as Service<ReqIn, ResOut>;
  }

  toString(): string {
    return this.#links.length === 0 ? "(empty)" : this.roles.join(" → ");
  }
}
