/** Which end of a connection is the recorded machine's. */
import { isLocalAddress, type FileDescriptor, type Moment } from '../state/index.js';

/** One end of a connection. */
export interface End {
  readonly address: Uint8Array | undefined;
  readonly port: number | undefined;
}

/** The end on the recorded machine: the client's if its address is local, else the server's. */
export function localEnd(moment: Moment, fd: FileDescriptor): End {
  return isClientLocal(moment, fd) ? clientEnd(fd) : serverEnd(fd);
}

/** The end that is not {@link localEnd}. */
export function remoteEnd(moment: Moment, fd: FileDescriptor): End {
  return isClientLocal(moment, fd) ? serverEnd(fd) : clientEnd(fd);
}

/** Whether the process serves: it listens, or the server's address is local. */
export function isServerEnd(moment: Moment, fd: FileDescriptor): boolean {
  if (fd.kind === 'ipv4-server' || fd.kind === 'ipv6-server') {
    return true;
  }
  return fd.isIpSocket && isLocal(moment, fd.destinationAddress);
}

function isClientLocal(moment: Moment, fd: FileDescriptor): boolean {
  return isLocal(moment, fd.sourceAddress);
}

function isLocal({ world, thread }: Moment, address: Uint8Array | undefined): boolean {
  return thread !== undefined && address !== undefined && isLocalAddress(world, thread, address);
}

function clientEnd(fd: FileDescriptor): End {
  return { address: fd.sourceAddress, port: fd.sourcePort };
}

function serverEnd(fd: FileDescriptor): End {
  return { address: fd.destinationAddress, port: fd.destinationPort };
}
