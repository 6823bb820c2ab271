/** What the programs in `bin/` run, and what the bundle is made of. */
export { endOnSignals } from './signals.js';

/** The way in; loaded when signals are listened to. */
export const loadMain = () => import('./main.js');

/** Parts that run in a process or a thread of their own, by the name that `bin/part.js` is given. */
export const PARTS: Readonly<Record<string, () => Promise<unknown>>> = {
  case: async () => {
    const { answerParent } = await import('./case-child.js');
    await answerParent();
  },
  hunt: () => import('../investigation/hunt-worker.js'),
  test: () => import('../investigation/test-worker.js'),
};
