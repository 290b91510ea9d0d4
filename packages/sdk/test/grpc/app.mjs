// The same as an ES module, with a stream.
import { Channel, Client, credentials } from "@grpc/grpc-js";

const serialize = (text) => Buffer.from(text);
const parse = (bytes) => bytes.toString();

for (const target of process.argv.slice(2)) {
  const client = new Client(target, credentials.createInsecure());
  const call = client.makeBidiStreamRequest("/test.Echo/Chat", serialize, parse, {
    deadline: Date.now() + 5_000,
  });
  const isChannel = client.getChannel() instanceof Channel;
  let answer = null;
  call.on("data", (message) => {
    answer = message.replace("re: ", "");
    call.end();
  });
  call.on("error", () => {});
  call.on("status", ({ code, details }) => {
    console.log(JSON.stringify({ target, isChannel, answer, code, ...(code === 0 ? {} : { details }) }));
    client.close();
  });
  call.write("hello");
}
