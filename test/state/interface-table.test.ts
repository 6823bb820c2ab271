/** Interfaces that are looked up, against a search through the list. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InterfaceEntry } from '../../src/capture/index.js';
import { InterfaceTable } from '../../src/state/interface-table.js';

const byte = fc.constantFrom(0, 1, 10, 127);
const bytes = (length: number) =>
  fc.array(byte, { minLength: length, maxLength: length }).map((list) => Uint8Array.from(list));
const address = fc.oneof(bytes(4), bytes(16));
const entry: fc.Arbitrary<InterfaceEntry> = fc
  .record({ address, mask: fc.constantFrom(0, 8, 24, 32) })
  .map(({ address: own, mask }) => ({
    name: 'eth',
    address: own,
    netmask: Uint8Array.from({ length: 4 }, (_, i) => (mask >= (i + 1) * 8 ? 255 : 0)),
    broadcast: own,
    linkSpeed: undefined,
  }));

function isNear(known: InterfaceEntry, peer: Uint8Array): boolean {
  return peer.length === 16
    ? known.address.slice(0, 8).join() === peer.slice(0, 8).join()
    : known.address.every((own, i) => {
        const mask = known.netmask[i] ?? 0;
        return (own & mask) === ((peer[i] ?? 0) & mask);
      });
}

function isLoopback({ address: own }: InterfaceEntry): boolean {
  return own.join() === (own.length === 4 ? '127,0,0,1' : `${'0,'.repeat(15)}1`);
}

describe('the interfaces of a machine', () => {
  it('give the address that a search through them finds: the same, the first near one, the first other', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), address, (entries, peer) => {
        const table = new InterfaceTable();
        entries.forEach((known) => table.add(known));
        const family = entries.filter((known) => known.address.length === peer.length);
        const same = family.find((known) => known.address.join() === peer.join());
        const near = family.find((known) => isNear(known, peer));
        const other = family.find((known) => !isLoopback(known));
        expect(table.ownAddressFor(peer)).toEqual((same ?? near ?? other)?.address);
        expect(table.hasAddress(peer)).toBe(same !== undefined);
        if (peer.length === 16) {
          expect(table.hasNetworkOf(peer)).toBe(near !== undefined);
        }
      }),
    );
  });

  it('are refused where nearly each has a network mask of its own', () => {
    const table = new InterfaceTable();
    const added = Array.from({ length: 100 }, (_, i) =>
      table.add({
        name: 'x',
        address: Uint8Array.of(10, 0, 0, i),
        netmask: Uint8Array.of(255, i, i, i),
        broadcast: Uint8Array.of(0, 0, 0, 0),
        linkSpeed: undefined,
      }),
    );
    expect(added.filter((isAdded) => isAdded)).toHaveLength(64);
    expect(table.size).toBe(64);
  });
});
