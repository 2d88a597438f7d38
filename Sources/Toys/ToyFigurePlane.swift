import Images
import Tensors

extension ToyFigure {
    /// The discriminator's values as colors with its gradient as arrows, the points, and the modes.
    func drawPlane(_ frame: Frame, _ metrics: ToyMetrics?, in area: Canvas.Area, on canvas: inout Canvas) {
        let panel = PanelFrame(
            area: area, horizontal: AxisScale(distribution.extent[0], tickCount: 6),
            vertical: AxisScale(distribution.extent[1], tickCount: 6))
        panel.drawAxes(on: &canvas, withHorizontalLabels: true)
        drawMap(frame.values, in: area, on: &canvas)
        drawArrows(frame.gradients, in: panel, on: &canvas)
        draw(frame.generated, ToyFigure.generatedColor, radius: 2, opacity: 0.8, in: panel, on: &canvas)
        // Smaller and on top, so that both kinds are seen where they lie together.
        draw(frame.reals, ToyFigure.realColor, radius: 1.3, opacity: 0.8, in: panel, on: &canvas)
        if let counts = metrics?.modeCounts { drawModes(counts, in: panel, on: &canvas) }
        panel.drawBorder(on: &canvas)
    }

    private func drawMap(_ values: [Scalar], in area: Canvas.Area, on canvas: inout Canvas) {
        let colors = DivergingColors(count: 20)
        let legend = PanelFrame(
            area: .init(x: area.x + area.width + 12, y: area.y, width: 14, height: area.height),
            horizontal: AxisScale(0...1, tickCount: 1),
            vertical: AxisScale(valueRange(values), tickCount: 10))
        canvas.paint(legend.area) { _, y in
            colors.color(at: 1 - (Double(y) + 0.5) / Double(legend.area.height))
        }
        legend.drawBorder(on: &canvas)
        legend.drawRightLabels(on: &canvas)

        let shares = values.map { legend.vertical.place(of: Double($0)) }
        let side = ToyFigure.mapSide
        let step = Double(side - 1) / Double(area.width)
        canvas.paint(area) { x, y in
            let (column, row) = ((Double(x) + 0.5) * step, (Double(y) + 0.5) * step)
            let corner = Int(row) * side + Int(column)
            let (right, down) = (column - Double(Int(column)), row - Double(Int(row)))
            let upper = shares[corner] + right * (shares[corner + 1] - shares[corner])
            let lower = shares[corner + side] + right * (shares[corner + side + 1] - shares[corner + side])
            return colors.color(at: upper + down * (lower - upper))
        }
    }

    /// Arrows whose lengths go with the root of the gradients, so that small ones are still seen.
    private func drawArrows(_ gradients: [Scalar], in panel: PanelFrame, on canvas: inout Canvas) {
        let tails = distribution.places(of: arrowPoints.scalars)
        let slopes = distribution.places(of: gradients)
        require(
            slopes.isEmpty || slopes.count == tails.count,
            "ToyFigure: \(slopes.count) gradients, not one for each of \(tails.count) arrowPoints")
        let lengths = slopes.map { ($0 * $0).sum().squareRoot() }.map { $0.isFinite ? $0 : 0 }
        guard let longest = lengths.max(), longest > 0 else { return }
        let cell = Double(panel.area.width) / Double(ToyFigure.arrowSide)
        canvas.draw(ToyFigure.arrowColor, opacity: 0.55, within: panel.area) { mask in
            for (tail, (slope, length)) in zip(tails, zip(slopes, lengths)) where length > 0 {
                let pixels = 0.9 * cell * (length / longest).squareRoot()
                // Shorter ones would only be dots.
                guard pixels > 3 else { continue }
                let way = pixels / length * SIMD2(slope.x, -slope.y)
                let middle = panel.place(tail)
                mask.arrow(from: middle - way / 2, to: middle + way / 2, thickness: 1.1)
            }
        }
    }

    private func draw(
        _ points: [Scalar], _ color: Canvas.Color, radius: Double, opacity: Double, in panel: PanelFrame,
        on canvas: inout Canvas
    ) {
        let dot = Path.circle(.zero, radius).filled()
        canvas.draw(color, opacity: opacity, within: panel.area) { mask in
            for point in distribution.places(of: points) where point.x.isFinite && point.y.isFinite {
                mask.cover(dot, at: panel.place(point))
            }
        }
    }

    /// A ring around each mode, as wide as points of high quality lie; missed modes are crossed out.
    private func drawModes(_ counts: [Int], in panel: PanelFrame, on canvas: inout Canvas) {
        let places = distribution.modes.map(panel.place)
        let pixelsPerUnit = panel.place([1, 0]).x - panel.place([0, 0]).x
        let radius = max(9, 3 * distribution.deviation * pixelsPerUnit)
        let covered = zip(places, counts).filter { $0.1 > 0 }.map(\.0)
        let missed = zip(places, counts).filter { $0.1 == 0 }.map(\.0)
        canvas.draw(ToyFigure.coveredColor, within: panel.area) { mask in
            for place in covered { mask.circle(around: place, radius: radius, thickness: 1.6) }
        }
        // Paper under the cross keeps it apart from the points.
        for (color, room) in [(Ink.paper, 2.0), (ToyFigure.missedColor, 0)] {
            canvas.draw(color, within: panel.area) { mask in
                for place in missed {
                    mask.circle(around: place, radius: radius, thickness: 2.2 + room)
                    mask.cross(at: place, radius: radius, thickness: 2.2 + room)
                }
            }
        }
    }

    private static let arrowColor: Canvas.Color = (70, 74, 84)
}
