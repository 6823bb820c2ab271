/** IP addresses as text, as inet_ntop writes them. */

/** Text of a 4 or 16 byte address; `undefined` for any other length. */
export function addressText(address: Uint8Array): string | undefined {
  if (address.length === 4) {
    return address.join('.');
  }
  return address.length === 16 ? ipv6Text(address) : undefined;
}

function ipv6Text(address: Uint8Array): string {
  const words = Array.from(
    { length: 8 },
    (_, i) => ((address[2 * i] as number) << 8) | (address[2 * i + 1] as number),
  );
  const gap = longestZeroRun(words);
  const gapEnd = gap.start + gap.length;
  let text = '';
  for (let i = 0; i < 8; i += 1) {
    if (gap.start >= 0 && i >= gap.start && i < gapEnd) {
      text += i === gap.start ? ':' : '';
      continue;
    }
    text += i === 0 ? '' : ':';
    if (i === 6 && gap.start === 0 && isIpv4Inside(words, gap.length)) {
      return text + address.subarray(12).join('.');
    }
    text += (words[i] as number).toString(16);
  }
  return gap.start >= 0 && gapEnd === 8 ? `${text}:` : text;
}

function isIpv4Inside(words: readonly number[], zeroWords: number): boolean {
  return zeroWords === 6 || (zeroWords === 5 && words[5] === 0xffff);
}

/** The first longest run of at least two zero words; `start` -1 where there is none. */
function longestZeroRun(words: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 1 };
  for (let i = 0; i < 8; i += 1) {
    let end = i;
    while (end < 8 && words[end] === 0) {
      end += 1;
    }
    if (end - i > best.length) {
      best = { start: i, length: end - i };
    }
    i = Math.max(i, end);
  }
  return best;
}
