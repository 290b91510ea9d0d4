import type { WriteStream } from "node:tty";
import { cutLine } from "./fit-text.ts";

/** The whole window of a terminal, to be drawn again and again. */
export interface Terminal {
  readonly rows: number;
  draw(lines: readonly string[]): void;
  /** Gives the window back as it was. */
  close(): void;
}

const OTHER_SCREEN = "\x1b[?1049h\x1b[?25l";
const OWN_SCREEN = "\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const REST_OF_LINE = "\x1b[K";
const REST_OF_SCREEN = "\x1b[J";

export function openTerminal(output: WriteStream, signal: AbortSignal): Terminal {
  let isOpen = true;
  output.write(OTHER_SCREEN);
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    output.write(OWN_SCREEN);
  };
  signal.addEventListener("abort", close, { once: true });
  // Also when the program ends by a defect: a shell without a cursor is a poor end.
  process.once("exit", close);
  return {
    get rows() {
      return output.rows;
    },
    draw(lines) {
      if (!isOpen) return;
      // Drawn over what is there, in one write: clearing first would flicker.
      const shown = lines
        .slice(0, output.rows)
        .map((line) => `${cutLine(line, output.columns)}${REST_OF_LINE}`);
      output.write(`${HOME}${shown.join("\r\n")}${REST_OF_SCREEN}`);
    },
    close,
  };
}
