/** Whether the page is being printed: everything that is folded or out of sight is made then. */
import { options } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const listeners = new Set<(isPrinting: boolean) => void>();

/** The paper is laid out right after this event, so what changes must be drawn at once. */
function announce(isPrinting: boolean): void {
  options.debounceRendering = (render) => {
    render();
  };
  listeners.forEach((listener) => {
    listener(isPrinting);
  });
  delete options.debounceRendering;
}

addEventListener('beforeprint', () => {
  announce(true);
});
addEventListener('afterprint', () => {
  announce(false);
});

/** Draws the component again when printing begins and ends. */
export function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    listeners.add(setPrinting);
    return () => {
      listeners.delete(setPrinting);
    };
  }, []);
  return isPrinting;
}
