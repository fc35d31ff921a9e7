/** What the window allows: narrow windows get cards, a folded navigation and a panel that covers the table. */
import { useEffect, useState } from "../vendor/htm-preact-standalone.module.js";

/** The width below which the page is narrow; css/frame.css uses the same number. */
const NARROW = window.matchMedia("(max-width: 760px)");

/** Whether the window is narrow, followed. */
export function useNarrow() {
  const [narrow, setNarrow] = useState(NARROW.matches);
  useEffect(() => {
    const follow = () => setNarrow(NARROW.matches);
    NARROW.addEventListener("change", follow);
    follow();
    return () => NARROW.removeEventListener("change", follow);
  }, []);
  return narrow;
}

/** Puts the focus on the table, or on its search box when there is no table. */
export function focusTable() {
  (document.getElementById("grid") ?? document.getElementById("search"))?.focus();
}
