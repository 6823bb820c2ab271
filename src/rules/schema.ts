/** Whether the documents of a rules file fit Falco's schema, apart from whether they load: see `schema-table.ts`. */
import { RULES_FILE, type Shape } from './schema-table.js';
import { valueOf, type YamlMapping, type YamlNode } from './yaml.js';

/** Differences that are listed; a file may be anything. */
const MAX_DIFFERENCES = 1_000;

/**
 * Where a document differs from the schema: `failed for <root>[3][tags]: ...`, as Falco writes it; nothing where it fits.
 *
 * @param root - The document.
 * @param isQuoted - Whether names of keys may be shown: not where the file is no rules file.
 */
export function schemaWarnings(root: YamlNode, isQuoted: boolean): readonly string[] {
  const comparison = new SchemaComparison(isQuoted);
  comparison.compare(root, RULES_FILE, '<root>');
  return comparison.differences;
}

type ShapeOf<Kind extends Shape['kind']> = Extract<Shape, { readonly kind: Kind }>;
type ScalarShape = Exclude<Shape, ShapeOf<'list'> | ShapeOf<'mapping'>>;

class SchemaComparison {
  readonly differences: string[] = [];
  readonly #isQuoted: boolean;

  constructor(isQuoted: boolean) {
    this.#isQuoted = isQuoted;
  }

  compare(node: YamlNode, shape: Shape, place: string): void {
    switch (shape.kind) {
      case 'list':
        this.#compareList(node, shape, place);
        return;
      case 'mapping':
        this.#compareMapping(node, shape, place);
        return;
      default:
        this.#compareScalar(node, shape, place);
    }
  }

  #note(place: string, what: string): void {
    if (this.differences.length < MAX_DIFFERENCES) {
      this.differences.push(`failed for ${place}: ${what}`);
    }
  }

  #compareList(node: YamlNode, shape: ShapeOf<'list'>, place: string): void {
    if (node.kind !== 'sequence') {
      this.#note(place, `a list is expected, found ${wordFor(node)}`);
      return;
    }
    node.items.forEach((item, index) => {
      this.compare(item, shape.of, `${place}[${index}]`);
    });
  }

  #compareMapping(node: YamlNode, shape: ShapeOf<'mapping'>, place: string): void {
    if (node.kind !== 'mapping') {
      this.#note(place, `keys with values are expected, found ${wordFor(node)}`);
      return;
    }
    this.#compareKeys(node, shape, place);
    for (const name of shape.required) {
      if (valueOf(node, name) === undefined) {
        this.#note(place, `the key "${name}" is missing`);
      }
    }
    if (shape.isFilled === true && node.entries.length === 0) {
      this.#note(place, 'at least one key is expected');
    }
  }

  #compareKeys(node: YamlMapping, { keys }: ShapeOf<'mapping'>, place: string): void {
    const seen = new Set<string>();
    for (const { key, value } of node.entries) {
      const name = key.kind === 'scalar' ? key.text : '';
      const expected = Object.hasOwn(keys, name) ? keys[name] : undefined;
      if (expected === undefined) {
        this.#note(place, this.#isQuoted ? `the key "${name}" is unknown` : 'a key is unknown');
      } else if (seen.has(name)) {
        this.#note(place, `the key "${name}" comes twice`);
      } else {
        this.compare(value, expected, `${place}[${name}]`);
      }
      seen.add(name);
    }
  }

  #compareScalar(node: YamlNode, shape: ScalarShape, place: string): void {
    const text = node.kind === 'scalar' && !node.isNull ? node.text : undefined;
    if (shape.kind !== 'any' && (text === undefined || !fits(text, shape))) {
      const found = text === undefined ? wordFor(node) : 'another text';
      this.#note(place, `${wanted(shape)} is expected, found ${found}`);
    }
  }
}

function fits(text: string, shape: ScalarShape): boolean {
  switch (shape.kind) {
    case 'switch':
      return text === 'true' || text === 'false';
    case 'integer':
      return /^\s*[+-]?\d{1,18}$/.test(text);
    case 'word':
      return shape.words.includes(text);
    default:
      return true;
  }
}

function wanted(shape: ScalarShape): string {
  switch (shape.kind) {
    case 'switch':
      return 'true or false';
    case 'integer':
      return 'a whole number';
    case 'word':
      return `one of ${shape.words.join(', ')}`;
    default:
      return 'a text';
  }
}

function wordFor(node: YamlNode): string {
  return node.kind === 'scalar' ? (node.isNull ? 'nothing' : 'a text') : `a ${node.kind}`;
}
