/** `docs/case.md` lists the tables and views that a case has. Run with UPDATE_CASE_PAGE=1 to write the list anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeSchema } from '../../src/store/schema.js';
import { ALL_TABLES } from '../../src/store/tables-table.js';
import { VIEWS } from '../../src/store/views-table.js';

const PAGE = fileURLToPath(new URL('../../docs/case.md', import.meta.url));
const BEGIN =
  '<!-- Generated from src/store, see test/store/page.test.ts. -->\n<!-- prettier-ignore-start -->\n\n';
const END = '\n<!-- prettier-ignore-end -->\n';

it('the page about cases lists the tables and views that the program declares', () => {
  const page = readFileSync(PAGE, 'utf8');
  const [prose = '', listed] = page.split(BEGIN);
  const declared = `${describeSchema(ALL_TABLES, VIEWS)}${END}`;
  if (process.env['UPDATE_CASE_PAGE'] === '1') {
    writeFileSync(PAGE, `${prose}${BEGIN}${declared}`);
  } else {
    expect(listed).toBe(declared);
  }
});
