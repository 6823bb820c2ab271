/** Methods of Node's Buffer that its type declarations leave out: the fastest ways from bytes to strings. */
interface Buffer {
  latin1Slice(start?: number, end?: number): string;
  latin1Write(text: string, offset?: number, length?: number): number;
  utf8Slice(start?: number, end?: number): string;
}
