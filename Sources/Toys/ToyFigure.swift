import Images
import Tensors

/// Images of a GAN in training on a toy distribution: generated points among real ones, a map of the
/// discriminator's output, and the losses so far.
///
/// All frames of a figure are alike in size and axes, so that they make an animation.
public struct ToyFigure: Sendable {
    /// What the discriminator's values are.
    public enum Values: Sendable {
        /// The probability of being real, 0 to 1: the sigmoid of a score.
        case probabilities
        /// Scores without fixed bounds, as a critic gives them: colored from the frame's lowest to its highest.
        case scores
    }

    /// Where the real points come from.
    public let distribution: ToyDistribution
    /// What stands above every frame.
    public let title: String
    /// What the discriminator's values are.
    public let values: Values
    /// The step that ends the losses' axis.
    public let lastStep: Int
    /// A line in the plot of the losses, such as log 4 for the minimax loss at its equilibrium.
    public let lossReference: LinePlot.Reference?

    /// A figure without frames yet.
    public init(
        _ distribution: ToyDistribution, title: String, values: Values, lastStep: Int,
        lossReference: LinePlot.Reference? = nil
    ) {
        (self.distribution, self.title, self.values) = (distribution, title, values)
        (self.lastStep, self.lossReference) = (lastStep, lossReference)
    }

    /// What changes from frame to frame. Points and gradients are in row-major order, as `Tensor.scalars` gives
    /// them, and in the distribution's own units.
    public struct Frame: Sendable {
        /// The step that the frame shows.
        public var step: Int
        /// Real points.
        public var reals: [Scalar]
        /// Generated points.
        public var generated: [Scalar]
        /// The discriminator's value at each of `mapPoints`.
        public var values: [Scalar]
        /// In the plane, the gradient of the discriminator's score by the point, up to a positive factor, at each
        /// of `arrowPoints`: the direction in which generated points are pulled.
        public var gradients: [Scalar]
        /// The losses up to the step.
        public var losses: Losses

        /// A frame, on the line without gradients.
        public init(
            step: Int, reals: [Scalar], generated: [Scalar], values: [Scalar], gradients: [Scalar] = [],
            losses: Losses = Losses()
        ) {
            (self.step, self.reals, self.generated) = (step, reals, generated)
            (self.values, self.gradients, self.losses) = (values, gradients, losses)
        }
    }

    /// Both losses up to now.
    public struct Losses: Sendable {
        /// The steps of the losses.
        public private(set) var steps: [Double] = []
        /// The discriminator's loss in each step.
        public private(set) var discriminator: [Double] = []
        /// The generator's loss in each step.
        public private(set) var generator: [Double] = []

        /// No losses yet.
        public init() {}

        /// Adds the losses of a later step.
        public mutating func append(step: Int, discriminator: Double, generator: Double) {
            steps.append(Double(step))
            self.discriminator.append(discriminator)
            self.generator.append(generator)
        }
    }

    /// Where the discriminator is evaluated: on the line 512 points from left to right, in the plane
    /// 65 rows of 65 from the upper left to the lower right.
    ///
    /// - Shapes: `[points, dimensions]`, in the distribution's own units.
    public var mapPoints: Tensor {
        distribution.dimensions == 1
            ? grid(columns: ToyFigure.linePoints) { Double($0) / Double(ToyFigure.linePoints - 1) }
            : grid(columns: ToyFigure.mapSide) { Double($0) / Double(ToyFigure.mapSide - 1) }
    }

    /// Where arrows begin: the centers of 16 rows of 16 squares; none on the line.
    ///
    /// - Shapes: `[points, dimensions]`, in the distribution's own units.
    public var arrowPoints: Tensor {
        distribution.dimensions == 1
            ? Tensor.zeros([0, 1])
            : grid(columns: ToyFigure.arrowSide) { (Double($0) + 0.5) / Double(ToyFigure.arrowSide) }
    }

    static let linePoints = 512
    static let mapSide = 65
    static let arrowSide = 16

    /// As many rows as columns, from the top; one on the line.
    private func grid(columns: Int, _ share: (Int) -> Double) -> Tensor {
        func coordinate(_ axis: Int, _ share: Double) -> Scalar {
            let range = distribution.extent[axis]
            return Scalar(range.lowerBound + share * (range.upperBound - range.lowerBound))
        }
        guard distribution.dimensions == 2 else {
            return Tensor((0..<columns).map { coordinate(0, share($0)) }, shape: [columns, 1])
        }
        let points = (0..<columns).flatMap { row in
            (0..<columns).flatMap { [coordinate(0, share($0)), coordinate(1, 1 - share(row))] }
        }
        return Tensor(points, shape: [columns * columns, 2])
    }

    /// Draws a frame of 640 x 760 pixels.
    public func render(_ frame: Frame) -> Image {
        let mapCount =
            distribution.dimensions == 1 ? ToyFigure.linePoints : ToyFigure.mapSide * ToyFigure.mapSide
        require(
            frame.values.count == mapCount,
            "ToyFigure: \(frame.values.count) values, not one for each of \(mapCount) mapPoints")
        let metrics = frame.generated.isEmpty ? nil : ToyMetrics(of: frame.generated, from: distribution)
        var canvas = Canvas(width: 640, height: 760, color: Ink.paper)
        drawHeader(of: frame, metrics, on: &canvas)
        let area = Canvas.Area(x: 54, y: 66, width: 512, height: 512)
        if distribution.dimensions == 1 {
            drawLine(frame, in: area, on: &canvas)
        } else {
            drawPlane(frame, metrics, in: area, on: &canvas)
        }
        drawLosses(frame.losses, on: &canvas)
        return canvas.image
    }

    private func drawHeader(of frame: Frame, _ metrics: ToyMetrics?, on canvas: inout Canvas) {
        canvas.write(title, x: 14, baseline: 28, size: 1.9, Ink.text)
        canvas.write("step \(frame.step)", x: 626, baseline: 28, size: 1.9, Ink.text, alignment: .right)
        canvas.write(metrics?.summary ?? "", x: 14, baseline: 52, size: 1.35, Ink.text)
        var x = 566.0
        for (name, color) in [("generated", ToyFigure.generatedColor), ("real", ToyFigure.realColor)] {
            canvas.write(name, x: x, baseline: 52, size: 1.35, Ink.text, alignment: .right)
            x -= 1.35 * Lettering.width(of: name) + 10
            canvas.draw(color, within: .init(x: Int(x) - 6, y: 42, width: 12, height: 12)) {
                $0.dot(at: [x, 48], radius: 3.5)
            }
            x -= 18
        }
        let valueName = values == .probabilities ? "D(x)" : "score"
        canvas.write(valueName, x: 626, baseline: 52, size: 1.35, Ink.text, alignment: .right)
        if distribution.dimensions == 1 {
            let end = 619 - 1.35 * Lettering.width(of: valueName)
            canvas.draw(Ink.text, within: .init(x: Int(end) - 20, y: 42, width: 24, height: 12)) {
                $0.stroke(from: [end - 12, 48], to: [end, 48], thickness: 2.2)
            }
        }
    }

    private func drawLosses(_ losses: Losses, on canvas: inout Canvas) {
        let plot = LinePlot(
            title: "",
            panels: [
                LinePlot.Panel(
                    yLabel: "loss",
                    series: [
                        .init(name: "discriminator", x: losses.steps, y: losses.discriminator),
                        .init(name: "generator", x: losses.steps, y: losses.generator),
                    ], reference: lossReference)
            ], xLabel: "", xRange: 0...Double(max(1, lastStep)))
        canvas.place(plot.render(width: 640, height: 158), x: 0, y: 602)
    }

    static let realColor: Canvas.Color = (24, 64, 160)
    static let generatedColor: Canvas.Color = (206, 70, 8)
    static let coveredColor: Canvas.Color = (18, 128, 72)
    static let missedColor: Canvas.Color = (196, 16, 40)

    /// The discriminator's values from the lowest to the highest color.
    func valueRange(_ values: [Scalar]) -> ClosedRange<Double> {
        guard self.values == .scores else { return 0...1 }
        let finite = values.filter(\.isFinite)
        return Double(finite.min() ?? 0)...Double(finite.max() ?? 1)
    }
}
