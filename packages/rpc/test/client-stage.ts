import { bolt } from "@dualmesh/codecs/bolt";
import type { Frame, FrameCodec } from "@dualmesh/codecs/frame";
import type { Reset } from "@dualmesh/core";
import { manualClock } from "@dualmesh/testkit";
import { ClientConnection, type ClientConnectionOptions } from "../src/index.ts";
import { boltRequest } from "./bolt-messages.ts";
import { wirePeer } from "./wire-peer.ts";

/** What became of a call, in words. */
export function recorder(log: string[], name: string) {
  return {
    responded: (frame: Frame) => log.push(`${name}: ${frame.body}`),
    written: () => log.push(`${name}: written`),
    failed: ({ code, flag, execution }: Reset) => log.push(`${name}: ${code} ${flag} ${execution}`),
  };
}

export function start(options: Partial<ClientConnectionOptions> = {}, codec: FrameCodec = bolt) {
  const clock = manualClock();
  const peer = wirePeer(codec);
  const log: string[] = [];
  const connection = new ClientConnection(peer.socket, {
    codec,
    clock,
    heartbeat: false,
    onLeaving: () => log.push("leaving"),
    onResumed: () => log.push("resumed"),
    onClosed: ({ message }) => log.push(`closed: ${message}`),
    ...options,
  });
  const send = (name: string, frame: Frame = boltRequest(name)) =>
    connection.send(frame, recorder(log, name));
  return { clock, peer, log, connection, send };
}
