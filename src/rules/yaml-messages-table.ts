/** The YAML library's messages in words that say what to do. The first row that fits counts. */

/** One kind of mistake. */
interface MessageRow {
  readonly pattern: RegExp;
  readonly message: string;
  readonly fix: string;
}

// prettier-ignore
const MESSAGES: readonly MessageRow[] = [
  { pattern: /^flow (?:sequence|map)/i,
    message: 'what a "[" or "{" opened is not closed here',
    fix: 'close it with "]" or "}"; put a text that begins with [ or { in quotes' },
  { pattern: /nested mappings|compact mapping/i,
    message: 'a key with a value stands where one text is expected',
    fix: 'put a text that has ": " in it in quotes; indent the keys of one item equally' },
  { pattern: /implicit (?:map )?keys?|sequence item without/i,
    message: 'this line is neither a key with a value nor indented as part of the value above',
    fix: 'indent the keys of one item equally, and a text of several lines more than its key' },
  { pattern: /^plain value cannot start/i,
    message: 'a text without quotes cannot begin with this character',
    fix: 'put the text in quotes' },
  { pattern: /^invalid escape/i,
    message: 'a backslash and this character mean nothing in double quotes',
    fix: 'double the backslash, or use single quotes' },
  { pattern: /^comments must be/i,
    message: 'a "#" directly behind a text begins no comment',
    fix: 'put a blank before the "#", or the text in quotes' },
  { pattern: /block-seq-ind on same line/i,
    message: 'a "- " stands behind a key on the same line',
    fix: 'begin the list on the next line, or put the text in quotes' },
  { pattern: /^block scalar/i,
    message: 'the lines of this text are not indented as its first line is',
    fix: 'indent all of its lines equally, with blanks' },
  { pattern: /^unexpected scalar at node end/i,
    message: 'this stands behind the end of a value',
    fix: 'put the whole text in quotes' },
  { pattern: /indent|column/i,
    message: 'this line is not indented as those before it',
    fix: 'indent the keys of one item by the same number of blanks' },
];

/** A message of the YAML library, explained; without the words of the file, which stand in it behind a colon or in quotes. */
export function yamlWords(message: string): { readonly message: string; readonly fix: string } {
  const row = MESSAGES.find(({ pattern }) => pattern.test(message));
  const unquoted = (message.split(/[:"\n]/)[0] ?? '').trim();
  return row ?? { message: unquoted, fix: 'put texts with special characters in quotes' };
}
