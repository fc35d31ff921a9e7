/** The panels of quotas and limit ranges, and the bars of quotas that a namespace shows too. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { resourceFill } from "../kinds/quotas.js";
import { Fact, Meter } from "../marks.js";
import { amountOf, showResource, showResourceOf } from "../quantities.js";
import { Section } from "./parts.js";

/** Used of hard, resource by resource, as bars; the fullest first. */
export function QuotaBars({ quota }) {
  const resources = Object.keys(quota.hard ?? {}).map((resource) => ({ resource, share: resourceFill(quota, resource) }))
    .sort((one, other) => (other.share ?? -1) - (one.share ?? -1) || (one.resource < other.resource ? -1 : 1));
  if (!resources.length) return html`<p class="fine">It limits nothing.</p>`;
  return html`<dl class="facts quota">${resources.map(({ resource, share }) => html`<${Fact} key=${resource} name=${resource}>
    <${Meter} percent=${share} text=${showResourceOf(resource, amountOf(quota.used, resource), amountOf(quota.hard, resource))} label=${resource} /></${Fact}>`)}</dl>`;
}

export function ResourceQuota({ object: quota }) {
  return html`<${Section} title="Used of hard"><${QuotaBars} quota=${quota} /></${Section}>`;
}

const COLUMNS = [["min", "Min"], ["defaultRequest", "Default request"], ["default", "Default limit"], ["max", "Max"], ["maxLimitRequestRatio", "Limit / request"]];

function Bound({ field, resource, amount }) {
  if (amount === undefined) return html`<span class="faint">–</span>`;
  return field === "maxLimitRequestRatio" ? amount : showResource(resource, amount);
}

/** One item of a limit range as a table: resources down, bounds across; columns nobody sets are left out. */
function Bounds({ item }) {
  const columns = COLUMNS.filter(([field]) => Object.keys(item[field] ?? {}).length > 0);
  const resources = [...new Set(columns.flatMap(([field]) => Object.keys(item[field])))].sort();
  if (!resources.length) return html`<p class="fine">It limits nothing.</p>`;
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${`Bounds of ${item.type}`}><table class="bounds">
    <thead><tr><th scope="col">Resource</th>${columns.map(([field, title]) => html`<th key=${field} scope="col" class="end">${title}</th>`)}</tr></thead>
    <tbody>${resources.map((resource) => html`<tr key=${resource}><th scope="row">${resource}</th>
      ${columns.map(([field]) => html`<td key=${field} class="num end"><${Bound} field=${field} resource=${resource} amount=${amountOf(item[field], resource)} /></td>`)}</tr>`)}</tbody></table></div>`;
}

/** The bounds of a limit range, one table per type of thing it limits. */
export function LimitBounds({ range }) {
  return (range.items ?? []).map((item, index) => html`<${Section} key=${`${index} ${item.type}`} title=${`Each ${item.type}`}><${Bounds} item=${item} /></${Section}>`);
}

export function LimitRange({ object: range }) {
  if (!(range.items ?? []).length) return html`<${Section} title="Bounds"><p class="fine">It limits nothing.</p></${Section}>`;
  return html`<${LimitBounds} range=${range} />`;
}
