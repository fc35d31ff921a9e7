/**
 * Label selectors: reading them, matching labels, saying them in words.
 *
 * The snapshot spells a selector in three ways: a map of labels (Services, ReplicaSets), an object with `matchLabels` and
 * `matchExpressions` (workloads), and JSON text of such an object (network policies). Source: Kubernetes API, LabelSelector.
 */

/** A selector as `{labels: [[key, value]], expressions: [{key, operator, values}]}`; both empty selects everything. */
export function selectorOf({ matchLabels, matchExpressions }) {
  return { labels: Object.entries(matchLabels ?? {}).sort(([one], [other]) => (one < other ? -1 : 1)), expressions: matchExpressions ?? [] };
}

function parsed(text) {
  try {
    const data = JSON.parse(text);
    return data !== null && typeof data === "object" && !Array.isArray(data) ? data : null;
  } catch {
    return null;
  }
}

/** The selector of JSON text; empty text selects everything; null when it is not readable. */
export function readSelector(text) {
  if (!text) return selectorOf({});
  const data = parsed(text);
  return data && selectorOf(data);
}

/**
 * Both halves of a network policy's peer, `{pods, namespaces}`; a half that is not there is null, one that is not readable
 * makes the whole null. A peer of namespaces and pods carries an object with both selectors.
 */
export function readPeer({ type, selector }) {
  if (type === "namespaceSelector") {
    const namespaces = readSelector(selector);
    return namespaces && { pods: null, namespaces };
  }
  const data = selector ? parsed(selector) : {};
  if (!data) return null;
  if (!data.podSelector && !data.namespaceSelector) return { pods: selectorOf(data), namespaces: null };
  return { pods: data.podSelector ? selectorOf(data.podSelector) : null, namespaces: data.namespaceSelector ? selectorOf(data.namespaceSelector) : null };
}

function satisfies({ key, operator, values }, labels) {
  const has = Object.hasOwn(labels, key);
  switch (operator) {
    case "In": return has && (values ?? []).includes(labels[key]);
    case "NotIn": return !has || !(values ?? []).includes(labels[key]);
    case "Exists": return has;
    case "DoesNotExist": return !has;
    default: return false;
  }
}

/** Whether labels satisfy a selector. */
export function selects(selector, labels) {
  const own = labels ?? {};
  return selector.labels.every(([key, value]) => Object.hasOwn(own, key) && own[key] === value)
    && selector.expressions.every((expression) => satisfies(expression, own));
}

function expressionWords({ key, operator, values }) {
  const listed = (values ?? []).join(", ");
  switch (operator) {
    case "In": return `${key} in (${listed})`;
    case "NotIn": return `${key} not in (${listed})`;
    case "Exists": return `${key} set`;
    case "DoesNotExist": return `${key} not set`;
    default: return `${key} ${operator} (${listed})`;
  }
}

/** A selector in words, `app=web, tier in (a, b), team set`; empty when it selects everything. */
export function selectorWords(selector) {
  return [...selector.labels.map(([key, value]) => `${key}=${value}`), ...selector.expressions.map(expressionWords)].join(", ");
}
