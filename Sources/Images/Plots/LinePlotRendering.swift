extension LinePlot {
    /// Draws the plot; points and lines past a panel's range are cut off at its frame.
    ///
    /// - Parameters:
    ///   - width: in pixels.
    ///   - height: in pixels, shared equally by the panels.
    public func render(width: Int = 1000, height: Int = 700) -> Image {
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
            xRange ?? range(of: panels.flatMap(\.series), \.x) ?? 0...1, tickCount: plotWidth / 90)
        for (index, panel) in panels.enumerated() {
            let share = (height - top - bottom) / panels.count
            let area = Canvas.Area(
                x: left, y: top + index * share + header, width: plotWidth, height: max(1, share - header))
            let frame = PanelFrame(area: area, horizontal: horizontal, vertical: scales[index])
            frame.drawAxes(on: &canvas, withHorizontalLabels: index == panels.count - 1)
            drawHeader(of: panel, above: area, on: &canvas)
            drawLines(of: panel, in: frame, on: &canvas)
        }
        return canvas.image
    }

    /// The panel's own range, or that of all values with a margin.
    private func verticalScale(of panel: Panel, height: Int) -> AxisScale {
        if let range = panel.range { return AxisScale(range, tickCount: height / 50) }
        var range = range(of: panel.series, \.y) ?? panel.reference.map { $0.value...$0.value } ?? 0...1
        if let reference = panel.reference?.value {
            range = min(range.lowerBound, reference)...max(range.upperBound, reference)
        }
        let room = 0.05 * (range.upperBound - range.lowerBound)
        return AxisScale(range.lowerBound - room...range.upperBound + room, tickCount: height / 50)
    }

    /// The range of a coordinate over all points that can be drawn.
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
        if let reference = panel.reference { frame.drawReference(reference, on: &canvas) }
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
        if let reference = panel.reference { frame.drawLabel(of: reference, on: &canvas) }
    }
}
