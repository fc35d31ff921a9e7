/** The views that send commands without an object to start from, by the name in the address. */
import { ApplyView } from "./apply.js";
import { AssistantView } from "./assistant.js";
import { CommandsView } from "./view.js";

export const COMMAND_VIEWS = [
  { id: "commands", title: "Commands", View: CommandsView },
  { id: "apply", title: "Apply manifests", View: ApplyView },
  { id: "ask", title: "Ask as the assistant", View: AssistantView },
];

/** The view of that name, or undefined. */
export const commandViewById = (id) => COMMAND_VIEWS.find((view) => view.id === id);
