// The arena: two small networks on points, watched and steered while they train.

import { byId, element } from "/web/shared/dom.js";
import { attempt, get, notice } from "/web/shared/api.js";
import { buildCommands } from "./commands.js";
import { readColors } from "./colors.js";
import { openSession } from "./connection.js";
import { buildControls } from "./controls.js";
import { drawOn, shapePoints, SHAPES, withMore } from "./drawing.js";
import { showDistances } from "./essay-distances.js";
import { showLosses } from "./essay-losses.js";
import { Stage } from "./stage.js";
import { readState, trainings, writeState } from "./state.js";
import { Transport } from "./transport.js";

showLosses(byId("essay-losses"));
showDistances(byId("essay-distances"));
attempt(async () => start(await get("/api/arena/options")));

function start(options) {
    let state = readState(options, location.hash);
    let colors = readColors();
    let stages = [];
    let layout = null;
    let isSending = false;
    let wasLost = false;
    const session = openSession({ open: connected, lost, frame, layout: takeLayout, status, problem });
    const transport = new Transport((request) => session.send(request));
    const controls = buildControls(options, change);
    const commands = buildCommands(options, (settings) => {
        replace({ ...state, settings, other: null });
    });

    function open() {
        providePoints();
        session.send({ ...drawing(), settings: trainings(state), average: state.average, speed: state.speed });
    }

    function connected() {
        open();
        if (!wasLost) return;
        // A session lives as long as its connection.
        wasLost = false;
        layout = null;
        notice("The connection was lost, and the training with it. It begins anew, with the settings as they are.");
    }

    function lost() {
        wasLost = layout !== null;
        transport.lost();
        notice("The studio does not answer. Is it still running?");
    }

    function drawing() {
        return state.points.length ? { drawing: { points: state.points } } : {};
    }

    // Edits of a moment, as a slider gives many of, are sent together.
    function change(edit) {
        edit(state);
        refresh();
        if (isSending) return;
        isSending = true;
        setTimeout(() => {
            isSending = false;
            session.send({ ...providePoints(), settings: trainings(state) });
        }, 40);
    }

    /** Where points are to be drawn there are some to begin with; what must be sent for them. */
    function providePoints() {
        if (state.settings.data !== "points" || state.points.length || fileIsLoaded()) return {};
        state.points = withMore([], shapePoints("three blobs"));
        refresh();
        return drawing();
    }

    function replace(next) {
        state = next;
        refresh();
        open();
    }

    const fileIsLoaded = () => byId("file").files.length > 0;

    function refresh() {
        controls.update(state);
        for (const box of document.querySelectorAll("[data-layer]")) box.checked = state.layers[box.dataset.layer];
        byId("average").checked = state.average;
        byId("speed").value = String(state.speed);
        history.replaceState(null, "", `#${writeState(options, state)}`);
        draw();
    }

    function takeLayout(next) {
        const isNew = !layout || layout.generation !== next.generation || stages.length !== next.settings.length;
        layout = next;
        if (isNew) {
            stages = next.settings.map(() => new Stage());
            byId("stages").replaceChildren(...stages.map((stage) => stage.node));
            byId("stages").classList.toggle("two", stages.length === 2);
            stages.forEach((stage, index) => stage.begin(next, next.settings[index], next.equilibria[index]));
            for (const stage of stages) drawOn(stage.field, () => draws(), addPoints);
            transport.begin();
        } else {
            stages.forEach((stage, index) => stage.describe(next.settings[index], next.equilibria[index]));
        }
        for (const stage of stages) stage.layout = next;
        byId("boundary-name").textContent = next.dimensions === 1 ? "output of D" : "decision boundary";
        byId("legend").textContent = next.dimensions === 1
            ? "Curves are densities of the points; below them lines lead from latents to what G makes of them."
            : "Blue ground: D takes points for real. Orange: for generated. Arrows show where the generator's loss falls, longer where it is steep.";
    }

    function draws() {
        return state.settings.data === "points" && layout?.dimensions === 2 && !fileIsLoaded();
    }

    function frame(next) {
        if (next.views.length !== stages.length) return;
        transport.frame(next);
        stages.forEach((stage, index) => stage.show(next.views[index], transport.looksBack));
        draw();
    }

    function draw() {
        for (const stage of stages) stage.draw(state.layers, colors);
    }

    function status(next) {
        transport.status(next);
        commands.update(next.commands);
    }

    function problem(text) {
        notice(text);
        // What was refused is not in force: the panel shows what is.
        if (layout && layout.settings.every(({ data }) => data === state.settings.data)) {
            state.settings = structuredClone(layout.settings[0]);
            const second = layout.settings[1];
            state.other = second
                ? { objective: second.objective, regularizers: second.regularizers, spectral: second.spectral } : null;
            refresh();
        }
    }

    function addPoints(points) {
        state.points = withMore(state.points, points);
        refresh();
        session.send({ ...drawing(), settings: trainings(state) });
    }

    for (const box of document.querySelectorAll("[data-layer]")) {
        box.addEventListener("change", () => {
            state.layers[box.dataset.layer] = box.checked;
            refresh();
        });
    }
    byId("average").addEventListener("change", (event) => {
        state.average = event.target.checked;
        session.send({ average: state.average });
        refresh();
    });
    byId("speed").addEventListener("change", (event) => {
        state.speed = Number(event.target.value);
        session.send({ speed: state.speed });
        refresh();
    });
    byId("shapes").append(...Object.keys(SHAPES).map((name) =>
        element("button", { type: "button", onclick: () => addPoints(shapePoints(name)) }, name)));
    byId("erase").addEventListener("click", () => {
        byId("file").value = "";
        state.points = [];
        transport.pause();
        refresh();
        notice("Draw on the plane, or choose a shape.");
    });
    byId("file").addEventListener("change", () => attempt(async () => {
        const [file] = byId("file").files;
        if (!file) return;
        if (file.size > 2e6) throw new Error("The file has more than 2 megabytes; give fewer points.");
        state.points = [];
        state.settings.data = "points";
        session.send({ drawing: { csv: await file.text() }, settings: trainings(state) });
        refresh();
        byId("drawn").textContent = `Points of ${file.name}. They are not part of the link.`;
    }));
    byId("copy-link").addEventListener("click", () => attempt(async () => {
        await navigator.clipboard.writeText(location.href);
        notice("The link to this arena is copied.");
    }));
    addEventListener("hashchange", () => replace(readState(options, location.hash)));
    addEventListener("themechange", () => {
        colors = readColors();
        draw();
    });
    new ResizeObserver(draw).observe(byId("stages"));
    refresh();
}
