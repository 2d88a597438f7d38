import Files
import Foundation
import Images

/// `index.html`: a run's sheets of samples on a slider, its plots and its warnings.
///
/// It needs no server and no network, only the files beside it, and shows itself anew while the run goes on.
struct RunPage {
    let title: String
    /// Of the sheets, in order.
    let steps: [Int]
    let panels: [LinePlot.Panel]
    let rows: [MetricsRow]
    /// Whether the training will write the page again.
    let goesOn: Bool

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(RunPage.escaped(title))</title>
        <style>
        \(RunPage.style)
        </style>
        </head>
        <body data-steps="\(steps.map(String.init).joined(separator: " "))"\(goesOn ? " data-goes-on" : "")>
        <header>
        <h1>\(RunPage.escaped(title))</h1>
        \(figures)
        </header>
        <main>
        <div>
        \(samples)
        \(warnings)
        </div>
        <section aria-label="Figures over the steps">
        \(panels.filter { !$0.series.allSatisfy(\.x.isEmpty) }.map(\.svg).joined(separator: "\n"))
        </section>
        </main>
        <section>
        <h2>Training images</h2>
        <img src="reals.png" alt="Some of the training images">
        </section>
        <footer><a href="metrics.jsonl">metrics.jsonl</a> <a href="config.json">config.json</a></footer>
        <script>
        \(RunPage.script)
        </script>
        </body>
        </html>

        """
    }

    private var figures: String {
        guard let last = rows.last else { return "<p>Training begins.</p>" }
        let figures = [
            ("step", "\(last.step)"), ("images shown", "\(last.images)"),
            ("images per second", String(format: "%.0f", last.imagesPerSecond)),
            ("minutes in training", "\((last.seconds / 6).rounded() / 10)"),
        ]
        return "<dl>" + figures.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined() + "</dl>"
    }

    /// The newest sheet, which the script puts others in the place of.
    private var samples: String {
        guard let newest = steps.last else { return "<section><h2>No samples yet</h2></section>" }
        let file = "samples/\(RunFolder.name(newest)).png"
        return """
            <section aria-label="Sheets of samples">
            <h2 id="caption">Samples after step \(newest)</h2>
            <img id="sheet" src="\(file)" alt="samples after step \(newest)">
            <div class="transport" hidden>
            <button id="play" type="button" aria-label="Play">▶</button>
            <input id="slider" type="range" min="0" max="\(steps.count - 1)" value="\(steps.count - 1)" \
            aria-label="Step of the sheet">
            </div>
            <p class="note" id="hint" hidden>Space plays, ← and → step through \(steps.count) \
            sheet\(steps.count == 1 ? "" : "s").</p>
            </section>
            """
    }

    private var warnings: String {
        let found = rows.flatMap { row in (row.warnings ?? []).map { (step: row.step, message: $0.message) } }
        guard !found.isEmpty else { return "" }
        let items = found.reversed().map { "<li><b>Step \($0.step)</b> \(RunPage.escaped($0.message))</li>" }
        return "<section><h2>Warnings</h2><ul>\(items.joined(separator: "\n"))</ul></section>"
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}

extension MetricsLog {
    /// Writes `index.html`.
    ///
    /// - Parameter goesOn: whether the training will write it again.
    func writePage(title: String, panels: [LinePlot.Panel], goesOn: Bool) throws {
        let page = RunPage(
            title: title, steps: folder.sampleSteps(), panels: panels, rows: rows, goesOn: goesOn)
        try AtomicFile.write(Data(page.html.utf8), to: folder.page)
    }
}
