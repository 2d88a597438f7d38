extension LinePlot {
    /// Draws the plot; points and lines past a panel's range are cut off at its frame.
    ///
    /// - Parameters:
    ///   - width: in pixels.
    ///   - height: in pixels, shared equally by the panels.
    public func render(width: Int = 1000, height: Int = 700) -> Picture {
        var canvas = Canvas(width: width, height: height, color: Ink.paper)
        let scales = panels.map { verticalScale(of: $0, height: height / max(1, panels.count)) }
        let widestLabel = scales.flatMap(\.ticks).map { Lettering.width(of: $0.label) }.max() ?? 0
        let left = Int(widestLabel * Ink.labelSize) + 26
        let right = 28
        let top = title.isEmpty ? 10 : 48
        let bottom = xLabel.isEmpty ? 36 : 56
        let header = 34

        canvas.write(title, x: Double(left), baseline: 34, size: Ink.titleSize, Ink.text)
        canvas.write(
            xLabel, x: Double(left + width - right) / 2, baseline: Double(height - 16), size: Ink.labelSize,
            Ink.text, alignment: .center)
        let plotWidth = max(1, width - left - right)
        let horizontal = AxisScale(
            range(of: panels.flatMap(\.series), \.x) ?? 0...1, tickCount: plotWidth / 90)
        for (index, panel) in panels.enumerated() {
            let share = (height - top - bottom) / panels.count
            let area = Canvas.Area(
                x: left, y: top + index * share + header, width: plotWidth, height: max(1, share - header))
            let frame = PanelFrame(area: area, horizontal: horizontal, vertical: scales[index])
            frame.drawAxes(on: &canvas, withHorizontalLabels: index == panels.count - 1)
            drawHeader(of: panel, above: area, on: &canvas)
            drawLines(of: panel, in: frame, on: &canvas)
        }
        return canvas.picture
    }

    /// The panel's own range, or all values with a little room around them.
    private func verticalScale(of panel: Panel, height: Int) -> AxisScale {
        if let range = panel.range { return AxisScale(range, tickCount: height / 50) }
        var range = range(of: panel.series, \.y) ?? panel.reference.map { $0...$0 } ?? 0...1
        if let reference = panel.reference {
            range = min(range.lowerBound, reference)...max(range.upperBound, reference)
        }
        let room = 0.05 * (range.upperBound - range.lowerBound)
        return AxisScale(range.lowerBound - room...range.upperBound + room, tickCount: height / 50)
    }

    /// From the lowest to the highest coordinate of all points that can be drawn.
    private func range(
        of series: [Series], _ coordinate: KeyPath<SIMD2<Double>, Double>
    ) -> ClosedRange<Double>? {
        var range: ClosedRange<Double>?
        for run in series.flatMap(\.runs) {
            for point in run {
                let value = point[keyPath: coordinate]
                range = min(range?.lowerBound ?? value, value)...max(range?.upperBound ?? value, value)
            }
        }
        return range
    }

    /// The vertical axis' label on the left and the lines' names on the right.
    private func drawHeader(of panel: Panel, above area: Canvas.Area, on canvas: inout Canvas) {
        let baseline = Double(area.y) - 9
        canvas.write(panel.yLabel, x: Double(area.x), baseline: baseline, size: Ink.labelSize, Ink.text)
        var x = Double(area.x + area.width)
        for (index, series) in panel.series.enumerated().reversed() {
            canvas.write(
                series.name, x: x, baseline: baseline, size: Ink.labelSize, Ink.text, alignment: .right)
            x -= Lettering.width(of: series.name) * Ink.labelSize + 30
            let mark = Canvas.Area(x: Int(x) - 4, y: area.y - 24, width: 32, height: 20)
            canvas.draw(Ink.color(ofLine: index), within: mark) {
                $0.stroke(from: [x, baseline - 4.5], to: [x + 20, baseline - 4.5], thickness: 3)
            }
            x -= 20
        }
    }

    private func drawLines(of panel: Panel, in frame: PanelFrame, on canvas: inout Canvas) {
        if let reference = panel.reference { frame.drawReference(at: reference, on: &canvas) }
        if panel.series.allSatisfy({ $0.runs.isEmpty }) {
            let middle = (x: frame.area.x + frame.area.width / 2, y: frame.area.y + frame.area.height / 2)
            canvas.write(
                "no data", x: Double(middle.x), baseline: Double(middle.y), size: Ink.labelSize,
                Ink.faintText, alignment: .center)
        }
        if smoothing > 0 {
            for (index, series) in panel.series.enumerated() {
                frame.draw(series, Ink.color(ofLine: index), thickness: 1.2, opacity: 0.3, on: &canvas)
            }
        }
        for (index, series) in panel.series.enumerated() {
            let line = smoothing > 0 ? series.smoothed(over: smoothing) : series
            frame.draw(line, Ink.color(ofLine: index), thickness: 2, opacity: 1, on: &canvas)
        }
    }
}

/// Colors and sizes of the plots.
private enum Ink {
    static let paper: Canvas.Color = (255, 255, 255)
    static let text: Canvas.Color = (40, 44, 52)
    static let faintText: Canvas.Color = (140, 146, 156)
    static let grid: Canvas.Color = (232, 234, 238)
    static let axis: Canvas.Color = (150, 156, 166)
    static let titleSize = 2.1
    static let labelSize = 1.5

    /// Blue, orange, green, purple, red, teal, ocher, pink: apart in hue and in lightness, then over again.
    static func color(ofLine index: Int) -> Canvas.Color {
        let colors: [Canvas.Color] = [
            (37, 99, 235), (234, 106, 18), (22, 150, 84), (139, 60, 214),
            (214, 40, 57), (14, 145, 178), (176, 132, 16), (216, 50, 130),
        ]
        return colors[index % colors.count]
    }
}

/// Where a panel lies on the canvas and what its sides stand for.
private struct PanelFrame {
    let area: Canvas.Area
    let horizontal: AxisScale
    let vertical: AxisScale

    /// Where a point lies on the canvas. Far outside it stays at a distance that squares without loss.
    private func place(_ point: SIMD2<Double>) -> SIMD2<Double> {
        let x = Double(area.x) + horizontal.place(of: point.x) * Double(area.width)
        let y = Double(area.y + area.height) - vertical.place(of: point.y) * Double(area.height)
        return [min(max(x, -1e6), 1e6), min(max(y, -1e6), 1e6)]
    }

    func drawAxes(on canvas: inout Canvas, withHorizontalLabels: Bool) {
        let bottom = area.y + area.height
        for tick in horizontal.ticks {
            let x = place([tick.value, 0]).x
            canvas.fill(.init(x: Int(x), y: area.y, width: 1, height: area.height), Ink.grid)
            guard withHorizontalLabels else { continue }
            canvas.write(
                tick.label, x: x, baseline: Double(bottom + 20), size: Ink.labelSize, Ink.text,
                alignment: .center)
        }
        for tick in vertical.ticks {
            let y = place([0, tick.value]).y
            canvas.fill(.init(x: area.x, y: Int(y), width: area.width, height: 1), Ink.grid)
            canvas.write(
                tick.label, x: Double(area.x - 10), baseline: y + 5, size: Ink.labelSize, Ink.text,
                alignment: .right)
        }
        canvas.fill(.init(x: area.x, y: area.y, width: 1, height: area.height), Ink.axis)
        canvas.fill(.init(x: area.x, y: bottom, width: area.width, height: 1), Ink.axis)
    }

    func drawReference(at value: Double, on canvas: inout Canvas) {
        let y = place([0, value]).y
        guard y >= Double(area.y), y <= Double(area.y + area.height) else { return }
        for x in stride(from: area.x, to: area.x + area.width, by: 10) {
            canvas.fill(
                .init(x: x, y: Int(y), width: min(6, area.x + area.width - x), height: 1), Ink.faintText)
        }
    }

    func draw(
        _ series: LinePlot.Series, _ color: Canvas.Color, thickness: Double, opacity: Double,
        on canvas: inout Canvas
    ) {
        // A little over the sides, where lines begin and end.
        let drawn = Canvas.Area(x: area.x - 4, y: area.y, width: area.width + 8, height: area.height)
        canvas.draw(color, opacity: opacity, within: drawn) { mask in
            for run in series.runs {
                let points = reducedToColumns(run.map(place))
                if points.count == 1 { mask.stroke(from: points[0], to: points[0], thickness: 3 * thickness) }
                for (from, to) in zip(points, points.dropFirst()) {
                    mask.stroke(from: from, to: to, thickness: thickness)
                }
            }
        }
    }
}
