/// A sum of means of images: for each term its samples and below them their mean, then the result among eight
/// others.
package struct ArithmeticFigure {
    /// A term: the images it is the mean of, and the image of the mean.
    package struct Column {
        let caption: String
        let operation: String
        let samples: [Image]
        let mean: Image

        /// - Parameter operation: what stands before the mean, such as `-`.
        package init(caption: String, operation: String, samples: [Image], mean: Image) {
            (self.caption, self.operation) = (caption, operation)
            (self.samples, self.mean) = (samples, mean)
        }

        /// Samples side by side: a few stand in one column.
        var across: Int {
            (samples.count + 3) / 4 > 1 ? Int(Double(samples.count).squareRoot().rounded(.up)) : 1
        }
        var down: Int { (samples.count + across - 1) / across }
    }

    private let columns: [Column]
    private let results: [Image]

    private let cell: Int
    private let gap = 2
    private let margin = 10
    private let lineHeight = 18
    private let letters = 1.3
    private let signs = 2.4

    /// - Parameter results: nine images, the result in the middle.
    package init(columns: [Column], results: [Image]) {
        (self.columns, self.results) = (columns, results)
        // Small images are enlarged: the captions would not fit them.
        cell = max(64, results[0].width)
    }

    private var pitch: Int { cell + gap }

    /// The figure as one image.
    package func drawn() -> Image {
        let names = ["samples", "means"]
        let left = margin + Int(names.map { textWidth($0, letters) }.max() ?? 0) + margin
        let sampleRows = max(columns.map(\.down).max() ?? 1, 2)
        let sampleBottom = margin + lineHeight + sampleRows * pitch
        let meanTop = sampleBottom + margin
        var places: [Int] = []
        var x = left
        for column in columns {
            if !column.operation.isEmpty { x += operationWidth(column.operation) }
            places.append(x)
            x += width(of: column)
        }
        let equals = x
        let resultX = equals + operationWidth("=")
        let nineX = resultX + cell + 3 * margin
        var canvas = Canvas(
            width: nineX + 3 * pitch + margin, height: meanTop + cell + lineHeight + margin, color: Ink.paper)

        write(names[0], x: margin, middle: sampleBottom - pitch / 2, on: &canvas)
        write(names[1], x: margin, middle: meanTop + cell / 2, on: &canvas)
        for (column, x) in zip(columns, places) {
            let top = sampleBottom - column.down * pitch
            write(
                shortened(column.caption, width(of: column)), x: x, middle: top - lineHeight / 2, on: &canvas)
            for (index, sample) in column.samples.enumerated() {
                place(
                    sample, x: x + index % column.across * pitch, y: top + index / column.across * pitch,
                    on: &canvas)
            }
            place(column.mean, x: x, y: meanTop, on: &canvas)
            sign(column.operation, before: x, middle: meanTop + cell / 2, on: &canvas)
        }
        sign("=", before: resultX, middle: meanTop + cell / 2, on: &canvas)
        place(results[4], x: resultX, y: meanTop, on: &canvas)
        write("result", x: resultX, middle: meanTop + cell + lineHeight / 2, on: &canvas)
        let nineTop = meanTop + cell - 3 * cell - 2 * gap
        for (index, image) in results.enumerated() {
            place(image, x: nineX + index % 3 * pitch, y: nineTop + index / 3 * pitch, on: &canvas)
        }
        write("result, noise around", x: nineX, middle: meanTop + cell + lineHeight / 2, on: &canvas)
        return canvas.image
    }

    private func width(of column: Column) -> Int {
        max(column.across * pitch, min(Int(textWidth(column.caption, letters)) + margin, 2 * pitch))
    }

    private func operationWidth(_ text: String) -> Int { Int(textWidth(text, signs)) + 2 * margin }

    private func textWidth(_ text: String, _ size: Double) -> Double { Lettering.width(of: text) * size }

    private func shortened(_ text: String, _ width: Int) -> String {
        var shown = text
        while textWidth(shown, letters) > Double(width), shown.count > 4 {
            shown = shown.dropLast(4) + "..."
        }
        return shown
    }

    private func place(_ image: Image, x: Int, y: Int, on canvas: inout Canvas) {
        canvas.place(image.converted(toChannels: 3).resized(width: cell, height: cell), x: x, y: y)
    }

    private func write(_ text: String, x: Int, middle: Int, on canvas: inout Canvas) {
        canvas.write(
            text, x: Double(x), baseline: Double(middle) + Lettering.ascent * letters / 2, size: letters,
            Ink.text)
    }

    private func sign(_ text: String, before x: Int, middle: Int, on canvas: inout Canvas) {
        canvas.write(
            text, x: Double(x - margin), baseline: Double(middle) + Lettering.ascent * signs / 2, size: signs,
            Ink.text, alignment: .right)
    }
}
