extension RunPage {
    /// Moves through the sheets, and shows the page anew while the run goes on and its newest sheet is looked at.
    static let script = """
        "use strict";
        const steps = document.body.dataset.steps.split(" ").filter(Boolean).map(Number);
        const [slider, play, sheet] = ["slider", "play", "sheet"].map((id) => document.getElementById(id));
        const file = (step) => `samples/step-${String(step).padStart(6, "0")}.png`;
        let playing = null;

        function show(position) {
            const step = steps[position];
            slider.value = position;
            slider.setAttribute("aria-valuetext", `step ${step}`);
            sheet.src = file(step);
            sheet.alt = `samples after step ${step}`;
            document.getElementById("caption").textContent = `Samples after step ${step}`;
            for (const figure of document.querySelectorAll("figure")) {
                const { first, last } = figure.dataset;
                const share = Math.min(1, (step - first) / Math.max(last - first, 1));
                const cursor = figure.querySelector(".cursor");
                for (const end of ["x1", "x2"]) cursor.setAttribute(end, 46 + share * (520 - 46));
                cursor.removeAttribute("hidden");
            }
            for (const near of [position + 1, position - 1]) {
                if (near in steps) new Image().src = file(steps[near]);
            }
        }

        function go(by) {
            stop();
            show(Math.min(steps.length - 1, Math.max(0, Number(slider.value) + by)));
        }

        function stop() {
            clearInterval(playing);
            playing = null;
            play.textContent = "▶";
            play.setAttribute("aria-label", "Play");
        }

        function toggle() {
            if (playing) return stop();
            if (Number(slider.value) === steps.length - 1) show(0);
            playing = setInterval(() => {
                if (Number(slider.value) === steps.length - 1) stop();
                else show(Number(slider.value) + 1);
            }, 170);
            play.textContent = "❚❚";
            play.setAttribute("aria-label", "Pause");
        }

        if (steps.length) {
            for (const hidden of [document.querySelector(".transport"), document.getElementById("hint")]) {
                hidden.hidden = false;
            }
            slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
            play.addEventListener("click", toggle);
            document.addEventListener("keydown", (event) => {
                if (event.ctrlKey || event.altKey || event.metaKey || event.target === slider) return;
                if (event.key === "ArrowLeft") go(-1);
                else if (event.key === "ArrowRight") go(1);
                else if (event.key === " " && event.target !== play) toggle();
                else return;
                event.preventDefault();
            });
            show(steps.length - 1);
        }
        if ("goesOn" in document.body.dataset) {
            setInterval(() => {
                const isAtEnd = !steps.length || Number(slider.value) === steps.length - 1;
                if (isAtEnd && !playing && !document.hidden) location.reload();
            }, 15000);
        }
        """
}
