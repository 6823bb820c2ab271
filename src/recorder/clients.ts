/**
 * The client library of container runtimes (gRPC): optional packages that nothing but recording needs. They are loaded when
 * a runtime is there to be asked; where they are not installed, its containers have ids, but no names.
 */
import type { ServiceDefinition } from '@grpc/proto-loader';
import { CRI_MESSAGES } from './cri-messages-table.js';

/** What installs them. */
const MEND = 'npm install --include=optional, where tiercel is installed';

/** How long an engine may take to answer. */
export const PATIENCE_MS = 6000;

/** Calls of `runtime.v1.RuntimeService`, by method. */
export interface RuntimeClient {
  /** Rejects with the server's message if it refuses, or does not answer in time. */
  ask(method: string, request: object): Promise<unknown>;
  close(): void;
}

/** A client of the runtime at `socket`; whether anybody is there shows at the first call. */
export async function runtimeClient(socket: string): Promise<RuntimeClient> {
  const loader = await optional('@grpc/proto-loader', import('@grpc/proto-loader'));
  const messages = loader.fromJSON(CRI_MESSAGES, { longs: String, enums: String });
  return connect(socket, messages['runtime.v1.RuntimeService'] as ServiceDefinition);
}

/** Connect, for the calls of `methods`. */
export async function connect(socket: string, methods: ServiceDefinition): Promise<RuntimeClient> {
  const grpc = await optional('@grpc/grpc-js', import('@grpc/grpc-js'));
  const client = new grpc.Client(`unix:${socket}`, grpc.credentials.createInsecure());
  return {
    ask: (name, request) =>
      new Promise((resolve, reject) => {
        const method = methods[name];
        if (method === undefined) {
          throw new Error(`there is no call ${name}`);
        }
        client.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          request,
          { deadline: Date.now() + PATIENCE_MS },
          (error, answer) => {
            if (error === null) {
              resolve(answer);
            } else {
              reject(error);
            }
          },
        );
      }),
    close: () => {
      client.close();
    },
  };
}

async function optional<T>(name: string, loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND' // imported, or in the bundle
      ? new Error(`the package ${name} is not installed (${MEND})`)
      : error;
  }
}
