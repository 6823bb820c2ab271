/**
 * The machine's network interfaces, by what is asked about them: an address, and the first in whose network an address lies. A hostile
 * list has thousands, and a capture may ask at each datagram, so nothing is searched.
 */
import type { InterfaceEntry } from '../capture/index.js';

/** Different network masks that are known; contiguous ones are 33. Each is looked up by itself. */
const MAX_MASKS = 64;
/** The reference takes the first 64 bits of an IPv6 address for its network. */
const NETWORK_BYTES_6 = 8;
const LOOPBACK_4 = Uint8Array.of(127, 0, 0, 1);
const LOOPBACK_6 = Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0));

/** Addresses and masks of IPv4 as numbers below 2^32. */
function number4(bytes: Uint8Array): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

function text6(bytes: Uint8Array, length = bytes.length): string {
  return String.fromCharCode(...bytes.subarray(0, length));
}

function keyOf(address: Uint8Array): number | string {
  return address.length === 4 ? number4(address) : text6(address);
}

/** One for a world. Equal interfaces may come again: the first counts. */
export class InterfaceTable {
  #all: InterfaceEntry[] = [];
  readonly #byAddress = new Map<number | string, InterfaceEntry>();
  /** By mask, then by network: the place of the first. */
  readonly #networks4 = new Map<number, Map<number, number>>();
  readonly #networks6 = new Map<string, number>();
  /** The first that is no loopback, by length of its address. */
  readonly #others = new Map<number, InterfaceEntry>();

  get size(): number {
    return this.#all.length;
  }

  [Symbol.iterator](): Iterator<InterfaceEntry> {
    return this.#all.values();
  }

  clear(): void {
    this.#all = [];
    this.#byAddress.clear();
    this.#networks4.clear();
    this.#networks6.clear();
    this.#others.clear();
  }

  /** Enter an interface; `false` where there are too many network masks. */
  add(entry: InterfaceEntry): boolean {
    const { address } = entry;
    const place = this.#all.length;
    if (address.length === 4) {
      if (!this.#addNetwork(number4(address), number4(entry.netmask), place)) {
        return false;
      }
    } else {
      keepFirst(this.#networks6, text6(address, NETWORK_BYTES_6), place);
    }
    this.#all.push(entry);
    keepFirst(this.#byAddress, keyOf(address), entry);
    if (!this.#isLoopback(address)) {
      keepFirst(this.#others, address.length, entry);
    }
    return true;
  }

  #addNetwork(address: number, mask: number, place: number): boolean {
    let networks = this.#networks4.get(mask);
    if (networks === undefined) {
      if (this.#networks4.size >= MAX_MASKS) {
        return false;
      }
      networks = new Map();
      this.#networks4.set(mask, networks);
    }
    keepFirst(networks, (address & mask) >>> 0, place);
    return true;
  }

  /** Whether it is an address of the machine. */
  hasAddress(address: Uint8Array): boolean {
    return this.#byAddress.has(keyOf(address));
  }

  /** Whether an IPv6 address lies in a network of the machine. */
  hasNetworkOf(address: Uint8Array): boolean {
    return this.#networks6.has(text6(address, NETWORK_BYTES_6));
  }

  /** The address of the machine that most probably talks to `peer`; `undefined` if the capture lists none. */
  ownAddressFor(peer: Uint8Array): Uint8Array | undefined {
    const own = this.#byAddress.get(keyOf(peer));
    return (own ?? this.#near(peer) ?? this.#others.get(peer.length))?.address;
  }

  /** The first in whose network `peer` lies. */
  #near(peer: Uint8Array): InterfaceEntry | undefined {
    if (peer.length !== 4) {
      const place = this.#networks6.get(text6(peer, NETWORK_BYTES_6));
      return place === undefined ? undefined : this.#all[place];
    }
    const address = number4(peer);
    let first = Infinity;
    for (const [mask, networks] of this.#networks4) {
      first = Math.min(first, networks.get((address & mask) >>> 0) ?? Infinity);
    }
    return this.#all[first];
  }

  #isLoopback(address: Uint8Array): boolean {
    const loopback = address.length === 4 ? LOOPBACK_4 : LOOPBACK_6;
    return loopback.every((byte, i) => byte === address[i]);
  }
}

function keepFirst<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (!map.has(key)) {
    map.set(key, value);
  }
}
