// Translate: drawn label maps, outlines and photos become images while one draws.

import { attempt, get, notice, post } from "/web/shared/api.js";
import { byId } from "/web/shared/dom.js";
import { LabelBoard } from "./label-board.js";
import { FINER, LineBoard } from "./line-board.js";
import { showPalette } from "./palette.js";
import { drawOn } from "./pen.js";
import { PhotoBoard } from "./photo-board.js";
import { decodePixels, encodePixels, fit, fromCanvas, sides, toPicture } from "/web/shared/pixels.js";
import { saveBlob } from "/web/shared/saving.js";
import { Result } from "./result.js";
import { openSession } from "./session.js";

const result = new Result();
const TITLES = { labels: "Label map", lines: "Outlines", photo: "Image" };

let checkpoints = [];
let checkpoint = null;
let abilities = { takesStyle: false, scoresPatches: false };
let direction = "a2b";
let board = null;
let donor = null;
let chooseLabel = () => {};
let example = Math.floor(1000 * Math.random());
let asked = null;

const session = openSession({
    show: (message) => result.show(message, asked),
    fail: notice,
    lost: () => notice("The studio does not answer. Is it still running?"),
});

/** Asks for the translation of what is on the board. */
function ask() {
    if (!board || !checkpoint) return;
    asked = board.image();
    session.ask(header(), images());
}

const header = () => ({
    checkpoint: checkpoint.id, direction, seed: Number(byId("seed").value) || 0,
    patches: abilities.scoresPatches && result.wantsPatches,
    isFixed: byId("fixed").checked, isFullSize: byId("full-size").checked,
});

const images = () => (donor && abilities.takesStyle ? [asked, donor] : [asked]);

/** The result as a file that tells where it comes from. */
const saveResult = () => attempt(async () => {
    if (!asked) return;
    const message = encodePixels({ ...header(), number: 0, patches: false }, images());
    saveBlob(await post("/api/translate/png", message), "result.png");
});

function kindOf({ kind, inputChannels }) {
    if (kind === "labels") return "labels";
    return kind === "images" && inputChannels === 1 ? "lines" : "photo";
}

async function open(id) {
    const chosen = checkpoints.find((each) => each.id === id) ?? checkpoints[0];
    abilities = await get(`/api/translate/checkpoints/${chosen.id}`);
    checkpoint = chosen;
    direction = chosen.directions[0];
    donor = null;
    byId("checkpoint").value = chosen.id;
    history.replaceState(null, "", `#${chosen.id}`);
    byId("about").textContent = `${chosen.description}, after ${abilities.step} steps.`;
    const kind = kindOf(chosen);
    result.begin(chosen.kind === "enlarging");
    showControls(kind);
    board = makeBoard(kind);
    showTools(kind);
    if (chosen.example) await loadExample();
    else ask();
}

function makeBoard(kind) {
    const canvas = byId("input");
    canvas.className = { labels: "draws", lines: "draws fine", photo: "fine" }[kind];
    const [size, { labels }] = [sides(checkpoint.size), checkpoint];
    if (kind === "labels") return new LabelBoard(canvas, size, labels, ask);
    if (kind === "lines") return new LineBoard(canvas, size, ask);
    return new PhotoBoard(canvas, size, checkpoint.kind === "enlarging" ? 256 : 512, ask);
}

function showControls(kind) {
    byId("input-title").textContent = TITLES[kind];
    byId("directions").hidden = checkpoint.directions.length < 2;
    for (const id of ["undo", "redo", "clear"]) byId(id).hidden = kind === "photo";
    byId("tools").hidden = kind === "photo";
    byId("save").hidden = kind === "photo";
    byId("patches-field").hidden = !abilities.scoresPatches;
    byId("style-field").hidden = !abilities.takesStyle;
    byId("image-options").hidden = checkpoint.kind !== "images";
    byId("use-result").hidden = checkpoint.directions.length < 2;
    // Networks of two directions have no dropout.
    byId("fixed-field").hidden = checkpoint.directions.length > 1;
    byId("example").hidden = !checkpoint.example;
    byId("drop-hint").textContent = kind === "labels" ? "or drop a label map (PNG) on the board" : "or drop an image on the board";
    showDirection();
    showDonor();
}

function showTools(kind) {
    if (kind === "photo") return;
    document.querySelector('[data-tool="brush"]').textContent = kind === "lines" ? "Pen" : "Brush";
    document.querySelector('[data-tool="fill"]').hidden = kind === "lines";
    byId("palette").hidden = byId("label-keys").hidden = kind === "lines";
    const size = byId("brush");
    const [low, high] = kind === "lines" ? [board.brush / 2, 4 * board.brush] : [1, board.side / 3];
    Object.assign(size, { min: low, max: high, step: kind === "lines" ? 0.1 : 1, value: board.brush });
    setTool("brush");
    if (kind === "labels") {
        chooseLabel = showPalette(byId("palette"), checkpoint.labels, board.label, (label) => {
            board.label = label;
            if (board.tool === "eraser") setTool("brush");
        });
    }
}

function setTool(tool) {
    board.tool = tool;
    for (const button of document.querySelectorAll("[data-tool]")) {
        button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    }
}

function showDirection() {
    for (const button of document.querySelectorAll("[data-direction]")) {
        button.setAttribute("aria-pressed", String(button.dataset.direction === direction));
    }
}

function showDonor() {
    byId("donor").hidden = byId("no-donor").hidden = !donor;
    byId("seed").disabled = byId("next-seed").disabled = Boolean(donor);
    if (!donor) return;
    fit(byId("donor"), toPicture(donor), { size: sides(checkpoint.size) });
}

async function loadExample() {
    const kind = checkpoint.example === "day" && direction === "b2a" ? "night" : checkpoint.example;
    const size = kind === "outline" ? FINER * checkpoint.size : kind === "small" ? 64 : checkpoint.size;
    board.load(await getExample(kind, size, example));
}

async function getExample(kind, size, number) {
    const reply = await get(`/api/translate/examples/${kind}/${size}/${number}`);
    return decodePixels(await reply.arrayBuffer()).images[0];
}

async function readMap(file) {
    const reply = await fetch(`/api/translate/checkpoints/${checkpoint.id}/read-map`, { method: "POST", body: file });
    if (!reply.ok) throw new Error((await reply.json()).error);
    return decodePixels(await reply.arrayBuffer()).images[0];
}

async function readPicture(file) {
    try {
        return await createImageBitmap(file);
    } catch {
        throw new Error(`${file.name} is no image that the browser can read; give a PNG, JPEG, WebP or GIF file.`);
    }
}

const loadFile = (file) => attempt(async () => {
    if (!file) return;
    if (board instanceof LabelBoard) board.load(await readMap(file));
    else board.loadPicture(await readPicture(file));
});

const saveInput = () => attempt(async () => {
    if (board instanceof LabelBoard) {
        const body = encodePixels({}, [board.image()]);
        const reply = await fetch(`/api/translate/checkpoints/${checkpoint.id}/write-map`, { method: "POST", body });
        if (!reply.ok) throw new Error((await reply.json()).error);
        saveBlob(await reply.blob(), "map.png");
    } else {
        byId("input").toBlob((blob) => saveBlob(blob, "outlines.png"));
    }
});

function setDonor(picture) {
    const canvas = new OffscreenCanvas(1, 1);
    fit(canvas, picture, { size: sides(checkpoint.size) });
    donor = fromCanvas(canvas, 3);
    showDonor();
    ask();
}

function wire() {
    byId("checkpoint").addEventListener("change", (event) => attempt(() => open(event.target.value)));
    byId("undo").addEventListener("click", () => board.back());
    byId("redo").addEventListener("click", () => board.forth());
    byId("clear").addEventListener("click", () => board.clear());
    byId("brush").addEventListener("input", (event) => { board.brush = Number(event.target.value); });
    for (const button of document.querySelectorAll("[data-tool]")) {
        button.addEventListener("click", () => setTool(button.dataset.tool));
    }
    for (const button of document.querySelectorAll("[data-direction]")) {
        button.addEventListener("click", () => attempt(async () => {
            direction = button.dataset.direction;
            showDirection();
            if (checkpoint.example) await loadExample();
            else ask();
        }));
    }
    byId("example").addEventListener("click", () => attempt(() => {
        example += 1;
        return loadExample();
    }));
    byId("file").addEventListener("change", (event) => {
        loadFile(event.target.files[0]);
        event.target.value = "";
    });
    byId("save").addEventListener("click", saveInput);
    byId("save-result").addEventListener("click", saveResult);
    byId("use-result").addEventListener("click", () => {
        if (!result.images.length) return;
        direction = direction === "a2b" ? "b2a" : "a2b";
        showDirection();
        board.load(result.images[0]);
    });
    for (const id of ["seed", "fixed", "full-size"]) byId(id).addEventListener("change", ask);
    byId("opacity").addEventListener("input", () => { if (result.images.length < 2) ask(); });
    byId("next-seed").addEventListener("click", () => {
        byId("seed").value = Number(byId("seed").value) + 1;
        ask();
    });
    byId("donor-file").addEventListener("change", (event) => attempt(async () => {
        const [file] = event.target.files;
        if (file) setDonor(await readPicture(file));
        event.target.value = "";
    }));
    byId("donor-example").addEventListener("click", () => attempt(async () => {
        const number = Math.floor(1e6 * Math.random());
        setDonor(toPicture(await getExample("day", sides(checkpoint.size).width, number)));
    }));
    byId("no-donor").addEventListener("click", () => {
        donor = null;
        showDonor();
        ask();
    });
    wireDrop();
    document.addEventListener("keydown", key);
    drawOn(byId("input"), byId("cursor"), () => board);
}

function wireDrop() {
    const place = byId("drop");
    place.addEventListener("dragover", (event) => {
        event.preventDefault();
        place.classList.add("dropping");
    });
    for (const end of ["dragleave", "drop"]) place.addEventListener(end, () => place.classList.remove("dropping"));
    place.addEventListener("drop", (event) => {
        event.preventDefault();
        loadFile(event.dataTransfer.files[0]);
    });
}

function key(event) {
    if (!board?.begin || event.target.closest("select, input:not([type=radio], [type=range])")) return;
    const name = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && name === "z") {
        event.preventDefault();
        if (event.shiftKey) board.forth();
        else board.back();
        return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const tool = { b: "brush", f: "fill", e: "eraser" }[name];
    if (tool && !document.querySelector(`[data-tool="${tool}"]`).hidden) setTool(tool);
    if (board instanceof LabelBoard && /^[0-9]$/.test(name)) chooseLabel(Number(name));
}

attempt(async () => {
    checkpoints = await get("/api/translate/checkpoints");
    byId("nothing").hidden = checkpoints.length > 0;
    byId("work").hidden = checkpoints.length === 0;
    if (!checkpoints.length) return;
    byId("checkpoint").append(...checkpoints.map(({ id, name }) => new Option(name, id)));
    wire();
    await open(location.hash.slice(1));
});
