import { get } from "node:http";
import { text } from "node:stream/consumers";

/** A process that is stopped accepts and says nothing. */
const TIMEOUT_MS = 400;

/** The body of a page that is served on a Unix socket; `undefined` if nobody answers well, and in time. */
export function unixGet(socketPath: string, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(
      { socketPath, path, host: "localhost", agent: false, timeout: TIMEOUT_MS },
      (answer) => {
        if (answer.statusCode === 200) text(answer).then(resolve, () => resolve(undefined));
        else resolve(undefined);
      },
    );
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(undefined));
  });
}
