import { createServer, type Server } from "node:net";
import {
  BOLT_COMMAND,
  BOLT_TYPE,
  type BoltFrame,
  bolt,
  createSofaContent,
  SOFA_CLASS,
  writeBoltFrame,
} from "@dualmesh/codecs/bolt";
import { FrameDecoder } from "@dualmesh/codecs/frame";
import { throwable } from "@dualmesh/codecs/hessian";
import { Greeting } from "./greeter-schema.ts";

const content = createSofaContent({ classes: [Greeting] });
let number = 0n;

/** Stands for a service in Java: it speaks Bolt and Hessian, and knows neither HTTP nor JSON. */
export function createJavaService(): Server {
  return createServer((socket) => {
    const decoder = new FrameDecoder(bolt, (frame) => {
      const answer = frame.kind === "heartbeat" ? bolt.heartbeatAck(frame) : answerTo(frame as BoltFrame);
      for (const piece of answer.bytes) socket.write(piece);
    });
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes: Buffer) => {
      decoder.feed(bytes);
      if (decoder.error !== undefined) socket.destroy();
    });
  });
}

function answerTo(frame: BoltFrame): BoltFrame {
  const { service, method, arguments: args } = content.readRequest(frame.body);
  const isKnown = service === "com.example.Greeter:1.0" && method === "greet";
  const result = isKnown
    ? { value: greet(String(args[0]), Number(args[1])) }
    : { errorMessage: `Cannot find service ${service} or its method ${method}`, value: null };
  return writeBoltFrame({
    type: BOLT_TYPE.response,
    command: BOLT_COMMAND.response,
    id: frame.id,
    className: SOFA_CLASS.response,
    content: content.writeResponse(result),
  });
}

function greet(name: string, times: number): object {
  if (times > 3) return throwable("com.example.TooMuchException", `${times} times is too much`);
  const text = Array(Math.max(times, 1)).fill(`hello ${name}`).join(", ");
  return Greeting.of({ text, at: new Date(), number: ++number });
}
