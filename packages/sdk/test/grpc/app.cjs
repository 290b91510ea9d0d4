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

for (const target of process.argv.slice(2)) {
  const client = new Echo(target, grpc.credentials.createInsecure());
  const isChannel = client.getChannel() instanceof grpc.Channel;
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
