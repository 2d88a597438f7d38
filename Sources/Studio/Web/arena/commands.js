// "Show as a command": the `gan toy` that trains the same, and the other way round.

import { attempt, notice } from "/web/shared/api.js";
import { parseCommand } from "./command.js";
import { byId, element } from "./dom.js";

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
        return element("p", { className: "note" },
            "Drawn points are the arena's alone: gan toy has the distributions of the list.");
    }
    const copy = element("button", {
        type: "button", onclick: () => attempt(async () => {
            await navigator.clipboard.writeText(command);
            notice("The command is copied.");
        }),
    }, "Copy");
    return element("div", { className: "command" }, element("code", {}, command), copy);
}
