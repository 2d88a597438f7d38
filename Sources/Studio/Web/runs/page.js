// Runs: the list, and the selected one.

import { attempt, get } from "/web/shared/api.js";
import { byId } from "/web/shared/dom.js";
import { setUpForm } from "./form.js";
import { RunList } from "./list.js";
import { RunView } from "./run.js";

const view = new RunView();
const list = new RunList((id) => select(id));
let selected = null;
/** A run that was just started shows once its training has written it. */
let awaited = null;

/** The selected run is part of the address, so that it can be kept and gone back to. */
const inAddress = () => new URLSearchParams(location.hash.slice(1)).get("run");

function select(id) {
    if (id === selected) return;
    selected = id;
    if (inAddress() !== id) history.pushState(null, "", `#run=${id}`);
    list.mark(id);
    view.show(id);
}

async function refresh() {
    if (document.hidden) return;
    const found = await attempt(() => get("/api/runs"));
    if (!found) return;
    byId("folder").textContent = `in ${found.folder}`;
    list.show(found);
    view.setRuns(found.runs);
    byId("none").hidden = found.runs.length > 0;
    const known = (id) => found.runs.some((run) => run.id === id);
    const wanted = awaited && known(awaited) ? awaited : inAddress();
    if (wanted === awaited) awaited = null;
    if (wanted && known(wanted)) select(wanted);
    else if ((!selected || !known(selected)) && found.runs.length) select(found.runs[0].id);
}

setUpForm((id) => {
    awaited = id;
    refresh();
});
addEventListener("popstate", refresh);
document.addEventListener("visibilitychange", refresh);
refresh();
setInterval(refresh, 2000);
