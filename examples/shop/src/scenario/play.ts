import type { Flow } from "../watch/flow.ts";
import { Stage, type StageOptions } from "./stage.ts";
import { STEPS } from "./steps.ts";
import { damageOf } from "./verdict.ts";

/** How a step went. */
export interface StepResult {
  readonly number: number;
  readonly title: string;
  /** Why it did not hold, the first line in short; `undefined`: it did. */
  readonly reason: string | undefined;
  /** What went through the shop while it was played. */
  readonly flow: Flow;
}

export interface PlayOptions extends StageOptions {
  readonly onStep: (number: number, title: string) => void;
  readonly onResult: (result: StepResult) => void;
}

/** Plays the script to its end, also past a step that did not hold: what else works is worth knowing. */
export async function play({ onStep, onResult, ...options }: PlayOptions): Promise<readonly StepResult[]> {
  const stage = new Stage(options);
  const results: StepResult[] = [];
  for (const [index, step] of STEPS.entries()) {
    const number = index + 1;
    onStep(number, step.title);
    const before = await stage.read();
    const reason = await step.play(stage).then(
      () => undefined,
      (error: unknown) => reasonOf(error),
    );
    const flow = stage.flow(before, await stage.read());
    const result = { number, title: step.title, reason: reason ?? damageOf(flow), flow };
    results.push(result);
    onResult(result);
  }
  return results;
}

function reasonOf(error: unknown): string {
  // Only a defect of the script itself is worth its stack.
  if (error instanceof TypeError || error instanceof RangeError) return error.stack ?? error.message;
  return error instanceof Error ? error.message : String(error);
}
