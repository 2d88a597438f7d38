/// The area of a panel on the canvas, with the scales of its axes.
package struct PanelFrame {
    package let area: Canvas.Area
    package let horizontal: AxisScale
    package let vertical: AxisScale

    package init(area: Canvas.Area, horizontal: AxisScale, vertical: AxisScale) {
        (self.area, self.horizontal, self.vertical) = (area, horizontal, vertical)
    }

    /// The position of a point on the canvas, clamped to a million pixels, which square without loss.
    package func place(_ point: SIMD2<Double>) -> SIMD2<Double> {
        let x = Double(area.x) + horizontal.place(of: point.x) * Double(area.width)
        let y = Double(area.y + area.height) - vertical.place(of: point.y) * Double(area.height)
        return [min(max(x, -1e6), 1e6), min(max(y, -1e6), 1e6)]
    }

    package func drawAxes(on canvas: inout Canvas, withHorizontalLabels: Bool) {
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

    package func drawBorder(on canvas: inout Canvas) {
        let (right, bottom) = (area.x + area.width, area.y + area.height)
        for y in [area.y, bottom] {
            canvas.fill(.init(x: area.x, y: y, width: area.width, height: 1), Ink.axis)
        }
        for x in [area.x, right] {
            canvas.fill(.init(x: x, y: area.y, width: 1, height: area.height), Ink.axis)
        }
    }

    /// Draws the labels of the vertical axis on the right side.
    package func drawRightLabels(on canvas: inout Canvas) {
        for tick in vertical.ticks {
            let y = place([0, tick.value]).y
            let right = area.x + area.width
            canvas.fill(.init(x: right, y: Int(y), width: 4, height: 1), Ink.axis)
            canvas.write(tick.label, x: Double(right + 9), baseline: y + 5, size: Ink.labelSize, Ink.text)
        }
    }

    package func drawReference(_ reference: LinePlot.Reference, on canvas: inout Canvas) {
        let y = place([0, reference.value]).y
        guard isInside(y) else { return }
        for x in stride(from: area.x, to: area.x + area.width, by: 10) {
            canvas.fill(
                .init(x: x, y: Int(y), width: min(6, area.x + area.width - x), height: 1), Ink.faintText)
        }
    }

    /// Draws the label at the right end of a reference, over what was drawn there.
    func drawLabel(of reference: LinePlot.Reference, on canvas: inout Canvas) {
        let y = place([0, reference.value]).y
        guard isInside(y), !reference.label.isEmpty else { return }
        // Above the line if there is room, otherwise below it.
        let baseline = y - Double(area.y) > 16 ? y - 4 : y + 15
        let width = Int(Lettering.width(of: reference.label) * Ink.labelSize)
        let right = area.x + area.width
        canvas.fill(
            .init(x: right - width - 6, y: Int(baseline) - 11, width: width + 6, height: 13), Ink.paper,
            opacity: 0.8)
        canvas.write(
            reference.label, x: Double(right - 3), baseline: baseline, size: Ink.labelSize, Ink.text,
            alignment: .right)
    }

    private func isInside(_ y: Double) -> Bool { y >= Double(area.y) && y <= Double(area.y + area.height) }

    package func draw(
        _ series: LinePlot.Series, _ color: Canvas.Color, thickness: Double, opacity: Double,
        on canvas: inout Canvas
    ) {
        // Slightly past the sides, where lines begin and end.
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
