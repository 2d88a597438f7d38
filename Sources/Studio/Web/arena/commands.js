// "Show as a command": the `gan toy` that trains the same, and the other way round.

import { byId, copyButton, element } from "/web/shared/dom.js";
import { attempt, notice } from "/web/shared/api.js";
import { parseCommand } from "./command.js";

/** Fills the part of the page; `take(settings)` takes over those of a pasted command. */
export function buildCommands(options, take) {
    let shown = null;
    byId("paste").addEventListener("submit", (event) => {
        event.preventDefault();
        attempt(async () => {
            take(parseCommand(byId("pasted").value, options));
            notice("The arena has taken over the command.");
        });
    });
    return {
        update(commands) {
            if (commands.join("\n") === shown) return;
            shown = commands.join("\n");
            byId("commands").replaceChildren(...commands.map(row));
        },
    };
}

function row(command) {
    if (!command) {
        return element("p", { class: "note" },
            "Drawn points are the arena's alone: gan toy has the distributions of the list.");
    }
    return element("div", { class: "command" }, element("code", {}, command), copyButton(() => command));
}
