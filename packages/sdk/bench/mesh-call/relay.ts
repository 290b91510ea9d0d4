/** The least that a proxy in Node can do: bytes from one socket to another, nothing looked at. */
import { connect, createServer } from "node:net";

const [port = "0", upstreamPort = "0"] = process.argv.slice(2);
createServer((downstream) => {
  const upstream = connect(Number(upstreamPort), "127.0.0.1");
  downstream.pipe(upstream).pipe(downstream);
  downstream.on("error", () => upstream.destroy());
  upstream.on("error", () => downstream.destroy());
}).listen(Number(port), "127.0.0.1");
