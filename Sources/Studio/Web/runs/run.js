// The selected run: what it is, how it goes, stop and resume.

import { attempt, get, notice, post } from "/web/shared/api.js";
import { byId, copyButton, duration, element, grouped, short } from "/web/shared/dom.js";
import { showDifferences } from "./differences.js";
import { Figures } from "./figures.js";
import { MetricsLog } from "./metrics.js";
import { SheetView } from "./sheets.js";

export class RunView {
    #id = null;
    #details = null;
    #other = null;
    #runs = [];
    #log = null;
    #figures = new Figures((step) => this.#sheets.goToStep(step));
    #sheets = new SheetView((step) => this.#figures.setCursor(step));

    constructor() {
        byId("stop").addEventListener("click", () => this.#stop());
        byId("resume").addEventListener("click", () => this.#askToResume());
        byId("resume-form").addEventListener("close", () => this.#resume());
        byId("with").addEventListener("change", (event) => this.#compare(event.target.value));
        document.querySelector("#run .command").append(copyButton(() => byId("command").textContent));
        this.#follow();
    }

    /** Shows a run from its beginning to where it is. */
    async show(id) {
        this.#id = id;
        this.#log = new MetricsLog(id);
        this.#details = null;
        this.#figures.begin();
        this.#sheets.begin();
        this.#compare("");
        await this.#refresh();
    }

    /** All runs, of which one can be compared. */
    setRuns(runs) {
        this.#runs = runs;
        const select = byId("with");
        const options = [["", "no other run"], ...runs.filter((run) => run.id !== this.#id).map((run) => [run.id, run.name])];
        const texts = options.map(([, text]) => text).join("\n");
        if (select.dataset.texts !== texts) {
            const chosen = select.value;
            select.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
            select.value = options.some(([value]) => value === chosen) ? chosen : "";
            select.dataset.texts = texts;
        }
        const summary = runs.find((run) => run.id === this.#id);
        if (summary && this.#details) this.#showSummary(summary);
    }

    /** Looks for what is new: every second while a training runs, or else rarely. */
    async #follow() {
        for (;;) {
            const isRunning = this.#details?.summary.state === "running";
            await new Promise((resolve) => { setTimeout(resolve, isRunning ? 1000 : 4000); });
            if (this.#id && !document.hidden) await this.#refresh();
        }
    }

    async #refresh() {
        const [id, log] = [this.#id, this.#log];
        const details = await attempt(() => get(`/api/runs/run/${id}`));
        const isNew = await attempt(() => log.update());
        if (!details || id !== this.#id) return;
        const isFirst = !this.#details;
        this.#details = details;
        byId("run").hidden = false;
        this.#showDetails(details, isFirst);
        if (isNew || isFirst) this.#figures.show(details, log);
        this.#sheets.show(details, log);
        this.#showSummary(details.summary);
    }

    #showDetails(details, isFirst) {
        byId("name").textContent = details.summary.name;
        byId("description").textContent = `${details.description}; ${grouped(details.images)} images in ${details.data}`;
        byId("command").textContent = details.resumeCommand;
        byId("log").textContent = details.log;
        byId("log-panel").hidden = !details.log;
        if (!isFirst) return;
        byId("reals").src = `/api/runs/run/${details.summary.id}/reals`;
        const names = Object.keys(details.settings).sort();
        byId("settings").replaceChildren(...names.flatMap((name) => [
            element("dt", {}, name), element("dd", {}, details.settings[name])]));
    }

    #showSummary(run) {
        this.#details.summary = run;
        const state = byId("state");
        state.textContent = run.state;
        state.className = `state ${run.state}`;
        byId("stop").hidden = run.state !== "running";
        byId("resume").hidden = run.state === "running" || !run.canResume;
        byId("progress").value = run.share;
        const { last } = run;
        if (!last) {
            byId("figures").replaceChildren(figure("Figures", "none yet"));
            return;
        }
        const isRunning = run.state === "running";
        byId("figures").replaceChildren(
            figure("Step", grouped(last.step)),
            figure("Images shown", grouped(last.images)),
            figure("Images per second", short(last.imagesPerSecond)),
            figure("Time in training", duration(last.seconds)),
            ...(isRunning && run.secondsLeft !== undefined ? [figure("Time left", duration(run.secondsLeft))] : []),
            ...(this.#details.isAdversarial ? [
                figure("D(x)", short(last.realScore), "real"), figure("D(G(z))", short(last.fakeScore), "fake")] : []),
            ...(this.#log?.lastKID ? [figure("KID", short(this.#log.lastKID, 3))] : []));
    }

    async #compare(id) {
        byId("with").value = id;
        const other = id ? await attempt(() => get(`/api/runs/run/${id}`)) : null;
        this.#other = other ?? null;
        this.#sheets.compareWith(this.#other);
        showDifferences(this.#details, this.#other);
    }

    async #stop() {
        await attempt(async () => {
            await post(`/api/runs/run/${this.#id}/stop`);
            notice("The training saves a checkpoint and ends.");
        });
    }

    #askToResume() {
        const { summary } = this.#details;
        const isFinished = summary.state === "finished";
        const minutes = byId("resume-minutes");
        const trained = (summary.last?.seconds ?? 0) / 60;
        minutes.required = isFinished;
        minutes.value = isFinished ? Math.ceil(2 * trained) : "";
        byId("resume-note").textContent = isFinished
            ? `It has trained for ${duration(60 * trained)} and reached its end; give a later one.`
            : "Left empty, the training ends where it was to end.";
        byId("resume-form").returnValue = "";
        byId("resume-form").showModal();
    }

    async #resume() {
        if (byId("resume-form").returnValue !== "resume") return;
        await attempt(async () => {
            const minutes = byId("resume-minutes").value;
            const { command } = await post(`/api/runs/run/${this.#id}/resume`, { minutes: minutes ? Number(minutes) : null });
            notice(`Started: ${command}`);
        });
    }
}

function figure(name, value, kind = "") {
    return element("div", {}, element("dt", {}, name), element("dd", { class: kind }, value));
}
