/** What one `console.log` of a block must print, over all the times it runs. */
export interface ExpectedOutput {
  /** The line of the code on which the call begins, from 1. */
  readonly line: number;
  /** The printed lines, in order. `…` stands for anything within a line. */
  readonly printed: readonly string[];
}

/** One line that a block printed. */
export interface Printed {
  /** The line of the code from which `console.log` was called. */
  readonly line: number;
  readonly text: string;
}

/**
 * Reads `console.log(…); // => expected`. A call over several lines has the comment at its end; further lines that hold
 * nothing but `// => expected` are further output of the same call.
 *
 * @throws {SyntaxError} for an expectation before any call.
 */
export function readExpectedOutput(code: string): ExpectedOutput[] {
  const expected = new Map<number, string[]>();
  let call = 0;
  for (const [index, row] of code.split("\n").entries()) {
    if (row.includes("console.log(")) call = index + 1;
    const text = /\/\/ => ?(.*)$/.exec(row)?.[1];
    if (text === undefined) continue;
    if (call === 0)
      throw new SyntaxError(`line ${index + 1} expects output, but no console.log stands before it`);
    expected.set(call, [...(expected.get(call) ?? []), text.trim()]);
  }
  return [...expected].map(([line, printed]) => ({ line, printed }));
}

/** One sentence for each call that printed something else than the block says; none when all is as written. */
export function compareOutput(expected: readonly ExpectedOutput[], printed: readonly Printed[]): string[] {
  return expected.flatMap(({ line, printed: wanted }) => {
    const got = printed.filter((each) => each.line === line).flatMap(({ text }) => text.split("\n"));
    const agrees =
      got.length === wanted.length && got.every((text, i) => matchesExpected(text.trim(), wanted[i] ?? ""));
    return agrees ? [] : [`line ${line} says ${show(wanted)}, but prints ${show(got)}`];
  });
}

/** Whether a printed line is the one that an example promises: `…` stands for anything. */
export function matchesExpected(text: string, wanted: string): boolean {
  const pattern = wanted.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pattern.join(".*")}$`).test(text);
}

function show(lines: readonly string[]): string {
  return lines.length === 0 ? "nothing" : lines.map((text) => JSON.stringify(text)).join(", ");
}
