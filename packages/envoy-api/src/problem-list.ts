import { DocumentError, type Problem } from "./proto-error.ts";
import { formatPath, type Part, type SourceDocument } from "./source-document.ts";

/** Problems are collected up to here, so that a hostile document cannot ask for an endless report. */
const maxProblems = 100;

/** Collects what is wrong with a document, and knows where in it the reader is. */
export class ProblemList {
  readonly #source: SourceDocument | undefined;
  readonly #path: (string | number)[] = [];
  readonly #problems: Problem[];

  constructor(source: SourceDocument | undefined) {
    this.#source = source;
    this.#problems = [...(source?.problems ?? [])];
  }

  get count(): number {
    return this.#problems.length;
  }

  /** Now inside this entry. */
  enter(step: string | number): void {
    this.#path.push(step);
  }

  /** Back out of it. */
  leave(): void {
    this.#path.pop();
  }

  /** Something is wrong here. */
  report(message: string, part: Part = "value"): void {
    if (this.#problems.length >= maxProblems) return;
    const position = this.#source?.locate(this.#path, part);
    const file = this.#source?.file;
    this.#problems.push({
      path: formatPath(this.#path),
      message,
      ...(file === undefined ? {} : { file }),
      ...position,
    });
  }

  /** Something is wrong with this entry of the present value. */
  reportAt(step: string | number, message: string, part: Part = "value"): void {
    this.enter(step);
    this.report(message, part);
    this.leave();
  }

  /** @throws DocumentError if there was anything, in the order of the text. */
  throwIfAny(): void {
    if (this.#problems.length === 0) return;
    const line = (problem: Problem): number => problem.line ?? 0;
    const column = (problem: Problem): number => problem.column ?? 0;
    throw new DocumentError(this.#problems.sort((a, b) => line(a) - line(b) || column(a) - column(b)));
  }
}
