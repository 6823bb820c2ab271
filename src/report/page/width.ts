/** How wide an element is, in px; on paper as wide as the paper. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { usePrinting } from './printing.js';

/** A4 between its margins. */
const PAPER = 680;

/** Follows the width of the element that gets the reference. */
export function useWidth(): readonly [RefObject<HTMLDivElement | null>, number] {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(900);
  const isPrinting = usePrinting();
  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) {
      return undefined;
    }
    const observer = new ResizeObserver(() => {
      setWidth(Math.max(200, box.clientWidth));
    });
    observer.observe(box);
    setWidth(Math.max(200, box.clientWidth));
    return () => {
      observer.disconnect();
    };
  }, []);
  return [element, isPrinting ? PAPER : width];
}
