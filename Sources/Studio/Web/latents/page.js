// Latents: a wall of samples, and tools that make new images of them.

import { attempt, get, notice, post } from "/web/shared/api.js";
import { byId, copyButton, element } from "/web/shared/dom.js";
import { Attributes } from "./attributes.js";
import { commandOf } from "./command.js";
import { draw, Generator } from "./generator.js";
import { setUpPad } from "./pad.js";
import { Places } from "./places.js";
import { saveBlob, savePNG } from "./saving.js";
import { pointOf, State } from "./state.js";
import { setUpWalking } from "./walking.js";

const WALL = 64;
const TOOLS = ["walk", "pad", "sum", "mix", "attributes"];

const state = new State();
const generator = new Generator((image) => { draw(byId("result"), image); showSpeed(); });
const places = new Places(generator, state);
const attributes = new Attributes(state, generator);
const pad = setUpPad(byId("pad"), (weights) => state.change({ pad: { ...state.now.pad, weights } }, "pad"));
let checkpoints = [];
let about = null;
let shown = {};

function replaceAt(list, index, value) { return list.map((old, place) => (place === index ? value : old)); }

function addPlaces() {
    for (const index of [0, 1]) {
        places.addSlot(`walk-${index}`, "walk", (now) => now.walk.ends[index],
            (point) => ({ walk: { ...state.now.walk, ends: replaceAt(state.now.walk.ends, index, point) } }));
        places.addSlot(`mix-${index}`, "mix", (now) => now.mix.ends[index],
            (point) => ({ mix: { ...state.now.mix, ends: replaceAt(state.now.mix.ends, index, point) } }));
    }
    for (const index of [0, 1, 2]) {
        places.addSlot(`pad-${index}`, "pad", (now) => now.pad.corners[index],
            (point) => ({ pad: { ...state.now.pad, corners: replaceAt(state.now.pad.corners, index, point) } }));
    }
    for (const sign of ["plus", "minus"]) {
        places.addTray(`sum-${sign}`, "sum", (now) => now.sum[sign],
            (points) => ({ sum: { ...state.now.sum, [sign]: points } }));
    }
    places.addSlot("attributes-base", "attributes", (now) => now.attributes.base,
        (base) => ({ attributes: { ...state.now.attributes, base } }));
    for (const group of ["with", "without"]) {
        places.addTray(`attribute-${group}`, "attributes", (now) => now.attributes[group],
            (points) => ({ attributes: { ...state.now.attributes, [group]: points } }));
    }
}

function addControls() {
    for (const tool of TOOLS) byId(`tab-${tool}`).addEventListener("click", () => state.change({ tool }, "tool"));
    byId("walk-share").addEventListener("input", (event) => moveOnWalk(Number(event.target.value)));
    byId("mix-crossover").addEventListener("input", (event) => state.change(
        { mix: { ...state.now.mix, crossover: Number(event.target.value) } }, "mix"));
    byId("truncation").addEventListener("input", (event) => state.change(
        { truncation: Number(event.target.value) }, "truncation"));
    byId("noise").addEventListener("change", (event) => state.change({ noise: event.target.checked }));
    byId("keep").addEventListener("click", keep);
    byId("undo").addEventListener("click", () => state.undo());
    byId("redo").addEventListener("click", () => state.redo());
    byId("save-png").addEventListener("click", () => savePNG(byId("result"), "image.png"));
    byId("save-npy").addEventListener("click", saveNumbers);
    byId("seed").addEventListener("change", showWall);
    byId("more").addEventListener("click", () => {
        byId("seed").value = Number(byId("seed").value) + WALL;
        showWall();
    });
    byId("checkpoint").addEventListener("change", choose);
    byId("class").addEventListener("change", applyChoice);
    document.querySelector(".command").append(copyButton(() => byId("command").textContent));
    document.addEventListener("keydown", (event) => {
        if (event.target.matches("input[type=text], input[type=number], select")) return;
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
            event.preventDefault();
            if (event.shiftKey) state.redo();
            else state.undo();
        } else if (event.key === "k" && !event.ctrlKey && !event.metaKey) keep();
    });
    setUpWalking(byId("walk-play"), moveOnWalk);
}

function moveOnWalk(share) { state.change({ walk: { ...state.now.walk, share } }, "walk"); }

function keep() {
    const point = pointOf(state.now);
    if (point) state.change({ kept: [...state.now.kept, point] });
}

async function saveNumbers() {
    const point = pointOf(state.now);
    await attempt(async () => saveBlob(
        await post("/api/latents/npy", { generator: generator.choice, point }), "point.npy"));
}

/** Shows a state: only what differs from the one before. */
function show(now) {
    for (const tool of TOOLS) {
        byId(`tab-${tool}`).setAttribute("aria-selected", String(now.tool === tool));
        byId(`tool-${tool}`).hidden = now.tool !== tool;
    }
    byId("walk-share").value = now.walk.share;
    byId("mix-crossover").value = now.mix.crossover;
    byId("mix-note").textContent = `Layers 0 to ${now.mix.crossover - 1} of the left sample, ${now.mix.crossover} to ${about.layerCount - 1} of the right one.`;
    byId("truncation").value = now.truncation;
    byId("truncation-value").textContent = now.truncation.toFixed(2);
    byId("noise").checked = now.noise;
    byId("undo").disabled = !state.canUndo;
    byId("redo").disabled = !state.canRedo;
    byId("kept-section").hidden = !now.kept.length;
    if (shown.kept !== now.kept) byId("kept").replaceChildren(...now.kept.map((point) => places.sample(point)));
    pad.show(now.pad.weights);
    attributes.show();
    places.show();
    const settings = JSON.stringify([now.truncation, now.noise]);
    if (shown.settings && shown.settings !== settings) changeSettings(now);
    const point = pointOf(now);
    const wanted = JSON.stringify([point, generator.choice]);
    if (point && wanted !== shown.wanted) generator.follow(point);
    if (point) byId("command").textContent = commandOf(point, now, about);
    shown = { kept: now.kept, settings, wanted };
}

let settingsTimer;

function changeSettings(now) {
    generator.choice = { ...generator.choice, truncation: now.truncation, noise: now.noise };
    // The image follows the slider; the wall follows when it rests.
    clearTimeout(settingsTimer);
    settingsTimer = setTimeout(() => generator.refresh(), 250);
}

function showWall() {
    const first = Math.max(0, Math.floor(Number(byId("seed").value) || 0));
    byId("wall").replaceChildren(...Array.from({ length: WALL }, (_, index) => places.sample({ seed: first + index })));
}

function showSpeed() {
    const latency = generator.latency;
    if (latency) {
        byId("speed").textContent = `${latency.p95.toFixed(0)} ms from slider to image at the 95th percentile of the last ${latency.count}`;
    }
}

async function choose() {
    const checkpoint = checkpoints.find((one) => one.id === byId("checkpoint").value);
    history.replaceState(null, "", `#checkpoint=${checkpoint.id}`);
    byId("class").replaceChildren(...checkpoint.classes.map((name, index) => element("option", { value: index }, name)));
    byId("class-label").hidden = !checkpoint.classes.length;
    await applyChoice();
}

/** Takes the chosen checkpoint and class into use. */
async function applyChoice() {
    const checkpoint = checkpoints.find((one) => one.id === byId("checkpoint").value);
    const { truncation, noise } = state.now;
    const label = checkpoint.classes.length ? Number(byId("class").value) : null;
    const choice = { checkpoint: checkpoint.id, label, truncation, noise };
    const found = await attempt(() => post("/api/latents/about", choice));
    if (!found) return;
    about = { ...found, argument: checkpoint.argument, className: label === null ? null : checkpoint.classes[label] };
    byId("synthesis").hidden = !found.hasStyles;
    byId("tab-mix").hidden = !found.hasStyles;
    byId("mix-crossover").max = found.layerCount;
    if (!found.hasStyles && state.now.tool === "mix") state.change({ tool: "walk" });
    const isFirst = !generator.choice;
    generator.choice = choice;
    byId("play").hidden = false;
    if (isFirst) showWall();
    else generator.refresh();
    show(state.now);
}

async function begin() {
    checkpoints = await attempt(() => get("/api/latents")) ?? [];
    byId("none").hidden = checkpoints.length > 0;
    if (!checkpoints.length) return;
    byId("checkpoint").replaceChildren(...checkpoints.map((one) =>
        element("option", { value: one.id }, `${one.name} · ${one.model} ${one.size}×${one.size}`)));
    const wanted = new URLSearchParams(location.hash.slice(1)).get("checkpoint");
    const chosen = checkpoints.find((one) => one.id === wanted)
        ?? checkpoints.find((one) => one.hasStyles) ?? checkpoints[0];
    byId("checkpoint").value = chosen.id;
    addPlaces();
    addControls();
    state.onChange((now) => { if (about) show(now); });
    await choose();
}

begin().catch((error) => notice(error.message));
