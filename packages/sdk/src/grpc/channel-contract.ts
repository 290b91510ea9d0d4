/**
 * What grpc-js asks of a channel, and what a channel asks of grpc-js, as far as either is used here: the application
 * brings its own copy, of a version of its own, and nothing here imports it.
 *
 * @see @grpc/grpc-js, `Channel` in channel.ts, `Call` in call-interface.ts, `Metadata` in metadata.ts
 */
export interface GrpcChannel {
  close(): void;
  getTarget(): string;
  getConnectivityState(tryToConnect: boolean): number;
  watchConnectivityState(
    currentState: number,
    deadline: Date | number,
    callback: (error?: Error) => void,
  ): void;
  getChannelzRef(): GrpcChannelRef;
  createCall(
    method: string,
    deadline: Date | number,
    host: string | null | undefined,
    parentCall: GrpcParentCall | null,
    propagateFlags: number | null | undefined,
  ): GrpcCall;
}

/** `kind` is of an enumeration there, which no literal satisfies. */
export interface GrpcChannelRef {
  kind: never;
  id: number;
  name: string;
}

/** One call, of any kind: unary is a stream of one message here. */
export interface GrpcCall {
  start(metadata: GrpcMetadata, listener: GrpcListener): void;
  /** Takes one message, which is bytes already. `context.callback` asks for the next. */
  sendMessageWithContext(context: GrpcMessageContext, message: Buffer): void;
  /** Asks for one message, or the end. */
  startRead(): void;
  halfClose(): void;
  cancelWithStatus(status: number, details: string): void;
  setCredentials(credentials: GrpcCallCredentials): void;
  getPeer(): string;
  getCallNumber(): number;
  getAuthContext(): null;
}

export interface GrpcListener {
  onReceiveMetadata(metadata: GrpcMetadata): void;
  onReceiveMessage(message: Buffer): void;
  onReceiveStatus(status: GrpcStatusObject): void;
}

export interface GrpcStatusObject {
  code: number;
  details: string;
  metadata: GrpcMetadata;
}

export interface GrpcMessageContext {
  callback?: (error?: Error | null) => void;
  flags?: number;
}

export interface GrpcMetadata {
  add(key: string, value: string | Buffer): void;
  get(key: string): (string | Buffer)[];
  merge(other: GrpcMetadata): void;
  clone(): GrpcMetadata;
  getOptions(): { readonly waitForReady?: boolean; readonly idempotentRequest?: boolean };
  toHttp2Headers(): Readonly<Record<string, number | string | string[] | undefined>>;
}

/** The application's own class of metadata. */
export type GrpcMetadataClass = new () => GrpcMetadata;

/** The server's side of a call on whose behalf another one is made. */
export interface GrpcParentCall {
  getDeadline(): Date | number;
  on(event: "cancelled", listener: () => void): unknown;
}

export interface GrpcCallCredentials {
  generateMetadata(options: { method_name: string; service_url: string }): Promise<GrpcMetadata>;
  compose(other: never): GrpcCallCredentials;
}

/** Credentials of a channel. What they say of TLS is for the mesh to do; what they add to each call is kept. */
export interface GrpcChannelCredentials {
  _isSecure?(): boolean;
}

/** Bits of `propagateFlags` (grpc-js, `propagate`). */
export const PROPAGATE_DEADLINE = 1;
export const PROPAGATE_CANCELLATION = 8;

/** The bit of `flags` that keeps a message uncompressed (grpc-js, `writeFlags.NoCompress`). */
export const NO_COMPRESS = 2;
