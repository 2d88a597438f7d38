import Foundation
import Images

extension LinePlot.Panel {
    /// The panel as a drawing whose colors the page's style gives: SVG needs no script, and stays sharp.
    var svg: String {
        let range = range ?? plottedRange
        let (first, last) = (
            series.compactMap(\.x.first).min() ?? 0, max(series.compactMap(\.x.last).max() ?? 1, 1)
        )
        func x(_ value: Double) -> Double {
            SVG.left + (value - first) / max(last - first, 1) * (SVG.width - SVG.left)
        }
        func y(_ value: Double) -> Double {
            let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
            return SVG.bottom - min(max(share, -0.05), 1.05) * (SVG.bottom - SVG.top)
        }
        func text(_ content: String, x: Double, y: Double, anchor: String) -> String {
            "<text x=\"\(SVG.short(x))\" y=\"\(SVG.short(y))\" text-anchor=\"\(anchor)\">"
                + RunPage.escaped(content) + "</text>"
        }
        func rule(at value: Double, _ style: String) -> String {
            let place = SVG.short(y(value))
            return "<line class=\"\(style)\" x1=\"\(SVG.short(SVG.left))\" x2=\"\(SVG.short(SVG.width))\" "
                + "y1=\"\(place)\" y2=\"\(place)\"/>"
        }
        var parts = [range.lowerBound, range.upperBound].flatMap { value in
            [
                rule(at: value, "grid"),
                text(SVG.label(value), x: SVG.left - 6, y: y(value) + 4, anchor: "end"),
            ]
        }
        if let reference { parts.append(rule(at: reference.value, "reference")) }
        for (index, line) in series.enumerated() {
            let points = line.thinned.map { "\(SVG.short(x($0.x))),\(SVG.short(y($0.y)))" }
            parts.append("<polyline class=\"line\(index)\" points=\"\(points.joined(separator: " "))\"/>")
        }
        parts.append(text(SVG.label(first), x: SVG.left, y: SVG.height - 2, anchor: "start"))
        parts.append(text("step " + SVG.label(last), x: SVG.width, y: SVG.height - 2, anchor: "end"))
        parts.append(
            "<line class=\"cursor\" y1=\"\(SVG.short(SVG.top))\" y2=\"\(SVG.short(SVG.bottom))\" hidden/>")
        let names = series.enumerated().map { index, line in
            "<span class=\"line\(index)\">\(RunPage.escaped(line.name))</span>"
        }
        return """
            <figure data-first="\(first)" data-last="\(last)">
            <figcaption>\(RunPage.escaped(yLabel)) \(names.joined(separator: " "))</figcaption>
            <svg viewBox="0 0 \(Int(SVG.width)) \(Int(SVG.height))" role="img" \
            aria-label="\(RunPage.escaped(yLabel)) over the steps">\(parts.joined())</svg>
            </figure>
            """
    }

    /// Of all values but the last percent at either end, so that a few do not flatten the rest.
    private var plottedRange: ClosedRange<Double> {
        let values = series.flatMap(\.y).filter(\.isFinite).sorted()
        guard let lowest = values.first, let highest = values.last else { return 0...1 }
        let cut = values.count > 50 ? values.count / 100 : 0
        let (low, high) = (min(values[cut], reference?.value ?? highest), values[values.count - 1 - cut])
        let top = max(high, reference?.value ?? lowest)
        return low...(top > low ? top : low + max(abs(low), 1))
    }
}

extension LinePlot.Series {
    /// At most some hundred points, each the mean of those that it stands for.
    fileprivate var thinned: [(x: Double, y: Double)] {
        let finite = zip(x, y).filter { $0.1.isFinite }
        let width = (finite.count + SVG.points - 1) / SVG.points
        guard width > 1 else { return finite.map { ($0.0, $0.1) } }
        return stride(from: 0, to: finite.count, by: width).map { first in
            let part = finite[first..<min(first + width, finite.count)]
            return (
                part.map(\.0).reduce(0, +) / Double(part.count),
                part.map(\.1).reduce(0, +) / Double(part.count)
            )
        }
    }
}

/// Measures of a panel's drawing.
private enum SVG {
    static let (width, height, left, top, bottom) = (520.0, 150.0, 46.0, 8.0, 130.0)
    static let points = 400

    static func short(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    /// A number at an axis.
    static func label(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : String(format: "%.3g", value)
    }
}
