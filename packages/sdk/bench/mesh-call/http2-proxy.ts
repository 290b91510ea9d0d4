/** The least that a proxy of HTTP/2 in Node can do: each stream of a client becomes one of the upstream, fields as they are. */
import { connect, createServer } from "node:http2";

const [port = "0", upstreamPort = "0"] = process.argv.slice(2);
const upstream = connect(`http://127.0.0.1:${upstreamPort}`);
const server = createServer();
server.on("stream", (stream, fields) => {
  const call = upstream.request(fields);
  call.on("response", (answer) => {
    stream.respond(answer);
    call.pipe(stream);
  });
  stream.pipe(call);
  stream.on("error", () => call.close());
  call.on("error", () => stream.close());
});
server.listen(Number(port), "127.0.0.1");
