import Files
import Foundation

extension RunFolder {
    /// Writes `index.html`: the plot and every sheet of samples, newest first. It needs no server and no
    /// network, only the files beside it.
    func writePage(title: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: samples)
        let steps = names.compactMap { name in
            name.wholeMatch(of: /step-([0-9]{6,})\.png/).flatMap { Int($0.1) }
        }
        let sheets = steps.sorted(by: >).map { step in
            let file = "samples/\(RunFolder.name(step)).png"
            return """
                <figure><figcaption>step \(step)</figcaption>\
                <a href="\(file)"><img src="\(file)" alt="samples after step \(step)" loading="lazy"></a></figure>
                """
        }
        let page = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>\(RunFolder.escaped(title))</title>
            <style>
            body { font-family: sans-serif; margin: 2em auto; max-width: 1100px; padding: 0 1em }
            figure { margin: 0 0 2em }
            img { max-width: 100%; image-rendering: pixelated }
            .plot { image-rendering: auto }
            </style>
            </head>
            <body>
            <h1>\(RunFolder.escaped(title))</h1>
            <p><a href="metrics.jsonl">metrics.jsonl</a>, <a href="config.json">config.json</a></p>
            <img class="plot" src="losses.png" alt="losses over the steps">
            <h2>Samples</h2>
            \(sheets.joined(separator: "\n"))
            <h2>Images that are trained on</h2>
            <img src="reals.png" alt="images that are trained on">
            </body>
            </html>

            """
        try AtomicFile.write(Data(page.utf8), to: self.page)
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
