// The form for a new training.

import { attempt, get, notice, post } from "/web/shared/api.js";
import { byId, element } from "/web/shared/dom.js";
import { dimensions } from "/web/shared/pixels.js";

const SIZES = ["16", "32", "64", "128", "256", "48x64", "64x48", "96x128", "128x96"];
const PREVIEW_AFTER = 600;

/** @param {(id: string) => void} onStarted */
export function setUpForm(onStarted) {
    const field = (name) => byId(`form-${name}`);
    let models = [];
    let timer;
    let asked = 0;

    byId("new").addEventListener("click", open);
    for (const name of ["data", "name", "model", "size", "minutes", "options"]) {
        field(name).addEventListener("input", () => previewSoon());
    }
    field("start").addEventListener("click", start);

    async function open() {
        const offered = await attempt(() => get("/api/runs/form"));
        if (!offered) return;
        models = offered.models;
        field("sets").replaceChildren(...offered.data.map((path) => element("option", { value: path })));
        field("data").value ||= offered.data[0] ?? "";
        field("name").value = offered.name;
        if (!field("model").options.length) {
            field("model").append(element("option", { value: "" }, "what suits the data"),
                ...models.map((model) => element("option", { value: model.name }, model.name)));
            field("size").append(element("option", { value: "" }, "what suits the data"),
                ...SIZES.map((size) => element("option", { value: size }, dimensions(size))));
        }
        byId("form").showModal();
        preview();
    }

    function request() {
        return {
            name: field("name").value, data: field("data").value, model: field("model").value || null,
            size: field("size").value || null, minutes: Number(field("minutes").value),
            options: field("options").value, endsWithStudio: field("ends").checked,
        };
    }

    function previewSoon() {
        // What comes back of an earlier choice does not count any more.
        asked += 1;
        field("start").disabled = true;
        clearTimeout(timer);
        timer = setTimeout(preview, PREVIEW_AFTER);
    }

    /** Shows what `--dry-run` says of the choice. */
    async function preview() {
        asked += 1;
        const turn = asked;
        field("model-note").textContent = models.find((model) => model.name === field("model").value)?.summary
            ?? "What makes the best images of folders like this one.";
        field("preview").classList.remove("problem");
        field("preview").textContent = "…";
        let said;
        try { said = await post("/api/runs/preview", request()); } catch (error) {
            said = { text: error.message, isPossible: false, command: "" };
        }
        if (turn !== asked) return;
        field("preview").textContent = said.text.trim();
        field("preview").classList.toggle("problem", !said.isPossible);
        field("command").hidden = !said.isPossible;
        field("command").firstElementChild.textContent = said.command;
        field("start").disabled = !said.isPossible;
    }

    async function start() {
        const started = await attempt(() => post("/api/runs/start", request()));
        if (!started) return;
        byId("form").close();
        notice("The training starts; its run shows in a moment.");
        onStarted(started.id);
    }
}
