import {
  type ChannelOptions,
  Client,
  type ClientDuplexStream,
  type ClientOptions,
  type ClientReadableStream,
  type ClientWritableStream,
  credentials,
  type Interceptor,
  Metadata,
  type MethodDefinition,
  type StatusObject,
} from "@grpc/grpc-js";

/** Opens the channel that a client of grpc-js is given for a target. `undefined`: the client makes grpc-js's own. */
export type OpenChannel = (
  target: string,
  options: ChannelOptions,
) => ClientOptions["channelOverride"] | undefined;

/** What came of a call that is answered once. */
export interface Answer<Res> {
  readonly message: Res;
  readonly initial: Metadata;
  readonly trailing: Metadata;
}

/** The request of a call goes as a stream. */
export interface Upload<Req, Res> {
  readonly stream: ClientWritableStream<Req>;
  /** Rejects with the status, an `Error` with `code` and `details`. */
  readonly answer: Promise<Res>;
}

export interface CallSettings {
  readonly metadata?: Metadata;
  readonly deadlineMs?: number;
}

/** A client of grpc-js over any channel, with promises in place of callbacks. */
export class InteropClient implements Disposable {
  readonly #client: Client;

  constructor(
    target: string,
    openChannel: OpenChannel,
    options: ChannelOptions = {},
    interceptors: Interceptor[] = [],
  ) {
    const channelOverride = openChannel(target, options);
    this.#client = new Client(target, credentials.createInsecure(), {
      // No connection is another test's.
      "grpc.use_local_subchannel_pool": 1,
      ...options,
      interceptors,
      ...(channelOverride === undefined ? {} : { channelOverride }),
    });
  }

  /** Rejects with the status, an `Error` with `code` and `details`. */
  unary<Req, Res>(
    method: MethodDefinition<Req, Res>,
    request: Req,
    settings: CallSettings = {},
  ): Promise<Answer<Res>> {
    const { path, requestSerialize, responseDeserialize } = method;
    const { metadata = new Metadata(), ...options } = toOptions(settings);
    return new Promise((resolve, reject) => {
      let message: Res | undefined;
      let initial = new Metadata();
      const call = this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        options,
        (error, answer) => {
          if (error !== null) reject(error);
          message = answer;
        },
      );
      call.on("metadata", (given: Metadata) => {
        initial = given;
      });
      // After the callback.
      call.on("status", ({ metadata: trailing }: StatusObject) =>
        resolve({ message: message as Res, initial, trailing }),
      );
    });
  }

  upload<Req, Res>(method: MethodDefinition<Req, Res>): Upload<Req, Res> {
    const { path, requestSerialize, responseDeserialize } = method;
    const { promise, resolve, reject } = Promise.withResolvers<Res>();
    const stream = this.#client.makeClientStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      (error, answer) => {
        if (error === null) resolve(answer as Res);
        else reject(error);
      },
    );
    return { stream, answer: promise };
  }

  download<Req, Res>(method: MethodDefinition<Req, Res>, request: Req): ClientReadableStream<Res> {
    const { path, requestSerialize, responseDeserialize } = method;
    return this.#client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
  }

  duplex<Req, Res>(
    method: MethodDefinition<Req, Res>,
    settings: CallSettings = {},
  ): ClientDuplexStream<Req, Res> {
    const { path, requestSerialize, responseDeserialize } = method;
    const { metadata = new Metadata(), ...options } = toOptions(settings);
    return this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata, options);
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}

function toOptions({ metadata, deadlineMs }: CallSettings) {
  return {
    ...(metadata === undefined ? {} : { metadata }),
    ...(deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs }),
  };
}
