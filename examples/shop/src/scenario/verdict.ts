import type { Flow } from "../watch/flow.ts";

/** What calls that got no answer say against a step, whatever else it showed; `undefined`: nothing. */
export function damageOf({ lost, inDoubt, notExecuted }: Flow): string | undefined {
  if (lost + inDoubt + notExecuted === 0) return undefined;
  return `${lost} calls lost, ${inDoubt} in doubt, ${notExecuted} not executed`;
}

/** 0 only if every step held, and no call between the first and the last was lost or is in doubt. */
export function exitCodeOf(
  results: readonly { readonly reason: string | undefined }[],
  { lost, inDoubt }: { readonly lost: number; readonly inDoubt: number },
): 0 | 1 {
  const held = results.every(({ reason }) => reason === undefined);
  return held && lost === 0 && inDoubt === 0 ? 0 : 1;
}
