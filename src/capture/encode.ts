/** Parameter values -> the bytes with which events record them. Texts are byte strings (see units.ts). */
import { ByteBuilder } from './byte-builder.js';

/** An IPv4 or IPv6 end point: 4 or 16 bytes, and a port. */
export interface EndPoint {
  readonly address: Uint8Array;
  readonly port: number;
}

const IPV4 = 2;
const IPV6 = 10;
const UNIX = 1;

function build(fill: (builder: ByteBuilder) => void): Uint8Array {
  const builder = new ByteBuilder();
  fill(builder);
  return Uint8Array.from(builder.built());
}

function family(endPoint: EndPoint): number {
  return endPoint.address.length === 4 ? IPV4 : IPV6;
}

/** One function for each encoding. Integers of other widths than their parameter's are a bug. */
export const encode = {
  u8: (value: number) => build((to) => to.u8(value)),
  u16: (value: number) => build((to) => to.u16(value)),
  u32: (value: number) => build((to) => to.u32(value)),
  /** Signed and unsigned 64-bit numbers: descriptors, error numbers, pids, times. */
  i64: (value: bigint | number) => build((to) => to.u64(value)),
  /** A string or a path: with its NUL. */
  text: (byteString: string) => build((to) => to.text(byteString).u8(0)),
  /** Bytes as they are: buffers. */
  bytes: (byteString: string) => build((to) => to.text(byteString)),
  /** Arguments, environment, cgroups: each with its NUL. */
  list: (byteStrings: readonly string[]) =>
    build((to) => {
      for (const each of byteStrings) {
        to.text(each).u8(0);
      }
    }),
  /** Nothing recorded. */
  nothing: () => new Uint8Array(0),
  /** The address that a socket is bound to or connects to. */
  sockaddr: (endPoint: EndPoint) =>
    build((to) => to.u8(family(endPoint)).raw(endPoint.address).u16(endPoint.port)),
  /** Both ends of a connection. */
  socktuple: (source: EndPoint, destination: EndPoint) =>
    build((to) => {
      to.u8(family(source)).raw(source.address).u16(source.port);
      to.raw(destination.address).u16(destination.port);
    }),
  /** A unix socket's address. */
  unixAddress: (path: string) => build((to) => to.u8(UNIX).text(path).u8(0)),
  /** Both kernel addresses of a unix connection, and its path. */
  unixTuple: (source: bigint, destination: bigint, path: string) =>
    build((to) => to.u8(UNIX).u64(source).u64(destination).text(path).u8(0)),
  /** One of a dynamic parameter's alternatives. */
  dynamic: (alternative: number, value: Uint8Array) => build((to) => to.u8(alternative).raw(value)),
} as const;
