/**
 * The console's state: one plain object, replaced on change, and the hooks that let a component follow a part of it.
 *
 * Components subscribe to the part they show, so a heartbeat repaints the header and leaves ten thousand rows alone.
 */
import { useEffect, useRef, useState } from "../vendor/htm-preact-standalone.module.js";

/** A value with subscribers. `set` merges a patch and tells everyone. */
export function createStore(initial) {
  let state = initial;
  const listeners = new Set();
  return {
    get: () => state,
    set(patch) {
      state = { ...state, ...patch };
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The selected part of a store; the component renders again only when that part is another value. */
export function useStore(store, select) {
  const [, repaint] = useState(0);
  const chosen = select(store.get());
  const last = useRef(chosen);
  last.current = chosen;
  const selector = useRef(select);
  selector.current = select;
  useEffect(() => {
    const follow = () => {
      if (selector.current(store.get()) !== last.current) repaint((count) => count + 1);
    };
    follow();
    return store.subscribe(follow);
  }, [store]);
  return chosen;
}

const tickers = new Map();

function ticker(periodMs) {
  let entry = tickers.get(periodMs);
  if (!entry) {
    entry = { listeners: new Set(), timer: 0 };
    tickers.set(periodMs, entry);
  }
  return entry;
}

/** What `compute()` gives, looked at again every `periodMs`; renders only when the answer changed. One timer per period. */
export function useTicking(compute, periodMs = 1000) {
  const [, repaint] = useState(0);
  const value = compute();
  const last = useRef(value);
  last.current = value;
  const current = useRef(compute);
  current.current = compute;
  useEffect(() => {
    const entry = ticker(periodMs);
    const follow = () => {
      if (current.current() !== last.current) repaint((count) => count + 1);
    };
    entry.listeners.add(follow);
    if (!entry.timer) entry.timer = setInterval(() => entry.listeners.forEach((listener) => listener()), periodMs);
    return () => {
      entry.listeners.delete(follow);
      if (entry.listeners.size === 0) {
        clearInterval(entry.timer);
        entry.timer = 0;
      }
    };
  }, [periodMs]);
  return value;
}
