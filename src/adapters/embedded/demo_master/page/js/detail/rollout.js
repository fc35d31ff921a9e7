/** How far a workload has come: phase, badges and message as the agent derived them, and its pods as bars of the wanted number. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { Chip, Fact, Meter } from "../marks.js";
import { percentOf } from "../quantities.js";
import { phaseStatus, wordTone } from "../tone.js";
import { Section } from "./parts.js";

/** One count of pods as a bar of how many are wanted; a full bar is good here, so it never takes the tone of something that fills up. */
function Progress({ name, count, wanted }) {
  const percent = percentOf(count, wanted);
  const text = `${count} of ${wanted}`;
  if (percent === null) return html`<${Fact} name=${name}><span class="num">${text}</span></${Fact}>`;
  return html`<${Fact} name=${name}><${Meter} percent=${percent} text=${text} label=${name} tone=${count >= wanted ? "ok" : count === 0 ? "bad" : "warn"} /></${Fact}>`;
}

/** The section. `counts`: `[[name, number of pods]]`; those without a number are left out. `children`: further facts. */
export function Rollout({ rollout, counts, wanted, children }) {
  return html`<${Section} title="Rollout">
    <p class="rollout-head">${rollout && html`<${Chip} status=${phaseStatus(rollout.phase)} />`}
      ${(rollout?.badges ?? []).filter((badge) => badge !== rollout.phase).map((badge) => html`<${Chip} key=${badge} status=${{ text: badge, tone: wordTone(badge) }} />`)}</p>
    ${rollout?.message && html`<p class="said">${rollout.message}</p>`}
    <dl class="facts">
      <${Fact} name="Wanted"><span class="num">${wanted}</span></${Fact}>
      ${counts.filter(([, count]) => count !== undefined && count !== null).map(([name, count]) => html`<${Progress} key=${name} name=${name} count=${count} wanted=${wanted} />`)}
      ${children}
    </dl></${Section}>`;
}
