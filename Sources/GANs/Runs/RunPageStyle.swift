extension RunPage {
    /// The look of the studio: quiet paper, thin lines, blue for real and orange for generated.
    static let style = """
        :root { --ground: #f6f5f2; --surface: #fff; --line: #dedad2; --text: #1d1c1a; --quiet: #5d5950;
            --accent: #2d55c9; --first: #1664b8; --second: #b34d0b; --third: #1d7044; --warn: #8f5600;
            --warn-soft: #fbeed3 }
        @media (prefers-color-scheme: dark) { :root { --ground: #141518; --surface: #1b1d21; --line: #31343b;
            --text: #ebeae6; --quiet: #a5a8b0; --accent: #9db6ff; --first: #6fb4ff; --second: #ff9f5a;
            --third: #6fcf97; --warn: #f0b95b; --warn-soft: #3a2e17 } }
        * { box-sizing: border-box }
        body { margin: 0 auto; max-width: 1500px; padding: clamp(1rem, 3vw, 2.5rem); background: var(--ground);
            color: var(--text); font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif }
        h1 { font-size: 1.4rem; letter-spacing: -0.015em; margin: 0 0 0.75rem }
        h2 { font-size: 1.05rem; margin: 0 0 0.75rem }
        dl { display: flex; flex-wrap: wrap; gap: 0.5rem 1.75rem; margin: 0 0 1.25rem }
        dt { color: var(--quiet); font-size: 0.8rem }
        dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums }
        main { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); align-items: start;
            margin-bottom: 1.25rem }
        @media (min-width: 1000px) { main { grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr) } }
        main > div { display: grid; gap: 1.25rem }
        section { background: var(--surface); border: 1px solid var(--line); border-radius: 10px;
            padding: 1rem 1.15rem }
        img { display: block; max-width: 100%; border-radius: 6px }
        #sheet { width: 100%; max-height: 78vh; object-fit: contain }
        .transport { display: flex; gap: 0.75rem; align-items: center; margin-top: 0.75rem }
        .transport input { flex: 1; accent-color: var(--accent); min-width: 0 }
        button { font: inherit; color: inherit; background: none; border: 1px solid #85807a; border-radius: 7px;
            padding: 0.2rem 0.7rem; min-width: 2.6rem; cursor: pointer }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
        .note { color: var(--quiet); font-size: 0.85rem; margin: 0.4rem 0 0 }
        figure { margin: 0 0 1rem }
        figcaption { font-weight: 600; font-size: 0.9rem }
        figcaption span { font-weight: 500; font-size: 0.82rem; margin-left: 0.75rem }
        svg { display: block; width: 100%; height: auto; overflow: visible }
        svg text { fill: var(--quiet); font-size: 11px }
        .grid { stroke: var(--line) }
        .reference, .cursor { stroke: var(--quiet); stroke-dasharray: 4 4 }
        polyline { fill: none; stroke-width: 1.6; stroke-linejoin: round }
        polyline.line0 { stroke: var(--first) } polyline.line1 { stroke: var(--second) }
        polyline.line2 { stroke: var(--third) } polyline { stroke: var(--quiet) }
        span.line0 { color: var(--first) } span.line1 { color: var(--second) } span.line2 { color: var(--third) }
        ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.5rem }
        li { background: var(--warn-soft); border-left: 3px solid var(--warn); border-radius: 4px;
            padding: 0.5rem 0.75rem }
        footer { margin-top: 1.25rem; display: flex; gap: 1rem }
        a { color: var(--accent) }
        [hidden] { display: none }
        """
}
