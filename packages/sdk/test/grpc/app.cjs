// An application that knows nothing of a mesh: calls the targets it is given, and prints what comes back.
const grpc = require("@grpc/grpc-js");

const definition = {
  path: "/test.Echo/Unary",
  requestStream: false,
  responseStream: false,
  requestSerialize: (text) => Buffer.from(text),
  responseDeserialize: (bytes) => bytes.toString(),
};
const Echo = grpc.makeGenericClientConstructor({ Unary: definition }, "test.Echo");

class OtherChannel extends grpc.Channel {}

/** What grpc-js says of a channel that it would not make. */
function refusal(target) {
  try {
    return new grpc.Channel(target, {}, {});
  } catch (error) {
    return error.message;
  }
}

for (const target of process.argv.slice(2)) {
  const client = new Echo(target, grpc.credentials.createInsecure());
  const channel = client.getChannel();
  const isChannel =
    channel instanceof grpc.Channel &&
    !(channel instanceof OtherChannel) &&
    refusal(target) === "Channel credentials must be a ChannelCredentials object";
  client.Unary("hello", { deadline: Date.now() + 5_000 }, (error, answer) => {
    console.log(
      JSON.stringify({
        target,
        isChannel,
        answer: answer ?? null,
        code: error?.code ?? 0,
        details: error?.details,
      }),
    );
    client.close();
  });
}
