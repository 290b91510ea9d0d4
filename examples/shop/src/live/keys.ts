import type { ReadStream } from "node:tty";

/** Ctrl-C and Ctrl-D, which are mere characters while the terminal is raw. */
const LEAVE = new Set(["q", "Q", "\x03", "\x04"]);

/** Hands over each key as it is pressed; settles when somebody wants to leave, or the shop is being closed. */
export function listenToKeys(
  input: ReadStream,
  signal: AbortSignal,
  press: (key: string) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const leave = (): void => {
      input.off("data", onData);
      // The shell that comes next wants its terminal as it was.
      input.setRawMode(false);
      input.pause();
      resolve();
    };
    const onData = (text: string): void => {
      for (const key of text) {
        if (LEAVE.has(key)) {
          leave();
          return;
        }
        press(key);
      }
    };
    input.setEncoding("utf8");
    input.setRawMode(true);
    input.on("data", onData);
    signal.addEventListener("abort", leave, { once: true });
  });
}
