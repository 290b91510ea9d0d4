import type { ResourceTable } from "./resource-table.ts";
import type { Nack } from "./subscription.ts";

/** What the order of things must know of a subscription. */
export interface RolloutSubscription {
  readonly typeUrl: string;
  readonly wildcard: boolean;
  /** Whether anything is wanted: an unsubscribed type holds nobody up. */
  readonly active: boolean;
  /** Of the newest response; 0 before the first. */
  readonly nonce: number;
  /** Of the newest response that was accepted or refused; 0 before the first. */
  readonly answered: number;
  /** The refusal of the newest response. */
  readonly nack: Nack | undefined;
  /** Whether the client said what it has of an earlier stream, and is sent the difference. */
  readonly resumed?: boolean;
  /** Whether the client was sent this table, and has answered. */
  settledAt(table: ResourceTable): boolean;
  /** Asks for this to be sent (again) although it has not changed; if it is gone now, when it appears again. */
  owe(name: string): void;
  /** Names whose content in `table` differs from what was sent, and those that are gone from it. */
  changes(table: ResourceTable): { readonly changed: readonly string[]; readonly removed: readonly string[] };
}
