import Foundation
import Images
import Tensors

extension ToyFigure {
    /// Histograms of both kinds of points as densities, with the discriminator's values over them.
    func drawLine(_ frame: Frame, in area: Canvas.Area, on canvas: inout Canvas) {
        // Room above the real density, whose highest value is that of a Gaussian at its mean.
        let highest = 1.8 / (distribution.deviation * (2 * Double.pi).squareRoot())
        let horizontal = AxisScale(distribution.extent[0], tickCount: 8)
        let densities = PanelFrame(
            area: area, horizontal: horizontal, vertical: AxisScale(0...highest, tickCount: 8))
        densities.drawAxes(on: &canvas, withHorizontalLabels: true)
        drawHistogram(of: frame.reals, ToyFigure.realColor, in: densities, on: &canvas)
        drawHistogram(of: frame.generated, ToyFigure.generatedColor, in: densities, on: &canvas)

        let range = valueRange(frame.values)
        let discriminator = PanelFrame(
            area: area, horizontal: horizontal, vertical: AxisScale(range, tickCount: 8))
        discriminator.drawRightLabels(on: &canvas)
        if values == .probabilities { discriminator.drawReference(0.5, on: &canvas) }
        let curve = LinePlot.Series(
            name: "", x: mapPoints.scalars.map { Double($0) }, y: frame.values.map { Double($0) })
        discriminator.draw(curve, Ink.text, thickness: 2.2, opacity: 1, on: &canvas)
        densities.drawBorder(on: &canvas)
    }

    private func drawHistogram(
        of points: [Scalar], _ color: Canvas.Color, in panel: PanelFrame, on canvas: inout Canvas
    ) {
        let range = distribution.extent[0]
        let count = 70
        let width = (range.upperBound - range.lowerBound) / Double(count)
        var counts = [Int](repeating: 0, count: count)
        for point in points where range.contains(Double(point)) {
            counts[min(count - 1, Int((Double(point) - range.lowerBound) / width))] += 1
        }
        let bottom = panel.area.y + panel.area.height
        for (index, count) in counts.enumerated() where count > 0 {
            let density = Double(count) / (Double(points.count) * width)
            let left = range.lowerBound + Double(index) * width
            let corner = panel.place([left, density])
            let right = panel.place([left + width, 0]).x
            let (x, y) = (Int(corner.x.rounded()), max(panel.area.y, Int(corner.y.rounded())))
            let bar = Canvas.Area(x: x, y: y, width: Int(right.rounded()) - x, height: bottom - y)
            canvas.fill(bar, color, opacity: 0.4)
            canvas.fill(.init(x: x, y: y, width: bar.width, height: 2), color, opacity: 0.8)
        }
    }
}
