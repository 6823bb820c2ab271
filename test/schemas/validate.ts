/** Holds JSON against the schemas in this folder. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';

const SCHEMAS = {
  sarif: 'sarif-schema-2.1.0.json',
  navigator: 'navigator-layer-4.5.json',
} as const;

const parse = (name: string): object =>
  JSON.parse(readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8')) as object;

/** What of `json` is not as a schema has it: empty where all is. */
export function faultsOf(schema: keyof typeof SCHEMAS, json: string): readonly string[] {
  // OASIS wrote theirs in draft 04
  const ajv = new Ajv({ schemaId: 'auto', allErrors: true, unknownFormats: 'ignore' });
  const draft04 = createRequire(import.meta.url).resolve('ajv/lib/refs/json-schema-draft-04.json');
  ajv.addMetaSchema(JSON.parse(readFileSync(draft04, 'utf8')) as object);
  const validate = ajv.compile(parse(SCHEMAS[schema]));
  return validate(JSON.parse(json)) === true
    ? []
    : (validate.errors ?? []).map(({ dataPath, message }) => `${dataPath}: ${message ?? ''}`);
}
