// Latents: a wall of samples, and tools that make new images of them.

import { attempt, get, notice, post } from "/web/shared/api.js";
import { byId, copyButton, element } from "/web/shared/dom.js";
import { dimensions } from "/web/shared/pixels.js";
import { saveBlob } from "/web/shared/saving.js";
import { Attributes } from "./attributes.js";
import { commandOf } from "./command.js";
import { keepDirections, savedDirections } from "./directions.js";
import { draw, Generator } from "./generator.js";
import { Mixing } from "./mixing.js";
import { Nearest } from "./nearest.js";
import { setUpPad } from "./pad.js";
import { nameOf, Places } from "./places.js";
import { Projection } from "./projection.js";
import { savePNG, typed } from "./saving.js";
import { fitted, pointOf, State } from "./state.js";
import { setUpSaving, setUpWalking } from "./walking.js";

const WALL = 64;
const TOOLS = ["walk", "pad", "sum", "mix", "attributes", "nearest"];
const LONGEST_SIDE = 8;

const state = new State();
const generator = new Generator((image) => { draw(byId("result"), image); showSpeed(); });
const places = new Places(generator, state);
const attributes = new Attributes(state, generator);
const mixing = new Mixing(state, generator, places);
const nearest = new Nearest(generator);
const projection = new Projection(generator, (points) => state.change({ kept: [...state.now.kept, ...points] }));
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
    for (const side of ["rows", "columns"]) {
        places.addTray(`mix-${side}`, "mix", (now) => now.mix[side],
            (points) => ({ mix: { ...state.now.mix, [side]: points.slice(-LONGEST_SIDE) } }));
    }
    places.addSlot("nearest-sample", "nearest", (now) => now.nearest.sample, (sample) => ({ nearest: { sample } }));
    places.addSlot("attributes-base", "attributes", (now) => now.attributes.base,
        (base) => ({ attributes: { ...state.now.attributes, base } }));
    for (const group of ["with", "without"]) {
        places.addTray(`attribute-${group}`, "attributes", (now) => now.attributes[group],
            (points) => ({ attributes: { ...state.now.attributes, [group]: points } }));
    }
}

function addControls() {
    for (const tool of TOOLS) {
        byId(`tab-${tool}`).addEventListener("click", () => state.change({ tool }, "tool"));
        byId(`tab-${tool}`).addEventListener("keydown", (event) => moveToTab(event, tool));
    }
    byId("walk-share").addEventListener("input", (event) => moveOnWalk(Number(event.target.value)));
    byId("truncation").addEventListener("input", (event) => state.change(
        { truncation: Number(event.target.value) }, "truncation"));
    byId("cutoff").addEventListener("input", (event) => state.change(
        { cutoff: Number(event.target.value) }, "cutoff"));
    byId("noise").addEventListener("change", (event) => state.change({ noise: event.target.checked }));
    byId("keep").addEventListener("click", keep);
    byId("undo").addEventListener("click", () => state.undo());
    byId("redo").addEventListener("click", () => state.redo());
    byId("save-png").addEventListener("click", () => saveImage());
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
    setUpSaving(state, generator);
}

function moveOnWalk(share) { state.change({ walk: { ...state.now.walk, share } }, "walk"); }

function keep() {
    const point = pointOf(state.now);
    if (point) state.change({ kept: [...state.now.kept, point] });
}

function saveImage() {
    const point = pointOf(state.now);
    if (!point) return undefined;
    // Of this image alone, whatever the tool shows beside it.
    const command = point.walk ? null : typed(commandOf(point, { ...state.now, tool: null }, about));
    return savePNG({ generator: generator.choice, points: [point], columns: 1, input: nameOf(point), command }, "image.png");
}

async function saveNumbers() {
    const point = pointOf(state.now);
    await attempt(async () => saveBlob(
        await post("/api/latents/npy", { generator: generator.choice, point }), "point.npy"));
}

/** Arrow keys, Home and End go from tab to tab, past those that are hidden. */
function moveToTab(event, from) {
    const shown = TOOLS.filter((tool) => !byId(`tab-${tool}`).hidden);
    const at = shown.indexOf(from);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const tool = shown.at(to % shown.length);
    state.change({ tool }, "tool");
    byId(`tab-${tool}`).focus();
}

/** Shows a state: only what differs from the one before. */
function show(now) {
    for (const tool of TOOLS) {
        byId(`tab-${tool}`).setAttribute("aria-selected", String(now.tool === tool));
        byId(`tab-${tool}`).tabIndex = now.tool === tool ? 0 : -1;
        byId(`tool-${tool}`).hidden = now.tool !== tool;
    }
    byId("walk-share").value = now.walk.share;
    byId("walk-frames").value = now.walk.frames;
    byId("walk-loop").checked = now.walk.isLoop;
    showSynthesis(now);
    byId("undo").disabled = !state.canUndo;
    byId("redo").disabled = !state.canRedo;
    byId("kept-section").hidden = !now.kept.length;
    if (shown.kept !== now.kept) byId("kept").replaceChildren(...now.kept.map((point) => places.sample(point)));
    pad.show(now.pad.weights);
    attributes.show();
    places.show();
    mixing.show();
    const settings = JSON.stringify(synthesisOf(now));
    if (shown.settings && shown.settings !== settings) changeSettings(now);
    keepDirections(generator.choice.checkpoint, (shown.attributes ?? now.attributes).list, now.attributes.list);
    const point = pointOf(now);
    nearest.show(now.tool === "nearest" ? point : null);
    const wanted = JSON.stringify([point, generator.choice]);
    if (point && wanted !== shown.wanted) generator.follow(point);
    if (point) byId("command").textContent = commandOf(point, now, about);
    shown = { kept: now.kept, attributes: now.attributes, settings, wanted };
}

const synthesisOf = ({ truncation, cutoff, noise }) => ({ truncation, cutoff, noise });

function showSynthesis({ truncation, cutoff, noise }) {
    byId("truncation").value = truncation;
    byId("truncation-value").textContent = truncation.toFixed(2);
    byId("cutoff").value = cutoff ?? about.cutoff;
    byId("cutoff-value").textContent = `${cutoff ?? about.cutoff} of ${about.layerCount}`;
    byId("noise").checked = noise;
}

let settingsTimer;

function changeSettings(now) {
    generator.choice = { ...generator.choice, ...synthesisOf(now) };
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

/** Leaves behind what belongs to another checkpoint, and brings back what was saved for this one. */
function enter({ id, hasStyles }) {
    const saved = savedDirections(id);
    state.rewrite((one) => {
        const { attributes: own, ...rest } = fitted(one, { checkpoint: id, hasStyles });
        const names = own.list.map((attribute) => attribute.name);
        const others = saved.filter(({ name }) => !names.includes(name));
        return { ...rest, attributes: { ...own, list: [...own.list, ...others] } };
    });
    shown = {};
}

/** Takes the chosen checkpoint and class into use. */
async function applyChoice() {
    const checkpoint = checkpoints.find((one) => one.id === byId("checkpoint").value);
    const label = checkpoint.classes.length ? Number(byId("class").value) : null;
    const wanted = { checkpoint: checkpoint.id, label };
    const found = await attempt(() => post("/api/latents/about", { ...wanted, ...synthesisOf(state.now) }));
    if (!found) return;
    if (generator.choice?.checkpoint !== checkpoint.id) {
        projection.end();
        enter(checkpoint);
    }
    about = { ...found, argument: checkpoint.argument, className: label === null ? null : checkpoint.classes[label] };
    byId("synthesis").hidden = !found.hasStyles;
    byId("tab-mix").hidden = !found.hasStyles;
    byId("cutoff").max = found.layerCount;
    mixing.begin(about);
    const isFirst = !generator.choice;
    generator.choice = { ...wanted, ...synthesisOf(state.now) };
    generator.argument = about.argument;
    if (!found.hasStyles && state.now.tool === "mix") state.change({ tool: "walk" });
    byId("play").hidden = false;
    // What belongs to another generator is gone from the page before images are made anew.
    show(state.now);
    if (isFirst) showWall();
    else generator.refresh();
}

async function begin() {
    checkpoints = await attempt(() => get("/api/latents")) ?? [];
    byId("none").hidden = checkpoints.length > 0;
    if (!checkpoints.length) return;
    byId("checkpoint").replaceChildren(...checkpoints.map((one) =>
        element("option", { value: one.id }, `${one.name} · ${one.model} ${dimensions(one.size)}`)));
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
