/** Whom commands go to and whether changes are allowed: for every place that sends some. */
import { createContext } from "../../vendor/htm-preact-standalone.module.js";

export const CommandingContext = createContext({ clusterId: "", allowChanges: false });
