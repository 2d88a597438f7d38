/// A line plot with panels over a common horizontal axis.
public struct LinePlot: Sendable {
    /// A line, which has gaps at points that are not finite.
    public struct Series: Sendable {
        /// The line's name in the legend.
        public var name: String
        /// The horizontal coordinates.
        public var x: [Double]
        /// The vertical coordinates, as many.
        public var y: [Double]

        /// Creates a line; `x` and `y` have the same count.
        public init(name: String, x: [Double], y: [Double]) {
            precondition(x.count == y.count)
            self.name = name
            self.x = x
            self.y = y
        }
    }

    /// Lines over a common vertical axis.
    public struct Panel: Sendable {
        /// The label of the vertical axis.
        public var yLabel: String
        /// The lines, in the order of their colors.
        public var series: [Series]
        /// The range of the vertical axis; nil: all values.
        public var range: ClosedRange<Double>?
        /// A dashed horizontal line.
        public var reference: Reference?

        /// - Parameter range: of the vertical axis; nil: all values.
        public init(
            yLabel: String, series: [Series], range: ClosedRange<Double>? = nil, reference: Reference? = nil
        ) {
            self.yLabel = yLabel
            self.series = series
            self.range = range
            self.reference = reference
        }
    }

    /// A value that lines are compared with, and its label.
    public struct Reference: Sendable, ExpressibleByFloatLiteral {
        /// Where the line is drawn.
        public var value: Double
        /// What is written beside the line; empty for nothing.
        public var label: String

        /// A reference and its label, empty for none.
        public init(_ value: Double, label: String = "") {
            self.value = value
            self.label = label
        }

        /// A reference without a label.
        public init(floatLiteral value: Double) { self.init(value) }
    }

    /// Written above the panels; empty for nothing.
    public var title: String
    /// The label of the horizontal axis; empty for none.
    public var xLabel: String
    /// The range of the horizontal axis; nil: all values.
    public var xRange: ClosedRange<Double>?
    /// The panels from top to bottom.
    public var panels: [Panel]
    /// The share of a line's points that it is averaged over, such as 0.02; 0: no averaging.
    ///
    /// The line itself is then drawn faintly behind its average.
    public var smoothing: Double

    /// - Parameters:
    ///   - panels: from the top down.
    ///   - xRange: of the horizontal axis; nil: all values.
    ///   - smoothing: the share of a line's points to average over; 0: none.
    public init(
        title: String, panels: [Panel], xLabel: String, xRange: ClosedRange<Double>? = nil,
        smoothing: Double = 0
    ) {
        precondition((0...1).contains(smoothing))
        self.title = title
        self.panels = panels
        self.xLabel = xLabel
        self.xRange = xRange
        self.smoothing = smoothing
    }
}

extension LinePlot.Series {
    /// Whether a point can be drawn: beyond 1e300, differences could overflow.
    private func isDrawable(_ index: Int) -> Bool { abs(x[index]) < 1e300 && abs(y[index]) < 1e300 }

    /// The points that can be drawn, as runs without gaps.
    var runs: [[SIMD2<Double>]] {
        x.indices.split { !isDrawable($0) }.map { run in run.map { [x[$0], y[$0]] } }
    }

    /// The exponential moving average over about `share` of the points.
    package func smoothed(over share: Double) -> LinePlot.Series {
        let decay = 1 - 1 / max(1, share * Double(y.count))
        var (sum, weight) = (0.0, 0.0)
        var averaged = self
        for index in y.indices where isDrawable(index) {
            sum = decay * sum + (1 - decay) * y[index]
            weight = decay * weight + (1 - decay)
            averaged.y[index] = sum / weight
        }
        return averaged
    }
}

/// Keeps the first, lowest, highest and last of the points in a pixel column, which draw the same image.
///
/// - Source: Jugel et al. 2014, "M4: A visualization-oriented time series data aggregation".
func reducedToColumns(_ points: [SIMD2<Double>]) -> [SIMD2<Double>] {
    var reduced: [SIMD2<Double>] = []
    var start = 0
    while start < points.count {
        let column = points[start].x.rounded(.down)
        var (end, lowest, highest) = (start, start, start)
        while end < points.count, points[end].x.rounded(.down) == column {
            if points[end].y < points[lowest].y { lowest = end }
            if points[end].y > points[highest].y { highest = end }
            end += 1
        }
        var last = -1
        for index in [start, min(lowest, highest), max(lowest, highest), end - 1] where index != last {
            // Crowded columns are drawn in their middle, so that neighbors cover evenly.
            reduced.append(end - start > 4 ? [column + 0.5, points[index].y] : points[index])
            last = index
        }
        start = end
    }
    return reduced
}
