import type { InteropClient } from "./interop-client.ts";
import type { MessageTap } from "./message-tap.ts";

/** What a case plays on. */
export interface CaseStage {
  readonly client: InteropClient;
  /** Sees what passes right before the server. */
  readonly tap: MessageTap;
}

/**
 * One of gRPC's standard interop cases.
 *
 * @see gRPC, "Interop Test Case Descriptions"
 */
export interface InteropCase {
  /** As that list has it. */
  readonly name: string;
  /** What holds. */
  readonly sentence: string;
  readonly run: (stage: CaseStage) => Promise<void>;
}
