import { createTicketPool, type Outcome, type Random, systemRandom, type Ticket } from "@dualmesh/core";
import { checkEndpoint, type Endpoint, type EndpointStatus, type Health } from "./endpoint.ts";
import { EndpointSlots } from "./endpoint-slots.ts";
import {
  NO_ENDPOINTS,
  NO_HEALTHY,
  type Pick,
  type PickRequest,
  refusalReason,
  TOO_MANY_PICKS,
} from "./pick.ts";
import type { Picker } from "./picker.ts";
import { buildTable, type LevelStatus, type PickerTable, type PickerTableOptions } from "./picker-table.ts";
import { checkPolicy, type Policy } from "./policy.ts";
import { describeBalancer } from "./print.ts";
import { untried } from "./untried.ts";

export interface LoadBalancerOptions {
  readonly policy: Policy;
  /** Below this share of fit endpoints a priority uses all of them. Percent from 0 (never) to 100. Default 50. */
  readonly panicThresholdPercent?: number;
  /** By how much a priority's fit share is overstated: at 140, 72 % fit is enough for all calls. Over 0. Default 140. */
  readonly overprovisioningFactorPercent?: number;
  /** In panic, refuse instead of using endpoints that may be broken. Default `false`. */
  readonly failTrafficOnPanic?: boolean;
  readonly random?: Random;
}

/** What may come with a list of endpoints, and counts until the next list. */
export interface UpdateSettings {
  /** Replaces {@link LoadBalancerOptions.overprovisioningFactorPercent}: EDS sends it beside the endpoints. */
  readonly overprovisioningFactorPercent?: number | undefined;
}

/**
 * Chooses endpoints of one cluster, and counts what is in flight to each.
 *
 * Every pick gives a ticket, which comes back with {@link complete}, once. Endpoints, health and pickers are current at
 * every pick, also for retries of a call that began under an older list.
 */
export interface LoadBalancer<E extends Endpoint = Endpoint> {
  /**
   * Swaps the endpoints. What keeps its key keeps its state; picks of what is gone still complete.
   *
   * @throws {RangeError} on a key that comes twice, a weight or priority out of range. Then nothing has changed.
   */
  update(endpoints: readonly E[], settings?: UpdateSettings): void;
  /**
   * The pick of the hot path: makes no object. A ticket, or one of `NO_ENDPOINTS`, `NO_HEALTHY`, `TOO_MANY_PICKS`, all
   * negative.
   */
  pickIndex(request: PickRequest): Ticket;
  /** The pick for people. */
  pick(request?: Partial<PickRequest>): Pick<E>;
  /** Whom a ticket is for; `undefined` for a stale one. */
  endpoint(ticket: Ticket): E | undefined;
  /** The index of whom a ticket is for, as {@link PickRequest.tried} takes it; -1 for a stale one. */
  endpointIndex(ticket: Ticket): number;
  /**
   * Takes a ticket back. A ticket that comes twice, or from nowhere, is ignored. `undefined`: the attempt was never
   * made, which says nothing about the endpoint.
   */
  complete(ticket: Ticket, outcome: Outcome | undefined, nowMs: number): void;
  /**
   * What health checks say of an endpoint. The worse of this and what discovery says counts. Forgotten with the
   * endpoint. Says whether the key is known.
   */
  setHealth(key: string, health: Health): boolean;
  /** The picks of an endpoint that are out; 0 for an unknown key. */
  active(key: string): number;
  /** Those that are listed now, in the order of the list. Made anew at each read. */
  readonly endpoints: readonly EndpointStatus<E>[];
  /** The priorities with their loads, from 0 to the highest that is listed. */
  readonly levels: readonly LevelStatus[];
  /** Policy, priorities and loads, in a stable form. */
  toString(): string;
}

/**
 * A balancer without endpoints: `update` brings them.
 *
 * ```ts
 * import { createLoadBalancer } from "@dualmesh/load-balancer";
 *
 * const orders = createLoadBalancer({ policy: { kind: "round-robin" } });
 * orders.update([{ key: "10.0.0.1:80" }, { key: "10.0.0.2:80", health: "unhealthy" }]);
 * const pick = orders.pick();
 * if (pick.kind === "ready") {
 *   console.log(pick.endpoint.key); // => 10.0.0.1:80
 *   orders.complete(pick.ticket, undefined, performance.now());
 * }
 * ```
 *
 * @throws {RangeError} on options out of range.
 */
export function createLoadBalancer<E extends Endpoint = Endpoint>(
  options: LoadBalancerOptions,
): LoadBalancer<E> {
  const { policy, panicThresholdPercent = 50, overprovisioningFactorPercent = 140 } = options;
  checkPolicy(policy);
  if (!(panicThresholdPercent >= 0 && panicThresholdPercent <= 100)) {
    throw new RangeError(
      `load balancer: panicThresholdPercent must be from 0 % to 100 %, got ${panicThresholdPercent}`,
    );
  }
  checkFactor(overprovisioningFactorPercent);
  return new Balancer<E>({
    policy,
    panicThresholdPercent,
    overprovisioningFactorPercent,
    failTrafficOnPanic: options.failTrafficOnPanic ?? false,
    random: options.random ?? systemRandom,
  });
}

function checkFactor(percent: number): void {
  if (!(percent > 0)) {
    throw new RangeError(`load balancer: overprovisioningFactorPercent must be over 0 %, got ${percent}`);
  }
}

class Balancer<E extends Endpoint> implements LoadBalancer<E> {
  readonly #options: PickerTableOptions;
  readonly #slots = new EndpointSlots<E>();
  readonly #tickets = createTicketPool();
  /** Built when next needed: many changes of health between two picks cost one table. */
  #table: PickerTable | undefined;
  #updated = false;
  #overprovisioningFactorPercent: number;

  constructor(options: PickerTableOptions) {
    this.#options = options;
    this.#overprovisioningFactorPercent = options.overprovisioningFactorPercent;
  }

  update(endpoints: readonly E[], settings: UpdateSettings = {}): void {
    const factor = settings.overprovisioningFactorPercent ?? this.#options.overprovisioningFactorPercent;
    checkFactor(factor);
    endpoints.forEach(checkEndpoint);
    this.#slots.list(endpoints);
    this.#overprovisioningFactorPercent = factor;
    this.#table = undefined;
    this.#updated = true;
  }

  pickIndex(request: PickRequest): Ticket {
    const table = this.#table ?? this.#rebuild();
    const picker: Picker | undefined = table.choose();
    if (picker === undefined) return this.#slots.listed.length === 0 ? NO_ENDPOINTS : NO_HEALTHY;
    let index = picker.pick();
    const { tried } = request;
    if (tried?.includes(index)) {
      const other = untried(table.usable, tried, index, this.#options.random);
      if (other >= 0) index = other;
    }
    const ticket = this.#tickets.take(index);
    if (ticket < 0) return TOO_MANY_PICKS;
    const { active } = this.#slots;
    active[index] = (active[index] as number) + 1;
    return ticket;
  }

  pick(request: Partial<PickRequest> = {}): Pick<E> {
    if (!this.#updated) return { kind: "wait" };
    const ticket = this.pickIndex({ nowMs: 0, ...request });
    if (ticket < 0) return { kind: "fail", reason: refusalReason(ticket) };
    return { kind: "ready", endpoint: this.endpoint(ticket) as E, ticket };
  }

  endpoint(ticket: Ticket): E | undefined {
    const index = this.#tickets.peek(ticket);
    return index < 0 ? undefined : this.#slots.endpoint(index);
  }

  endpointIndex(ticket: Ticket): number {
    return this.#tickets.peek(ticket);
  }

  // Counting needs neither how it ended nor when; they belong to the contract, for those who judge endpoints by them.
  complete(ticket: Ticket, _outcome: Outcome | undefined, _nowMs: number): void {
    const index = this.#tickets.give(ticket);
    if (index >= 0) this.#slots.complete(index);
  }

  setHealth(key: string, health: Health): boolean {
    const index = this.#slots.find(key);
    if (index < 0) return false;
    if (this.#slots.check(index, health)) this.#table = undefined;
    return true;
  }

  active(key: string): number {
    const index = this.#slots.find(key);
    return index < 0 ? 0 : (this.#slots.active[index] as number);
  }

  get endpoints(): readonly EndpointStatus<E>[] {
    return Array.from(this.#slots.listed, (index) => ({
      endpoint: this.#slots.endpoint(index) as E,
      index,
      health: this.#slots.health(index),
      active: this.#slots.active[index] as number,
    }));
  }

  get levels(): readonly LevelStatus[] {
    return (this.#table ?? this.#rebuild()).levels;
  }

  toString(): string {
    return describeBalancer(this.#options.policy, this.levels);
  }

  #rebuild(): PickerTable {
    this.#table = buildTable(this.#slots, {
      ...this.#options,
      overprovisioningFactorPercent: this.#overprovisioningFactorPercent,
    });
    return this.#table;
  }
}
