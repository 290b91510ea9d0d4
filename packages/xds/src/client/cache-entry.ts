import type { WheelTimer } from "@dualmesh/core";
import type { ResourceState } from "../resource-state.ts";
import type { AnyResourceType, ParsedProblems, ParsedValue } from "../resource-type.ts";
import type { ResourceWatch } from "./resource-watch.ts";

const NONE: readonly ResourceWatch[] = [];

/** What is known of one resource, and who wants to know. */
export class CacheEntry {
  readonly name: string;
  /** Replaced, never changed: whoever goes through it sees it whole. */
  watches: readonly ResourceWatch[] = NONE;
  state: ResourceState = { kind: "waiting" };
  /** Runs while the resource is asked for and has not come. */
  timer: WheelTimer | undefined;
  readonly #type: AnyResourceType;
  /** What was refused last, so that the same bytes are refused again without being parsed. */
  #refused: { readonly bytes: Uint8Array; readonly problems: readonly string[] } | undefined;

  constructor(type: AnyResourceType, name: string) {
    this.#type = type;
    this.name = name;
  }

  /** What came, or `undefined` where the response named this resource twice. Gives the problems; empty if it is good. */
  take(bytes: Uint8Array | undefined, version: string, atWallMs: number): readonly string[] {
    this.stopTimer();
    if (bytes === undefined) {
      this.#refuse(["occurs more than once in the response"], version, atWallMs);
      return ["occurs more than once in the response"];
    }
    const { state } = this;
    if (state.kind === "present" && sameBytes(state.bytes, bytes)) {
      this.#refused = undefined;
      // The last good version is back: those who were told of the refusal are told of its end.
      if (state.rejected !== undefined) this.state = withoutRejection(state);
      return [];
    }
    if (this.#refused !== undefined && sameBytes(this.#refused.bytes, bytes)) return this.#refused.problems;
    // A copy, so that one kept resource does not keep the whole response in memory.
    const own = Buffer.from(bytes);
    const parsed = parseGuarded(this.#type, own);
    if (parsed.kind === "problems") {
      this.#refused = { bytes: own, problems: parsed.problems };
      this.#refuse(parsed.problems, version, atWallMs);
      return parsed.problems;
    }
    this.#refused = undefined;
    const { value, warnings } = parsed;
    const present = { kind: "present", value, version, bytes: own } as const;
    this.state = warnings === undefined || warnings.length === 0 ? present : { ...present, warnings };
    return [];
  }

  /** The control plane does not have it. The value goes too, so that the same bytes count as new when they come back. */
  lose(reason: string): void {
    this.stopTimer();
    this.#refused = undefined;
    this.state = { kind: "missing", reason };
  }

  /** Says why the wait goes on. */
  explainWait(reason: string | undefined): void {
    if (this.state.kind !== "waiting" || this.state.reason === reason) return;
    this.state = reason === undefined ? { kind: "waiting" } : { kind: "waiting", reason };
  }

  stopTimer(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  #refuse(problems: readonly string[], version: string, atWallMs: number): void {
    const { state } = this;
    if (state.kind === "present") {
      this.state = { ...state, rejected: { version, problems, atWallMs } };
    } else {
      this.state = { kind: "invalid", reason: `refused: ${problems.join("; ")}` };
    }
  }
}

/** A type that throws has found a problem: nothing that a control plane sends may reach the process as an exception. */
function parseGuarded(type: AnyResourceType, bytes: Uint8Array): ParsedValue<unknown> | ParsedProblems {
  try {
    const parsed = type.parse(bytes);
    if (parsed.kind === "value" || parsed.problems.length > 0) return parsed;
    return { kind: "problems", problems: ["refused without a reason"] };
  } catch (error) {
    return { kind: "problems", problems: [error instanceof Error ? error.message : String(error)] };
  }
}

function withoutRejection(state: ResourceState & { readonly kind: "present" }): ResourceState {
  const { rejected: _, ...rest } = state;
  return rest;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
