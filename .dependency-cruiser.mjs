// The conveyor. A room may import from rooms to its LEFT, and only through their index.ts.
// prettier-ignore
const ROOMS = ['capture', 'events', 'state', 'fields', 'rules', 'alerts', 'recorder', 'store', 'expectations', 'hunt', 'output', 'report', 'investigation', 'commands'];
const BENCH = '^src/(errors|units|diagnostics|steps|interruption|version|writable-file)\\.ts$'; // leaf tools every room may use
/** One door a piece of work, so that a command loads its own and no other's. */
const DOORS = '^src/investigation/[^/]+\\.ts$';
const within = (rooms) => `^src/(${rooms.join('|')})/`;

const leftOnly = ROOMS.slice(0, -1).map((room, i) => ({
  name: `${room}-looks-left-only`,
  comment: `src/${room} may import only: ${ROOMS.slice(0, i).join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: within([room]) },
  to: { path: within(ROOMS.slice(i + 1)) },
}));

const keep = (name, pkg, home) => ({
  name,
  comment: `only ${home} may know about ${pkg}`,
  severity: 'error',
  from: { path: '^src/', pathNot: home },
  to: { path: pkg },
});

export default {
  forbidden: [
    ...leftOnly,
    {
      name: 'enter-by-the-front-door',
      comment:
        "import another room through its index.ts (an investigation's, through the file of the work), never its inner files",
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/[^/]+/(?!index\\.ts$)', pathNot: ['^src/$1/', DOORS] },
    },
    {
      name: 'rooms-do-not-drive',
      comment: 'src/pipeline.ts wires the rooms; only the investigation starts it',
      severity: 'error',
      from: { path: within(ROOMS.filter((room) => room !== 'investigation')) },
      to: { path: '^src/pipeline\\.ts$' },
    },
    {
      name: 'bench-is-a-leaf',
      severity: 'error',
      from: { path: BENCH },
      to: { path: '^src/', pathNot: BENCH },
    },
    {
      name: 'the-pipeline-too-enters-by-the-front-door',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: '^src/[^/]+/(?!index\\.ts$)' },
    },
    keep('sqlite-stays-in-store', 'better-sqlite3', '^src/store/'),
    keep('oclif-stays-in-commands', '@oclif/', '^src/commands/'),
    keep('looks-stay-in-output', 'node_modules/(chalk|cli-table3|csv-stringify)/', '^src/output/'),
    keep(
      'yaml-stays-with-its-readers',
      'node_modules/yaml/',
      '^src/(rules|expectations|investigation)/',
    ),
    keep('engines-stay-with-the-recorder', 'node_modules/@grpc/', '^src/recorder/'),
    keep('parquet-stays-with-hunts', 'node_modules/(hyparquet-writer|@duckdb)/', '^src/hunt/'),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'tests-are-not-shipped',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true, // count `import type` too: layering is about knowledge
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
