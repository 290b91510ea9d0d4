/**
 * An upstream in a process of its own, so that its work is not counted: 1 KiB for every request. Says its port.
 *
 * It only counts the ends of heads, so that it is quicker than everything under test: behind a slow upstream the quicker
 * client wakes up for each answer, and the slower one for several at a time, which looks cheaper. And told to `spin`, it
 * never sleeps: to wake a process that sleeps costs whoever writes to it several microseconds, and the slower client
 * would meet it asleep more often.
 */
import { type AddressInfo, createServer } from "node:net";

const END = Buffer.from("\r\n\r\n");
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-length: 1024\r\ncontent-type: text/plain\r\ndate: ${new Date().toUTCString()}\r\n\r\n${"x".repeat(1024)}`,
);
const server = createServer({ noDelay: true }, (socket) => {
  socket.on("data", (bytes) => {
    // The requests of this benchmark come whole, and have no body.
    for (let at = bytes.indexOf(END); at >= 0; at = bytes.indexOf(END, at + END.length)) socket.write(answer);
  });
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
let isSpinning = false;
const spin = (): void => {
  if (isSpinning) setImmediate(spin);
};
process.on("message", (message) => {
  const wasSpinning = isSpinning;
  isSpinning = message === "spin";
  if (isSpinning && !wasSpinning) spin();
});
process.on("disconnect", () => process.exit());
