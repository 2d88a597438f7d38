// Strokes on a board, with the pointer or the keyboard.

/** Lets a board be drawn on that `board()` gives; `cursor` is an element that shows where the keyboard is. */
export function drawOn(canvas, cursor, board) {
    let isDown = false;
    let key = [0.5, 0.5];

    function place(event) {
        const box = canvas.getBoundingClientRect();
        return [
            (event.clientX - box.left) / box.width * canvas.width,
            (event.clientY - box.top) / box.height * canvas.height,
        ];
    }

    canvas.addEventListener("pointerdown", (event) => {
        if (!board()?.begin || event.button !== 0) return;
        event.preventDefault();
        canvas.focus({ preventScroll: true });
        cursor.hidden = true;
        isDown = true;
        canvas.setPointerCapture(event.pointerId);
        board().begin(place(event));
    });
    canvas.addEventListener("pointermove", (event) => {
        if (!isDown) return;
        for (const part of event.getCoalescedEvents?.() ?? [event]) board().move(place(part));
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { isDown = false; });

    const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    canvas.addEventListener("keydown", (event) => {
        const move = MOVES[event.key];
        if (!board()?.begin || !(move || event.key === " ")) return;
        event.preventDefault();
        const step = event.shiftKey ? 0.1 : 1 / 64;
        if (move) key = key.map((value, axis) => Math.min(1, Math.max(0, value + step * move[axis])));
        const at = [key[0] * canvas.width, key[1] * canvas.height];
        if (event.key === " ") board().begin(at);
        cursor.hidden = false;
        cursor.style.left = `${100 * key[0]}%`;
        cursor.style.top = `${100 * key[1]}%`;
    });
    canvas.addEventListener("blur", () => { cursor.hidden = true; });
}
