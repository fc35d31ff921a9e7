/** The last commands about one object, in its panel; all of them are a link away. */
import { html, useContext } from "../../vendor/htm-preact-standalone.module.js";
import { Section } from "../detail/parts.js";
import { hashOf } from "../router.js";
import { CommandingContext } from "./commanding.js";
import { Entries, useCommands } from "./history.js";

const SHOWN = 5;

export function AboutObject({ kind, namespace, name }) {
  const { clusterId } = useContext(CommandingContext);
  const { commands, matching } = useCommands({ clusterId, kind, namespace, name, limit: SHOWN });
  if (!commands?.length) return null;
  const all = hashOf("commands", [], new Map([["aboutKind", kind], ["aboutNamespace", namespace], ["aboutName", name]]));
  return html`<${Section} title="Commands" count=${matching}><${Entries} commands=${commands} />
    <p class="about-all"><a href=${all}>${matching > SHOWN ? `All ${matching} commands about it` : "In the list of commands"}</a></p></${Section}>`;
}
