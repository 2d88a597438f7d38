/// A plot of lines in panels over a common horizontal axis, to be drawn as an image.
public struct LinePlot: Sendable {
    /// One line. Points that are not finite leave a gap.
    public struct Series: Sendable {
        public var name: String
        public var x: [Double]
        public var y: [Double]

        /// `x` and `y` have the same count.
        public init(name: String, x: [Double], y: [Double]) {
            precondition(x.count == y.count)
            self.name = name
            self.x = x
            self.y = y
        }
    }

    /// Lines over a common vertical axis.
    public struct Panel: Sendable {
        public var yLabel: String
        public var series: [Series]
        /// What the vertical axis shows; nil: all values.
        public var range: ClosedRange<Double>?
        /// A dashed horizontal line.
        public var reference: Reference?

        public init(
            yLabel: String, series: [Series], range: ClosedRange<Double>? = nil, reference: Reference? = nil
        ) {
            self.yLabel = yLabel
            self.series = series
            self.range = range
            self.reference = reference
        }
    }

    /// A value that lines are compared with, and what it is called in the plot.
    public struct Reference: Sendable, ExpressibleByFloatLiteral {
        public var value: Double
        public var label: String

        public init(_ value: Double, label: String = "") {
            self.value = value
            self.label = label
        }

        public init(floatLiteral value: Double) { self.init(value) }
    }

    public var title: String
    public var xLabel: String
    /// What the horizontal axis shows; nil: all values.
    public var xRange: ClosedRange<Double>?
    /// From the top down.
    public var panels: [Panel]
    /// The share of a line's points over which it is averaged, such as 0.02; the line itself is then drawn
    /// faintly behind its average. 0: no averaging.
    public var smoothing: Double

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
    /// Whether a point can be drawn. Beyond 1e300, differences could overflow.
    private func isDrawable(_ index: Int) -> Bool { abs(x[index]) < 1e300 && abs(y[index]) < 1e300 }

    /// The points that can be drawn, in runs without gaps.
    var runs: [[SIMD2<Double>]] {
        x.indices.split { !isDrawable($0) }.map { run in run.map { [x[$0], y[$0]] } }
    }

    /// The exponential average over about `share` of the points, each among the points before it.
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

/// Of points that fall into one pixel column, keeps the first, lowest, highest and last: the same image from
/// a fraction of the points.
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
