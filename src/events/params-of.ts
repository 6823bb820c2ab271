/**
 * Parameters by name, for code that treats one event in its own way: `const P = paramsOf(EVENT.EXECVE_19_X)` once,
 * `event.text(P.exe)` at each event. The names are those of the event's row: another one does not compile.
 */
import { EVENT_TABLE, type ParamsNotation } from './table.js';

/** `'res:errno fd:fd'` has the names `res` and `fd`. */
type NamesIn<Notation extends string> = Notation extends `${infer Param} ${infer Rest}`
  ? NameOf<Param> | NamesIn<Rest>
  : NameOf<Notation>;
type NameOf<Param extends string> = Param extends `${infer Name}:${string}` ? Name : never;

/** Index of each parameter in the row of event `Code`, from 0. */
export type ParamsOf<Code extends number> = Readonly<Record<NamesIn<ParamsNotation<Code>>, number>>;

/**
 * The places of the parameters of event `code`. Plain numbers, resolved when a module is loaded: reading by name costs no
 * more than reading by place.
 */
export function paramsOf<Code extends number>(code: Code): ParamsOf<Code> {
  const params = EVENT_TABLE[code]?.params ?? [];
  return Object.fromEntries(params.map(({ name }, index) => [name, index])) as ParamsOf<Code>;
}
