// Light or dark, as the system says unless the reader chose; loaded before the page is drawn.
(() => {
    const root = document.documentElement;
    const system = matchMedia("(prefers-color-scheme: dark)");
    const key = "gan-studio-theme";
    const current = () => localStorage.getItem(key) ?? (system.matches ? "dark" : "light");
    const show = () => {
        root.dataset.theme = current();
        dispatchEvent(new Event("themechange"));
    };
    show();
    system.addEventListener("change", show);
    document.addEventListener("DOMContentLoaded", () => {
        const button = document.getElementById("theme");
        const label = () => { button.textContent = current() === "dark" ? "Light" : "Dark"; };
        label();
        button.addEventListener("click", () => {
            localStorage.setItem(key, current() === "dark" ? "light" : "dark");
            show();
            label();
        });
    });
})();
