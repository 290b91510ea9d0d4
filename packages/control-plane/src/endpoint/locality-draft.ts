import type { Message, MessageInit } from "@dualmesh/envoy-api";
import type { WorkloadAddress } from "../workload/workload.ts";

type Locality = Message<"envoy.config.endpoint.v3.LocalityLbEndpoints">;
type LbEndpoint = MessageInit<Message<"envoy.config.endpoint.v3.LbEndpoint">>;

const MAX_UINT32 = 2 ** 32 - 1;

/** One locality of an assignment that is being put together. */
export class LocalityDraft {
  /** Equal for equal locality and priority. */
  readonly key: string;
  readonly priority: number;
  readonly endpoints: LbEndpoint[];
  readonly #base: MessageInit<Locality>;
  #weight: number | undefined;
  /** The files state the weight: workloads that join do not change it. */
  readonly #stated: boolean;

  constructor(base: MessageInit<Locality>, endpoints: readonly LbEndpoint[]) {
    const { region = "", zone = "", sub_zone = "" } = base.locality ?? {};
    this.priority = base.priority ?? 0;
    this.key = JSON.stringify([this.priority, region, zone, sub_zone]);
    this.endpoints = [...endpoints];
    this.#base = base;
    this.#weight = base.load_balancing_weight;
    this.#stated = base.load_balancing_weight !== undefined;
  }

  /** Gives it the sum of its endpoints' weights. An endpoint that states none counts 1, as in Envoy. */
  weigh(): void {
    let sum = 0;
    for (const { load_balancing_weight } of this.endpoints) sum += load_balancing_weight ?? 1;
    this.#weight = Math.min(sum, MAX_UINT32);
  }

  add(endpoint: LbEndpoint, weight: number): void {
    this.endpoints.push(endpoint);
    if (!this.#stated) this.#weight = Math.min((this.#weight ?? 0) + weight, MAX_UINT32);
  }

  close(priority: number): MessageInit<Locality> {
    return {
      ...this.#base,
      // gRPC refuses an entry without the field; empty, it means the same to Envoy.
      locality: this.#base.locality ?? {},
      lb_endpoints: this.endpoints,
      load_balancing_weight: this.#weight,
      priority,
    };
  }
}

/**
 * The localities of a file. If none of them has a weight, as is usual in Envoy without locality-weighted balancing,
 * each gets one, or gRPC would skip them all. If any has, the author weighs localities, and one without gets no calls,
 * as in Envoy.
 */
export function fileLocalities(localities: readonly Locality[]): LocalityDraft[] {
  const drafts = localities.map((locality) => new LocalityDraft(locality, locality.lb_endpoints));
  if (localities.every((locality) => locality.load_balancing_weight === undefined)) {
    for (const draft of drafts) if (draft.endpoints.length > 0) draft.weigh();
  }
  return drafts;
}

/** An empty locality for an address that a workload publishes. */
export function workloadLocality({ locality, priority }: WorkloadAddress): LocalityDraft {
  const { region, zone, subZone } = locality;
  return new LocalityDraft({ locality: { region, zone, sub_zone: subZone }, priority }, []);
}
