import { vi } from "vitest";
import { runProgram } from "../src/index.ts";

export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, which spares the start of another one. */
export async function printed(...args: readonly string[]): Promise<Printed> {
  const output = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      output[name] += String(text);
      return true;
    }),
  );
  try {
    const code = await runProgram(args);
    return { code, ...output };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
