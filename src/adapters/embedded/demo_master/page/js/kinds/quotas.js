/** How full quotas are: shares of `used` in `hard`, resource by resource. */
import { amountOf, parseQuantity, percentOf } from "../quantities.js";

/** Share of one resource of a quota that is used, in percent; null when either side is not known. A limit of 0 is full once used. */
export function resourceFill(quota, resource) {
  const used = parseQuantity(amountOf(quota.used, resource));
  const hard = parseQuantity(amountOf(quota.hard, resource));
  if (used === null || hard === null) return null;
  if (hard === 0) return used > 0 ? 100 : 0;
  return percentOf(used, hard);
}

/** How full a quota is, in percent: its fullest resource; null without one. */
export function quotaFill(quota) {
  let fullest = null;
  for (const resource of Object.keys(quota.hard ?? {})) {
    const share = resourceFill(quota, resource);
    if (share !== null && (fullest === null || share > fullest)) fullest = share;
  }
  return fullest;
}

/** The fullest of a namespace's quotas, in percent; null when it has none. */
export function namespaceFill(namespace) {
  let fullest = null;
  for (const quota of namespace.quotas ?? []) {
    const share = quotaFill(quota);
    if (share !== null && (fullest === null || share > fullest)) fullest = share;
  }
  return fullest;
}

/** Text and tone of a quota: a full one stops whatever would need more. */
export function quotaStatus(quota) {
  const share = quotaFill(quota);
  if (share === null) return { text: "use unknown", tone: "note" };
  if (share >= 100) return { text: "full", tone: "warn" };
  return { text: `${Math.floor(share)}% used`, tone: share >= 90 ? "warn" : "ok" };
}
