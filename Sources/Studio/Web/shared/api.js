// Requests to the studio, and what is said when one fails.

/** Answers of the studio as JSON; throws an Error whose message is the studio's own sentence. */
export async function get(path) {
    return read(await fetch(path));
}

export async function post(path, body) {
    const isData = body instanceof Blob || body instanceof ArrayBuffer;
    return read(await fetch(path, {
        method: "POST",
        headers: isData ? {} : { "Content-Type": "application/json" },
        body: isData ? body : JSON.stringify(body ?? {}),
    }));
}

async function read(response) {
    if (response.status === 204) return null;
    const isJSON = response.headers.get("Content-Type")?.startsWith("application/json");
    if (!response.ok) {
        throw new Error(isJSON ? (await response.json()).error : `the studio answered ${response.status}`);
    }
    return isJSON ? response.json() : response.blob();
}

let timer;

/** Says something at the foot of the page for a while. */
export function notice(text) {
    const line = document.getElementById("notice");
    line.textContent = text;
    line.classList.toggle("shown", Boolean(text));
    clearTimeout(timer);
    if (text) timer = setTimeout(() => notice(""), 8000);
}

/** Does something that may fail, and says so. */
export async function attempt(body) {
    try {
        return await body();
    } catch (error) {
        notice(error instanceof TypeError ? "The studio does not answer. Is it still running?" : error.message);
        return undefined;
    }
}
