/**
 * Conditions whose leaves are numbered predicates, and what is left of one when some answers are known.
 * A tree is a constant or has no constant inside.
 */

/** A condition over predicates, by their number. */
export type Tree =
  | { readonly kind: 'constant'; readonly value: boolean }
  | Joined
  | { readonly kind: 'not'; readonly child: Tree }
  | { readonly kind: 'ask'; readonly predicate: number };

interface Joined {
  readonly kind: 'and' | 'or';
  readonly children: readonly Tree[];
}

export const ALWAYS: Tree = { kind: 'constant', value: true };
export const NEVER: Tree = { kind: 'constant', value: false };

/** What is known of a predicate: 0 false, 1 true, 2 not known. */
export const UNKNOWN = 2;

/** Join with `and` or `or`: constants vanish, equal kinds are flattened. */
export function join(kind: 'and' | 'or', parts: readonly Tree[]): Tree {
  const decides = kind === 'or';
  const children: Tree[] = [];
  for (const part of parts) {
    if (part.kind === 'constant') {
      if (part.value === decides) {
        return part;
      }
    } else if (part.kind === kind) {
      for (const child of part.children) {
        children.push(child);
      }
    } else {
      children.push(part);
    }
  }
  const [only] = children;
  if (only === undefined) {
    return decides ? NEVER : ALWAYS;
  }
  return children.length === 1 ? only : { kind, children };
}

/** The opposite of a tree. */
export function negate(tree: Tree): Tree {
  if (tree.kind === 'constant') {
    return tree.value ? NEVER : ALWAYS;
  }
  return tree.kind === 'not' ? tree.child : { kind: 'not', child: tree };
}

/** Substitute what is known: `known(predicate)` gives 0, 1 or {@link UNKNOWN}. */
export function fold(tree: Tree, known: (predicate: number) => number): Tree {
  switch (tree.kind) {
    case 'constant':
      return tree;
    case 'ask': {
      const answer = known(tree.predicate);
      return answer === UNKNOWN ? tree : answer === 1 ? ALWAYS : NEVER;
    }
    case 'not': {
      const child = fold(tree.child, known);
      return child === tree.child ? tree : negate(child);
    }
    case 'and':
    case 'or':
      return foldAll(tree, known);
  }
}

function foldAll(tree: Joined, known: (predicate: number) => number): Tree {
  const decides = tree.kind === 'or';
  const parts: Tree[] = [];
  let isSame = true;
  for (const child of tree.children) {
    const part = fold(child, known);
    if (part.kind === 'constant' && part.value === decides) {
      return part;
    }
    isSame &&= part === child;
    parts.push(part);
  }
  return isSame ? tree : join(tree.kind, parts);
}

/** Decide a tree now, asking its predicates from left to right as far as needed. */
export function decide(tree: Tree, ask: (predicate: number) => boolean): boolean {
  switch (tree.kind) {
    case 'constant':
      return tree.value;
    case 'ask':
      return ask(tree.predicate);
    case 'not':
      return !decide(tree.child, ask);
    case 'and':
      for (const child of tree.children) {
        if (!decide(child, ask)) {
          return false;
        }
      }
      return true;
    case 'or':
      for (const child of tree.children) {
        if (decide(child, ask)) {
          return true;
        }
      }
      return false;
  }
}

/**
 * Call `visit` with the predicates of a tree, from left to right, until it says `false`.
 *
 * @returns Whether all were visited.
 */
export function eachPredicate(tree: Tree, visit: (predicate: number) => boolean): boolean {
  switch (tree.kind) {
    case 'constant':
      return true;
    case 'ask':
      return visit(tree.predicate);
    case 'not':
      return eachPredicate(tree.child, visit);
    case 'and':
    case 'or':
      return tree.children.every((child) => eachPredicate(child, visit));
  }
}
